package org.grapevine.cluster.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Starts the processes of a soak on this machine, lets them publish, asks them for their counts, and ends them. The processes get
 * their commands by their input and end with it, so none outlives this one. For one thread.
 */
public final class Soak implements AutoCloseable {

    private static final int LONGEST_ANSWER = 1 << 20;
    private static final long LEAVE_SECONDS = 20;

    private final SoakOptions options;
    private final Duration every;
    private final List<Child> children = new ArrayList<>();

    /** Hears of a soak while it goes on. */
    public interface Listener {

        /** All processes are up; their devices look for each other. */
        void started();

        /** All devices know their peers; the load begins. */
        void settled();

        /** The processes have been asked for their counts; number 0 is the time in which the rate rises. */
        void minute(SoakMinute minute);
    }

    /** One process. */
    private record Child(int number, Process process, BufferedReader answers, Writer commands) {

        void say(String line) throws IOException {
            commands.write(line + "\n");
            commands.flush();
        }

        /** The words behind the first one, which is the expected one. */
        String take(String expected) throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("agent " + number + " of the soak has ended (expected: " + expected
                        + "); what it said last is above");
            }
            if (line.length() > LONGEST_ANSWER || !(line + " ").startsWith(expected + " ")) {
                throw new IOException("agent " + number + " of the soak said '"
                        + line.substring(0, Math.min(80, line.length())) + "' (expected: " + expected + ")");
            }
            return line.substring(Math.min(line.length(), expected.length() + 1));
        }
    }

    /**
     * A soak to be run.
     *
     * @param every how often the processes are asked for their counts, 1 s or more
     */
    public Soak(SoakOptions options, Duration every) {
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("every: " + every + " (expected: PT1S or more)");
        }
        this.options = options;
        this.every = every;
    }

    /**
     * Runs it, start and end included.
     *
     * @throws IOException if a process cannot start, ends early or says what makes no sense; what it logged is on standard error
     */
    public SoakResult run(Listener listener) throws IOException {
        SoakDevices.Ports ports = new SoakDevices.Ports(freePort(), freePort());
        for (int agent = 0; agent < options.agents(); agent++) {
            children.add(start(agent, ports));
        }
        for (Child child : children) {
            child.take("ready");
        }
        listener.started();
        ask("settle", "settled");
        listener.settled();
        ask("start", "started");
        return measure(listener);
    }

    private SoakResult measure(Listener listener) throws IOException {
        List<SoakMinute> minutes = new ArrayList<>();
        long started = System.nanoTime() + options.rampUp().toNanos();
        waitUntil(started);
        minutes.add(count(0, "collect", started, listener));
        long end = started + options.duration().toNanos();
        while (System.nanoTime() < end) {
            waitUntil(Math.min(end, started + every.toNanos() * minutes.size()));
            minutes.add(count(minutes.size(), "collect", started, listener));
        }
        String all = published(ask("stop", "published"));
        waitUntil(System.nanoTime() + options.lifetime().toNanos());
        minutes.add(count(minutes.size(), "published " + all, started, listener));
        return SoakResult.of(options, minutes);
    }

    private SoakMinute count(int number, String command, long started, Listener listener) throws IOException {
        List<SoakCounts> counts =
                ask(command, "counts").stream().map(SoakCounts::parse).toList();
        SoakMinute minute = new SoakMinute(number, (System.nanoTime() - started) / 1e9, counts);
        listener.minute(minute);
        return minute;
    }

    private static void waitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static String published(List<String> ofAgents) {
        int[] sums = new int[0];
        for (String one : ofAgents) {
            int[] counts =
                    Arrays.stream(one.split(" ")).mapToInt(Integer::parseInt).toArray();
            sums = sums.length == 0 ? new int[counts.length] : sums;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
            }
        }
        return Arrays.stream(sums).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private List<String> ask(String command, String expected) throws IOException {
        for (Child child : children) {
            child.say(command);
        }
        List<String> answers = new ArrayList<>();
        for (Child child : children) {
            answers.add(child.take(expected));
        }
        return answers;
    }

    private Child start(int agent, SoakDevices.Ports ports) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + options.heap(),
                "-XX:+UseSerialGC",
                // Messages live for seconds: room for them among the young, and no copying to and fro.
                "-XX:NewRatio=1",
                "-XX:MaxTenuringThreshold=2",
                "-Djava.net.preferIPv4Stack=true",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "-cp",
                System.getProperty("java.class.path"),
                SoakAgent.class.getName(),
                Integer.toString(agent),
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).getHostAddress(),
                Integer.toString(ports.discovery()),
                Integer.toString(ports.groups())));
        command.addAll(options.words());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Child(agent, process, process.inputReader(UTF_8), process.outputWriter(UTF_8));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Ends the processes: with a Bye if they still listen, else by force. */
    @Override
    public void close() {
        for (Child child : children) {
            try {
                child.commands().close();
            } catch (IOException e) {
                child.process().destroy(); // It reads no more.
            }
        }
        for (Child child : children) {
            try {
                if (!child.process().waitFor(LEAVE_SECONDS, TimeUnit.SECONDS)) {
                    child.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                child.process().destroyForcibly();
            }
        }
    }
}
