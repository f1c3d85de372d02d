package org.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.grapevine.interop.peer.Line;
import org.jspecify.annotations.Nullable;

/** A peer in a process of its own, which is told what to do line by line. Its standard error goes to a file. */
final class Peer implements AutoCloseable {

    /** How long a peer may take for anything; some wait for 10 s before they give up, and JVMs start slowly under load. */
    static final long PATIENCE_MILLIS = 30_000;

    private final String name;
    private final Process process;
    private final Writer commands;
    private final File log;
    private final List<Line> lines = new ArrayList<>(); // guarded by itself
    private boolean ended; // guarded by lines

    Peer(String name, List<String> command, Path folder) throws IOException {
        this.name = name;
        this.log = Files.createTempFile(folder, name.replace('/', '-') + "-", ".log")
                .toFile();
        this.process = new ProcessBuilder(command).redirectError(log).start();
        this.commands = process.outputWriter(UTF_8);
        Thread reader = new Thread(this::read, "peer-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(UTF_8)) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                synchronized (lines) {
                    lines.add(Line.read(text));
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process is gone, which is told below to whoever waits.
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    /** Gives a command, and waits for its answer. */
    List<String> ask(String... words) throws InterruptedException {
        try {
            commands.write(Line.of(words) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": " + List.of(words) + "; see " + log, e);
        }
        Line answer = take(
                "an answer to " + List.of(words),
                line -> line.first().equals(Line.OK) || line.first().equals(Line.FAILED));
        if (answer.first().equals(Line.FAILED)) {
            throw new AssertionError(name + ": " + words[0] + " failed: " + answer.rest() + "; see " + log);
        }
        return answer.rest();
    }

    /** Waits until the peer tells of something, beginning with these words, unless it has told so already. */
    List<String> event(String... words) throws InterruptedException {
        List<String> wanted = List.of(words);
        return take(
                        "event " + wanted,
                        line -> line.first().equals(Line.EVENT)
                                && line.rest().size() >= wanted.size()
                                && line.rest().subList(0, wanted.size()).equals(wanted))
                .rest();
    }

    private Line take(String what, Predicate<Line> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        synchronized (lines) {
            while (true) {
                @Nullable Line found = remove(wanted);
                if (found != null) {
                    return found;
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw new AssertionError(name + ": no " + what + (ended ? ", it has ended" : "") + "; it said "
                            + lines + "; see " + log);
                }
                lines.wait(left);
            }
        }
    }

    private @Nullable Line remove(Predicate<Line> wanted) {
        for (Iterator<Line> each = lines.iterator(); each.hasNext(); ) {
            Line line = each.next();
            if (wanted.test(line)) {
                each.remove();
                return line;
            }
        }
        return null;
    }

    /** Asks the process to end, as Ctrl-C would. */
    void end() {
        process.destroy();
    }

    /** Ends the process: politely by the end of its input, else by force. */
    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!process.isAlive()) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
