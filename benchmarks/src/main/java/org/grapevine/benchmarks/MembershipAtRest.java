package org.grapevine.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.grapevine.core.membership.MembershipConfig;

/**
 * What it costs a device to know its peers while nothing happens: messages, bytes and processor time per second, and the heap that an
 * engine takes; for ever more devices in the segment. Engines and codec are those of a device, in memory and in virtual time; sockets
 * and the other layers are not in it.
 */
public final class MembershipAtRest {

    private static final int[] SIZES = {100, 1_000, 10_000};

    /** More devices than this all know each other only in more memory than is worth it. */
    private static final int MOST_OF_FULL = 1_000;

    /** In virtual time. The first epoch of the size estimate is over then. */
    private static final long SETTLING_MILLIS = 150_000;

    private static final long MEASURED_MILLIS = 60_000;

    private MembershipAtRest() {}

    /**
     * One line of the table.
     *
     * @param messages sent by a device per second
     * @param bytes of envelopes that a device sends per second
     * @param engineMicros processor time of a device's engine per second
     * @param codecMicros of writing and reading its messages per second
     * @param heapBytes of an engine and what it knows
     * @param links fewest links that a device has in the end
     */
    record Line(
            MembershipConfig.Kind kind,
            int devices,
            double messages,
            double bytes,
            double engineMicros,
            double codecMicros,
            double heapBytes,
            int links) {}

    /**
     * Prints the table.
     *
     * @param args sizes; none for 100, 1,000 and 10,000
     */
    public static void main(String[] args) throws IOException {
        int[] sizes = args.length == 0
                ? SIZES
                : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        List<MembershipConfig> configs =
                List.of(MembershipConfig.hyParView(4), MembershipConfig.cyclon(4), MembershipConfig.full(MOST_OF_FULL));
        System.out.println(Machine.line());
        configs.forEach(config -> line(config, SIZES[0], SETTLING_MILLIS, MEASURED_MILLIS)); // Compiles.
        System.out.printf(
                Locale.ROOT,
                "%n%-10s %8s %12s %10s %10s %10s %12s%n",
                "view",
                "devices",
                "messages/s",
                "bytes/s",
                "engine µs/s",
                "codec µs/s",
                "heap bytes");
        for (MembershipConfig config : configs) {
            for (int size : sizes) {
                if (config.kind() == MembershipConfig.Kind.FULL && size > MOST_OF_FULL) {
                    continue;
                }
                Line line = line(config, size, SETTLING_MILLIS, MEASURED_MILLIS);
                System.out.printf(
                        Locale.ROOT,
                        "%-10s %,8d %12.2f %,10.0f %10.1f %10.1f %,12.0f%n",
                        line.kind().name().toLowerCase(Locale.ROOT),
                        line.devices(),
                        line.messages(),
                        line.bytes(),
                        line.engineMicros(),
                        line.codecMicros(),
                        line.heapBytes());
            }
        }
    }

    /** Lets so many devices come together, settle, and measures them. */
    static Line line(MembershipConfig config, int size, long settlingMillis, long measuredMillis) {
        MembershipNetwork network = new MembershipNetwork(config, size, 1);
        network.run(settlingMillis, true);
        double seconds = measuredMillis / 1e3 * size;
        long began = cpuNanos();
        MembershipNetwork.Traffic traffic = network.run(measuredMillis, true);
        double encodedMicros = (cpuNanos() - began) / 1e3 / seconds;
        int links = network.engines().stream()
                .mapToInt(engine -> engine.links().size())
                .min()
                .orElse(0);
        // Now, since engines that are handed messages unencoded share what in life each has for itself.
        long withEngines = Machine.heapInUse();
        began = cpuNanos();
        network.run(measuredMillis, false);
        double engineMicros = (cpuNanos() - began) / 1e3 / seconds;
        network.forgetEngines();
        return new Line(
                config.kind(),
                size,
                traffic.messages() / seconds,
                traffic.bytes() / seconds,
                engineMicros,
                encodedMicros - engineMicros,
                (double) (withEngines - Machine.heapInUse()) / size,
                links);
    }

    /** Of this thread; collecting garbage is the work of others. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
