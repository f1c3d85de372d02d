package org.grapevine.gossip.driver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.dpws.device.DatagramRecogniser;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.gossip.header.GossipHeader;
import org.jspecify.annotations.Nullable;

/**
 * Recognises further copies of a message without reading them: they are the same octet for octet as the first one, but for
 * {@code wsa:To} and {@code g:Hop}, which relays write in one fixed way. Whatever differs otherwise is read as any other envelope is.
 * Most of the copies that a device gets are such, and reading one takes ten times as long.
 *
 * <p>On the receive thread, but for the routes.
 */
final class KnownCopies implements DatagramRecogniser {

    /** Messages that are remembered; a power of two. */
    private static final int SLOTS = 1_024;

    /** Larger ones are seldom, and would cost memory. */
    private static final int LARGEST = 4_096;

    /** Different lengths of what stands in front of the blocks; each service has few. */
    private static final int LENGTHS = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final @Nullable Known[] slots = new @Nullable Known[SLOTS];
    private final int[] lengths = new int[LENGTHS];
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Map<Object, Object> readings = new ConcurrentHashMap<>(); // those that are equal, as one
    private final LongAdder recognised = new LongAdder();

    /**
     * Where copies go.
     *
     * @param reading equal for all shadows that would read an envelope alike
     */
    private record Route(GossipDriver driver, Object reading) {}

    /** A message, and the octets of the copy that was read. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier inside this class; never compared.
    private record Known(
            byte[] bytes, int start, int prefix, int suffixStart, int suffix, GossipMessage message, Object reading) {}

    /**
     * Sends copies for an address to a driver.
     *
     * @param reading equal for all shadows that would read an envelope alike, whatever it says
     */
    void route(GossipDriver driver, Object reading) {
        Object one = readings.computeIfAbsent(reading, any -> any);
        routes.put(driver.self().value(), new Route(driver, one));
    }

    void unroute(GossipDriver driver) {
        routes.remove(driver.self().value());
        readings.values().removeIf(any -> routes.values().stream().noneMatch(route -> route.reading() == any));
    }

    /** Remembers a copy that a driver has read from a datagram. */
    void learn(GossipDriver driver, Envelope envelope, GossipMessage message) {
        Route route = routes.get(driver.self().value());
        Optional<HeaderBlock> to = envelope.headerBlock(Wsa.TO);
        if (route == null || to.isEmpty() || envelope.length() > LARGEST) {
            return;
        }
        byte[] bytes = envelope.bytes();
        int start = envelope.offset();
        int end = start + envelope.length();
        int prefix = to.get().start() - start;
        Optional<GossipHeader.OwnBlocks> own = GossipHeader.readOwnBlocks(bytes, start + prefix, end);
        // The blocks end the header. Whatever else they might be part of, such as a comment, is not recognised.
        if (own.isEmpty() || own.get().end() != envelope.headerContentEnd()) {
            return;
        }
        int suffix = end - own.get().end();
        slots[slot(hash(bytes, start, prefix))] =
                new Known(bytes, start, prefix, start + envelope.length() - suffix, suffix, message, route.reading());
        rememberLength(prefix);
    }

    private void rememberLength(int prefix) {
        int at = 0;
        while (at < LENGTHS - 1 && lengths[at] != prefix) {
            at++;
        }
        // The one that was met last is looked for first.
        System.arraycopy(lengths, 0, lengths, 1, at);
        lengths[0] = prefix;
    }

    @Override
    public boolean take(byte[] bytes, int offset, int length, InetSocketAddress from) {
        int end = offset + length;
        for (int prefix : lengths) {
            if (prefix > 0 && GossipHeader.mayBeOwnBlocks(bytes, offset + prefix, end)) {
                Known known = slots[slot(hash(bytes, offset, prefix))];
                return known != null && known.prefix() == prefix && take(known, bytes, offset, end);
            }
        }
        return false;
    }

    private boolean take(Known known, byte[] bytes, int offset, int end) {
        int blocks = offset + known.prefix();
        if (!Arrays.equals(bytes, offset, blocks, known.bytes(), known.start(), known.start() + known.prefix())) {
            return false;
        }
        Optional<GossipHeader.OwnBlocks> own = GossipHeader.readOwnBlocks(bytes, blocks, end);
        if (own.isEmpty() || end - own.get().end() != known.suffix()) {
            return false;
        }
        int suffixEnd = known.suffixStart() + known.suffix();
        if (!Arrays.equals(bytes, own.get().end(), end, known.bytes(), known.suffixStart(), suffixEnd)) {
            return false;
        }
        Route route = routes.get(own.get().to().value());
        if (route == null || route.reading() != known.reading()) {
            return false;
        }
        recognised.increment();
        GossipHeader.Arrival arrival = own.get().arrival();
        route.driver().tell(new GossipEvent.Received(arrival.from(), arrival.hop(), known.message()));
        return true;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 40) & (SLOTS - 1);
    }

    /** No two messages need to have different ones, and whoever makes them equal only slows itself down. */
    private static long hash(byte[] bytes, int start, int length) {
        long hash = length;
        int at = start;
        for (; at + 8 <= start + length; at += 8) {
            hash = (hash ^ (long) LONGS.get(bytes, at)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        for (; at < start + length; at++) {
            hash = (hash ^ bytes[at]) * 0x9E3779B97F4A7C15L;
        }
        return hash ^ (hash >>> 32);
    }

    /** Copies that did not have to be read. */
    long recognised() {
        return recognised.sum();
    }
}
