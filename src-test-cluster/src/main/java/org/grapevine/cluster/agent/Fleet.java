package org.grapevine.cluster.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.grapevine.cluster.plan.DeviceChange;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Scenario;

/**
 * The devices of one agent. They start on several threads at first; what happens to them later does so one after the other, on one
 * thread. Any thread.
 */
final class Fleet implements AutoCloseable {

    /** A device that is up. */
    record Member(Device device, ClusterDevice service, ShadowService shadow) {}

    private static final long PATIENCE_MILLIS = 5_000;
    private static final long AGAIN_MILLIS = 100;

    private final long run;
    private final DeviceHost host;
    private final GossipExtension gossip;
    private final RunClock clock;
    private final Recorder recorder;
    private final DeviceAddress addresses;
    private final List<List<String>> scopes = new ArrayList<>();
    private final Map<Member, CompletableFuture<GossipStats>> before = new ConcurrentHashMap<>();
    private final Map<Integer, Member> up = new ConcurrentHashMap<>();
    private final ExecutorService changes = Executors.newSingleThreadExecutor(task -> daemon(task, "cluster-changes"));

    Fleet(
            long run,
            Scenario scenario,
            DeviceHost host,
            GossipExtension gossip,
            RunClock clock,
            Recorder recorder,
            DeviceAddress addresses) {
        this.run = run;
        this.host = host;
        this.gossip = gossip;
        this.clock = clock;
        this.recorder = recorder;
        this.addresses = addresses;
        Layout layout = new Layout(scenario);
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < layout.segments(); i++) {
            segments.add(ScenarioPolicy.scope(layout, i));
        }
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                List<String> in = new ArrayList<>();
                for (int segment : layout.segmentsOf(group, i)) {
                    in.add(segments.get(segment));
                }
                scopes.add(List.copyOf(in));
            }
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts these devices, on as many threads as there are cores; fails with the reason if one cannot start. */
    CompletableFuture<Void> startAll(List<Integer> devices) {
        ExecutorService starters = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(), task -> daemon(task, "cluster-starter"));
        CompletableFuture<?>[] starting = devices.stream()
                .map(device -> CompletableFuture.runAsync(() -> start(device), starters))
                .toArray(CompletableFuture<?>[]::new);
        starters.shutdown();
        return CompletableFuture.allOf(starting);
    }

    /** Carries out a change soon, after all that were asked for before. */
    void change(DeviceChange change) {
        changes.execute(() -> carryOut(change));
    }

    private void carryOut(DeviceChange change) {
        if (change instanceof DeviceChange.Start) {
            if (!up.containsKey(change.device())) {
                start(change.device());
            }
        } else if (change instanceof DeviceChange.Slow slow) {
            member(slow.device()).ifPresent(member -> member.service().be(slow));
        } else if (change instanceof DeviceChange.Recover) {
            member(change.device()).ifPresent(member -> member.service().be(null));
        } else {
            stop(change.device(), change instanceof DeviceChange.Leave);
        }
    }

    private void start(int device) {
        ClusterDevice service = new ClusterDevice(device, run, clock, recorder);
        if (clock.hasBegun()) {
            recorder.add(new Entry.Started(now(), device));
        }
        Device started = Device.named("Device " + device)
                .types(ScenarioPolicy.DEVICE_TYPE)
                .scopes(scopes.get(device))
                .endpoint(addresses.of(device))
                .host(service)
                .start(host);
        up.put(device, new Member(started, service, shadow(started)));
    }

    private ShadowService shadow(Device device) {
        return gossip.shadowOf(device)
                .orElseThrow(() -> new IllegalStateException(device.name() + ": no shadow (expected: one)"));
    }

    private void stop(int device, boolean bye) {
        Member member = up.remove(device);
        if (member == null) {
            return;
        }
        recorder.add(new Entry.Stopped(now(), device, bye));
        member.service().die();
        if (bye) {
            CompletableFuture<Void> unused = member.device().stop();
        } else {
            member.device().crash();
        }
    }

    private long now() {
        return Math.max(0, clock.micros());
    }

    /** Says of those that are up that they are, once the run has begun. */
    void recordStarts() {
        up.keySet().stream().sorted().forEach(device -> recorder.add(new Entry.Started(now(), device)));
    }

    Optional<Member> member(int device) {
        return Optional.ofNullable(up.get(device));
    }

    Map<Integer, Member> up() {
        return new HashMap<>(up);
    }

    /** What engines have done until now is not of this run. */
    void countFromNow() {
        up().values().forEach(member -> before.put(member, stats(member)));
    }

    private static CompletableFuture<GossipStats> stats(Member member) {
        return member.shadow().driver().stats();
    }

    /**
     * What the engines of those that are up have done in this run. One whose event loop is full is asked again, for
     * {@value #PATIENCE_MILLIS} ms; then it is unknown.
     */
    CompletableFuture<List<DeviceCounts>> counts() {
        List<CompletableFuture<DeviceCounts>> asked = up().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> counts(entry.getKey(), entry.getValue()))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).collect(Collectors.toList()));
    }

    private CompletableFuture<DeviceCounts> counts(int device, Member member) {
        CompletableFuture<GossipStats> start =
                before.getOrDefault(member, CompletableFuture.completedFuture(GossipStats.NONE));
        return patiently(() -> stats(member), PATIENCE_MILLIS)
                .thenCombine(start, (end, begun) -> counts(device, begun, end))
                .completeOnTimeout(DeviceCounts.unknown(device), 2 * PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(busy -> DeviceCounts.unknown(device));
    }

    /** Asks until there is an answer, or the time is over. */
    static <T> CompletableFuture<T> patiently(Supplier<CompletableFuture<T>> question, long leftMillis) {
        CompletableFuture<T> answer = question.get();
        return leftMillis < AGAIN_MILLIS
                ? answer
                : answer.exceptionallyCompose(busy -> new CompletableFuture<Void>()
                        .completeOnTimeout(null, AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                        .thenCompose(over -> patiently(question, leftMillis - AGAIN_MILLIS)));
    }

    static DeviceCounts counts(int device, GossipStats begun, GossipStats end) {
        long controls = end.controlsSent() - begun.controlsSent();
        return new DeviceCounts(
                device, end.forwarded() - begun.forwarded() + controls, controls, dropped(end) - dropped(begun));
    }

    private static long dropped(GossipStats stats) {
        return stats.dropped().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Carries out no change any more; the devices stop with their host. */
    @Override
    public void close() {
        changes.shutdownNow();
    }
}
