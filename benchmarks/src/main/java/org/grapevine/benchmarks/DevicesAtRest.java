package org.grapevine.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.Probe;

/**
 * Many devices in one JVM: what each takes of the heap while nobody asks it for anything, how many threads they have, and how long it
 * takes to start them all and to find them by one Probe. Real sockets on the loopback interface, and the delays of DPWS 1.1.
 */
public final class DevicesAtRest {

    private static final int FEW = 10;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private DevicesAtRest() {}

    /** What devices have. */
    enum Kind {
        BARE("none"),
        ONE_SERVICE("one lamp each");

        private final String services;

        Kind(String services) {
            this.services = services;
        }

        Device start(DeviceHost host, int number) {
            Device.Builder device = Device.named("Lamp " + number)
                    .types(BenchLamp.DEVICE_TYPE)
                    .scopes("http://example.org/rooms/" + number % 100);
            return (this == BARE ? device : device.host(new BenchLamp.Bulb())).start(host);
        }
    }

    /** Heap of the whole JVM with so many devices, in bytes, and its threads. */
    record Rest(int devices, long heap, int threads) {}

    /**
     * One Probe for all.
     *
     * @param lost datagrams that the kernel dropped in this network namespace from the first start to the end of the window
     */
    record Finding(
            int devices, double startSeconds, double probeSeconds, int found, long lost, int threads, String dropped) {}

    /**
     * Prints both tables.
     *
     * @param args how many devices; 1,000 if none is given
     */
    public static void main(String[] args) throws Exception {
        int devices = args.length == 0 ? 1_000 : Integer.parseInt(args[0]);
        Machine.quiet();
        System.out.println(Machine.line());
        for (Kind kind : Kind.values()) {
            rest(kind, FEW, FEW); // Loads classes, and fills what is kept for ever.
        }
        System.out.printf(
                Locale.ROOT,
                "%n%-14s %8s %12s %16s %8s%n",
                "services",
                "devices",
                "heap kB",
                "kB per device",
                "threads");
        for (Kind kind : Kind.values()) {
            List<Rest> rests = rest(kind, 0, FEW, devices / 2, devices);
            for (Rest rest : rests) {
                System.out.printf(
                        Locale.ROOT,
                        "%-14s %,8d %,12.0f %16s %8d%n",
                        kind.services,
                        rest.devices(),
                        rest.heap() / 1e3,
                        rest.devices() <= FEW
                                ? "-"
                                : String.format(
                                        Locale.ROOT,
                                        "%.1f",
                                        (rest.heap() - rests.get(0).heap()) / 1e3 / rest.devices()),
                        rest.threads());
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%-14s %8s %9s %9s %9s %8s %14s %8s  %s%n",
                "services",
                "devices",
                "start s",
                "probe s",
                "in all s",
                "found",
                "lost datagrams",
                "threads",
                "dropped by the client");
        for (Kind kind : Kind.values()) {
            Finding finding = find(kind, devices, WINDOW);
            System.out.printf(
                    Locale.ROOT,
                    "%-14s %,8d %9.2f %9.2f %9.2f %,8d %14d %8d  %s%n",
                    kind.services,
                    finding.devices(),
                    finding.startSeconds(),
                    finding.probeSeconds(),
                    finding.startSeconds() + finding.probeSeconds(),
                    finding.found(),
                    finding.lost(),
                    finding.threads(),
                    finding.dropped());
        }
    }

    /** The heap with ever more devices on one host, each time after the last Hello is out. */
    static List<Rest> rest(Kind kind, int... sizes) throws Exception {
        List<Rest> rests = new ArrayList<>();
        try (DeviceHost host = DeviceHost.start(LoopbackNet.open().settings(1))) {
            int started = 0;
            for (int size : sizes) {
                while (started < size) {
                    kind.start(host, started++);
                }
                awaitRest(host);
                rests.add(new Rest(size, Machine.heapInUse(), Machine.threads()));
            }
        }
        return rests;
    }

    private static void awaitRest(DeviceHost host) throws Exception {
        // Hellos wait for up to APP_MAX_DELAY, and come again half a second later at most.
        while (host.discovery().loop().counters().pendingTimers() > 0) {
            Machine.pause(50);
        }
        host.discovery().known().get(10, TimeUnit.SECONDS);
    }

    /** Starts all, and asks for them from another host as soon as the last one has started. */
    static Finding find(Kind kind, int devices, Duration window) throws Exception {
        LoopbackNet net = LoopbackNet.open();
        long lost = Machine.datagramsLost();
        try (DeviceHost client = client(net);
                DeviceHost host = DeviceHost.start(net.settings(2))) {
            long began = System.nanoTime();
            for (int i = 0; i < devices; i++) {
                kind.start(host, i);
            }
            long started = System.nanoTime();
            AtomicInteger found = new AtomicInteger();
            AtomicLong last = new AtomicLong(started);
            CountDownLatch all = new CountDownLatch(devices);
            var answers = client.discovery()
                    .probe(Probe.of(List.of(BenchLamp.DEVICE_TYPE), List.of()), window, match -> {
                        found.incrementAndGet();
                        last.set(System.nanoTime());
                        all.countDown();
                    });
            if (!all.await(window.toMillis() + 5_000, TimeUnit.MILLISECONDS)) {
                answers.get(1, TimeUnit.SECONDS);
            }
            int threads = Machine.threads();
            return new Finding(
                    devices,
                    (started - began) / 1e9,
                    (last.get() - started) / 1e9,
                    found.get(),
                    Machine.datagramsLost() - lost,
                    threads,
                    client.discovery().dropped().get(5, TimeUnit.SECONDS).toString());
        }
    }

    private static DeviceHost client(LoopbackNet net) throws IOException {
        HostSettings settings = net.settings(3);
        return DeviceHost.start(settings);
    }
}
