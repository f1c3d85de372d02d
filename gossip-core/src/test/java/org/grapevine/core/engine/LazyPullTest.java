package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LazyPullTest {

    private static final long NOW = 1_000_000;
    private static final Segment SEGMENT = new Segment("s");
    private static final PeerAddress PEER = new PeerAddress("peer");

    private GossipEngine engine;

    @BeforeEach
    void aDeviceThatPullsFromOnePeer() {
        SegmentPeers view = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT), 100);
        view.join(SEGMENT, PEER);
        engine = new GossipEngine(PullTest.config(1_000, 0), view, new Random(1));
    }

    private void receive(String id) {
        GossipParameters parameters =
                new GossipParameters(4, 6, NOW, 30_000, 0, null).withVariant(GossipVariant.LAZY_PULL);
        GossipMessage message = new GossipMessage(
                new MessageId(id), new PeerAddress("origin"), parameters, new EncodedPayload(new byte[10]));
        engine.handle(NOW, new GossipEvent.Received(PEER, new Hop(SEGMENT, 5, 1, 0), message));
    }

    private List<GossipAction> asked(List<MessageId> has) {
        return engine.handle(
                NOW,
                new GossipEvent.ControlReceived(
                        PEER, new Control.PullRequest(SEGMENT, has, List.of(), Control.Slice.WHOLE)));
    }

    @Test
    void whatIsMissingThereIsToldByItsIdAlone() {
        receive("a");
        receive("b");

        assertThat(asked(List.of(new MessageId("a"))))
                .containsExactly(new GossipAction.SendControl(
                        PEER, new Control.IHave(SEGMENT, List.of(new MessageId("b")), 0, false)));
        assertThat(engine.stats().advertised()).isEqualTo(1);
        assertThat(engine.stats().served()).isZero();
    }

    @Test
    void anAnswerHasNoMoreIdsThanADigest() {
        List<MessageId> first = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            receive("id" + i);
            if (i < 60) {
                first.add(new MessageId("id" + i));
            }
        }

        assertThat(asked(List.of()))
                .containsExactly(new GossipAction.SendControl(PEER, new Control.IHave(SEGMENT, first, 0, false)));
    }

    @Nested
    class InANetwork {

        /** The ids take the way that payloads take in a pull, so it needs as many rounds. */
        @Test
        void aThousandDevicesNeedAsManyRoundsAsAPullAndOnePayloadEach() {
            assertThat(PullTest.meanRounds(GossipVariant.LAZY_PULL, 20)).isBetween(13.8 - 1.0, 13.8 + 1.0);
        }

        @Test
        void aPayloadIsSentOncePerDeviceThoughSeveralPeersToldOfIt() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(3, 50, PullTest.config(100, 1));
            network.start();
            network.first().publish(network.oneWay().withVariant(GossipVariant.LAZY_PULL));
            network.runFor(10_000);

            assertThat(network.sum(GossipStats::pulled)).isEqualTo(49);
            assertThat(network.sum(GossipStats::served)).isEqualTo(49);
            assertThat(network.sum(GossipStats::repaired)).isZero();
        }

        @Test
        void whicheverFirstMessagesGetLostOrDevicesDieTheOthersHaveIt() {
            VariantFaults.allGetItWhicheverGetLost(
                    PullTest.config(500, 1), network -> network.oneWay().withVariant(GossipVariant.LAZY_PULL));
        }

        @ParameterizedTest(name = "spread {0}")
        @ValueSource(doubles = {0, 1})
        void everyLiveDeviceHasItBeforeItsLifetimeEndsWhateverGetsLostOrCrashes(double spread) {
            VariantFaults.allGetIt(
                    PullTest.config(500, spread), network -> network.oneWay().withVariant(GossipVariant.LAZY_PULL));
        }
    }
}
