package org.grapevine.cluster.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One process of a soak. It does what its input says, line by line, and answers each line with one; it ends with its input.
 *
 * <pre>
 * settle            settled
 * start             started
 * count | collect   counts ...     (collect: all of the heap is collected before)
 * stop              published 0 0 17 ...
 * published ...     counts ...     (what all processes published; what is missing now is lost)
 * </pre>
 */
public final class SoakAgent implements AutoCloseable {

    private static final long SETTLE_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final SoakDevices devices;
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private @Nullable SoakPublisher publisher;
    private long deliveredBefore;
    private long againBefore;
    private long lostBefore;
    private long handedBefore;
    private long refusedBefore;
    private long skippedBefore;
    private long heapBytes;

    private SoakAgent(SoakDevices devices) {
        this.devices = devices;
    }

    /**
     * Runs until its input ends.
     *
     * @param arguments number of the process, address, ports of discovery and of groups, then the words of {@link SoakOptions}
     */
    public static void main(String[] arguments) throws Exception {
        List<String> words = Arrays.asList(arguments);
        SoakOptions options = SoakOptions.parse(words.subList(4, words.size()));
        SoakDevices.Ports ports = new SoakDevices.Ports(Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
        // What libraries print is no answer.
        PrintStream answers = System.out;
        System.setOut(System.err);
        try (SoakAgent agent = new SoakAgent(new SoakDevices(
                        options, Integer.parseInt(words.get(0)), InetAddress.getByName(words.get(1)), ports));
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            answers.println("ready");
            answers.flush();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.println(agent.answer(line, options));
                answers.flush();
            }
        }
    }

    private String answer(String line, SoakOptions options) throws Exception {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "settle" -> {
                awaitSettled();
                return "settled";
            }
            case "start" -> {
                publisher = new SoakPublisher(options, devices);
                publisher.start();
                return "started";
            }
            case "count" -> {
                return counts(false);
            }
            case "collect" -> {
                return counts(true);
            }
            case "stop" -> {
                SoakPublisher running = publishing();
                running.close();
                return "published "
                        + Arrays.stream(running.published())
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(" "));
            }
            case "published" -> {
                devices.published(
                        Arrays.stream(words).skip(1).mapToInt(Integer::parseInt).toArray());
                return counts(true);
            }
            default ->
                throw new IOException(
                        "command: " + words[0] + " (expected: settle, start, count, collect, stop, published)");
        }
    }

    private SoakPublisher publishing() throws IOException {
        SoakPublisher running = publisher;
        if (running == null) {
            throw new IOException("start: has not been said (expected: before this)");
        }
        return running;
    }

    private void awaitSettled() throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + SETTLE_NANOS;
        while (!devices.isSettled()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException("devices: not all found each other within "
                        + TimeUnit.NANOSECONDS.toSeconds(SETTLE_NANOS) + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private String counts(boolean collect) throws Exception {
        if (collect) {
            System.gc();
            heapBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
        SoakPublisher running = publishing();
        running.requireRunning();
        Arrivals.Count arrivals = devices.arrivals();
        SoakCounts counts = new SoakCounts(
                running.handed() - handedBefore,
                running.refused() - refusedBefore,
                running.skipped() - skippedBefore,
                arrivals.delivered() - deliveredBefore,
                arrivals.again() - againBefore,
                arrivals.lost() - lostBefore,
                devices.takeLatency(),
                heapBytes,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : -1,
                TimeUnit.NANOSECONDS.toMillis(system.getProcessCpuTime()),
                devices.host().udp().counters().sent(),
                devices.dropped());
        handedBefore += counts.published();
        refusedBefore += counts.refused();
        skippedBefore += counts.skipped();
        deliveredBefore += counts.delivered();
        againBefore += counts.again();
        lostBefore += counts.lost();
        return "counts " + counts.text();
    }

    @Override
    public void close() {
        SoakPublisher running = publisher;
        if (running != null) {
            running.close();
        }
        devices.close();
    }
}
