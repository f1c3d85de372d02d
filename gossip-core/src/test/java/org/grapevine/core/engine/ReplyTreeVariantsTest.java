package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests by every variant; rules of docs/protocols/reply-tree.md. */
class ReplyTreeVariantsTest {

    private static final GossipConfig CONFIG =
            GossipConfig.defaults().withVariants(VariantConfig.defaults().withPull(200, 1));

    /** Trees drawn by pulls are deep, so there is room for many levels. */
    private static GossipParameters request(InMemoryNetwork network, GossipVariant variant, long timeoutMillis) {
        return request(network, variant, new ReplyTerms("urn:test:union", 0, timeoutMillis, timeoutMillis / 20));
    }

    private static GossipParameters request(InMemoryNetwork network, GossipVariant variant, ReplyTerms terms) {
        return new GossipParameters(0, 0, network.now, 30_000, 0, terms).withVariant(variant);
    }

    private static InMemoryNetwork ofOneSegment(long seed, int size, GossipVariant variant) {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(seed, size, CONFIG);
        network.lans = variant == GossipVariant.MULTICAST ? Set.of(new Segment("s")) : Set.of();
        network.start();
        return network;
    }

    private static InMemoryNetwork ofGrid(long seed, GossipVariant variant) {
        InMemoryNetwork network = InMemoryNetwork.ofGrid(seed, 3, 6, 18, CONFIG);
        if (variant == GossipVariant.MULTICAST) {
            network.lans = Set.of(
                    new Segment("fan0"),
                    new Segment("fan1"),
                    new Segment("fan2"),
                    new Segment("han0"),
                    new Segment("han1"),
                    new Segment("han3"));
        }
        network.start();
        return network;
    }

    /** One device between a LAN and another segment. */
    @Nested
    class OneDevice {

        private static final Segment LAN = new Segment("lan");
        private static final Segment WAN = new Segment("wan");
        private static final PeerAddress PARENT = new PeerAddress("parent");
        private static final PeerAddress CHILD = new PeerAddress("child");
        private static final PeerAddress L0 = new PeerAddress("l0");
        private static final PeerAddress L1 = new PeerAddress("l1");
        private static final MessageId ID = new MessageId("urn:q");
        private static final EncodedPayload VALUE = new EncodedPayload(new byte[] {1});

        private final InMemoryNetwork network = twoSegments();
        private final GossipEngine engine = network.node("self").engine;

        private static InMemoryNetwork twoSegments() {
            InMemoryNetwork network = new InMemoryNetwork(1, CONFIG);
            network.add("self", "wan", "lan");
            network.add("parent", "wan");
            network.add("child", "wan");
            network.introduce();
            return network;
        }

        private void joinLan() {
            network.lans = Set.of(LAN);
            network.node("self").view.join(LAN, L0);
            network.node("self").view.join(LAN, L1);
        }

        private GossipMessage request(GossipVariant variant) {
            return request(variant, 0, VALUE);
        }

        private GossipMessage request(GossipVariant variant, int eagerHops, Payload payload) {
            GossipParameters parameters = ReplyTreeVariantsTest.request(
                            network, variant, new ReplyTerms("urn:f", 0, 2_000, 100))
                    .withEagerHops(eagerHops);
            return new GossipMessage(ID, new PeerAddress("origin"), parameters, payload);
        }

        private List<GossipAction> at(long after, GossipEvent event) {
            return engine.handle(network.now + after, event);
        }

        private List<GossipAction> receive(PeerAddress from, Segment segment, GossipMessage request) {
            return at(0, new GossipEvent.Received(from, new Hop(segment, 3, 2, 1_000), request));
        }

        private List<GossipAction> control(long after, PeerAddress from, Control control) {
            return at(after, new GossipEvent.ControlReceived(from, control));
        }

        private List<GossipAction> pull(long after, PeerAddress from, MessageId... has) {
            return control(after, from, new Control.PullRequest(WAN, List.of(has), List.of(), Control.Slice.WHOLE));
        }

        private List<GossipAction> timer(long after, GossipTimer timer) {
            return at(after, new GossipEvent.TimerFired(timer));
        }

        private static Control advertisement(boolean spare) {
            return new Control.IHave(WAN, List.of(ID), 3, spare);
        }

        private static Control want(boolean graft) {
            return new Control.IWant(WAN, List.of(ID), graft);
        }

        private static GossipAction to(PeerAddress peer, Control control) {
            return new GossipAction.SendControl(peer, control);
        }

        private static GossipAction copy(
                PeerAddress to, Segment segment, int left, long budget, GossipMessage message) {
            return new GossipAction.Send(to, new Hop(segment, left, 3, budget), message);
        }

        private Completeness saidAfter(long millis) {
            at(0, new GossipEvent.Answered(ID, Optional.of(VALUE)));
            timer(millis, new GossipTimer.GatheringEnds(ID));
            return at(millis, new GossipEvent.Merged(ID, Optional.of(VALUE))).stream()
                    .filter(action ->
                            action instanceof GossipAction.SendControl send && send.control() instanceof Control.Reply)
                    .map(action -> ((Control.Reply) ((GossipAction.SendControl) action).control()).completeness())
                    .findFirst()
                    .orElseThrow();
        }

        // Ids first

        @Test
        void aLazyChildIsToldTheIdUntilItWantsTheRequest() {
            GossipMessage request = request(GossipVariant.LAZY_PUSH);
            assertThat(receive(PARENT, WAN, request))
                    .contains(to(CHILD, advertisement(false)))
                    .noneMatch(GossipAction.Send.class::isInstance);
            assertThat(timer(100, new GossipTimer.RepeatRequests(ID))).contains(to(CHILD, advertisement(false)));

            assertThat(control(150, CHILD, want(false))).containsExactly(copy(CHILD, WAN, 2, 750, request));
            assertThat(timer(300, new GossipTimer.RepeatRequests(ID))).contains(copy(CHILD, WAN, 2, 600, request));
        }

        @Test
        void aChildThatKnowsItAlreadyDeclinesTheId() {
            receive(PARENT, WAN, request(GossipVariant.LAZY_PUSH));

            assertThat(control(0, CHILD, advertisement(false))).containsExactly(to(CHILD, new Control.Decline(ID)));
            assertThat(control(0, PARENT, advertisement(false))).isEmpty();
        }

        @Test
        void theDeclineOfAnIdClosesItsSlot() {
            receive(PARENT, WAN, request(GossipVariant.LAZY_PUSH));
            at(0, new GossipEvent.Answered(ID, Optional.of(VALUE)));

            assertThat(control(10, CHILD, new Control.Decline(ID))).anyMatch(GossipAction.Merge.class::isInstance);
        }

        @Test
        void anUnknownIdIsWantedAndWhoeverElseToldItIsDeclinedOnceTheRequestIsHere() {
            assertThat(control(0, PARENT, advertisement(false))).contains(to(PARENT, want(false)));
            control(0, CHILD, advertisement(false));

            List<GossipAction> actions = receive(PARENT, WAN, request(GossipVariant.LAZY_PUSH));

            assertThat(actions)
                    .contains(to(PARENT, new Control.Accept(ID, List.of())), to(CHILD, new Control.Decline(ID)))
                    .doesNotContain(to(CHILD, advertisement(false)));
        }

        @Test
        void aChildThatStaysSilentHasTimedOut() {
            receive(PARENT, WAN, request(GossipVariant.LAZY_PUSH));

            assertThat(saidAfter(900).timedOut()).isEqualTo(1);
        }

        @Test
        void aChildThatWantsItTooLateIsNotAskedAndTheDeviceSaysSo() {
            receive(PARENT, WAN, request(GossipVariant.LAZY_PUSH));

            assertThat(control(850, CHILD, want(false))).isEmpty();
            Completeness said = saidAfter(900);
            assertThat(said.timedOut()).isZero();
            assertThat(said.truncated()).isEqualTo(1);
        }

        @Test
        void aPeerThatWasNotToldGetsNothing() {
            receive(CHILD, WAN, request(GossipVariant.EAGER_PUSH));
            network.node("self").view.join(WAN, L0);

            assertThat(control(0, L0, want(false))).isEmpty();
        }

        @Test
        void eagerHopsTakeTheRequestAtOnce() {
            GossipMessage request = request(GossipVariant.LAZY_PUSH, 255, VALUE);

            assertThat(receive(PARENT, WAN, request)).contains(copy(CHILD, WAN, 2, 900, request));
        }

        @ParameterizedTest
        @EnumSource(names = {"EAGER_PUSH", "LAZY_PUSH", "TREE", "MULTICAST"})
        void aLargeRequestIsAdvertisedByEveryVariant(GossipVariant variant) {
            GossipMessage request = request(variant, 255, new InMemoryNetwork.Large(100_000));

            assertThat(receive(PARENT, WAN, request))
                    .contains(to(CHILD, advertisement(false)))
                    .noneMatch(GossipAction.Send.class::isInstance);
        }

        // Tree

        @Test
        void eagerLinksGetTheRequestSpareOnesItsId() {
            GossipMessage request = request(GossipVariant.TREE);
            network.node("self").view.join(WAN, L0);
            control(0, L0, new Control.IWant(WAN, List.of(), true));
            control(0, CHILD, new Control.IWant(WAN, List.of(), true));
            control(0, CHILD, new Control.Prune(WAN));

            assertThat(receive(PARENT, WAN, request))
                    .contains(copy(L0, WAN, 2, 900, request), to(CHILD, advertisement(true)));
            assertThat(control(10, CHILD, want(true))).contains(copy(CHILD, WAN, 2, 890, request));
        }

        @Test
        void aRequestOfASpareLinkIsWaitedForBeforeItIsWanted() {
            assertThat(control(0, CHILD, advertisement(true))).doesNotContain(to(CHILD, want(true)));

            assertThat(timer(200, new GossipTimer.Graft(ID))).contains(to(CHILD, want(true)));
        }

        @Test
        void whoeverAdvertisedItAlongASpareLinkIsDeclinedOnceItIsHere() {
            control(0, CHILD, advertisement(true));

            assertThat(receive(PARENT, WAN, request(GossipVariant.TREE))).contains(to(CHILD, new Control.Decline(ID)));
        }

        @Test
        void aSecondRequestMakesItsLinkASpareOne() {
            receive(PARENT, WAN, request(GossipVariant.TREE));

            assertThat(receive(CHILD, WAN, request(GossipVariant.TREE)))
                    .containsExactly(to(CHILD, new Control.Decline(ID)), to(CHILD, new Control.Prune(WAN)));
            assertThat(receive(PARENT, WAN, request(GossipVariant.TREE)))
                    .containsExactly(to(PARENT, new Control.Accept(ID, List.of(CHILD))));
        }

        // Pulls

        @Test
        void whoeverPullsAndLacksItBecomesAChild() {
            GossipMessage request = request(GossipVariant.PULL);
            assertThat(receive(PARENT, WAN, request)).noneMatch(action -> action instanceof GossipAction.Send);

            assertThat(pull(100, CHILD)).contains(copy(CHILD, WAN, 2, 800, request));
            assertThat(pull(200, CHILD)).isEmpty();
            control(300, CHILD, new Control.Reply(ID, VALUE, new Completeness(1, 0, 0, 0, 0, 5)));
            assertThat(pull(400, CHILD)).isEmpty();
            assertThat(saidAfter(900)).isEqualTo(new Completeness(2, 0, 0, 0, 0, 5));
        }

        @Test
        void whoeverHasItAlreadyDoesNot() {
            receive(PARENT, WAN, request(GossipVariant.PULL));

            assertThat(pull(100, CHILD, ID)).isEmpty();
            assertThat(pull(100, PARENT)).isEmpty();
        }

        @Test
        void aLazyPullIsAnsweredWithTheId() {
            GossipMessage request = request(GossipVariant.LAZY_PULL);
            receive(PARENT, WAN, request);

            assertThat(pull(100, CHILD)).contains(to(CHILD, advertisement(false)));
            assertThat(control(150, CHILD, want(false))).containsExactly(copy(CHILD, WAN, 2, 750, request));
        }

        @Test
        void aPulledRequestGathersToTheEndSinceChildrenMayStillCome() {
            receive(PARENT, WAN, request(GossipVariant.PULL));

            assertThat(at(10, new GossipEvent.Answered(ID, Optional.of(VALUE)))).isEmpty();
            assertThat(timer(900, new GossipTimer.GatheringEnds(ID))).anyMatch(GossipAction.Merge.class::isInstance);
        }

        @Test
        void aPullerThatComesTooLateIsNotAskedAndTheDeviceSaysSoOnce() {
            receive(PARENT, WAN, request(GossipVariant.PULL));

            assertThat(pull(750, CHILD)).noneMatch(GossipAction.Send.class::isInstance);
            assertThat(pull(760, CHILD)).isEmpty();
            assertThat(saidAfter(900).truncated()).isEqualTo(1);
        }

        @Test
        void itsOwnPullsNameItAndAPushPullOffersIt() {
            at(0, new GossipEvent.Started());
            receive(PARENT, WAN, request(GossipVariant.PUSH_PULL));

            assertThat(timer(100, new GossipTimer.Pull()))
                    .anyMatch(action -> action instanceof GossipAction.SendControl send
                            && send.control() instanceof Control.PullRequest pull
                            && pull.has().equals(List.of(ID))
                            && pull.offered().equals(List.of(ID)));
        }

        @Test
        void whatAPushPullOfferedIsGivenToWhoWantsIt() {
            GossipMessage request = request(GossipVariant.PUSH_PULL);
            receive(PARENT, WAN, request);

            assertThat(control(100, CHILD, want(false))).contains(copy(CHILD, WAN, 2, 800, request));
        }

        @Test
        void anOfferedRequestIsWantedOnlyIfItIsUnknown() {
            Control offer = new Control.PullRequest(WAN, List.of(ID), List.of(ID), Control.Slice.WHOLE);
            assertThat(control(0, CHILD, offer)).contains(to(CHILD, want(false)));
            receive(CHILD, WAN, request(GossipVariant.PUSH_PULL));

            assertThat(control(0, PARENT, offer)).isEmpty();
        }

        // Multicast

        @Test
        void oneMulticastAsksAllKnownPeersOfTheLanAndSilentOnesAreAskedAgainAlone() {
            joinLan();
            GossipMessage request = request(GossipVariant.MULTICAST);
            List<GossipAction> actions = at(0, new GossipEvent.Published(request));
            assertThat(actions).contains(new GossipAction.Multicast(LAN, new Hop(LAN, 0, 1, 1_900), request));

            control(10, L0, new Control.Accept(ID, List.of()));
            assertThat(timer(100, new GossipTimer.RepeatRequests(ID)))
                    .contains(new GossipAction.Send(L1, new Hop(LAN, 0, 1, 1_800), request))
                    .noneMatch(action -> action instanceof GossipAction.Send send
                            && send.to().equals(L0));
        }

        @Test
        void aDeviceOfTheLanThatNobodyKnowsIsAnsweredNothingAndNotCounted() {
            joinLan();
            at(0, new GossipEvent.Published(request(GossipVariant.MULTICAST)));
            PeerAddress unknown = new PeerAddress("unknown");

            assertThat(control(10, unknown, new Control.Accept(ID, List.of()))).isEmpty();
            assertThat(control(20, unknown, new Control.Reply(ID, VALUE, new Completeness(1, 0, 0, 0, 0, 5))))
                    .isEmpty();
            assertThat(engine.stats().dropped(DropReason.UNASKED_REPLY)).isEqualTo(1);
        }

        @Test
        void aRequestFromElsewhereEntersTheLanAfterAWhile() {
            joinLan();
            GossipMessage request = request(GossipVariant.MULTICAST);
            assertThat(receive(PARENT, WAN, request)).noneMatch(GossipAction.Multicast.class::isInstance);

            assertThat(timer(20, new GossipTimer.Bridge(ID, LAN)))
                    .contains(new GossipAction.Multicast(LAN, new Hop(LAN, 0, 3, 880), request));
        }

        @Test
        void unlessACopyIsHeardThere() {
            joinLan();
            GossipMessage request = request(GossipVariant.MULTICAST);
            receive(PARENT, WAN, request);
            control(5, CHILD, new Control.Decline(ID));
            assertThat(at(5, new GossipEvent.Answered(ID, Optional.of(VALUE)))).isEmpty();

            assertThat(receive(L0, LAN, request))
                    .contains(to(L0, new Control.Decline(ID)))
                    .anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(timer(20, new GossipTimer.Bridge(ID, LAN))).isEmpty();
        }

        @Test
        void whatCameThroughTheLanIsNotSentThereAgain() {
            joinLan();

            assertThat(receive(L0, LAN, request(GossipVariant.MULTICAST)))
                    .noneMatch(GossipAction.Multicast.class::isInstance)
                    .noneMatch(action -> action instanceof GossipAction.Send send
                            && send.hop().segment().equals(LAN));
        }
    }

    private static InMemoryNetwork.Outcome ask(
            InMemoryNetwork network, InMemoryNetwork.Node initiator, GossipVariant variant, long timeoutMillis) {
        MessageId id = initiator.publish(request(network, variant, timeoutMillis));
        network.runFor(timeoutMillis + 1);
        return initiator.outcome(id);
    }

    @Nested
    class WithoutFaults {

        @ParameterizedTest
        @EnumSource
        void theAnswerIsExactlyTheReachedDevices(GossipVariant variant) {
            for (int n : new int[] {1, 2, 11, 80}) {
                for (int seed = 0; seed < 4; seed++) {
                    InMemoryNetwork network = ofOneSegment(seed, n, variant);
                    network.maxDelayMillis = 20;
                    for (int round = 0; round < 2; round++) {
                        InMemoryNetwork.Outcome outcome = ask(network, network.first(), variant, 6_500);

                        int asked = round + 1;
                        long reached = network.nodes.values().stream()
                                .filter(node -> node.delivered.size() == asked)
                                .count();
                        assertThat(reached).as("n %d, seed %d", n, seed).isEqualTo(n);
                        assertThat(outcome.contributors())
                                .as("n %d, seed %d", n, seed)
                                .hasSize((int) reached);
                        assertThat(outcome.completeness().counted()).isEqualTo((int) reached);
                        assertThat(outcome.completeness().isWhole())
                                .as("n %d, seed %d: %s", n, seed, outcome.completeness())
                                .isEqualTo(!variant.isPulled());
                    }
                }
            }
        }

        @ParameterizedTest
        @EnumSource
        void theWholeGridAnswersFromAnyInitiator(GossipVariant variant) {
            for (String initiator : List.of("is", "ssc1", "sm3", "ied5")) {
                InMemoryNetwork network = ofGrid(1, variant);

                InMemoryNetwork.Outcome outcome = ask(network, network.node(initiator), variant, 13_000);

                assertThat(outcome.contributors()).as("from %s", initiator).hasSize(28);
                assertThat(outcome.completeness().isWhole())
                        .as("from %s: %s", initiator, outcome.completeness())
                        .isEqualTo(!variant.isPulled());
            }
        }

        @ParameterizedTest
        @EnumSource
        void itIsOverAsSoonAsTheLastHasAnsweredUnlessPeersMayStillPullIt(GossipVariant variant) {
            InMemoryNetwork network = ofOneSegment(1, 100, variant);
            network.minDelayMillis = 5;
            network.maxDelayMillis = 20;
            long start = network.now;

            InMemoryNetwork.Outcome outcome = ask(network, network.first(), variant, 13_000);

            long took = outcome.atMillis() - start;
            if (variant.isPulled()) {
                // Nobody knows who may still ask.
                assertThat(took).isBetween(12_000L, 13_000L);
            } else {
                assertThat(took).isLessThan(500);
            }
        }

        @ParameterizedTest
        @EnumSource
        void nothingIsLeftBehind(GossipVariant variant) {
            InMemoryNetwork network = ofOneSegment(1, 30, variant);
            ask(network, network.first(), variant, 3_000);

            network.runFor(60_000);

            assertThat(network.sum(GossipStats::queries)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatIsTooLargeToBeSentUnaskedIsAdvertisedFirst(GossipVariant variant) {
        InMemoryNetwork network = ofOneSegment(1, 40, variant);
        network.maxDelayMillis = 20;
        InMemoryNetwork.Node initiator = network.first();
        MessageId id = initiator.publish(request(network, variant, 6_500), new InMemoryNetwork.Large(100_000));
        network.runFor(6_501);

        assertThat(initiator.outcome(id).contributors()).hasSize(40);
        assertThat(network.multicasts).isZero();
        // A copy goes to who asks: to each device once, or once more if two were asked.
        assertThat(network.payloads).isBetween(39L, 45L);
    }

    @Nested
    class UnderFaults {

        /** The devices of a pulled request that nobody has asked yet are known to nobody. */
        @ParameterizedTest
        @EnumSource
        void nobodyIsCountedTwiceAndLossIsMadeGood(GossipVariant variant) {
            int counted = 0;
            for (int seed = 0; seed < 12; seed++) {
                InMemoryNetwork network = ofGrid(seed, variant);
                network.loss = 0.3;
                network.duplication = 0.3;
                network.maxDelayMillis = 40;

                InMemoryNetwork.Outcome outcome = ask(network, network.first(), variant, 26_000);

                assertThat(outcome.completeness().counted())
                        .isEqualTo(outcome.contributors().size());
                assertThat(outcome.completeness().isWhole())
                        .as("seed %d", seed)
                        .isEqualTo(!variant.isPulled() && outcome.contributors().size() == 28);
                counted += outcome.contributors().size();
            }
            // Pulled requests are answered in the last margin at every level, in which few repetitions fit; and whoever
            // takes a
            // gateway for lost cannot reach the devices behind it.
            assertThat(counted / (12.0 * 28)).isGreaterThanOrEqualTo(variant.isPulled() ? 0.96 : 1);
        }

        @ParameterizedTest
        @EnumSource
        void devicesThatCrashInMidFlightAreMissingAndSaidToBe(GossipVariant variant) {
            for (int seed = 0; seed < 15; seed++) {
                InMemoryNetwork network = ofOneSegment(seed, 40, variant);
                network.loss = 0.3;
                network.duplication = 0.2;
                network.maxDelayMillis = 60;
                Random victims = new Random(seed);
                for (InMemoryNetwork.Node node : network.nodes.values()) {
                    if (node != network.first() && victims.nextDouble() < 0.3) {
                        network.after(victims.nextLong(400), node::crash);
                    }
                }

                InMemoryNetwork.Outcome outcome = ask(network, network.first(), variant, 13_000);

                assertThat(outcome.completeness().counted())
                        .isEqualTo(outcome.contributors().size());
                if (outcome.contributors().size() < 40) {
                    assertThat(outcome.completeness().isWhole())
                            .as("seed %d", seed)
                            .isFalse();
                }
            }
        }
    }
}
