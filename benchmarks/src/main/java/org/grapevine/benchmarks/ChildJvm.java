package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.interop.peer.Line;

/**
 * A stack in a JVM and with a class path of its own, since those of two stacks contradict each other. All get the same options. What
 * they log is dropped.
 */
final class ChildJvm implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private ChildJvm(String name, String classPath, String mainClass, String... arguments) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2", // As the command does on two cores.
                "-cp",
                classPath,
                mainClass,
                LoopbackNet.address().getHostAddress()));
        command.addAll(List.of(arguments));
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.commands = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
        take(Line.EVENT, "ready");
    }

    /** This stack, with a main class of this module. */
    static ChildJvm of(Class<?> main, String... arguments) throws IOException {
        return new ChildJvm("Grapevine", System.getProperty("java.class.path"), main.getName(), arguments);
    }

    /** This stack. */
    static ChildJvm grapevine(int discoveryPort) throws IOException {
        return of(GrapevinePeer.class, Integer.toString(discoveryPort));
    }

    /**
     * Devices of a grid.
     *
     * @param names those that it runs
     */
    static ChildJvm grid(LoopbackNet net, SampleGrid layout, Set<String> names) throws IOException {
        return of(
                GridPeer.class,
                Integer.toString(net.group().getPort()),
                Integer.toString(layout.substations()),
                Integer.toString(layout.meters()),
                Integer.toString(layout.appliances()),
                layout.name(),
                String.join(",", names));
    }

    /** SDCri, as the module interop/sdcri starts it; the working folder is that of the project. */
    static ChildJvm sdcri() throws IOException {
        Path target = Path.of("interop/sdcri/target").toAbsolutePath();
        Path classPath = target.resolve("class-path");
        if (!Files.exists(classPath)) {
            throw new IllegalStateException(
                    classPath
                            + ": not there (expected: mvn -pl benchmarks -am package was run, and this is started in its folder)");
        }
        return new ChildJvm(
                "SDCri 6.0.0",
                target.resolve("classes") + ":" + Files.readString(classPath),
                "org.grapevine.interop.sdcri.SdcriPeer");
    }

    String name() {
        return name;
    }

    /**
     * Gives a command and waits until it is done.
     *
     * @return what it answers
     */
    List<String> ask(String... words) throws IOException {
        commands.write(Line.of(words) + "\n");
        commands.flush();
        return take(Line.OK);
    }

    /** Stops all its threads where they are: whoever asks it hears nothing, and its sockets stay. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Ends {@link #freeze}. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + ": exit code " + exit + " (expected: 0)");
        }
    }

    /** Ends the process without a word to anybody. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private List<String> take(String... wanted) throws IOException {
        for (String text = answers.readLine(); text != null; text = answers.readLine()) {
            List<String> words = Line.read(text).words();
            if (words.get(0).equals(Line.FAILED)) {
                throw new IOException(name + ": " + words);
            }
            if (words.subList(0, Math.min(wanted.length, words.size())).equals(List.of(wanted))) {
                return words.subList(wanted.length, words.size());
            }
        }
        throw new IOException(name + ": it has ended (expected: " + List.of(wanted) + ")");
    }

    /** Processor time of all its threads so far, those of the JVM and the kernel's work for them included; by 10 ms. */
    long cpuMillis() {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }

    /**
     * What it wrote into and read out of files, pipes and connections so far, as the kernel counts it; datagrams are not in it.
     *
     * @param written bytes
     * @param read bytes
     */
    record Streamed(long written, long read) {}

    /** Linux; nothing elsewhere. */
    Streamed streamed() throws IOException {
        Path counters = Path.of("/proc", Long.toString(process.pid()), "io");
        if (!Files.exists(counters)) {
            return new Streamed(0, 0);
        }
        long written = 0;
        long read = 0;
        for (String line : Files.readAllLines(counters)) {
            if (line.startsWith("wchar: ")) {
                written = Long.parseLong(line.substring("wchar: ".length()));
            } else if (line.startsWith("rchar: ")) {
                read = Long.parseLong(line.substring("rchar: ".length()));
            }
        }
        return new Streamed(written, read);
    }

    /** Waits until it has hardly anything to do any more, but not longer than asked for. */
    void awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        long before = cpuMillis();
        int quiet = 0;
        while (quiet < 2 && System.nanoTime() < deadline) {
            Machine.pause(150);
            long now = cpuMillis();
            quiet = now - before <= 10 ? quiet + 1 : 0;
            before = now;
        }
    }

    /** Ends the process by the end of its input, else by force. */
    @Override
    public void close() throws IOException {
        try {
            commands.close();
            if (!process.waitFor(8, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
