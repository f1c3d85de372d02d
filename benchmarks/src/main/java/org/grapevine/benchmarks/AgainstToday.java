package org.grapevine.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A tariff to all devices by gossip, and by what users have today: WS-Eventing with every device a subscriber, and HTTP calls to each
 * device. The publisher runs in a process of its own and the devices in four others, all on this computer, with real sockets of the
 * loopback interface; all ways with the same processes, devices and bodies, in turn; then through a slow network, and while some devices are silent.
 */
public final class AgainstToday {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LATE = Duration.ofSeconds(10);

    /** Of a datagram, a request or an answer where the network is slow. */
    private static final long FAR_MILLIS = 10;

    private AgainstToday() {}

    /**
     * What is measured.
     *
     * @param devices without the publisher's own
     * @param processes of the devices that go on
     * @param ports of each of them
     * @param batches of messages for each way
     * @param messages of each batch
     * @param warmUp before, all ways together
     * @param rest between batches, to know what everybody uses without messages; and as long for what comes after a message
     * @param someRuns messages of each way while the network is slow, and as many while a twentieth of the devices is silent
     * @param slowRuns of them, those by the way that waits for each device
     */
    record Trial(
            int devices,
            int processes,
            int ports,
            int batches,
            int messages,
            Duration warmUp,
            Duration rest,
            int someRuns,
            int slowRuns) {

        /** The figures of the tables. */
        static Trial standard(int devices) {
            return new Trial(devices, 2, 5, 4, 15, Duration.ofSeconds(20), Duration.ofSeconds(2), 8, 2);
        }

        int silent() {
            return Math.max(1, devices / 20);
        }
    }

    /**
     * Prints two tables for each number of devices.
     *
     * @param args numbers of devices; 50, 200 and 1,000 if none is given
     */
    public static void main(String[] args) throws Exception {
        Machine.quiet();
        List<Integer> sizes = args.length == 0
                ? List.of(50, 200, 1_000)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        System.out.println(Machine.line() + "; load " + load() + "; body of " + TodayTariff.body(1).length + " bytes");
        for (int size : sizes) {
            run(Trial.standard(size));
        }
    }

    static void run(Trial trial) throws Exception {
        try (TodayStreet street = new TodayStreet(trial.devices(), trial.processes(), trial.ports(), trial.silent())) {
            street.awaitWhole();
            warmUp(street, trial.warmUp());
            healthy(street, trial);
            far(street, trial);
            silent(street, trial);
        }
    }

    private static void warmUp(TodayStreet street, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            for (TodayWay way : TodayWay.values()) {
                street.arrivals(street.send(way), PATIENCE);
            }
        }
        street.awaitWhole();
    }

    private static void healthy(TodayStreet street, Trial trial) throws Exception {
        List<TodayRow> rows =
                Arrays.stream(TodayWay.values()).map(TodayRow::new).toList();
        TodayUsage before = rest(street, trial);
        TodayUsage atRest = before;
        for (int i = 0; i < trial.batches(); i++) {
            for (TodayRow row : turned(rows, i)) {
                TodayUsage used = batch(street, trial, row);
                TodayUsage after = rest(street, trial);
                row.add(used.beyond(before.plus(after)));
                atRest = atRest.plus(after);
                before = after;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d devices in %d processes on %d ports; load %s%n%s%n",
                trial.devices(),
                trial.processes() + 1,
                trial.processes() * trial.ports() + 1,
                load(),
                TodayRow.header());
        for (TodayRow row : rows) {
            System.out.println(row.line(street.counts(row.numbers()), street.devices()));
        }
        TodayUsage second = atRest.perSecond();
        System.out.printf(
                Locale.ROOT,
                "at rest, each second: publisher %.1f ms of CPU, %.1f kB sent, %.1f kB received; all devices %.0f ms of CPU%n",
                second.publisherMillis(),
                second.sent() / 1e3,
                second.received() / 1e3,
                second.deviceMillis());
    }

    /** Every other time the other way round, and each time another one first. */
    static <T> List<T> turned(List<T> rows, int batch) {
        List<T> turned = new ArrayList<>(rows);
        if (batch % 2 == 1) {
            Collections.reverse(turned);
        }
        Collections.rotate(turned, batch / 2);
        return turned;
    }

    private static TodayUsage rest(TodayStreet street, Trial trial) throws Exception {
        TodayUsage begun = street.usage();
        Machine.pause(trial.rest().toMillis());
        return street.usage().minus(begun);
    }

    private static TodayUsage batch(TodayStreet street, Trial trial, TodayRow row) throws Exception {
        TodayUsage begun = street.usage();
        for (int i = 0; i < trial.messages(); i++) {
            TodayStreet.Sent sent = street.send(row.way());
            row.add(sent.number(), TodayTimes.of(sent.begun(), street.arrivals(sent, PATIENCE), street.devices()));
        }
        Machine.pause(trial.rest().toMillis()); // For acknowledgements, repair, last copies.
        return street.usage().minus(begun);
    }

    /** The same with a network between them that takes its time. */
    private static void far(TodayStreet street, Trial trial) throws Exception {
        List<TodayRow> rows =
                Arrays.stream(TodayWay.values()).map(TodayRow::new).toList();
        street.delay(FAR_MILLIS);
        street.awaitWhole();
        for (int i = 0; i < trial.someRuns(); i++) {
            for (TodayRow row : turned(rows, i)) {
                if (row.way() != TodayWay.ONE_BY_ONE || i < trial.slowRuns()) {
                    TodayStreet.Sent sent = street.send(row.way());
                    row.add(
                            sent.number(),
                            TodayTimes.of(sent.begun(), street.arrivals(sent, PATIENCE), street.devices()));
                }
            }
        }
        street.delay(0);
        System.out.printf(
                Locale.ROOT,
                "%n%,d devices, %d ms for each way through the network; load %s%n%s%n",
                street.devices(),
                FAR_MILLIS,
                load(),
                TodayRow.shortHeader());
        rows.forEach(row -> System.out.println(row.shortLine()));
    }

    private static void silent(TodayStreet street, Trial trial) throws Exception {
        List<TodaySilence> rows =
                Arrays.stream(TodayWay.values()).map(TodaySilence::new).toList();
        for (int i = 0; i < trial.someRuns(); i++) {
            for (TodaySilence row : turned(rows, i)) {
                if (row.way() != TodayWay.ONE_BY_ONE || i < trial.slowRuns()) {
                    street.awaitWhole();
                    row.add(silence(street, row.way()));
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d of %,d devices silent, HTTP timeout %,d ms; load %s%n%s%n",
                street.silent(),
                street.devices(),
                TodayPublisher.HTTP_TIMEOUT.toMillis(),
                load(),
                TodaySilence.header());
        rows.forEach(row -> System.out.println(row.line()));
    }

    /** They are silent from before the message until all others have it and the publisher has done its part. */
    private static TodaySilence.Run silence(TodayStreet street, TodayWay way) throws Exception {
        TodayStreet.Sent sent;
        long[] others;
        street.freeze();
        try {
            sent = street.send(way);
            others = street.arrivalsElsewhere(sent, PATIENCE);
        } finally {
            street.thaw();
        }
        TodayTimes times = TodayTimes.of(sent.begun(), others, street.devices() - street.silent());
        double late = street.arrivalsAtSilent(sent, LATE).length;
        return new TodaySilence.Run(
                times.last(), (sent.ended() - sent.begun()) / 1e6, sent.failed(), late / street.silent());
    }

    private static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
