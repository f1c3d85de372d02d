package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

class PullTest {

    private static final long NOW = 1_000_000;
    private static final long PERIOD = 1_000;
    private static final Segment SEGMENT = new Segment("s");
    private static final Segment OTHER = new Segment("t");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final PeerAddress PEER = new PeerAddress("peer");

    private SegmentPeers view;
    private GossipEngine engine;

    @BeforeEach
    void aDeviceThatPulls() {
        view = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT, OTHER), 100);
        view.join(SEGMENT, ORIGIN);
        view.join(SEGMENT, PEER);
        view.join(OTHER, new PeerAddress("home"));
        engine = engine(0);
    }

    private GossipEngine engine(double spread) {
        return new GossipEngine(config(PERIOD, spread), view, new Random(1));
    }

    static GossipConfig config(long period, double spread) {
        return GossipConfig.defaults().withVariants(VariantConfig.defaults().withPull(period, spread));
    }

    private static GossipMessage message(String id, GossipVariant variant, int bytes) {
        GossipParameters parameters = new GossipParameters(4, 6, NOW, 30_000, 0, null).withVariant(variant);
        return new GossipMessage(new MessageId(id), ORIGIN, parameters, new EncodedPayload(new byte[bytes]));
    }

    private List<GossipAction> receive(GossipMessage message) {
        return engine.handle(NOW, new GossipEvent.Received(ORIGIN, new Hop(SEGMENT, 5, 1, 0), message));
    }

    private List<GossipAction> pull(long now) {
        return engine.handle(now, new GossipEvent.TimerFired(new GossipTimer.Pull()));
    }

    private List<GossipAction> asked(PeerAddress from, List<MessageId> has, Control.Slice slice) {
        return engine.handle(
                NOW, new GossipEvent.ControlReceived(from, new Control.PullRequest(SEGMENT, has, List.of(), slice)));
    }

    private static List<Control.PullRequest> requests(List<GossipAction> actions) {
        List<Control.PullRequest> requests = new ArrayList<>();
        for (GossipAction action : actions) {
            if (action instanceof GossipAction.SendControl send && send.control() instanceof Control.PullRequest pull) {
                requests.add(pull);
            }
        }
        return requests;
    }

    private static List<MessageId> sent(List<GossipAction> actions) {
        List<MessageId> ids = new ArrayList<>();
        for (GossipAction action : actions) {
            if (action instanceof GossipAction.Send send) {
                ids.add(send.message().id());
            }
        }
        return ids;
    }

    @Nested
    class Asking {

        @Test
        void beginsWhenTheDeviceIsUp() {
            assertThat(engine.handle(NOW, new GossipEvent.Started()))
                    .containsExactly(new GossipAction.Schedule(0, new GossipTimer.Pull()));
        }

        @Test
        void doesNotBeginWhereNothingIsPulled() {
            engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));

            assertThat(engine.handle(NOW, new GossipEvent.Started())).isEmpty();
        }

        @Test
        void comesForTheFirstTimeWithinTheSpreadShareOfThePeriod() {
            Set<Long> delays = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                GossipEngine one = new GossipEngine(config(PERIOD, 0.5), view, new Random(i));
                one.handle(NOW, new GossipEvent.Started())
                        .forEach(action -> delays.add(((GossipAction.Schedule) action).delayMillis()));
            }

            assertThat(delays)
                    .allSatisfy(delay -> assertThat(delay).isBetween(0L, PERIOD / 2))
                    .hasSizeGreaterThan(50);
        }

        @Test
        void asksOnePeerOfEachSegmentAndComesAgainAfterThePeriod() {
            engine.handle(NOW, new GossipEvent.Started());

            List<GossipAction> actions = pull(NOW);

            assertThat(actions).contains(new GossipAction.Schedule(PERIOD, new GossipTimer.Pull()));
            assertThat(requests(actions))
                    .containsExactly(
                            new Control.PullRequest(SEGMENT, List.of(), List.of(), Control.Slice.WHOLE),
                            new Control.PullRequest(OTHER, List.of(), List.of(), Control.Slice.WHOLE));
            assertThat(engine.stats().pulls()).isEqualTo(2);
        }

        @Test
        void keepsItsBeatWhenATimerIsLate() {
            engine.handle(NOW, new GossipEvent.Started());

            assertThat(pull(NOW + 30)).contains(new GossipAction.Schedule(PERIOD - 30, new GossipTimer.Pull()));
            assertThat(pull(NOW + 3_400)).contains(new GossipAction.Schedule(600, new GossipTimer.Pull()));
        }

        @Test
        void tellsWhatIsHereOfWhatIsPulledAndStillAlive() {
            engine.handle(NOW, new GossipEvent.Started());
            receive(message("pulled", GossipVariant.PULL, 10));
            receive(message("lazily", GossipVariant.LAZY_PULL, 10));
            receive(message("pushed", GossipVariant.EAGER_PUSH, 10));

            assertThat(requests(pull(NOW)).get(0).has())
                    .containsExactly(new MessageId("pulled"), new MessageId("lazily"));
            assertThat(requests(pull(NOW + 30_000)).get(0).has()).isEmpty();
        }

        @Test
        void tellsOneSliceAfterTheOtherWhenThereIsMoreThanFitsADatagram() {
            engine.handle(NOW, new GossipEvent.Started());
            Set<MessageId> all = new HashSet<>();
            for (int i = 0; i < 300; i++) {
                receive(message("id" + i, GossipVariant.PULL, 10));
                all.add(new MessageId("id" + i));
            }

            Set<MessageId> told = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                Control.PullRequest request = requests(pull(NOW + i * PERIOD)).get(0);
                assertThat(request.has()).hasSizeLessThanOrEqualTo(60);
                assertThat(request.has())
                        .containsExactlyInAnyOrderElementsOf(
                                all.stream().filter(request.slice()::contains).toList());
                told.addAll(request.has());
            }
            assertThat(told).isEqualTo(all);
        }
    }

    @Nested
    class WhoIsAsked {

        @Test
        void givesWhatIsMissingThere() {
            receive(message("a", GossipVariant.PULL, 10));
            GossipMessage missing = message("b", GossipVariant.PULL, 10);
            receive(missing);

            assertThat(asked(PEER, List.of(new MessageId("a")), Control.Slice.WHOLE))
                    .containsExactly(new GossipAction.Send(PEER, new Hop(SEGMENT, 4, 2, 0), missing));
            assertThat(engine.stats().served()).isEqualTo(1);
        }

        @Test
        void givesAnOriginWhatItLostWhenItStartedAgain() {
            receive(message("a", GossipVariant.PULL, 10));

            assertThat(asked(ORIGIN, List.of(new MessageId("a")), Control.Slice.WHOLE))
                    .isEmpty();
            assertThat(asked(ORIGIN, List.of(), Control.Slice.WHOLE)).hasSize(1);
        }

        @Test
        void givesNothingOutsideTheSlice() {
            receive(message("a", GossipVariant.PULL, 10));
            int slice = new MessageId("a").slice(2);

            assertThat(asked(PEER, List.of(), new Control.Slice(1 - slice, 2))).isEmpty();
            assertThat(asked(PEER, List.of(), new Control.Slice(slice, 2))).hasSize(1);
        }

        @Test
        void givesNothingThatIsPushed() {
            receive(message("a", GossipVariant.EAGER_PUSH, 10));

            assertThat(asked(PEER, List.of(), Control.Slice.WHOLE)).isEmpty();
        }

        @Test
        void givesTheOldestUpToABoundOfMessages() {
            for (int i = 0; i < 100; i++) {
                receive(message("id" + i, GossipVariant.PULL, 10));
            }

            assertThat(sent(asked(PEER, List.of(), Control.Slice.WHOLE)))
                    .hasSize(60)
                    .startsWith(new MessageId("id0"), new MessageId("id1"))
                    .doesNotContain(new MessageId("id60"));
            assertThat(engine.stats().dropped(DropReason.PULL_ANSWER_FULL)).isEqualTo(1);
        }

        @Test
        void givesUpToABoundOfBytesButOneMessageAlways() {
            for (int i = 0; i < 4; i++) {
                receive(message("id" + i, GossipVariant.PULL, 30_000));
            }
            assertThat(sent(asked(PEER, List.of(), Control.Slice.WHOLE))).hasSize(2);

            receive(message("big", GossipVariant.PULL, 100_000));
            List<MessageId> rest =
                    List.of(new MessageId("id0"), new MessageId("id1"), new MessageId("id2"), new MessageId("id3"));
            assertThat(sent(asked(PEER, rest, Control.Slice.WHOLE))).containsExactly(new MessageId("big"));
        }

        @Test
        void advertisesWhatIsTooLargeForADatagram() {
            GossipMessage large = new GossipMessage(
                    new MessageId("a"),
                    ORIGIN,
                    message("a", GossipVariant.PULL, 10).parameters(),
                    new InMemoryNetwork.Large(1_000_000));
            receive(large);

            assertThat(asked(PEER, List.of(), Control.Slice.WHOLE))
                    .containsExactly(new GossipAction.SendControl(
                            PEER, new Control.IHave(SEGMENT, List.of(large.id()), 0, false)));
        }

        @Test
        void givesNothingToStrangers() {
            receive(message("a", GossipVariant.PULL, 10));

            assertThat(asked(new PeerAddress("stranger"), List.of(), Control.Slice.WHOLE))
                    .containsExactly(new GossipAction.Check(SEGMENT, new PeerAddress("stranger")));
            assertThat(engine.stats().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(1);
        }

        @Test
        void refusesALongerDigestThanADigestMayBe() {
            List<MessageId> many = new ArrayList<>();
            for (int i = 0; i < 61; i++) {
                many.add(new MessageId("x" + i));
            }

            assertThat(asked(PEER, many, Control.Slice.WHOLE)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.DIGEST_TOO_LONG)).isEqualTo(1);
        }
    }

    @Test
    void whatIsNewIsDeliveredOnceAndSentToNobody() {
        GossipMessage message = message("a", GossipVariant.PULL, 10);

        assertThat(receive(message))
                .filteredOn(action -> !(action instanceof GossipAction.Schedule))
                .containsExactly(new GossipAction.Deliver(message));
        assertThat(receive(message)).isEmpty();
        assertThat(engine.stats().pulled()).isEqualTo(1);
    }

    @Nested
    class InANetwork {

        /** 13.8 rounds on average, standard deviation 1.4 (docs/references.md, 1.5). */
        @Test
        void aThousandDevicesNeedAsManyRoundsAsPublished() {
            assertThat(meanRounds(GossipVariant.PULL, 20)).isBetween(13.8 - 1.0, 13.8 + 1.0);
        }

        @Test
        void whicheverFirstMessagesGetLostOrDevicesDieTheOthersHaveIt() {
            VariantFaults.allGetItWhicheverGetLost(
                    config(500, 1), network -> network.oneWay().withVariant(GossipVariant.PULL));
        }

        @ParameterizedTest(name = "spread {0}")
        @ValueSource(doubles = {0, 1})
        void everyLiveDeviceHasItBeforeItsLifetimeEndsWhateverGetsLostOrCrashes(double spread) {
            VariantFaults.allGetIt(
                    config(PERIOD / 2, spread), network -> network.oneWay().withVariant(GossipVariant.PULL));
        }

        /** Much more than one answer may bring, and than one digest holds. */
        @Test
        void aDeviceThatComesLateCatchesUp() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(3, 5, config(100, 1));
            network.cutOff = Set.of(new PeerAddress("n4"));
            network.start();
            for (int i = 0; i < 300; i++) {
                network.first().publish(network.oneWay().withVariant(GossipVariant.PULL));
            }
            network.runFor(14_000);
            assertThat(network.node("n1").delivered).hasSize(300);
            network.cutOff = Set.of();
            network.runFor(14_000);

            assertThat(network.node("n4").delivered).hasSize(300);
        }
    }

    /** Rounds in step until all of a thousand devices have a message, averaged over several that spread at once. */
    static double meanRounds(GossipVariant variant, int messages) {
        int n = 1_000;
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(11, n, config(PERIOD, 0));
        List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            ids.add(nodes.get(i * 7).publish(network.oneWay().withVariant(variant)));
        }
        long start = network.now;
        network.start();
        network.runFor(29_000);
        long rounds = 0;
        for (MessageId id : ids) {
            long last = 0;
            for (InMemoryNetwork.Node node : nodes) {
                last = Math.max(last, node.deliveredAt.getOrDefault(id, Long.MAX_VALUE));
            }
            assertThat(last).isLessThan(Long.MAX_VALUE);
            rounds += 1 + (last - start) / PERIOD;
        }
        return (double) rounds / messages;
    }
}
