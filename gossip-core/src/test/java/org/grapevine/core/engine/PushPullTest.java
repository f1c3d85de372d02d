package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
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

class PushPullTest {

    private static final long NOW = 1_000_000;
    private static final Segment SEGMENT = new Segment("s");
    private static final PeerAddress PEER = new PeerAddress("peer");

    private GossipEngine engine;

    @BeforeEach
    void aDeviceThatPullsFromOnePeer() {
        SegmentPeers view = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT), 100);
        view.join(SEGMENT, PEER);
        engine = new GossipEngine(PullTest.config(1_000, 0), view, new Random(1));
        engine.handle(NOW, new GossipEvent.Started());
    }

    private static GossipMessage message(String id, GossipVariant variant) {
        GossipParameters parameters = new GossipParameters(4, 6, NOW, 30_000, 0, null).withVariant(variant);
        return new GossipMessage(
                new MessageId(id), new PeerAddress("origin"), parameters, new EncodedPayload(new byte[10]));
    }

    private void receive(GossipMessage message) {
        engine.handle(NOW, new GossipEvent.Received(PEER, new Hop(SEGMENT, 5, 1, 0), message));
    }

    private List<GossipAction> asked(List<MessageId> has, List<MessageId> offered) {
        return engine.handle(
                NOW,
                new GossipEvent.ControlReceived(
                        PEER, new Control.PullRequest(SEGMENT, has, offered, Control.Slice.WHOLE)));
    }

    @Nested
    class Asking {

        @Test
        void offersWhatMayBePushedInTheSameContact() {
            receive(message("pulled", GossipVariant.PULL));
            receive(message("both", GossipVariant.PUSH_PULL));

            assertThat(engine.handle(NOW, new GossipEvent.TimerFired(new GossipTimer.Pull())))
                    .contains(new GossipAction.SendControl(
                            PEER,
                            new Control.PullRequest(
                                    SEGMENT,
                                    List.of(new MessageId("pulled"), new MessageId("both")),
                                    List.of(new MessageId("both")),
                                    Control.Slice.WHOLE)));
        }

        @Test
        void tellsNoMoreIdsThanADigestMayHaveAndOffersThose() {
            for (int i = 0; i < 200; i++) {
                receive(message("id" + i, GossipVariant.PUSH_PULL));
            }

            for (int turn = 0; turn < 20; turn++) {
                List<GossipAction> actions = engine.handle(NOW, new GossipEvent.TimerFired(new GossipTimer.Pull()));
                assertThat(actions)
                        .filteredOn(GossipAction.SendControl.class::isInstance)
                        .singleElement()
                        .satisfies(action -> {
                            var pull = (Control.PullRequest) ((GossipAction.SendControl) action).control();
                            assertThat(pull.has()).hasSizeBetween(1, 60);
                            assertThat(pull.offered()).isEqualTo(pull.has());
                        });
            }
        }
    }

    @Nested
    class WhoIsAsked {

        @Test
        void asksForWhatIsOfferedAndMissingHere() {
            receive(message("here", GossipVariant.PUSH_PULL));
            List<MessageId> offered = List.of(new MessageId("here"), new MessageId("there"));

            assertThat(asked(offered, offered))
                    .contains(new GossipAction.SendControl(
                            PEER, new Control.IWant(SEGMENT, List.of(new MessageId("there")), false)))
                    .noneMatch(GossipAction.Send.class::isInstance);
        }

        @Test
        void doesNotAskForWhatIsOnlyToldAsKnown() {
            assertThat(asked(List.of(new MessageId("there")), List.of())).isEmpty();
        }

        @Test
        void refusesMoreOffersThanADigestMayHave() {
            List<MessageId> many = new ArrayList<>();
            for (int i = 0; i < 61; i++) {
                many.add(new MessageId("x" + i));
            }

            assertThat(asked(List.of(), many)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.DIGEST_TOO_LONG)).isEqualTo(1);
        }
    }

    @Nested
    class InANetwork {

        /** log3 n and a little, 9.2 on average with a standard deviation of 0.5 (docs/references.md, 1.5). */
        @Test
        void aThousandDevicesNeedAsManyRoundsAsPublished() {
            assertThat(PullTest.meanRounds(GossipVariant.PUSH_PULL, 20)).isBetween(9.2 - 0.5, 9.2 + 0.5);
        }

        @Test
        void whicheverFirstMessagesGetLostOrDevicesDieTheOthersHaveIt() {
            VariantFaults.allGetItWhicheverGetLost(
                    PullTest.config(500, 1), network -> network.oneWay().withVariant(GossipVariant.PUSH_PULL));
        }

        @ParameterizedTest(name = "spread {0}")
        @ValueSource(doubles = {0, 1})
        void everyLiveDeviceHasItBeforeItsLifetimeEndsWhateverGetsLostOrCrashes(double spread) {
            VariantFaults.allGetIt(
                    PullTest.config(500, spread), network -> network.oneWay().withVariant(GossipVariant.PUSH_PULL));
        }
    }
}
