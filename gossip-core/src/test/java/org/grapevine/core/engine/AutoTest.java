package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message leaves to auto, each device works out from what it knows of the segment. */
class AutoTest {

    private static final Segment SEGMENT = new Segment("s");
    private static final long NOW = 1_000_000;

    /** A thousand devices, of which the view takes a share for dead. */
    private record Thousand(SegmentPeers known, double deadShare) implements PeerView {

        static Thousand of(double deadShare) {
            SegmentPeers known = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT), 1_000);
            for (int i = 1; i < 1_000; i++) {
                known.join(SEGMENT, new PeerAddress("peer" + i));
            }
            return new Thousand(known, deadShare);
        }

        @Override
        public PeerAddress self() {
            return known.self();
        }

        @Override
        public List<Segment> segments() {
            return known.segments();
        }

        @Override
        public int size(Segment segment) {
            return known.size(segment);
        }

        @Override
        public double deadShare(Segment segment) {
            return deadShare;
        }

        @Override
        public boolean knows(PeerAddress peer) {
            return known.knows(peer);
        }

        @Override
        public boolean knows(Segment segment, PeerAddress peer) {
            return known.knows(segment, peer);
        }

        @Override
        public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random) {
            return known.draw(segment, count, exclude, random);
        }
    }

    private static GossipEngine engine(double configuredLoss, double configuredDead, double deadInView) {
        return new GossipEngine(
                GossipConfig.defaults().withFanoutRule(new FanoutRule(0.999, configuredLoss, configuredDead)),
                Thousand.of(deadInView),
                new Random(1));
    }

    private static long copies(GossipEngine engine, int fanout) {
        GossipMessage message = new GossipMessage(
                new MessageId("m" + engine.stats().published()),
                new PeerAddress("self"),
                new GossipParameters(fanout, 0, NOW, 30_000, 0, null),
                new EncodedPayload(new byte[1]));
        return engine.handle(NOW, new GossipEvent.Published(message)).stream()
                .filter(GossipAction.Send.class::isInstance)
                .count();
    }

    /** ceil((ln 1000 + 6.91) / (1 - dead)) = ceil(13.8 / (1 - dead)) */
    @ParameterizedTest(name = "{0} by configuration, {1} by the view")
    @CsvSource({"0, 0, 14", "0.5, 0, 28", "0, 0.5, 28", "0.2, 0.5, 28", "0.5, 0.2, 28", "0, 0.99, 64"})
    void fanoutTakesTheLargerDeadShare(double configured, double inView, int fanout) {
        assertThat(copies(engine(0, configured, inView), GossipParameters.AUTO)).isEqualTo(fanout);
    }

    @Test
    void anImpossibleShareInTheViewDoesNoHarm() {
        assertThat(copies(engine(0, 0, 7), GossipParameters.AUTO)).isEqualTo(64);
        assertThat(copies(engine(0, 0, -1), GossipParameters.AUTO)).isEqualTo(14);
        assertThat(copies(engine(0, 0, Double.NaN), GossipParameters.AUTO)).isEqualTo(14);
    }

    @Test
    void aNumberInTheMessageIsTakenAsItIs() {
        assertThat(copies(engine(0.5, 0.5, 0.5), 7)).isEqualTo(7);
    }

    @Test
    void questionsThatStayUnansweredRaiseTheFanoutByTheLossThatTheyShow() {
        GossipEngine engine = engine(0, 0, 0);
        for (int i = 0; i < 400; i++) {
            engine.handle(
                    NOW,
                    new GossipEvent.ControlReceived(
                            new PeerAddress("peer" + (1 + i)),
                            new Control.IHave(SEGMENT, List.of(new MessageId("never" + i)), 1, false)));
        }
        assertThat(copies(engine, GossipParameters.AUTO)).isEqualTo(14);

        engine.handle(NOW + 500, new GossipEvent.TimerFired(new GossipTimer.RepeatWants()));

        assertThat(copies(engine, GossipParameters.AUTO)).isEqualTo(28);
        assertThat(copies(engine, 7)).isEqualTo(7);
    }

    /** In a network that loses a fifth, what the devices measure brings the fanout to what the formula wants. */
    @Test
    void inALossyNetworkTheFanoutSettlesAtWhatTheLossAsksFor() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(2, 60);
        network.loss = 0.2;
        for (int i = 0; i < 40; i++) {
            network.first().publish(network.oneWay().withVariant(GossipVariant.LAZY_PUSH));
            network.runFor(2_000);
        }
        network.loss = 0;
        long before = network.sum(GossipStats::forwarded);
        network.nodes.values().forEach(node -> node.publish(network.pushOnly(GossipParameters.AUTO, 1)));
        double fanout = (network.sum(GossipStats::forwarded) - before) / 60.0;

        int without = FanoutRule.defaults().fanout(60);
        int with = new FanoutRule(0.999, 0.2, 0).fanout(60);
        assertThat(without).isEqualTo(12);
        assertThat(with).isEqualTo(14);
        assertThat(fanout).isBetween(with - 1.0, with + 2.0);
    }
}
