package org.grapevine.peer.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.UniformDraw;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;
import org.grapevine.policy.Binding;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Peer Service of another device, for one that keeps no view itself. An answer is kept for each kind of peers that was asked for,
 * and asked for again when it is missing or older than its maximum age; while the other device is away, the last good answer goes
 * on to be used, and only who never got one is told of the failure.
 *
 * <p>Who follows a segment hears of a random sample that changes with every answer: a peer stays in it for two answers that name it
 * no more, so that half of the sample lasts while the other half is new.
 *
 * <p>Any thread may call; all state lives on one event loop, where listeners are called, too.
 */
public final class RemotePeers implements PeerService, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RemotePeers.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Kinds of peers for which answers are kept. */
    static final int KINDS = 64;

    /** Callers that wait for one answer. */
    static final int WAITING = 256;

    /** Peers of a segment that are asked for at once, of those who want to follow everybody. */
    static final int SAMPLE = 32;

    private static final int LEAST_ASKED = 16;
    private static final long LEAST_PAUSE_MILLIS = 250;
    private static final int MOST_DOUBLINGS = 10;

    /** An answer of which nothing was heard for so long was lost by an overloaded event loop. */
    private static final long LOST_AFTER_MILLIS = 60_000;

    /** A device that has just started again knows nobody: so many empty answers in a row are not believed. */
    static final int EMPTY_ANSWERS = 3;

    private final String name;
    private final PeerSource source;
    private final long maxAgeMillis;
    private final Turns turns;
    private final RandomGenerator random;

    // All below belongs to the event loop.
    private final Map<Kind, Kept> kept = new LinkedHashMap<>(16, 0.75f, true); // the one that was used last at the end
    private final List<Follower> followers = new ArrayList<>();

    private volatile boolean closed;
    private volatile long lastAnswerMillis;
    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cached = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder doubted = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /**
     * What happened so far.
     *
     * @param asked requests to the other device
     * @param failed requests without a good answer
     * @param cached callers that got an answer that was kept, young enough
     * @param stale callers that got an older one, since the other device was away
     * @param doubted empty answers that were not believed, since there were peers before
     * @param evicted kinds of peers that had to make room for others
     * @param refused callers for whom there was no room
     */
    public record Counters(
            long asked, long failed, long cached, long stale, long doubted, long evicted, long refused) {}

    /** An event loop, or a test that plays one. */
    interface Turns {
        /** ms since the epoch. */
        long nowMillis();

        /** Runs it soon; false if there is no room. */
        boolean offer(Runnable task);

        /** Runs it later; false if there is no room. */
        boolean schedule(long delayMillis, Runnable task);
    }

    /** What of a selector the other device has to know. */
    private record Kind(
            QName portType, List<QName> types, List<String> scopes, ScopeRule matchBy, Optional<Binding> binding) {

        Kind(PeerSelector selector) {
            this(selector.portType(), selector.types(), selector.scopes(), selector.matchBy(), selector.binding());
        }

        PeerSelector selector(int count) {
            return new PeerSelector(portType, types, scopes, matchBy, binding, count, Set.of());
        }
    }

    private record Waiting(PeerSelector selector, CompletableFuture<List<Peer>> answer) {}

    /** What is known of one kind. */
    private static final class Kept {
        private List<Peer> peers = List.of();
        private boolean any; // whether there was a good answer ever
        private boolean all;
        private int count; // peers that were asked for
        private long answeredMillis;
        private long askedMillis;
        private boolean pending;
        private long retryMillis;
        private int failures;
        private int empties;
        private final List<Waiting> waiting = new ArrayList<>();
    }

    /** Compared by identity. */
    private final class Follower {
        private final QName portType;
        private final int sample;
        private final PeerListener listener;
        private final List<Sample> samples = new ArrayList<>();
        private volatile boolean ended;

        private Follower(QName portType, int sample, PeerListener listener) {
            this.portType = portType;
            this.sample = sample;
            this.listener = listener;
        }

        private boolean isOver() {
            return ended || closed;
        }

        /** A listener that fails is wrong, but the others are not. */
        private void guarded(Segment segment, Runnable news) {
            if (ended) {
                return;
            }
            try {
                news.run();
            } catch (RuntimeException e) {
                LOG.error("a listener of peers of {} failed in {}", name, segment, e);
            }
        }
    }

    /** What a follower was told of a segment. */
    private static final class Sample {
        private final Segment segment;
        private final Map<String, Peer> told = new LinkedHashMap<>(); // by address
        private Set<String> latest = Set.of();
        private boolean pending;
        private long askedMillis;
        private long dueMillis;
        private int failures;
        private int empties;

        private Sample(Segment segment) {
            this.segment = segment;
        }
    }

    /**
     * Asks nobody yet.
     *
     * @param host whose client and event loops are used
     * @param service its address is an HTTP URL
     * @param maxAge of an answer, at least 1 ms
     */
    public static RemotePeers of(DeviceHost host, EndpointReference service, Duration maxAge) {
        EventLoop loop = host.loops().assign("peers of " + service.address());
        Turns turns = new Turns() {
            @Override
            public long nowMillis() {
                return loop.nowMillis();
            }

            @Override
            public boolean offer(Runnable task) {
                return loop.offer(task);
            }

            @Override
            public boolean schedule(long delayMillis, Runnable task) {
                return loop.schedule(delayMillis, task).isPresent();
            }
        };
        PeerSource source = new PeerServiceClient(host.client(), service, TIMEOUT, turns::nowMillis);
        return new RemotePeers(service.address(), source, maxAge, turns, host.newRandom());
    }

    RemotePeers(String name, PeerSource source, Duration maxAge, Turns turns, RandomGenerator random) {
        this.name = name;
        this.source = source;
        this.maxAgeMillis = maxAge.toMillis();
        if (maxAgeMillis < 1) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: at least 1 ms)");
        }
        this.turns = turns;
        this.random = random;
    }

    public Counters counters() {
        return new Counters(
                asked.sum(), failed.sum(), cached.sum(), stale.sum(), doubted.sum(), evicted.sum(), refused.sum());
    }

    /** When the last good answer came, ms since the epoch; 0 for never. */
    public long lastAnswerMillis() {
        return lastAnswerMillis;
    }

    // Single questions

    /**
     * As {@link PeerService#peers}, of at most {@value Peers1#MAX_COUNT} peers, those that are excluded included. Fails with what the
     * other device or the network said if there never was a good answer.
     */
    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        CompletableFuture<List<Peer>> answer = new CompletableFuture<>();
        if (closed || !turns.offer(() -> find(new Waiting(selector, answer)))) {
            answer.completeExceptionally(rejected(closed ? "closed" : "its event loop is full"));
        }
        return answer;
    }

    private RejectedExecutionException rejected(String why) {
        refused.increment();
        return new RejectedExecutionException("peers of " + name + ": " + why);
    }

    private void find(Waiting caller) {
        if (closed) {
            caller.answer().completeExceptionally(rejected("closed"));
            return;
        }
        Kind kind = new Kind(caller.selector());
        Kept known = kept.get(kind);
        if (known == null) {
            if (kept.size() >= KINDS && !evictOne()) {
                caller.answer().completeExceptionally(rejected("too many kinds of peers are asked for at once"));
                return;
            }
            known = new Kept();
            kept.put(kind, known);
        }
        long now = turns.nowMillis();
        boolean young = known.any && now - known.answeredMillis < maxAgeMillis;
        if (young && suffices(known, caller.selector())) {
            cached.increment();
            give(known, caller);
            return;
        }
        if (known.any && now < known.retryMillis) {
            stale.increment();
            give(known, caller);
            return;
        }
        if (known.waiting.size() >= WAITING) {
            caller.answer().completeExceptionally(rejected("too many wait for the same answer"));
            return;
        }
        known.waiting.add(caller);
        if (!known.pending || now - known.askedMillis > LOST_AFTER_MILLIS) {
            ask(kind, known);
        }
    }

    private boolean evictOne() {
        Iterator<Kept> eldest = kept.values().iterator();
        while (eldest.hasNext()) {
            if (!eldest.next().pending) {
                eldest.remove();
                evicted.increment();
                return true;
            }
        }
        return false;
    }

    private static int needed(PeerSelector selector) {
        return Math.min(Peers1.MAX_COUNT, selector.count() + selector.exclude().size());
    }

    private static boolean suffices(Kept known, PeerSelector selector) {
        return known.all || known.count >= needed(selector);
    }

    private void give(Kept known, Waiting caller) {
        PeerSelector selector = caller.selector();
        List<Peer> fitting = known.peers.stream().filter(selector::accepts).toList();
        caller.answer().complete(UniformDraw.of(fitting, selector.count(), random));
    }

    private void ask(Kind kind, Kept known) {
        int needed = known.waiting.stream()
                .mapToInt(caller -> needed(caller.selector()))
                .max()
                .orElse(1);
        // Some in reserve, so that the next caller need not ask again.
        int count = Math.min(Peers1.MAX_COUNT, Math.max(LEAST_ASKED, 2 * needed));
        known.pending = true;
        known.askedMillis = turns.nowMillis();
        long when = known.askedMillis;
        draw(kind.selector(count), (drawn, failure) -> {
            if (!known.pending || known.askedMillis != when) {
                return; // It counted as lost, and another was sent.
            }
            known.pending = false;
            if (drawn == null) {
                onFailure(known, failure);
            } else {
                onAnswer(known, drawn, count);
            }
            if (!known.waiting.isEmpty()) {
                ask(kind, known);
            }
        });
    }

    private void onAnswer(Kept known, PeerSource.Drawn drawn, int count) {
        known.failures = 0;
        known.retryMillis = 0;
        known.answeredMillis = turns.nowMillis();
        known.empties = drawn.peers().isEmpty() ? known.empties + 1 : 0;
        if (drawn.peers().isEmpty() && !known.peers.isEmpty() && known.empties <= EMPTY_ANSWERS) {
            doubted.increment();
        } else {
            known.peers = drawn.peers();
            known.all = drawn.all();
            known.count = count;
        }
        known.any = true;
        List<Waiting> callers = List.copyOf(known.waiting);
        known.waiting.clear();
        for (Waiting caller : callers) {
            // Who came with a larger wish after the question was sent waits for another one.
            if (needed(caller.selector()) > count && !drawn.all()) {
                known.waiting.add(caller);
            } else {
                give(known, caller);
            }
        }
    }

    private void onFailure(Kept known, Throwable failure) {
        known.retryMillis = turns.nowMillis() + pause(++known.failures);
        List<Waiting> callers = List.copyOf(known.waiting);
        known.waiting.clear();
        for (Waiting caller : callers) {
            if (known.any) {
                stale.increment();
                give(known, caller);
            } else {
                caller.answer().completeExceptionally(failure);
            }
        }
    }

    /** Until a device that did not answer is asked again, ms: longer each time, never longer than an answer may be old. */
    private long pause(int failures) {
        long longest = LEAST_PAUSE_MILLIS << Math.min(failures, MOST_DOUBLINGS);
        return jittered(Math.min(longest, Math.max(LEAST_PAUSE_MILLIS, maxAgeMillis)));
    }

    private long jittered(long most) {
        return most - random.nextLong(most / 2 + 1);
    }

    private interface Then {
        /** @param drawn null if it failed */
        void accept(PeerSource.@Nullable Drawn drawn, Throwable failure);
    }

    private void draw(PeerSelector selector, Then then) {
        asked.increment();
        CompletableFuture<PeerSource.Drawn> unused = source.draw(selector).whenComplete((drawn, failure) -> {
            Runnable take = () -> {
                if (drawn == null) {
                    failed.increment();
                    LOG.debug("peers of {}: {}", name, failure.toString());
                } else {
                    lastAnswerMillis = turns.nowMillis();
                }
                then.accept(drawn, failure);
            };
            // If the loop takes it neither now nor later, the question counts as lost after a while.
            boolean unusedTaken = turns.offer(take) || turns.schedule(LEAST_PAUSE_MILLIS, take);
        });
    }

    // Samples

    /**
     * As {@link PeerService#follow}: a random sample of each segment, of about as many peers as somebody has appetite for, {@value
     * #SAMPLE} at the most of one answer.
     */
    @Override
    public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
        Follower follower = new Follower(portType, Math.min(SAMPLE, appetite.count()), listener);
        segments.forEach(segment -> follower.samples.add(new Sample(segment)));
        boolean taken = !closed
                && turns.offer(() -> {
                    followers.add(follower);
                    follower.samples.forEach(sample -> poll(follower, sample));
                });
        if (!taken) {
            throw rejected(closed ? "closed" : "its event loop is full");
        }
        return () -> {
            follower.ended = true;
            // One that is still there asks no more, and goes with the next one that begins.
            boolean unused = turns.offer(() -> followers.removeIf(Follower::isOver));
        };
    }

    /** Goes on by its own clock, so that an answer that is lost ends nothing. */
    private void poll(Follower follower, Sample sample) {
        if (follower.isOver()) {
            return;
        }
        long now = turns.nowMillis();
        boolean free = !sample.pending || now - sample.askedMillis > LOST_AFTER_MILLIS;
        if (free && now >= sample.dueMillis) {
            sample.pending = true;
            sample.askedMillis = now;
            draw(selector(follower, sample), (drawn, failure) -> {
                sample.pending = false;
                if (!follower.isOver()) {
                    sample.failures = drawn == null ? sample.failures + 1 : 0;
                    sample.dueMillis = turns.nowMillis()
                            + (drawn == null
                                    ? pause(sample.failures)
                                    : Math.max(LEAST_PAUSE_MILLIS, jittered(maxAgeMillis)));
                    if (drawn != null) {
                        onSample(follower, sample, drawn);
                    }
                }
            });
        }
        later(Math.max(LEAST_PAUSE_MILLIS, sample.dueMillis - now), () -> poll(follower, sample));
    }

    private static PeerSelector selector(Follower follower, Sample sample) {
        return new PeerSelector(
                follower.portType,
                List.of(),
                List.of(sample.segment.scope()),
                ScopeRule.STRCMP0,
                Optional.empty(),
                follower.sample,
                Set.of());
    }

    private void later(long millis, Runnable task) {
        if (!turns.schedule(millis, task) && !turns.offer(task)) {
            LOG.warn("peers of {} are not asked for any more: the event loop is full or closed", name);
        }
    }

    private void onSample(Follower follower, Sample sample, PeerSource.Drawn drawn) {
        sample.empties = drawn.peers().isEmpty() ? sample.empties + 1 : 0;
        if (drawn.peers().isEmpty() && !sample.told.isEmpty() && sample.empties <= EMPTY_ANSWERS) {
            doubted.increment();
            return;
        }
        Map<String, Peer> named = new LinkedHashMap<>();
        drawn.peers().forEach(peer -> named.put(peer.address().value(), peer));
        for (Peer before : List.copyOf(sample.told.values())) {
            String address = before.address().value();
            if (!named.containsKey(address) && !sample.latest.contains(address)) {
                sample.told.remove(address);
                tell(follower, sample.segment, before, false);
            }
        }
        named.forEach((address, peer) -> {
            Peer before = sample.told.put(address, peer);
            if (before != null && isSame(before, peer)) {
                return;
            }
            if (before != null) {
                tell(follower, sample.segment, before, false);
            }
            tell(follower, sample.segment, peer, true);
        });
        sample.latest = Set.copyOf(named.keySet());
        if (drawn.size() > 0) {
            follower.guarded(sample.segment, () -> follower.listener.sized(sample.segment, drawn.size()));
        }
    }

    private static boolean isSame(Peer one, Peer other) {
        return one.device().equals(other.device())
                && String.valueOf(one.http()).equals(String.valueOf(other.http()))
                && one.types().equals(other.types())
                && one.scopes().equals(other.scopes());
    }

    private static void tell(Follower follower, Segment segment, Peer peer, boolean joined) {
        follower.guarded(segment, () -> {
            if (joined) {
                follower.listener.joined(segment, peer);
            } else {
                follower.listener.left(segment, peer);
            }
        });
    }

    /** Asks no more and tells nobody any more; who waits is told. Never fails. */
    @Override
    public void close() {
        closed = true;
        boolean unused = turns.offer(() -> {
            followers.clear();
            kept.values().forEach(known -> {
                List<Waiting> callers = List.copyOf(known.waiting);
                known.waiting.clear();
                callers.forEach(caller -> caller.answer().completeExceptionally(rejected("closed")));
            });
            kept.clear();
        });
    }
}
