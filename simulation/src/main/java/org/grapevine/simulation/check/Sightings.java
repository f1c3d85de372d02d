package org.grapevine.simulation.check;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.SimulatedPayload;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * What checkers have in common: how each device came to know each message, and what the event under way is an answer to. Stands
 * before them among the observers of a run, so that they find its state up to date.
 *
 * <p>One table of four longs for each pair of message and device, with open addressing, since a run may have many millions.
 */
final class Sightings implements Observer {

    /** {@link #from} where a message was published. */
    static final int HERE = -1;

    /** {@link #from} where a device holds a message whose arrival was not seen as such: the service took it later. */
    static final int UNKNOWN = -2;

    /** What an engine has been told last. What it does for a timer or an answer of the application comes without one. */
    enum Cause {
        NONE,
        PUBLISHED,
        COPY,
        ORDER
    }

    private static final int STRIDE = 4;

    /** Beside the incarnation: the parent is not the first one. A device changes over once at the most. */
    private static final long CHANGED_OVER = 1L << 63;

    private static final int NO_SEGMENT = 0xFF;
    private static final long SLACK_MICROS = 60_000_000;

    private @Nullable World world;
    private long nowMicros;

    private long[] table = new long[STRIDE << 10];
    private int slots = 1 << 10;
    private int used;

    private @Nullable GossipMessage[] messages = new @Nullable GossipMessage[16];
    private long[] publishedAt = new long[16];
    private final BitSet seenByTwoIncarnations = new BitSet();

    private Cause cause = Cause.NONE;
    private @Nullable Device causeAt;
    private @Nullable Transit causeTransit;
    private long causeMicros;
    private int causeMessage;
    private long causes;
    private boolean sighted;
    private boolean fresh;

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        int number = number(message);
        if (number >= 0) {
            if (number >= messages.length) {
                int length = Math.max(number + 1, 2 * messages.length);
                messages = Arrays.copyOf(messages, length);
                publishedAt = Arrays.copyOf(publishedAt, length);
            }
            messages[number] = message;
            publishedAt[number] = now;
        }
        caused(now, Cause.PUBLISHED, at, null, number);
        sight(now, number, at);
    }

    @Override
    public void arrived(long now, Transit transit) {
        if (transit instanceof Transit.Copy copy) {
            int message = number(copy.message());
            changeOver(message, copy);
            caused(now, Cause.COPY, transit.to(), transit, message);
            boolean heldBack = transit.to().refusesMessages()
                    || copy.message().parameters().order() != null;
            if (heldBack && !isRequest(message) && isAcceptable(now, copy)) {
                sight(now, message, transit.to()); // And perhaps not sent on: nothing else would show it.
            }
        } else {
            caused(now, Cause.ORDER, transit.to(), transit, -1);
        }
    }

    /** Whoever asks in the place of a device's first parent is its parent from now on. */
    private void changeOver(int message, Transit.Copy copy) {
        PeerAddress lost = copy.hop().insteadOf();
        World current = world;
        int slot = find(message, copy.to());
        if (current != null
                && lost != null
                && slot >= 0
                && from(slot) >= 0
                && from(slot) == current.device(lost).index()
                && table[slot + 1] >= 0) {
            table[slot + 1] = CHANGED_OVER
                    | (table[slot + 1] & 0xFFFFFFFF_00000000L)
                    | copy.from().index();
        }
    }

    private boolean isAcceptable(long now, Transit.Copy copy) {
        World current = world;
        if (current == null) {
            return false;
        }
        GossipParameters parameters = copy.message().parameters();
        long allowed = current.scenario().config().allowedClockErrorMillis();
        long clock = copy.to().clockMillis(now);
        return clock < parameters.expiresAtMillis() + allowed && parameters.originTimeMillis() <= clock + allowed;
    }

    private void caused(long now, Cause what, Device at, @Nullable Transit transit, int message) {
        nowMicros = now;
        cause = what;
        causeAt = at;
        causeTransit = transit;
        causeMicros = now;
        causeMessage = message;
        causes++;
        sighted = false;
        fresh = false;
    }

    @Override
    public void sent(long now, Transit transit) {
        nowMicros = now;
        if (transit instanceof Transit.Copy copy) {
            sight(now, number(copy.message()), transit.from());
        } else if (transit instanceof Transit.Order order && order.control() instanceof Control.Accept accept) {
            sight(now, number(accept.request()), transit.from());
        }
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        nowMicros = now;
        int number = number(message);
        sight(now, number, device);
        int slot = find(number, device);
        if (slot < 0) {
            if (number >= 0 && table[lookup(number, device.index())] != 0) {
                seenByTwoIncarnations.set(number);
            }
            slot = write(number, device, UNKNOWN, NO_SEGMENT, 0, 0, 0);
        }
        int deliveries = deliveries(slot);
        if (deliveries == 0) {
            table[slot + 3] = (table[slot + 3] & 0xFFFFFFFF_00000000L) | (now / 1_000);
        }
        if (deliveries < 15) {
            table[slot + 2] += 1;
        }
    }

    /**
     * A device knows a message from now on if, on the arrival of a copy or at its publication, it delivers it, sends it on or
     * accepts to answer it.
     */
    private void sight(long now, int message, Device device) {
        if (sighted || message < 0 || message != causeMessage || device != causeAt || now != causeMicros) {
            return;
        }
        sighted = true;
        int slot = lookup(message, device.index());
        boolean known = table[slot] != 0 && incarnation(slot) == device.incarnation();
        if (known) {
            return;
        }
        if (table[slot] != 0) {
            seenByTwoIncarnations.set(message);
        }
        fresh = true;
        if (causeTransit instanceof Transit.Copy copy) {
            write(
                    message,
                    device,
                    copy.from().index(),
                    position(device, copy.hop().segment()),
                    copy.hop().left(),
                    copy.hop().hop(),
                    copy.hop().budgetMillis());
        } else {
            GossipMessage published = message(message);
            ReplyTerms terms = published == null ? null : published.parameters().replies();
            write(message, device, HERE, NO_SEGMENT, 0, 0, terms == null ? 0 : terms.timeoutMillis());
        }
    }

    boolean isRequest(int number) {
        GossipMessage message = message(number);
        return message != null && message.parameters().replies() != null;
    }

    // What the event under way is an answer to.

    /** Counts what engines have been told, so that the end of one's answers can be seen. */
    long causes() {
        return causes;
    }

    /** True if the device does what it does now because it has seen this message for the first time. */
    boolean isFirstSight(long now, int message, Device device) {
        return fresh && message == causeMessage && device == causeAt && now == causeMicros;
    }

    /** The arrival to which the device may answer at present; null for none. */
    @Nullable
    Transit arrival(long now, Device device) {
        return device == causeAt && now == causeMicros && (cause == Cause.COPY || cause == Cause.ORDER)
                ? causeTransit
                : null;
    }

    // Messages

    /** Running number of a message, -1 for one that nobody published. */
    int number(GossipMessage message) {
        return message.payload() instanceof SimulatedPayload payload ? payload.index() : number(message.id());
    }

    int number(MessageId id) {
        World current = world;
        return current == null ? -1 : current.indexOf(id);
    }

    /** Null for a number that stands for no gossiped message. */
    @Nullable
    GossipMessage message(int number) {
        return number >= 0 && number < messages.length ? messages[number] : null;
    }

    /** µs of virtual time. */
    long publishedAtMicros(int number) {
        return publishedAt[number];
    }

    /**
     * True if no device may act on the message any longer, whatever its clock shows: what is left of it in the table may go.
     */
    boolean isOver(int number, long now) {
        GossipMessage message = message(number);
        World current = world;
        if (message == null || current == null) {
            return message == null;
        }
        ReplyTerms terms = message.parameters().replies();
        long millis = message.parameters().lifetimeMillis()
                + current.scenario().config().allowedClockErrorMillis()
                + 2 * current.scenario().clockErrorMillis()
                + (terms == null ? 0 : terms.timeoutMillis());
        return now > publishedAt[number] + millis * 1_000 + SLACK_MICROS;
    }

    /** True if a device restarted and saw the message again: it has forgotten that it answered, and may answer again. */
    boolean isSeenByTwoIncarnations(int number) {
        return seenByTwoIncarnations.get(number);
    }

    // What a device knows of a message. A slot is valid until the next event.

    /** Where it stands in the table that the device, as it runs now, knows the message; -1 if it does not. */
    int find(int message, Device device) {
        if (message < 0) {
            return -1;
        }
        int slot = lookup(message, device.index());
        return table[slot] != 0 && incarnation(slot) == device.incarnation() ? slot : -1;
    }

    /** Index of the sender of the first copy, or {@link #HERE} or {@link #UNKNOWN}. */
    int from(int slot) {
        return (int) table[slot + 1];
    }

    /** True if the first copy came through the device's segment of that position. */
    boolean isThrough(int slot, int segment) {
        return ((table[slot + 2] >>> 56) & 0xFF) == segment;
    }

    int left(int slot) {
        return (int) (table[slot + 2] >>> 42) & 0x3FFF;
    }

    int hop(int slot) {
        return (int) (table[slot + 2] >>> 28) & 0x3FFF;
    }

    /** What the first copy brought, or the timeout where it was published, ms. */
    long budgetMillis(int slot) {
        return (table[slot + 2] >>> 4) & 0xFFFFFF;
    }

    /** Up to 15. */
    int deliveries(int slot) {
        return (int) table[slot + 2] & 0xF;
    }

    /** Virtual time, ms. */
    long seenAtMillis(int slot) {
        return table[slot + 3] >>> 32;
    }

    /** Virtual time, ms; meaningless before the first delivery. */
    long deliveredAtMillis(int slot) {
        return table[slot + 3] & 0xFFFFFFFFL;
    }

    private int incarnation(int slot) {
        return (int) (table[slot + 1] >>> 32) & Integer.MAX_VALUE;
    }

    /** Position of a segment among the device's own, -1 if it is none of them. */
    static int position(Device device, Segment segment) {
        List<Segment> segments = device.segments();
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).equals(segment)) {
                return i;
            }
        }
        return -1;
    }

    private static long key(int message, int device) {
        // Above 0, which marks an empty place.
        return (message + 1L) << 32 | device;
    }

    /** The slot of the pair, or the empty one in which it would stand. */
    private int lookup(int message, int device) {
        long key = key(message, device);
        int mask = slots - 1;
        int place = (int) SeededRandom.mix(key) & mask;
        while (table[place * STRIDE] != 0 && table[place * STRIDE] != key) {
            place = (place + 1) & mask;
        }
        return place * STRIDE;
    }

    private int write(int message, Device device, int from, int segment, int left, int hop, long budgetMillis) {
        int slot = lookup(message, device.index());
        if (table[slot] == 0) {
            if (used >= slots / 4 * 3) {
                grow();
                slot = lookup(message, device.index());
            }
            used++;
        }
        table[slot] = key(message, device.index());
        table[slot + 1] = (long) device.incarnation() << 32 | (from & 0xFFFFFFFFL);
        table[slot + 2] =
                (long) (segment & 0xFF) << 56 | (long) left << 42 | (long) hop << 28 | (budgetMillis & 0xFFFFFF) << 4;
        table[slot + 3] = (nowMicros / 1_000) << 32;
        return slot;
    }

    /** Drops what is over, and doubles the table if that does not make enough room. */
    private void grow() {
        long[] old = table;
        int kept = 0;
        for (int slot = 0; slot < old.length; slot += STRIDE) {
            if (old[slot] != 0 && isOver((int) (old[slot] >>> 32) - 1, nowMicros)) {
                old[slot] = 0;
            } else if (old[slot] != 0) {
                kept++;
            }
        }
        while (kept >= slots / 2) {
            slots *= 2;
        }
        table = new long[Math.multiplyExact(slots, STRIDE)];
        used = kept;
        for (int slot = 0; slot < old.length; slot += STRIDE) {
            if (old[slot] != 0) {
                int to = lookup((int) (old[slot] >>> 32) - 1, (int) old[slot]);
                System.arraycopy(old, slot, table, to, STRIDE);
            }
        }
    }
}
