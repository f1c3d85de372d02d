package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LazyPushTest {

    private static final long NOW = 1_000_000;
    private static final Segment SEGMENT = new Segment("s");
    private static final Segment OTHER = new Segment("t");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final PeerAddress SENDER = new PeerAddress("sender");

    private SegmentPeers view;
    private GossipEngine engine;

    @BeforeEach
    void aDeviceWithTenPeersInOneSegmentAndThreeInAnother() {
        view = new SegmentPeers(new PeerAddress("self"), List.of(SEGMENT, OTHER), 100);
        view.join(SEGMENT, ORIGIN);
        view.join(SEGMENT, SENDER);
        for (int i = 0; i < 8; i++) {
            view.join(SEGMENT, peer(i));
        }
        for (int i = 0; i < 3; i++) {
            view.join(OTHER, new PeerAddress("home" + i));
        }
        engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));
    }

    private static PeerAddress peer(int i) {
        return new PeerAddress("peer" + i);
    }

    private static GossipParameters lazy(int fanout, int rounds, int eagerHops) {
        return new GossipParameters(fanout, rounds, NOW, 30_000, 0, null)
                .withVariant(GossipVariant.LAZY_PUSH)
                .withEagerHops(eagerHops);
    }

    private static GossipMessage message(String id, GossipParameters parameters) {
        return new GossipMessage(new MessageId(id), ORIGIN, parameters, new EncodedPayload(new byte[10]));
    }

    private List<GossipAction> receive(GossipMessage message, Hop hop) {
        return engine.handle(NOW, new GossipEvent.Received(SENDER, hop, message));
    }

    private List<GossipAction> handle(long now, PeerAddress from, Control control) {
        return engine.handle(now, new GossipEvent.ControlReceived(from, control));
    }

    private List<GossipAction> advertise(long now, PeerAddress from, String id) {
        return handle(now, from, new Control.IHave(SEGMENT, List.of(new MessageId(id)), 3, false));
    }

    private static GossipAction want(PeerAddress from, String id) {
        return new GossipAction.SendControl(from, new Control.IWant(SEGMENT, List.of(new MessageId(id)), false));
    }

    private static List<GossipAction.SendControl> advertisements(List<GossipAction> actions, Segment segment) {
        return actions.stream()
                .filter(GossipAction.SendControl.class::isInstance)
                .map(GossipAction.SendControl.class::cast)
                .filter(send -> send.control() instanceof Control.IHave iHave
                        && iHave.segment().equals(segment))
                .toList();
    }

    private static List<GossipAction.Send> copies(List<GossipAction> actions) {
        return actions.stream()
                .filter(GossipAction.Send.class::isInstance)
                .map(GossipAction.Send.class::cast)
                .toList();
    }

    @Nested
    class WhenAMessageIsNew {

        @Test
        void itsIdGoesToFanoutPeersAndItsPayloadToNobody() {
            GossipMessage message = message("a", lazy(4, 6, 0));

            List<GossipAction> actions = receive(message, new Hop(SEGMENT, 3, 3, 0));

            assertThat(actions.get(0)).isEqualTo(new GossipAction.Deliver(message));
            assertThat(copies(actions)).isEmpty();
            assertThat(advertisements(actions, SEGMENT))
                    .hasSize(4)
                    .extracting(GossipAction.SendControl::control)
                    .containsOnly(new Control.IHave(SEGMENT, List.of(message.id()), 4, false));
            assertThat(engine.stats().advertised()).isEqualTo(4 + 3);
        }

        @Test
        void itsIdGoesNeitherToItsSenderNorToItsOrigin() {
            List<GossipAction> actions = receive(message("a", lazy(64, 6, 0)), new Hop(SEGMENT, 3, 3, 0));

            assertThat(advertisements(actions, SEGMENT))
                    .hasSize(8)
                    .extracting(GossipAction.SendControl::to)
                    .doesNotContain(SENDER, ORIGIN)
                    .doesNotHaveDuplicates();
        }

        @Test
        void nobodyHearsOfItInASegmentWhereNoHopIsLeft() {
            List<GossipAction> actions = receive(message("a", lazy(4, 6, 0)), new Hop(SEGMENT, 0, 6, 0));

            assertThat(advertisements(actions, SEGMENT)).isEmpty();
        }

        /** Eager for the first u hops. */
        @ParameterizedTest(name = "{1} hops so far, {0} eager: payloads at once {2}")
        @CsvSource({"0, 1, false", "1, 1, false", "2, 1, true", "2, 2, false", "3, 2, true", "255, 5, true"})
        void itsPayloadGoesAtOnceDuringTheEagerHops(int eagerHops, int hops, boolean atOnce) {
            List<GossipAction> actions =
                    receive(message("a", lazy(4, 10, eagerHops)), new Hop(SEGMENT, 10 - hops, hops, 0));

            assertThat(copies(actions).stream()
                            .anyMatch(send -> send.hop().segment().equals(SEGMENT)))
                    .isEqualTo(atOnce);
            assertThat(advertisements(actions, SEGMENT)).hasSize(atOnce ? 0 : 4);
        }

        /** Else a home would get everything late, for it is far from the origin. */
        @Test
        void eagerHopsStartAnewInEachSegment() {
            List<GossipAction> actions = receive(message("a", lazy(2, 10, 1)), new Hop(SEGMENT, 5, 5, 0));

            assertThat(advertisements(actions, SEGMENT)).hasSize(2);
            assertThat(copies(actions))
                    .hasSize(2)
                    .extracting(send -> send.hop().segment())
                    .containsOnly(OTHER);
        }

        @ParameterizedTest
        @EnumSource(
                value = GossipVariant.class,
                names = {"EAGER_PUSH", "LAZY_PUSH"})
        void aPayloadThatIsTooLargeForADatagramIsNeverSentUnasked(GossipVariant variant) {
            GossipMessage large = new GossipMessage(
                    new MessageId("a"),
                    ORIGIN,
                    lazy(4, 10, 10).withVariant(variant),
                    new InMemoryNetwork.Large(100_000));

            List<GossipAction> actions = receive(large, new Hop(SEGMENT, 9, 1, 0));

            assertThat(copies(actions)).isEmpty();
            assertThat(advertisements(actions, SEGMENT)).hasSize(4);
            assertThat(copies(handle(NOW, peer(1), new Control.IWant(SEGMENT, List.of(large.id()), false))))
                    .hasSize(1);
        }
    }

    @Nested
    class WhoIsAsked {

        @Test
        void givesThePayloadWithTheHopsThatItTravelled() {
            GossipMessage message = message("a", lazy(4, 10, 0));
            receive(message, new Hop(SEGMENT, 7, 3, 0));

            assertThat(handle(NOW + 5, peer(1), new Control.IWant(SEGMENT, List.of(message.id()), false)))
                    .containsExactly(new GossipAction.Send(peer(1), new Hop(SEGMENT, 6, 4, 0), message));
            assertThat(engine.stats().served()).isEqualTo(1);
        }

        @Test
        void givesItUntilTheLifetimeEnds() {
            GossipMessage message = message("a", lazy(4, 10, 0));
            receive(message, new Hop(SEGMENT, 7, 3, 0));
            Control want = new Control.IWant(SEGMENT, List.of(message.id()), false);

            assertThat(handle(NOW + 29_999, peer(1), want)).hasSize(1);
            assertThat(handle(NOW + 30_000, peer(1), want)).isEmpty();
        }

        @Test
        void givesNothingToStrangers() {
            GossipMessage message = message("a", lazy(4, 10, 0));
            receive(message, new Hop(SEGMENT, 7, 3, 0));

            assertThat(handle(
                            NOW, new PeerAddress("stranger"), new Control.IWant(SEGMENT, List.of(message.id()), false)))
                    .containsExactly(new GossipAction.Check(SEGMENT, new PeerAddress("stranger")));
            assertThat(engine.stats().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(1);
        }
    }

    @Nested
    class WhenAnIdIsAdvertised {

        @Test
        void itIsAskedForAtOneDeviceAtATime() {
            assertThat(advertise(NOW, peer(1), "a")).contains(want(peer(1), "a"));
            assertThat(advertise(NOW, peer(2), "a")).isEmpty();
            assertThat(advertise(NOW, peer(1), "a")).isEmpty();
        }

        @Test
        void theOtherAdvertisersAreAskedInTurnWhileItDoesNotCome() {
            for (int i = 1; i <= 3; i++) {
                advertise(NOW, peer(i), "a");
            }
            GossipEvent repeat = new GossipEvent.TimerFired(new GossipTimer.RepeatWants());

            assertThat(engine.handle(NOW + 500, repeat)).contains(want(peer(2), "a"));
            assertThat(engine.handle(NOW + 1_000, repeat)).contains(want(peer(3), "a"));
            assertThat(engine.handle(NOW + 1_500, repeat)).contains(want(peer(1), "a"));
        }

        @Test
        void soManyFurtherAdvertisersAreRememberedAndNotMore() {
            for (int i = 0; i < 8; i++) {
                advertise(NOW, peer(i), "a");
            }

            assertThat(engine.stats().dropped(DropReason.SPARE_ADVERTISER))
                    .isEqualTo(8 - 1 - Fetching.FURTHER_ADVERTISERS);
        }

        @Test
        void nothingIsAskedForThatIsHere() {
            receive(message("a", lazy(4, 10, 0)), new Hop(SEGMENT, 7, 3, 0));

            assertThat(advertise(NOW, peer(1), "a")).isEmpty();
        }

        @Test
        void onceItHasComeItIsDeliveredAndAdvertisedOn() {
            GossipMessage message = message("a", lazy(4, 10, 0));
            advertise(NOW, SENDER, "a");

            List<GossipAction> actions = receive(message, new Hop(SEGMENT, 7, 3, 0));

            assertThat(actions).contains(new GossipAction.Deliver(message));
            assertThat(advertisements(actions, SEGMENT)).hasSize(4);
            assertThat(engine.stats().fetched()).isEqualTo(1);
            assertThat(engine.stats().repaired()).isZero();
            assertThat(engine.handle(NOW + 500, new GossipEvent.TimerFired(new GossipTimer.RepeatWants())))
                    .isEmpty();
        }

        @Test
        void noMoreIdsAreAskedForThanMayBeRemembered() {
            engine = new GossipEngine(GossipConfig.defaults().withLimits(10, 10, 1_000, 10, 10), view, new Random(1));
            for (int i = 0; i < 15; i++) {
                advertise(NOW, peer(i % 8), "id" + i);
            }

            assertThat(engine.stats().wanted()).isEqualTo(10);
            assertThat(engine.stats().dropped(DropReason.TOO_MANY_WANTS)).isEqualTo(5);
        }

        /** Who advertises what does not exist must not keep others from being asked. */
        @Test
        void noMoreThanAQuarterOfThemAtOnePeer() {
            engine = new GossipEngine(GossipConfig.defaults().withLimits(40, 10, 1_000, 10, 10), view, new Random(1));
            for (int i = 0; i < 15; i++) {
                advertise(NOW, peer(1), "id" + i);
            }
            assertThat(engine.stats().wanted()).isEqualTo(10);
            assertThat(advertise(NOW, peer(2), "real")).contains(want(peer(2), "real"));

            GossipEvent repeat = new GossipEvent.TimerFired(new GossipTimer.RepeatWants());
            for (int i = 1; i <= GossipConfig.defaults().wantTries(); i++) {
                engine.handle(NOW + i * 500L, repeat);
            }
            assertThat(engine.stats().wanted()).isZero();
            assertThat(advertise(NOW + 5_000, peer(1), "another")).contains(want(peer(1), "another"));
        }
    }

    @Nested
    class InANetwork {

        /** docs/references.md, 1.7: unit delays, full membership, no loss, fanout 11. A hop by id takes three units. */
        @ParameterizedTest(name = "n={0} TTL {1}: {2} payloads, {3} ids per delivery")
        @CsvSource({
            "100, 255, 11.1, 0.0, 2.1, 3.0",
            "100, 3, 8.5, 2.7, 2.1, 3.0",
            "100, 2, 1.58, 9.8, 2.6, 5.0",
            "100, 1, 1.00, 11.0, 4.4, 7.0",
            "100, 0, 1.00, 11.1, 6.4, 9.1",
            "1000, 3, 1.63, 9.6, 3.6, 6.6",
            "1000, 2, 1.01, 10.9, 5.4, 8.7",
            "1000, 0, 1.00, 11.0, 9.3, 12.6",
        })
        void payloadsIdsAndDelaysAreAsPublished(
                int n, int eagerHops, double payloads, double ids, double meanDelay, double lastDelay) {
            int messages = n == 100 ? 10 : 4;
            int runs = n == 100 ? 5 : 1;
            long copies = 0;
            long advertised = 0;
            long deliveries = 0;
            long delays = 0;
            long lastDelays = 0;
            for (int run = 0; run < runs; run++) {
                InMemoryNetwork network = InMemoryNetwork.ofOneSegment(run, n);
                List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
                List<MessageId> published = new ArrayList<>();
                for (int i = 0; i < messages; i++) {
                    published.add(nodes.get(i)
                            .publish(network.pushOnly(11, 255)
                                    .withVariant(GossipVariant.LAZY_PUSH)
                                    .withEagerHops(eagerHops)));
                }
                long start = network.now;
                network.runFor(400);
                for (MessageId id : published) {
                    long last = 0;
                    for (InMemoryNetwork.Node node : nodes) {
                        Long at = node.deliveredAt.get(id);
                        if (at != null && at > start) {
                            deliveries++;
                            delays += at - start;
                            last = Math.max(last, at - start);
                        }
                    }
                    lastDelays += last;
                }
                copies += network.sum(GossipStats::forwarded);
                advertised += network.sum(GossipStats::advertised);
            }

            assertThat((double) copies / deliveries).as("payloads").isCloseTo(payloads, within(payloads, 0.03));
            assertThat((double) advertised / deliveries).as("ids").isCloseTo(ids, within(ids, 0.06));
            assertThat((double) delays / deliveries).as("mean delay").isCloseTo(meanDelay, within(meanDelay, 0.03));
            assertThat((double) lastDelays / (runs * messages))
                    .as("last delay")
                    .isCloseTo(lastDelay, within(lastDelay, 0.08));
        }

        private Offset<Double> within(double expected, double share) {
            return Offset.offset(Math.max(0.05, share * expected));
        }

        /** A dead advertiser costs a pause, not the message, also where nothing is repaired. */
        @Test
        void anIdWhoseFirstAdvertiserDiesIsFetchedFromAnother() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(4, 30);
            MessageId id = network.first()
                    .publish(network.pushOnly(8, 255)
                            .withVariant(GossipVariant.LAZY_PUSH)
                            .withEagerHops(1));
            // The eight that got the payload have advertised it, and every third of them dies before it is asked.
            network.runFor(1);
            List<InMemoryNetwork.Node> early = network.live().stream()
                    .filter(node -> node != network.first() && node.delivered.containsKey(id))
                    .toList();
            for (int i = 0; i < early.size(); i += 3) {
                early.get(i).crash();
            }
            network.runFor(10_000);

            assertThat(network.count(id)).isEqualTo(network.live().size());
            assertThat(network.sum(GossipStats::fetched)).isPositive();
        }

        @Test
        void whenAllHaveItNobodyAsksForAnythingAnyMore() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(4, 30);
            network.first()
                    .publish(network.pushOnly(8, 255)
                            .withVariant(GossipVariant.LAZY_PUSH)
                            .withEagerHops(0));
            network.runOut();

            assertThat(network.sum(GossipStats::served)).isEqualTo(29);
            assertThat(network.sum(stats -> stats.seen() + stats.bufferedBytes()))
                    .isZero();
        }

        @ParameterizedTest(name = "eager hops {0}")
        @ValueSource(ints = {0, 1})
        void whicheverFirstMessagesGetLostOrDevicesDieTheOthersHaveIt(int eagerHops) {
            VariantFaults.allGetItWhicheverGetLost(GossipConfig.defaults(), network -> network.oneWay()
                    .withVariant(GossipVariant.LAZY_PUSH)
                    .withEagerHops(eagerHops));
        }

        @ParameterizedTest(name = "eager hops {0}")
        @ValueSource(ints = {0, GossipParameters.AUTO_EAGER_HOPS})
        void everyLiveDeviceHasItBeforeItsLifetimeEndsWhateverGetsLostOrCrashes(int eagerHops) {
            VariantFaults.allGetIt(GossipConfig.defaults(), network -> network.oneWay()
                    .withVariant(GossipVariant.LAZY_PUSH)
                    .withEagerHops(eagerHops));
        }
    }
}
