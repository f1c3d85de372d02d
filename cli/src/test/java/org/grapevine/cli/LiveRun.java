package org.grapevine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.Screen;

/** A command line that goes on while a test does something else; it has to end by itself. */
public final class LiveRun {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exitCode;

    private LiveRun(String... args) {
        Screen screen = Screen.of(new PrintStream(new Lines(), true, UTF_8), new PrintStream(err, true, UTF_8));
        this.exitCode = CompletableFuture.supplyAsync(() -> Grapevine.run(args, screen, false));
    }

    public static LiveRun of(String... args) {
        return new LiveRun(args);
    }

    /** Cuts what is written into lines. */
    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int octet) {
            if (octet == '\n') {
                lines.add(line.toString(UTF_8));
                line.reset();
            } else {
                line.write(octet);
            }
        }
    }

    /** Waits for a line of standard output with that part, and gives it. */
    public String await(String part) throws InterruptedException {
        List<String> others = new ArrayList<>();
        while (true) {
            String line = lines.poll(30, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with " + part + " but " + others + "; " + err.toString(UTF_8));
            }
            if (line.contains(part)) {
                return line;
            }
            others.add(line);
        }
    }

    /** Waits for the end; gives the exit code. */
    public int exitCode() throws Exception {
        return exitCode.get(30, TimeUnit.SECONDS);
    }

    /** Standard error so far. */
    public String err() {
        return err.toString(UTF_8);
    }
}
