package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * The network that a host finds itself in, as somebody wants it to be: how much is lost, doubled, late or out of order, and who is
 * cut off. May be changed at any time by any thread, and by several faults at once: each method sets its own condition and leaves
 * the others. Begins as a network without faults.
 *
 * <p>Every draw comes from one generator, so that the same seed and the same order of sends give the same faults. A request by HTTP
 * is late by the latency and the delay twice, on its way out and back; loss, duplication and reordering are nothing to it, since TCP
 * mends them. What is cut off is so in both directions for datagrams, and for requests that leave.
 *
 * <pre>{@code
 * NetworkConditions network = new NetworkConditions(42).loss(0.1).delay(20_000, 5_000);
 * DeviceHost host = DeviceHost.start(settings.withFaults(network));
 * network.cutOff(peer -> peer.getPort() == 40_001);
 * network.heal();
 * }</pre>
 */
public final class NetworkConditions implements TransportFaults {

    /** Longest delay of each kind: a day, µs. */
    public static final long MAX_MICROS = 86_400_000_000L;

    private record Reordering(double share, long byMicros) {}

    private record Delay(long micros, long spreadMicros) {}

    private volatile double loss;
    private volatile double duplication;
    private volatile Reordering reordering = new Reordering(0, 0);
    private volatile Delay delay = new Delay(0, 0);
    private volatile ToLongFunction<RandomGenerator> latency = random -> 0;
    private volatile Predicate<InetSocketAddress> cutOff = NetworkConditions::nobody;

    private final RandomGenerator random; // guarded by itself

    private final LongAdder lost = new LongAdder();
    private final LongAdder doubled = new LongAdder();
    private final LongAdder reordered = new LongAdder();
    private final LongAdder heldBack = new LongAdder();
    private final LongAdder cut = new LongAdder();
    private final LongAdder cutArrivals = new LongAdder();
    private final LongAdder cutRequests = new LongAdder();
    private final LongAdder lateRequests = new LongAdder();

    /**
     * What was done so far.
     *
     * @param lost datagrams that were drawn to be lost
     * @param doubled datagrams that were sent twice
     * @param reordered datagrams that were held back so that later ones overtake them
     * @param heldBack copies that did not leave at once, for whatever reason, those reordered included
     * @param cut datagrams that were to leave for somebody cut off
     * @param cutArrivals datagrams that came from somebody cut off
     * @param cutRequests requests by HTTP to somebody cut off
     * @param lateRequests requests by HTTP that were held back
     */
    public record Counters(
            long lost,
            long doubled,
            long reordered,
            long heldBack,
            long cut,
            long cutArrivals,
            long cutRequests,
            long lateRequests) {}

    /** @param seed of all draws */
    public NetworkConditions(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Loss and duplication alone; shares as in {@link #loss} and {@link #duplication}. */
    public static NetworkConditions lossy(double loss, double duplication, long seed) {
        return new NetworkConditions(seed).loss(loss).duplication(duplication);
    }

    /**
     * Loses datagrams.
     *
     * @param share of them that are silently not sent, 0..1
     */
    public NetworkConditions loss(double share) {
        requireShare("loss", share);
        loss = share;
        return this;
    }

    /**
     * Sends datagrams twice.
     *
     * @param share of those that are not lost, 0..1; each copy has a latency of its own
     */
    public NetworkConditions duplication(double share) {
        requireShare("duplication", share);
        duplication = share;
        return this;
    }

    /**
     * Lets later datagrams overtake some.
     *
     * @param share of copies that are held back, 0..1
     * @param byMicros how long, on top of latency and delay, µs
     */
    public NetworkConditions reordering(double share, long byMicros) {
        requireShare("reordering", share);
        requireMicros("reordering.by", byMicros);
        reordering = new Reordering(share, byMicros);
        return this;
    }

    /**
     * Makes everything late.
     *
     * @param micros at least, µs
     * @param spreadMicros and up to so much more, drawn uniformly, µs
     */
    public NetworkConditions delay(long micros, long spreadMicros) {
        requireMicros("delay", micros);
        requireMicros("delay.spread", spreadMicros);
        delay = new Delay(micros, spreadMicros);
        return this;
    }

    /**
     * Gives the link a latency, to which a {@link #delay} adds.
     *
     * @param micros draws that of one copy, µs; must draw from the given generator only, is called by one thread at a time, and
     *     what it gives is cut to 0..{@value #MAX_MICROS}
     */
    public NetworkConditions latency(ToLongFunction<RandomGenerator> micros) {
        latency = micros;
        return this;
    }

    /**
     * Cuts off these peers, and nobody else any more.
     *
     * @param peers addresses and ports; of a host the one of its datagrams and the one of its HTTP, which may differ
     */
    public NetworkConditions cutOff(Collection<InetSocketAddress> peers) {
        Set<InetSocketAddress> those = new HashSet<>();
        // A scope id or a host name would make one address look like two.
        peers.forEach(peer -> those.add(plain(peer)));
        return cutOff(peer -> those.contains(plain(peer)));
    }

    /**
     * Cuts off whom this says, and nobody else any more.
     *
     * @param peers asked for every datagram and request, by any thread
     */
    public NetworkConditions cutOff(Predicate<InetSocketAddress> peers) {
        cutOff = peers;
        return this;
    }

    /** Cuts off nobody any more; all else stays. */
    public NetworkConditions heal() {
        return cutOff(NetworkConditions::nobody);
    }

    private static boolean nobody(InetSocketAddress peer) {
        return false;
    }

    private static InetSocketAddress plain(InetSocketAddress peer) {
        return peer.isUnresolved()
                ? peer
                : InetSocketAddress.createUnresolved(AddressText.of(peer.getAddress()), peer.getPort());
    }

    @Override
    public DatagramFate leaving(InetSocketAddress to, int bytes) {
        if (cutOff.test(to)) {
            cut.increment();
            return DatagramFate.LOST;
        }
        synchronized (random) {
            if (isDrawn(loss)) {
                lost.increment();
                return DatagramFate.LOST;
            }
            boolean twice = isDrawn(duplication);
            long first = copyMicros();
            if (!twice) {
                return first == 0 ? DatagramFate.SENT : DatagramFate.after(first);
            }
            doubled.increment();
            return DatagramFate.after(first, copyMicros());
        }
    }

    // With the generator

    private boolean isDrawn(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    private long copyMicros() {
        long micros = wayMicros();
        Reordering now = reordering;
        if (isDrawn(now.share)) {
            reordered.increment();
            micros += now.byMicros;
        }
        if (micros > 0) {
            heldBack.increment();
        }
        return micros;
    }

    private long wayMicros() {
        Delay now = delay;
        long ofLink = Math.max(0, Math.min(MAX_MICROS, latency.applyAsLong(random)));
        long more = now.spreadMicros == 0 ? 0 : random.nextLong(now.spreadMicros + 1);
        return ofLink + now.micros + more;
    }

    @Override
    public boolean admits(InetSocketAddress from, boolean multicast) {
        if (cutOff.test(from)) {
            cutArrivals.increment();
            return false;
        }
        return true;
    }

    @Override
    public RequestFate requesting(InetSocketAddress to) {
        if (cutOff.test(to)) {
            cutRequests.increment();
            return RequestFate.CUT;
        }
        long out;
        long back;
        synchronized (random) {
            out = wayMicros();
            back = wayMicros();
        }
        if (out == 0 && back == 0) {
            return RequestFate.SENT;
        }
        lateRequests.increment();
        return new RequestFate(false, out, back);
    }

    /** A snapshot; numbers of datagrams under way meanwhile may differ by one. */
    public Counters counters() {
        return new Counters(
                lost.sum(),
                doubled.sum(),
                reordered.sum(),
                heldBack.sum(),
                cut.sum(),
                cutArrivals.sum(),
                cutRequests.sum(),
                lateRequests.sum());
    }

    private static void requireShare(String name, double share) {
        Arguments.require(share >= 0 && share <= 1, "%s: %s (expected: 0..1)", name, share);
    }

    private static void requireMicros(String name, long micros) {
        Arguments.require(micros >= 0 && micros <= MAX_MICROS, "%s: %s µs (expected: 0..24 h)", name, micros);
    }
}
