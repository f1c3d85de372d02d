package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of docs/protocols/tree.md: one engine step by step, then whole networks. */
class TreeTest {

    private static final Segment S = new Segment("s");

    private static GossipParameters tree(InMemoryNetwork network, long repairMillis) {
        return new GossipParameters(0, 0, network.now, 30_000, repairMillis, null).withVariant(GossipVariant.TREE);
    }

    /** A payload of so many bytes, which goes on request only if told so. */
    private record Sized(int sizeBytes, boolean onRequestOnly) implements Payload {}

    @Nested
    class OneDevice {

        private static final long NOW = 1_000_000;
        private static final PeerAddress A = new PeerAddress("a");
        private static final PeerAddress B = new PeerAddress("b");
        private static final PeerAddress C = new PeerAddress("c");
        private static final PeerAddress ORIGIN = new PeerAddress("origin");

        private final SegmentPeers view = viewOf(A, B, C);
        private final GossipEngine engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));

        private static SegmentPeers viewOf(PeerAddress... members) {
            SegmentPeers view = new SegmentPeers(new PeerAddress("self"), List.of(S), 1_000);
            for (PeerAddress member : members) {
                view.join(S, member);
            }
            return view;
        }

        private static GossipMessage message(String id, Payload payload) {
            GossipParameters parameters =
                    new GossipParameters(0, 0, NOW, 30_000, 1_000, null).withVariant(GossipVariant.TREE);
            return new GossipMessage(new MessageId(id), ORIGIN, parameters, payload);
        }

        private static GossipMessage message(String id) {
            return message(id, new EncodedPayload(new byte[100]));
        }

        private List<GossipAction> handle(long after, GossipEvent event) {
            return engine.handle(NOW + after, event);
        }

        private List<GossipAction> receive(PeerAddress from, int hop, GossipMessage message) {
            return handle(0, new GossipEvent.Received(from, new Hop(S, 254, hop, 0), message));
        }

        private List<GossipAction> control(PeerAddress from, Control control) {
            return handle(0, new GossipEvent.ControlReceived(from, control));
        }

        private List<GossipAction> timer(long after, GossipTimer timer) {
            return handle(after, new GossipEvent.TimerFired(timer));
        }

        private List<GossipAction> spare(PeerAddress from, int hop, String... ids) {
            List<MessageId> all = new ArrayList<>();
            for (String id : ids) {
                all.add(new MessageId(id));
            }
            return control(from, new Control.IHave(S, all, hop, true));
        }

        private static GossipAction to(PeerAddress peer, Control control) {
            return new GossipAction.SendControl(peer, control);
        }

        private static Control wants(boolean graft, String... ids) {
            List<MessageId> all = new ArrayList<>();
            for (String id : ids) {
                all.add(new MessageId(id));
            }
            return new Control.IWant(S, all, graft);
        }

        private static List<PeerAddress> copiesTo(List<GossipAction> actions) {
            return actions.stream()
                    .filter(GossipAction.Send.class::isInstance)
                    .map(action -> ((GossipAction.Send) action).to())
                    .sorted((one, other) -> one.value().compareTo(other.value()))
                    .toList();
        }

        @Test
        void theFirstMessageOpensLinksAndGoesAlongAllOfThem() {
            assertThat(copiesTo(handle(0, new GossipEvent.Published(message("m")))))
                    .containsExactly(A, B, C);
            assertThat(engine.tree().links(S, true)).isEqualTo(3);
        }

        @Test
        void whoeverOpensALinkSaysSo() {
            assertThat(handle(0, new GossipEvent.Published(message("m")))).contains(to(A, wants(true)));
            assertThat(handle(0, new GossipEvent.Published(message("n"))))
                    .noneMatch(GossipAction.SendControl.class::isInstance);
        }

        @Test
        void theFirstMessageGoesToAsManyAsAnEagerPush() {
            for (int i = 0; i < 100; i++) {
                view.join(S, new PeerAddress("p" + i));
            }
            int fanout = FanoutRule.defaults().fanout(104);

            assertThat(copiesTo(handle(0, new GossipEvent.Published(message("m1")))))
                    .hasSize(fanout)
                    .doesNotHaveDuplicates();
            assertThat(copiesTo(handle(0, new GossipEvent.Published(message("m2")))))
                    .hasSize(Tree.autoLinks(104, 0));
        }

        @Test
        void aNewMessageGoesOnToAllEagerLinksButTheSenderAndTheOrigin() {
            assertThat(copiesTo(receive(A, 1, message("m")))).containsExactly(B, C);
        }

        @Test
        void aTreeMayBeDeeperThanAGossipSoAutoRoundsLeaveEveryHopThatTheDeviceAllows() {
            assertThat(handle(0, new GossipEvent.Published(message("m"))))
                    .contains(new GossipAction.Send(A, new Hop(S, 254, 1, 0), message("m")));
        }

        @Test
        void aSecondCopyMakesItsLinkASpareOneAtBothEnds() {
            receive(A, 1, message("m1"));

            assertThat(receive(B, 2, message("m1"))).containsExactly(to(B, new Control.Prune(S)));
            control(C, new Control.Prune(S));

            assertThat(copiesTo(receive(A, 1, message("m2")))).isEmpty();
            assertThat(timer(5, new GossipTimer.Advertise()))
                    .containsExactlyInAnyOrder(
                            to(B, new Control.IHave(S, List.of(new MessageId("m2")), 2, true)),
                            to(C, new Control.IHave(S, List.of(new MessageId("m2")), 2, true)));
        }

        @Test
        void aCopyThatTheNetworkDoubledCutsNothing() {
            receive(A, 1, message("m1"));

            assertThat(receive(A, 1, message("m1"))).isEmpty();
            assertThat(engine.tree().links(S, true)).isEqualTo(3);
        }

        /** Cutting both links would leave the device with ids only. */
        @Test
        void ofTwoMessagesThatComeFirstAlongDifferentLinksOneCutsTheOthersLinkAndNotBoth() {
            receive(A, 1, message("m1"));
            receive(B, 1, message("m1"));

            assertThat(receive(B, 1, message("m2"))).noneMatch(to(A, new Control.Prune(S))::equals);
            assertThat(receive(A, 1, message("m2"))).isEmpty();
            assertThat(engine.tree().links(S, true)).isEqualTo(2);
        }

        @Test
        void aPruneIsSaidAgainOnlyOnceThePeerHasHadTheTimeToHearIt() {
            receive(A, 1, message("m1"));
            receive(B, 1, message("m1"));
            receive(A, 1, message("m2"));
            GossipEvent again = new GossipEvent.Received(B, new Hop(S, 254, 1, 0), message("m2"));

            assertThat(handle(0, again)).isEmpty();
            assertThat(handle(50, again)).containsExactly(to(B, new Control.Prune(S)));
        }

        @Test
        void aDeviceInsistsOnItsBranchUnlessItIsRefusedAgainAndAgain() {
            receive(A, 1, message("m1"));
            for (int i = 0; i < 4; i++) {
                assertThat(control(A, new Control.Prune(S))).containsExactly(to(A, wants(true)));
            }

            assertThat(control(A, new Control.Prune(S))).isEmpty();
            assertThat(engine.tree().links(S, true)).isEqualTo(2);
        }

        @Test
        void aBranchThatGraftsThisDeviceIsNoBranch() {
            receive(A, 1, message("m1"));
            receive(B, 1, message("m2"));
            control(A, wants(true, "m2"));

            assertThat(control(B, new Control.Prune(S))).containsExactly(to(B, wants(true)));
            assertThat(control(A, new Control.Prune(S))).isEmpty();
        }

        @Test
        void idsForSpareLinksGoTogether() {
            receive(A, 1, message("m0"));
            control(B, new Control.Prune(S));

            assertThat(receive(A, 1, message("m1")))
                    .contains(new GossipAction.Schedule(5, new GossipTimer.Advertise()));
            assertThat(receive(A, 3, message("m2"))).noneMatch(GossipAction.Schedule.class::isInstance);
            assertThat(timer(5, new GossipTimer.Advertise()))
                    .containsExactly(
                            to(B, new Control.IHave(S, List.of(new MessageId("m1"), new MessageId("m2")), 4, true)));
        }

        @Test
        void aBatchAsLargeAsADatagramTakesGoesAtOnce() {
            receive(A, 1, message("m"));
            control(B, new Control.Prune(S));
            List<GossipAction> actions = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                actions.addAll(receive(A, 1, message("m" + i)));
            }

            assertThat(actions)
                    .anyMatch(action -> action instanceof GossipAction.SendControl send
                            && send.control() instanceof Control.IHave iHave
                            && iHave.ids().size() == 60);
            assertThat(timer(5, new GossipTimer.Advertise())).isEmpty();
        }

        @Test
        void anIdIsNotAdvertisedToWhoeverAdvertisedIt() {
            receive(A, 1, message("m0"));
            control(B, new Control.Prune(S));
            control(C, new Control.Prune(S));
            spare(B, 3, "m1");
            receive(A, 1, message("m1"));
            spare(C, 3, "m1");

            assertThat(timer(5, new GossipTimer.Advertise())).isEmpty();
        }

        @Test
        void anAdvertisedPayloadIsWaitedForThenAskedForWithAGraft() {
            assertThat(spare(A, 3, "m"))
                    .contains(new GossipAction.Schedule(200, new GossipTimer.Graft(new MessageId("m"))));
            spare(B, 3, "m");

            assertThat(timer(200, new GossipTimer.Graft(new MessageId("m"))))
                    .contains(to(A, wants(true, "m")))
                    .contains(new GossipAction.Schedule(50, new GossipTimer.Graft(new MessageId("m"))));
            assertThat(timer(250, new GossipTimer.Graft(new MessageId("m")))).contains(to(B, wants(true, "m")));
        }

        @Test
        void onceThePayloadIsHereNobodyIsAsked() {
            spare(A, 3, "m");
            receive(B, 2, message("m"));

            assertThat(timer(200, new GossipTimer.Graft(new MessageId("m")))).isEmpty();
            assertThat(engine.tree().missing()).isZero();
        }

        @Test
        void whatOneAdvertiserOwesIsAskedForTogether() {
            spare(A, 3, "m1", "m2", "m3");

            assertThat(timer(200, new GossipTimer.Graft(new MessageId("m1"))))
                    .contains(to(A, wants(true, "m1", "m2", "m3")));
            assertThat(timer(200, new GossipTimer.Graft(new MessageId("m2")))).isEmpty();
        }

        @Test
        void whatNobodyGivesIsLeftToRepairInTheEnd() {
            spare(A, 3, "m");
            long now = 200;
            int asked = 0;
            for (int i = 0; i < 20; i++) {
                asked += (int) timer(now, new GossipTimer.Graft(new MessageId("m"))).stream()
                        .filter(to(A, wants(true, "m"))::equals)
                        .count();
                now += 100_000;
            }

            assertThat(asked).isEqualTo(GossipConfig.defaults().wantTries());
            assertThat(engine.tree().missing()).isZero();
        }

        @Test
        void aGraftMakesTheLinkEagerAgainAndGetsThePayload() {
            receive(A, 1, message("m1"));
            control(B, new Control.Prune(S));

            assertThat(copiesTo(control(B, wants(true, "m1")))).containsExactly(B);
            assertThat(copiesTo(receive(A, 1, message("m2")))).containsExactly(B, C);
        }

        @Test
        void anAdvertisedWayThatIsMuchShorterReplacesTheBranch() {
            receive(A, 1, message("m0"));
            control(B, new Control.Prune(S));
            receive(A, 10, message("m1"));
            timer(5, new GossipTimer.Advertise());

            assertThat(spare(B, 4, "m1")).isEmpty();
            assertThat(spare(B, 3, "m1")).containsExactly(to(B, wants(true)), to(A, new Control.Prune(S)));
            assertThat(copiesTo(receive(C, 1, message("m2")))).containsExactly(B);
        }

        @Test
        void aWayOfUnknownLengthReplacesNothing() {
            receive(A, 1, message("m0"));
            control(B, new Control.Prune(S));
            receive(A, 10, message("m1"));

            assertThat(spare(B, 0, "m1")).isEmpty();
        }

        @Test
        void whoHasJustReceivedALargePayloadTellsItsOtherEagerLinksFirst() {
            GossipMessage large = message("m", new Sized(Tree.LARGE_BYTES, false));

            List<GossipAction> actions = receive(A, 1, large);

            assertThat(actions)
                    .contains(
                            to(B, new Control.IDontWant(S, List.of(large.id()))),
                            to(C, new Control.IDontWant(S, List.of(large.id()))));
            assertThat(receive(A, 1, message("n", new Sized(Tree.LARGE_BYTES - 1, false))))
                    .noneMatch(GossipAction.SendControl.class::isInstance);
            assertThat(receive(A, 1, message("o", new Sized(100_000, true))))
                    .doesNotContain(to(B, new Control.IDontWant(S, List.of(new MessageId("o")))));
        }

        @Test
        void whoHasBeenToldDoesNotSendIt() {
            receive(A, 1, message("m0"));
            control(B, new Control.IDontWant(S, List.of(new MessageId("m1"))));

            assertThat(copiesTo(receive(A, 1, message("m1")))).containsExactly(C);
        }

        @Test
        void whatIsTooLargeToBeSentUnaskedIsAdvertisedAlongAllLinksAtOnce() {
            GossipMessage large = message("m", new Sized(100_000, true));

            List<GossipAction> actions = handle(0, new GossipEvent.Published(large));

            assertThat(copiesTo(actions)).isEmpty();
            assertThat(actions)
                    .contains(
                            to(A, new Control.IHave(S, List.of(large.id()), 1, false)),
                            to(B, new Control.IHave(S, List.of(large.id()), 1, false)),
                            to(C, new Control.IHave(S, List.of(large.id()), 1, false)));
            assertThat(copiesTo(control(A, wants(false, "m")))).containsExactly(A);
        }

        @Test
        void whatWasAskedForSaysNothingAboutLinks() {
            receive(A, 1, message("m0"));
            control(B, new Control.Prune(S));
            control(B, new Control.Digest(S, List.of(new MessageId("m1")), Control.Slice.WHOLE));

            receive(B, 1, message("m1"));

            assertThat(copiesTo(receive(A, 1, message("m2")))).containsExactly(C);
        }

        @Test
        void aLinkWhosePeerLeavesTheViewIsReplaced() {
            for (int i = 0; i < 20; i++) {
                view.join(S, new PeerAddress("p" + i));
            }
            handle(0, new GossipEvent.Published(message("m0")));
            List<PeerAddress> first = copiesTo(handle(0, new GossipEvent.Published(message("m1"))));
            view.leave(S, first.get(0));

            List<PeerAddress> second = copiesTo(handle(0, new GossipEvent.Published(message("m2"))));

            assertThat(second).hasSameSizeAs(first).containsAll(first.subList(1, first.size()));
            assertThat(second).doesNotContain(first.get(0));
        }

        @Test
        void aPeerThatSpeaksAsALinkBecomesOneUntilThereAreEnough() {
            for (int i = 0; i < 100; i++) {
                view.join(S, new PeerAddress("p" + i));
            }
            List<GossipAction> actions = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                actions.addAll(receive(new PeerAddress("p" + i), 1, message("m" + i)));
            }

            int links = Tree.LINKS_PER_OPENED * Tree.autoLinks(104, 0);
            assertThat(engine.tree().links(S, true)).isEqualTo(links);
            long refused = engine.stats().dropped(DropReason.TOO_MANY_LINKS);
            assertThat(refused).isPositive();
            assertThat(actions.stream()
                            .filter(action -> action instanceof GossipAction.SendControl send
                                    && send.control() instanceof Control.Prune))
                    .hasSize((int) refused);
        }

        @Test
        void aStrangerBecomesNoLinkAndIsAnsweredNothing() {
            PeerAddress stranger = new PeerAddress("stranger");
            receive(A, 1, message("m"));

            assertThat(receive(stranger, 1, message("m"))).isEmpty();
            assertThat(receive(stranger, 1, message("n")))
                    .noneMatch(action -> action instanceof GossipAction.SendControl send
                            && send.to().equals(stranger));
            assertThat(control(stranger, wants(true, "m"))).containsExactly(new GossipAction.Check(S, stranger));
            assertThat(engine.tree().links(S, true)).isEqualTo(3);
        }

        @Test
        void idsThatNeverComeTakeNoMoreThanTheirRoom() {
            for (int i = 0; i < Tree.MISSING_LIMIT + 10; i++) {
                spare(A, 1, "never" + i);
            }

            assertThat(engine.tree().missing()).isEqualTo(Tree.MISSING_LIMIT);
            assertThat(engine.stats().dropped(DropReason.TOO_MANY_MISSING)).isEqualTo(10);
        }

        @Test
        void whatPeersSayTheyHaveTakesNoMoreThanItsRoom() {
            receive(A, 1, message("m"));
            for (int i = 0; i < Tree.TOLD_LIMIT + 10; i++) {
                control(B, new Control.IDontWant(S, List.of(new MessageId("never" + i))));
            }

            assertThat(engine.stats().dropped(DropReason.TOO_MANY_TOLD)).isEqualTo(10);
        }
    }

    /** The graph that the links make, with a tenth of the devices dead and nobody aware of it. */
    @ParameterizedTest(name = "n={0}: {1} links")
    @CsvSource({"10, 3", "50, 4", "100, 4", "1000, 5", "10000, 5", "1000000, 7"})
    void theAutomaticNumberOfLinksIsSmall(int n, int links) {
        assertThat(Tree.autoLinks(n, 0)).isEqualTo(links);
    }

    @ParameterizedTest(name = "n={0}, {1} % dead")
    @CsvSource({"20, 10", "100, 10", "1000, 10", "1000, 30"})
    void theAutomaticNumberOfLinksConnectsTheLiveDevices(int n, int percentDead) {
        int links = Tree.autoLinks(n, percentDead / 100.0);
        int runs = 150_000 / n;
        int connected = 0;
        for (int seed = 0; seed < runs; seed++) {
            connected += isConnected(n, links, percentDead, new Random(seed)) ? 1 : 0;
        }
        // Three standard errors below the 0.999 aimed at.
        assertThat((double) connected / runs).isGreaterThan(0.999 - 3 * Math.sqrt(0.999 * 0.001 / runs) - 1e-9);
    }

    private static boolean isConnected(int n, int links, int percentDead, Random random) {
        List<Set<Integer>> neighbours = new ArrayList<>();
        boolean[] dead = new boolean[n];
        for (int i = 0; i < n; i++) {
            neighbours.add(new HashSet<>());
            dead[i] = random.nextInt(100) < percentDead;
        }
        for (int i = 0; i < n; i++) {
            Set<Integer> own = new HashSet<>();
            while (own.size() < Math.min(links, n - 1)) {
                int other = random.nextInt(n);
                if (other != i && own.add(other)) {
                    neighbours.get(i).add(other);
                    neighbours.get(other).add(i);
                }
            }
        }
        boolean[] reached = dead.clone();
        Deque<Integer> open = new ArrayDeque<>();
        int pieces = 0;
        for (int i = 0; i < n; i++) {
            if (!reached[i]) {
                pieces++;
                reached[i] = true;
                open.add(i);
            }
            while (!open.isEmpty()) {
                for (int next : neighbours.get(open.remove())) {
                    if (!reached[next]) {
                        reached[next] = true;
                        open.add(next);
                    }
                }
            }
        }
        return pieces <= 1;
    }

    /** docs/references.md: Plumtree's relative message redundancy and last delivery hop. */
    @Nested
    class Figures {

        private record Spreading(double redundancy, int lastHop, long reached) {}

        private Spreading spread(InMemoryNetwork network, InMemoryNetwork.Node origin, GossipParameters parameters) {
            network.lastHop = 0;
            network.payloads = 0;
            MessageId id = origin.publish(parameters);
            network.runFor(2_000);
            long reached = network.count(id);
            return new Spreading((double) network.payloads / (reached - 1) - 1, network.lastHop, reached);
        }

        @Test
        void afterAFewMessagesOfOneSenderEachDeviceGetsEachPayloadOnceAndHardlyLaterThanByFlatGossip() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 1_000);
            network.minDelayMillis = 9;
            network.maxDelayMillis = 11;
            List<Spreading> spreadings = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                spreadings.add(spread(network, network.first(), tree(network, 0)));
            }
            int fanout = 2 * Tree.autoLinks(1_000, 0);
            Spreading flat = spread(network, network.first(), network.pushOnly(fanout, 100));

            assertThat(spreadings).allMatch(spreading -> spreading.reached() == 1_000);
            assertThat(spreadings.get(0).redundancy()).isGreaterThan(3);
            assertThat(spreadings.subList(4, 8)).allMatch(spreading -> spreading.redundancy() < 0.01);
            assertThat(spreadings.subList(4, 8)).allMatch(spreading -> spreading.lastHop() <= flat.lastHop() + 1);
        }

        @Test
        void killedInnerDevicesCostTheOthersAGraftAndThenNothing() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(2, 300);
            network.minDelayMillis = 5;
            network.maxDelayMillis = 10;
            for (int i = 0; i < 4; i++) {
                spread(network, network.first(), tree(network, 0));
            }
            List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
            for (int i = 1; i < 90; i++) {
                nodes.get(i).crash();
            }
            Spreading first = spread(network, network.first(), tree(network, 1_000));
            for (int i = 0; i < 3; i++) {
                spread(network, network.first(), tree(network, 0));
            }
            Spreading later = spread(network, network.first(), tree(network, 0));

            assertThat(first.reached()).isEqualTo(211);
            assertThat(later.reached()).isEqualTo(211);
            assertThat(later.redundancy()).isLessThan(0.01);
        }

        /** Two messages per millisecond and hops of 1 to 3: some ten on their way at any time, in any order. */
        @Test
        void messagesOnTheirWayAtTheSameTimeDoNotCutTheTreeToPieces() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 50);
            network.maxDelayMillis = 3;
            for (int i = 0; i < 2_000; i++) {
                network.first().publish(tree(network, 0));
                network.runFor(i % 2);
            }
            network.payloads = 0;
            long before = network.sum(GossipStats::delivered);
            for (int i = 0; i < 1_000; i++) {
                network.first().publish(tree(network, 0));
                network.runFor(i % 2);
            }
            network.runFor(2_000);

            long delivered = network.sum(GossipStats::delivered) - before;
            assertThat((double) network.payloads / delivered).isLessThan(1.3);
            assertThat(network.sum(GossipStats::delivered)).isEqualTo(3_000 * 50);
        }

        @Test
        void manySendersShareOneTree() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(3, 300);
            network.minDelayMillis = 9;
            network.maxDelayMillis = 11;
            List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
            for (int i = 0; i < 20; i++) {
                spread(network, nodes.get(i * 7), tree(network, 0));
            }
            for (int i = 0; i < 20; i++) {
                Spreading settled = spread(network, nodes.get(i * 11), tree(network, 0));

                assertThat(settled.reached()).isEqualTo(300);
                assertThat(settled.redundancy()).isLessThan(0.02);
                assertThat(settled.lastHop()).isLessThanOrEqualTo(20);
            }
        }
    }

    @Nested
    class UnderFaults {

        @Test
        void everyLiveDeviceOfASegmentDeliversOnceBeforeTheLifetimeEnds() {
            for (int seed = 0; seed < 60; seed++) {
                InMemoryNetwork network = InMemoryNetwork.ofOneSegment(seed, 40);
                addFaults(network);
                Random victims = new Random(seed);
                for (InMemoryNetwork.Node node : network.nodes.values()) {
                    if (node != network.first() && victims.nextDouble() < 0.3) {
                        network.after(victims.nextLong(400), node::crash);
                    }
                }
                List<MessageId> ids = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    ids.add(network.first().publish(tree(network, 1_000)));
                    network.runFor(100);
                }
                network.runFor(29_400);

                for (MessageId id : ids) {
                    assertThat(network.count(id))
                            .as("seed %d", seed)
                            .isEqualTo(network.live().size());
                }
            }
        }

        @Test
        void andEveryDeviceOfAGrid() {
            for (int seed = 0; seed < 30; seed++) {
                InMemoryNetwork network = InMemoryNetwork.ofGrid(seed, 3, 6, 18);
                addFaults(network);
                MessageId first = network.first().publish(tree(network, 1_000));
                network.runFor(50);
                MessageId second = network.node("ied3").publish(tree(network, 1_000));
                network.runFor(29_900);

                assertThat(network.count(first)).as("seed %d", seed).isEqualTo(28);
                assertThat(network.count(second)).as("seed %d", seed).isEqualTo(28);
            }
        }

        @Test
        void nothingIsWaitedForInTheEnd() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 40);
            addFaults(network);
            for (int i = 0; i < 10; i++) {
                network.first().publish(tree(network, 1_000));
            }
            network.runOut();

            assertThat(network.nodes.values())
                    .allMatch(node -> node.engine.tree().missing() == 0);
        }

        private void addFaults(InMemoryNetwork network) {
            network.loss = 0.3;
            network.duplication = 0.2;
            network.maxDelayMillis = 60;
        }
    }
}
