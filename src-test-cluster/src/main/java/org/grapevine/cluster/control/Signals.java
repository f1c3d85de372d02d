package org.grapevine.cluster.control;

import java.io.IOException;
import java.util.Locale;

/** Signals that Java has no call for; needs a {@code sh} with {@code kill} and {@code sleep}, as every Unix has. */
final class Signals {

    private static final double MICROS = 1e6;

    private Signals() {}

    /**
     * Stops a process where it is, and lets it go on after a time, also if this process has ended by then.
     *
     * @throws IOException if there is no shell
     */
    static void stop(long pid, long micros) throws IOException {
        shell(String.format(Locale.ROOT, "kill -STOP %d && { sleep %.3f; kill -CONT %d; }", pid, micros / MICROS, pid));
    }

    /**
     * Lets it go on.
     *
     * @throws IOException if there is no shell
     */
    static void goOn(long pid) throws IOException {
        shell("kill -CONT " + pid);
    }

    private static void shell(String command) throws IOException {
        new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
