package org.grapevine.cluster.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.shadow.ShadowService;
import org.jspecify.annotations.Nullable;

/** Hands messages to the shadows of one process at an even rate, one shadow after the other, by HTTP as any client. */
final class SoakPublisher implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_UNDER_WAY = 1_000;
    private static final long TICK_MILLIS = 5;

    private final SoakOptions options;
    private final List<Integer> origins;
    private final GossipClient client;
    private final List<GossipEntry> entries = new ArrayList<>();
    private final int[] published; // guarded by this
    private final AtomicInteger underWay = new AtomicInteger();
    private final LongAdder handed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "soak-publisher");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ScheduledFuture<?> ticking;
    private long due; // messages that were due so far; of the clock's thread

    SoakPublisher(SoakOptions options, SoakDevices devices) {
        this.options = options;
        this.origins = devices.numbers();
        this.client = GossipClient.of(devices.host());
        this.published = new int[options.devices()];
        for (ShadowService shadow : devices.shadows()) {
            entries.add(client.entry(shadow.address(), TIMEOUT).join());
        }
    }

    /** Begins now. */
    void start() {
        long started = System.nanoTime();
        ticking = clock.scheduleAtFixedRate(
                () -> {
                    long now = dueAfter((System.nanoTime() - started) / 1e9);
                    for (; due < now; due++) {
                        publish((int) (due % entries.size()));
                    }
                },
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private long dueAfter(double seconds) {
        double rampUp = options.rampUp().toMillis() / 1_000.0;
        double atFullRate = seconds < rampUp ? seconds * seconds / (2 * rampUp) : seconds - rampUp / 2;
        return (long) (atFullRate * options.perOrigin() * origins.size());
    }

    private void publish(int which) {
        if (underWay.get() >= MOST_UNDER_WAY) {
            skipped.increment();
            return;
        }
        int origin = origins.get(which);
        int number;
        synchronized (this) {
            number = published[origin]++;
        }
        handed.increment();
        underWay.incrementAndGet();
        ClientMessage message =
                ClientMessage.of(new SoakMessage(origin, number, SoakDevices.nowMicros()).body(options.bodyBytes()));
        var unused = client.send(List.of(entries.get(which)), message, TIMEOUT)
                .accepted()
                .whenComplete((taken, failure) -> {
                    underWay.decrementAndGet();
                    if (failure != null) {
                        refused.increment();
                    }
                });
    }

    long handed() {
        return handed.sum();
    }

    long refused() {
        return refused.sum();
    }

    long skipped() {
        return skipped.sum();
    }

    /** @throws ExecutionException if it has stopped by itself */
    void requireRunning() throws ExecutionException, InterruptedException {
        ScheduledFuture<?> ticks = ticking;
        if (ticks != null && ticks.isDone() && !ticks.isCancelled()) {
            ticks.get();
        }
    }

    /** How many messages each device has published, by its number; 0 for those of other processes. */
    synchronized int[] published() {
        return published.clone();
    }

    /** Publishes nothing more. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
