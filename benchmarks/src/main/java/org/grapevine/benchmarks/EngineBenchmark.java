package org.grapevine.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the engine's decision about one received copy costs, in a segment of 100 devices at fanout 8.
 *
 * <p>The engine is in the steady state of a device that gets 100 messages a second from 20 origins, each with a lifetime of 30 s:
 * it remembers 4,000 ids and their payloads, and forgets one for each that it learns. Its clock goes by the messages, so that
 * state is the same however fast the machine is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {

    static final int FANOUT = 8;
    static final int DEVICES = 100;

    private static final int ORIGINS = 20;
    private static final long MESSAGE_EVERY_MILLIS = 10;
    private static final long LIFETIME_MILLIS = 30_000;

    /** More than the engine remembers: when an id comes round again, it was forgotten long ago. */
    private static final int IDS = 8_192;

    private static final Segment SEGMENT = new Segment("grid:wan");
    private static final Hop HOP = new Hop(SEGMENT, 3, 2, 0);

    private final Payload payload = new EncodedPayload(SampleEnvelope.arrived());
    private final List<PeerAddress> peers = peers();
    private final List<MessageId> ids = ids();
    private final GossipEngine engine = engine();
    private final GossipEvent.Received duplicate;

    private long nowMillis = 1_790_000_000_000L;
    private long sent;

    /** Brings the engine to its steady state. */
    public EngineBenchmark() {
        for (int i = 1; i < IDS; i++) {
            newMessage();
        }
        duplicate = nextCopy();
        engine.handle(nowMillis, duplicate);
    }

    /** A copy of what is known already: nothing is to be done. */
    @Benchmark
    public List<GossipAction> duplicate() {
        return engine.handle(nowMillis, duplicate);
    }

    /** The first copy of a message: deliver it and send it to 8 of 99 peers. Making the event is a part of it. */
    @Benchmark
    public List<GossipAction> newMessage() {
        GossipEvent.Received copy = nextCopy();
        return engine.handle(nowMillis, copy);
    }

    GossipStats stats() {
        return engine.stats();
    }

    private GossipEvent.Received nextCopy() {
        nowMillis += MESSAGE_EVERY_MILLIS;
        sent++;
        int origin = (int) (sent % ORIGINS);
        GossipParameters parameters = new GossipParameters(FANOUT, 6, nowMillis, LIFETIME_MILLIS, 1_000, null);
        GossipMessage message = new GossipMessage(ids.get((int) (sent % IDS)), peers.get(origin), parameters, payload);
        return new GossipEvent.Received(peers.get(ORIGINS + origin), HOP, message);
    }

    private GossipEngine engine() {
        PeerAddress self = new PeerAddress("soap.udp://192.0.2.1:4000/self");
        SegmentPeers view = new SegmentPeers(self, List.of(SEGMENT), DEVICES);
        peers.forEach(peer -> view.join(SEGMENT, peer));
        return new GossipEngine(GossipConfig.defaults(), view, new SplittableRandom(1));
    }

    private static List<PeerAddress> peers() {
        List<PeerAddress> peers = new ArrayList<>(DEVICES - 1);
        for (int i = 1; i < DEVICES; i++) {
            peers.add(new PeerAddress("soap.udp://192.0.2.1:4000/device-" + i));
        }
        return peers;
    }

    private static List<MessageId> ids() {
        List<MessageId> ids = new ArrayList<>(IDS);
        for (int i = 0; i < IDS; i++) {
            ids.add(new MessageId("urn:uuid:0f8fad5b-d9cb-469f-a165-" + (100_000_000_000L + i)));
        }
        return ids;
    }
}
