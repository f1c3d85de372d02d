package org.grapevine.cluster.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Agents that are child processes of this one: same JVM, same class path. They end when this process ends, since then their standard
 * input does. What they print is appended to {@code agent-N.log} in the working folder. Used in one thread.
 */
final class ChildAgents implements AutoCloseable {

    /** Is told that a process has ended, in a thread of the JDK's. */
    interface Ending {
        void ended(int seat, long pid, int exitCode);
    }

    private static final int TAIL_OCTETS = 2_000;
    private static final int TAIL_LINES = 3;
    private static final long END_SECONDS = 15;

    private final ClusterOptions options;
    private final InetSocketAddress coordinator;
    private final Ending ending;
    private final @Nullable Process[] processes;

    ChildAgents(ClusterOptions options, InetSocketAddress coordinator, Ending ending) {
        this.options = options;
        this.coordinator = coordinator;
        this.ending = ending;
        this.processes = new Process[options.children()];
    }

    /**
     * Starts one, unless it runs.
     *
     * @return whether it did not run
     * @throws ClusterException if it cannot be started
     */
    boolean start(int seat) {
        if (isAlive(seat)) {
            return false;
        }
        try {
            Files.createDirectories(options.folder());
            Process process = new ProcessBuilder(command(seat))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log(seat).toFile()))
                    .start();
            processes[seat] = process;
            long pid = process.pid();
            // Never fails: nothing but a mailbox is told.
            var unused = process.onExit().thenAccept(ended -> ending.ended(seat, pid, ended.exitValue()));
            return true;
        } catch (IOException e) {
            throw new ClusterException(
                    Phase.JOIN,
                    "agent " + seat + ": cannot be started: " + e.getMessage() + " (expected: a process)",
                    e);
        }
    }

    private List<String> command(int seat) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + options.heapMegabytes() + "m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(options.jvmOptions());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(options.main());
        command.addAll(AgentOptions.childArguments(
                options.name(), coordinator, seat, options.folder().toAbsolutePath(), options.joinWithin()));
        return command;
    }

    private Path log(int seat) {
        return options.folder().resolve("agent-" + seat + ".log");
    }

    boolean isAlive(int seat) {
        Process process = processes[seat];
        return process != null && process.isAlive();
    }

    /** Whether this is the number of the process that sits there now. */
    boolean is(int seat, long pid) {
        Process process = processes[seat];
        return process != null && process.pid() == pid;
    }

    /** SIGKILL. */
    void kill(int seat) {
        Process process = processes[seat];
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /**
     * The last lines that one printed.
     *
     * @return one line for people
     */
    String lastWords(int seat) {
        File log = log(seat).toFile();
        try (RandomAccessFile file = new RandomAccessFile(log, "r")) {
            file.seek(Math.max(0, file.length() - TAIL_OCTETS));
            byte[] tail = new byte[TAIL_OCTETS];
            int length = file.read(tail);
            List<String> lines = new String(tail, 0, Math.max(0, length), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return last.isEmpty() ? "it printed nothing" : "its last words: " + String.join(" | ", last);
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** Waits for all to end, which they have been told to or are told to by the end of their input, and kills those that do not. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        for (Process process : processes) {
            if (process != null) {
                end(process, deadline);
            }
        }
    }

    private static void end(Process process, long deadline) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroyForcibly(); // It is dying, and nothing else will tell it.
        }
        try {
            if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
