package org.grapevine.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipAction;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipEvent;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * Membership engines of one segment in virtual time: messages take 1 to 5 ms, none is lost, nobody fails. What is due is kept in one
 * list for each ms, so that the network costs the same for each event however many engines there are. For one thread.
 */
final class MembershipNetwork {

    static final Segment SEGMENT = new Segment("grid:demo-12345/fan/ssc-1");

    /** All but the last 12 digits. */
    private static final String MESSAGE_ID = "urn:uuid:550e8400-e29b-41d4-a716-";

    private static final long START_MILLIS = 1_732_147_200_000L;

    /** Time in which all devices come up, one after the other. */
    private static final int STARTING_MILLIS = 10_000;

    /** The longest timer of an engine has to fit in. */
    private static final int SLOTS = 1 << 18;

    private static final int LONGEST_DELAY = 4;

    private record Due(int engine, MembershipEvent event) {}

    /**
     * What went over the network.
     *
     * @param bytes of envelopes, if messages were encoded
     */
    record Traffic(long messages, long bytes) {}

    private final List<Membership> engines = new ArrayList<>();
    private final Map<PeerAddress, Integer> index = new HashMap<>();
    private final List<PeerEntry> entries = new ArrayList<>();
    private final SeededRandom random;
    private final List<List<Due>> slots;
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());
    private boolean encoding = true;
    private long now;
    private long messages;
    private long bytes;

    MembershipNetwork(MembershipConfig config, int size, long seed) {
        this.random = new SeededRandom(seed);
        this.slots = new ArrayList<>(SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>(0));
        }
        for (int i = 0; i < size; i++) {
            // Of the length that those of devices have.
            PeerAddress address = new PeerAddress(
                    "soap.udp://127.0.0.1:" + (20_000 + i % 40_000) + "/sm-" + i + "/tariff-service/gossip");
            PeerEntry self = new PeerEntry(address, 20_000 + i % 40_000, 0);
            index.put(address, i);
            entries.add(self);
            engines.add(new Membership(config, self, any -> true, SeededRandom.of(seed, i)));
            long starts = (long) i * STARTING_MILLIS / size;
            at(starts, i, new MembershipEvent.Started());
            if (i > 0) {
                at(starts, i, new MembershipEvent.Contacts(List.of(entries.get(random.nextInt(i)))));
            }
        }
    }

    private void at(long time, int engine, MembershipEvent event) {
        if (time - now >= SLOTS) {
            throw new IllegalStateException("delay: " + (time - now) + " ms (expected: below " + SLOTS + ")");
        }
        slots.get((int) (time % SLOTS)).add(new Due(engine, event));
    }

    /**
     * Lets time pass.
     *
     * @param encoded whether each message is written and read as the codec does it; if not, engines share what they tell each other
     * @return what was sent meanwhile
     */
    Traffic run(long millis, boolean encoded) {
        encoding = encoded;
        long messagesBefore = messages;
        long bytesBefore = bytes;
        for (long end = now + millis; now < end; now++) {
            List<Due> due = slots.get((int) (now % SLOTS));
            for (int i = 0; i < due.size(); i++) {
                Due next = due.get(i);
                perform(next.engine(), engines.get(next.engine()).handle(START_MILLIS + now, next.event()));
            }
            slots.set((int) (now % SLOTS), new ArrayList<>(0));
        }
        return new Traffic(messages - messagesBefore, bytes - bytesBefore);
    }

    private void perform(int engine, List<MembershipAction> actions) {
        for (MembershipAction action : actions) {
            if (action instanceof MembershipAction.Send send) {
                send(engine, send.to(), send.message());
            } else if (action instanceof MembershipAction.Schedule schedule) {
                at(now + schedule.delayMillis(), engine, new MembershipEvent.TimerFired(schedule.timer()));
            }
        }
    }

    private void send(int engine, PeerAddress to, PeerMessage message) {
        messages++;
        PeerEntry self = entries.get(engine);
        PeerMessage arrived = message;
        PeerAddress from = self.address();
        if (encoding) {
            String id = MESSAGE_ID + String.format(Locale.ROOT, "%012x", messages);
            byte[] envelope = PeerMessageCodec.write(message, SEGMENT, to, self, id);
            bytes += envelope.length;
            try {
                Envelope read = reader.index(envelope);
                arrived = PeerMessageCodec.read(read).message();
                from = new PeerAddress(read.from().orElseThrow().address());
            } catch (MalformedEnvelopeException | MalformedGossipException e) {
                throw new IllegalStateException("own envelope: " + e.getMessage(), e);
            }
        }
        Integer receiver = index.get(to);
        if (receiver == null) {
            throw new IllegalStateException("to: " + to + " (expected: one of the devices)");
        }
        at(now + 1 + random.nextInt(LONGEST_DELAY + 1), receiver, new MembershipEvent.Received(from, arrived));
    }

    List<Membership> engines() {
        return engines;
    }

    /** Forgets the engines, but nothing that is on its way to them; then no time can pass any more. */
    void forgetEngines() {
        engines.clear();
    }
}
