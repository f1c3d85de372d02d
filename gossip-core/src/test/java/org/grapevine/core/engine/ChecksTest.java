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

/** When the engine wants to know whether a peer is there. */
class ChecksTest {

    private static final Segment SEGMENT = new Segment("s");
    private static final PeerAddress PEER = new PeerAddress("peer");
    private static final PeerAddress OTHER = new PeerAddress("other");
    private static final PeerAddress STRANGER = new PeerAddress("stranger");

    private long now = 1_000_000;
    private SegmentPeers view;
    private GossipEngine engine;

    @BeforeEach
    void aDeviceWithTwoPeers() {
        view = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT), 100);
        view.join(SEGMENT, PEER);
        view.join(SEGMENT, OTHER);
        engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));
    }

    private static GossipAction.Check check(PeerAddress peer) {
        return new GossipAction.Check(SEGMENT, peer);
    }

    private static List<GossipAction.Check> checks(List<GossipAction> actions) {
        List<GossipAction.Check> checks = new ArrayList<>();
        for (GossipAction action : actions) {
            if (action instanceof GossipAction.Check check) {
                checks.add(check);
            }
        }
        return checks;
    }

    private List<GossipAction.Check> control(PeerAddress from, Control control) {
        return checks(engine.handle(now, new GossipEvent.ControlReceived(from, control)));
    }

    private List<GossipAction.Check> wants(PeerAddress from) {
        return control(from, new Control.IWant(SEGMENT, List.of(new MessageId("x")), false));
    }

    private List<GossipAction.Check> advertises(PeerAddress from, String id) {
        return control(from, new Control.IHave(SEGMENT, List.of(new MessageId(id)), 3, false));
    }

    private List<GossipAction.Check> askedInVain() {
        now += GossipConfig.defaults().wantTimeoutMillis();
        return checks(engine.handle(now, new GossipEvent.TimerFired(new GossipTimer.RepeatWants())));
    }

    @Nested
    class WhenAStrangerWantsSomething {

        @Test
        void itIsNotAnsweredButChecked() {
            assertThat(engine.handle(
                            now,
                            new GossipEvent.ControlReceived(
                                    STRANGER, new Control.IWant(SEGMENT, List.of(new MessageId("x")), false))))
                    .containsExactly(check(STRANGER));
        }

        @Test
        void onceItIsMetItIsAnswered() {
            GossipMessage message = new GossipMessage(
                    new MessageId("x"),
                    PEER,
                    new GossipParameters(4, 6, now, 30_000, 1_000, null),
                    new EncodedPayload(new byte[10]));
            engine.handle(now, new GossipEvent.Received(PEER, new Hop(SEGMENT, 3, 3, 0), message));
            view.met(SEGMENT, STRANGER);

            assertThat(engine.handle(
                            now,
                            new GossipEvent.ControlReceived(
                                    STRANGER, new Control.IWant(SEGMENT, List.of(new MessageId("x")), false))))
                    .hasSize(1)
                    .allMatch(action -> action instanceof GossipAction.Send send
                            && send.to().equals(STRANGER));
        }

        @Test
        void itIsCheckedOnceInFiveSeconds() {
            assertThat(wants(STRANGER)).containsExactly(check(STRANGER));
            now += Doubts.AGAIN_MILLIS - 1;
            assertThat(wants(STRANGER)).isEmpty();
            now += 1;
            assertThat(wants(STRANGER)).containsExactly(check(STRANGER));
        }

        @Test
        void notInASegmentThatThisDeviceIsNotIn() {
            assertThat(control(
                            STRANGER, new Control.IWant(new Segment("elsewhere"), List.of(new MessageId("x")), false)))
                    .isEmpty();
        }

        @Test
        void aFloodOfThemLeadsToABoundedNumberOfChecks() {
            int checked = 0;
            for (int i = 0; i < 10_000; i++) {
                checked += wants(new PeerAddress("stranger" + i)).size();
            }

            assertThat(checked).isEqualTo(Doubts.PEERS);
            assertThat(engine.stats().dropped(DropReason.TOO_MANY_DOUBTS)).isEqualTo(10_000 - Doubts.PEERS);

            now += Doubts.AGAIN_MILLIS;
            assertThat(wants(STRANGER)).containsExactly(check(STRANGER));
        }
    }

    @Nested
    class WhenAnAdvertisedPayloadDoesNotCome {

        @Test
        void itsAdvertiserIsCheckedAfterTheSecondTime() {
            advertises(PEER, "never");

            assertThat(askedInVain()).isEmpty();
            assertThat(askedInVain()).containsExactly(check(PEER));
        }

        @Test
        void everyAdvertiserIsThatWasSilentTwice() {
            advertises(PEER, "never");
            advertises(OTHER, "never");

            assertThat(askedInVain()).isEmpty();
            assertThat(askedInVain()).isEmpty();
            assertThat(askedInVain()).containsExactly(check(PEER));
            assertThat(askedInVain()).containsExactly(check(OTHER));
        }

        @Test
        void manyIdsAtTheSameTimeCountOnce() {
            for (int i = 0; i < 10; i++) {
                advertises(PEER, "never" + i);
            }

            assertThat(askedInVain()).isEmpty();
            assertThat(askedInVain()).containsExactly(check(PEER));
        }

        @Test
        void whateverItSendsMeanwhileShowsThatItIsThere() {
            advertises(PEER, "never");
            askedInVain();
            GossipMessage other = new GossipMessage(
                    new MessageId("other"),
                    OTHER,
                    new GossipParameters(4, 6, now, 30_000, 0, null).withVariant(GossipVariant.LAZY_PUSH),
                    new EncodedPayload(new byte[10]));
            engine.handle(now, new GossipEvent.Received(PEER, new Hop(SEGMENT, 3, 3, 0), other));

            assertThat(askedInVain()).isEmpty();
            assertThat(askedInVain()).containsExactly(check(PEER));
        }

        @Test
        void onTheBranchOfATreeItIsTheSame() {
            engine.handle(
                    now,
                    new GossipEvent.ControlReceived(
                            PEER, new Control.IHave(SEGMENT, List.of(new MessageId("spare")), 3, true)));
            List<GossipAction.Check> checks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                now += 10_000;
                checks.addAll(checks(
                        engine.handle(now, new GossipEvent.TimerFired(new GossipTimer.Graft(new MessageId("spare"))))));
            }

            assertThat(checks).first().isEqualTo(check(PEER));
        }
    }
}
