package org.grapevine.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A publisher in a process of its own, and devices in some others, one of which can be stopped. What is asked for here is done there;
 * the clock is {@link System#nanoTime}, which on Linux is the same for all processes.
 */
final class TodayStreet implements AutoCloseable {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(10);

    /** So many messages in a row must reach everybody before the devices have found each other. */
    private static final int WHOLE_IN_A_ROW = 3;

    private final int devices;
    private final int silent;
    private final List<ChildJvm> children = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final ChildJvm publisher;
    private long number;

    /** Devices of one process. */
    private record Group(ChildJvm child, int devices) {}

    /**
     * Starts everybody.
     *
     * @param processes of the devices that go on
     * @param ports of each of them; those that can be stopped have one
     * @param silent how many devices can be stopped, fewer than all
     */
    TodayStreet(int devices, int processes, int ports, int silent) throws Exception {
        this.devices = devices;
        this.silent = silent;
        LoopbackNet net = LoopbackNet.open();
        String port = Integer.toString(net.group().getPort());
        try {
            this.publisher = started(ChildJvm.of(TodayPublisher.class, port));
            start(port, 0, silent, 1);
            int going = devices - silent;
            for (int i = 0; i < processes; i++) {
                int from = silent + going * i / processes;
                start(port, from, silent + going * (i + 1) / processes - from, ports);
            }
            tellAddresses();
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    private ChildJvm started(ChildJvm child) {
        children.add(child);
        return child;
    }

    private void start(String port, int from, int count, int ports) throws IOException {
        groups.add(new Group(
                started(ChildJvm.of(
                        TodayDevices.class,
                        port,
                        Integer.toString(from),
                        Integer.toString(count),
                        Integer.toString(ports))),
                count));
    }

    /** The devices that can be stopped stand anywhere among the others. */
    private void tellAddresses() throws IOException {
        List<String> addresses = new ArrayList<>();
        String events = publisher.ask("events").get(0);
        for (Group group : groups) {
            addresses.addAll(group.child().ask("addresses"));
            group.child().ask("subscribe", events);
        }
        Collections.shuffle(addresses, new Random(1));
        addresses.add(0, "devices");
        publisher.ask(addresses.toArray(String[]::new));
    }

    int devices() {
        return devices;
    }

    /** Devices that can be stopped. */
    int silent() {
        return silent;
    }

    /**
     * A message that was sent.
     *
     * @param begun when the publisher was told, ns
     * @param ended when it had done its part: all calls answered or failed, or the message handed over
     * @param failed calls that failed
     */
    record Sent(long number, long begun, long ended, int failed) {}

    Sent send(TodayWay way) throws IOException {
        number++;
        List<String> answer = publisher.ask("send", way.name(), Long.toString(number));
        return new Sent(
                number, Long.parseLong(answer.get(0)), Long.parseLong(answer.get(1)), Integer.parseInt(answer.get(2)));
    }

    /** When a message came to each device, the earliest first, ns. */
    long[] arrivals(Sent sent, Duration patience) throws IOException {
        return arrivals(sent, patience, groups);
    }

    /** The same for those that are never stopped. */
    long[] arrivalsElsewhere(Sent sent, Duration patience) throws IOException {
        return arrivals(sent, patience, groups.subList(1, groups.size()));
    }

    /** The same for those that can be stopped. */
    long[] arrivalsAtSilent(Sent sent, Duration patience) throws IOException {
        return arrivals(sent, patience, groups.subList(0, 1));
    }

    private static long[] arrivals(Sent sent, Duration patience, List<Group> asked) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> nanos = new ArrayList<>();
        for (Group group : asked) {
            long left = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
            nanos.addAll(group.child()
                    .ask(
                            "await",
                            Long.toString(sent.number()),
                            Integer.toString(group.devices()),
                            Long.toString(left)));
        }
        long[] sorted = nanos.stream().mapToLong(Long::parseLong).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** How often devices have had these messages. */
    TodayArrivals.Counts counts(List<Long> numbers) throws IOException {
        List<String> words = new ArrayList<>(List.of("counts"));
        numbers.forEach(each -> words.add(Long.toString(each)));
        TodayArrivals.Counts sum = new TodayArrivals.Counts(0, 0);
        for (Group group : groups) {
            List<String> answer = group.child().ask(words.toArray(String[]::new));
            sum = sum.plus(new TodayArrivals.Counts(Long.parseLong(answer.get(0)), Long.parseLong(answer.get(1))));
        }
        return sum;
    }

    /** So far. */
    TodayUsage usage() throws IOException {
        List<String> datagrams = publisher.ask("datagrams");
        ChildJvm.Streamed streamed = publisher.streamed();
        return new TodayUsage(
                System.nanoTime(),
                publisher.cpuMillis(),
                groups.stream().mapToLong(group -> group.child().cpuMillis()).sum(),
                streamed.written() + Long.parseLong(datagrams.get(0)),
                streamed.read() + Long.parseLong(datagrams.get(1)));
    }

    /** Stops those that can be stopped; whoever sends to them hears nothing. */
    void freeze() throws IOException, InterruptedException {
        groups.get(0).child().freeze();
    }

    /** Ends {@link #freeze}. */
    void thaw() throws IOException, InterruptedException {
        groups.get(0).child().thaw();
    }

    /** From now on every datagram is late by that, and every request, and its answer again. */
    void delay(long millis) throws IOException {
        publisher.ask("delay", Long.toString(millis));
        for (Group group : groups) {
            group.child().ask("delay", Long.toString(millis));
        }
    }

    /** Until gossip reaches everybody. */
    void awaitWhole() throws IOException {
        long end = System.nanoTime() + LONG.toNanos();
        int whole = 0;
        int reached = 0;
        while (whole < WHOLE_IN_A_ROW) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("devices: " + reached + " reached (expected: " + devices + ")");
            }
            reached = arrivals(send(TodayWay.EAGER), WHOLE_WITHIN).length;
            whole = reached == devices ? whole + 1 : 0;
        }
    }

    @Override
    public void close() throws IOException {
        for (ChildJvm child : children) {
            child.close();
        }
    }
}
