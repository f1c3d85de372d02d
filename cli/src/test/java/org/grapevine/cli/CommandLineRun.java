package org.grapevine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.grapevine.cli.console.Screen;

/**
 * What a command line does.
 *
 * @param out lines of standard output
 * @param err lines of standard error
 */
public record CommandLineRun(int exitCode, List<String> out, List<String> err) {

    /** Runs the command in this JVM. */
    public static CommandLineRun of(String... args) {
        return of(0, args);
    }

    /** Runs the command as if at a terminal of that width. */
    public static CommandLineRun of(int columns, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Screen screen =
                new Screen(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), columns, false);
        int exitCode = Grapevine.run(args, screen, false);
        return new CommandLineRun(exitCode, lines(out), lines(err));
    }

    private static List<String> lines(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8).lines().toList();
    }

    /** Standard output as one text. */
    public String text() {
        return String.join("\n", out);
    }
}
