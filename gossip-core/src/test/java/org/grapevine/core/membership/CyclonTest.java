package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CyclonTest {

    private static final MembershipConfig CONFIG = MembershipConfig.cyclon(4);
    private static final int CACHE = CONFIG.view().entries();
    private static final long CYCLE = CONFIG.view().shuffleMillis();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 20})
    void aSegmentThatFitsTheCacheIsKnownCompletely(int devices) {
        for (long seed = 1; seed <= 5; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
            network.startStorm(devices);
            network.run(20 * CYCLE);

            for (PeerAddress device : network.up()) {
                assertThat(network.links(device)).hasSize(devices - 1);
            }
        }
    }

    /** Voulgaris et al. 2005, section 6: from a ring on which each knows the next ones to the degrees of a random graph, or better. */
    @Test
    void aRingBecomesARandomGraphAndNoLinkIsLostOnTheWay() {
        int devices = 1_000;
        MembershipNetwork network = ring(1, devices);
        network.run(50 * CYCLE);

        int[] degrees = inDegrees(network, devices);
        double squares = 0;
        for (int degree : degrees) {
            squares += (degree - CACHE) * (double) (degree - CACHE);
        }
        assertThat(IntStream.of(degrees).sum()).isEqualTo(devices * CACHE);
        assertThat(StrictMath.sqrt(squares / devices)).isBetween(1.0, 3.2);
        assertThat(clustering(network)).isLessThan(1.2 * 2 * CACHE / devices);
        assertThat(network.parts()).hasSize(1);
    }

    @Test
    void lostMessagesCostFewLinks() {
        MembershipNetwork network = ring(2, 200).loss(0.05);
        network.run(50 * CYCLE);

        assertThat(IntStream.of(inDegrees(network, 200)).sum()).isGreaterThan(200 * CACHE * 98 / 100);
        assertThat(network.parts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void afterEightyPercentCrashedTheOthersAreConnectedAndForgetTheDead(long seed) {
        MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
        network.startStorm(300);
        network.run(10 * CYCLE);
        for (int i = 0; i < 240; i++) {
            network.crash(i);
        }
        network.run(6 * CYCLE);

        assertThat(network.deadShare()).isLessThan(0.01);
        network.run(6 * CYCLE);
        assertThat(network.parts()).hasSize(1);
    }

    @Test
    void aSegmentThatWasSplitFindsTogetherThroughOldContactsOnly() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(60);
        network.run(10 * CYCLE);
        network.split(IntStream.range(0, 30).boxed().toList());
        network.run(120_000);
        assertThat(network.parts()).hasSize(2);

        network.heal();
        network.run(60_000);
        assertThat(network.parts()).hasSize(1);
    }

    @Test
    void oneWhoLeavesIsForgottenByThoseItKnew() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(10);
        network.run(10 * CYCLE);
        network.leave(4);
        network.run(100);

        assertThat(network.deadShare()).isZero();
    }

    @Test
    void anAnswerThatWasNotAskedForIsRefused() {
        List<MembershipAction> out = new ArrayList<>();
        Tally tally = new Tally();
        Cyclon cyclon = cyclon(tally);
        cyclon.onContacts(0, List.of(MembershipNetwork.entry(1)), out);
        cyclon.onMessage(
                0,
                MembershipNetwork.address(1),
                new PeerMessage.ExchangeAnswer(List.of(MembershipNetwork.entry(2))),
                out);

        assertThat(cyclon.links()).containsExactly(MembershipNetwork.entry(1));
        assertThat(tally.dropped()).containsEntry(MembershipDrop.UNASKED, 1L);
    }

    @Test
    void whoAsksTooOftenGetsNoAnswer() {
        List<MembershipAction> out = new ArrayList<>();
        Tally tally = new Tally();
        Cyclon cyclon = cyclon(tally);
        for (int i = 0; i < 10; i++) {
            cyclon.onMessage(
                    i,
                    MembershipNetwork.address(1),
                    new PeerMessage.Exchange(List.of(MembershipNetwork.entry(1))),
                    out);
        }

        assertThat(out.stream().filter(MembershipAction.Send.class::isInstance)).hasSize(RequestRate.REQUESTS);
        assertThat(tally.dropped()).containsEntry(MembershipDrop.TOO_OFTEN, 10L - RequestRate.REQUESTS);
    }

    @Test
    void messagesOfAnotherKindOfViewAreRefused() {
        Tally tally = new Tally();
        cyclon(tally).onMessage(0, MembershipNetwork.address(1), new PeerMessage.Disconnect(), new ArrayList<>());

        assertThat(tally.dropped()).containsEntry(MembershipDrop.UNASKED, 1L);
    }

    @Test
    void theCacheNeverHasMoreThanItsPlaces() {
        List<MembershipAction> out = new ArrayList<>();
        Cyclon cyclon = cyclon(new Tally());
        cyclon.onContacts(
                0,
                IntStream.rangeClosed(1, 100).mapToObj(MembershipNetwork::entry).toList(),
                out);

        assertThat(cyclon.links()).hasSize(CACHE);
    }

    private static Cyclon cyclon(Tally tally) {
        SplittableRandom random = new SplittableRandom(1);
        PeerEntry self = MembershipNetwork.entry(0);
        EntryCheck check = new EntryCheck(CONFIG, self.address(), MembershipNetwork::isReal, 1, tally);
        return new Cyclon(CONFIG.view(), self, random, check, tally);
    }

    private static MembershipNetwork ring(long seed, int devices) {
        MembershipConfig silent = CONFIG.withDetection(new MembershipConfig.Detection(0, 0, 0, 0, 1, 1, 0, 1))
                .withEstimate(new MembershipConfig.Estimate(0, 1, 1));
        MembershipNetwork network = MembershipNetwork.of(seed, silent);
        for (int i = 0; i < devices; i++) {
            int device = i;
            network.start(
                    i,
                    IntStream.rangeClosed(1, CACHE)
                            .map(next -> (device + next) % devices)
                            .toArray());
        }
        return network;
    }

    private static int[] inDegrees(MembershipNetwork network, int devices) {
        Map<PeerAddress, Integer> degrees = new HashMap<>();
        for (PeerAddress device : network.up()) {
            network.links(device).forEach(link -> degrees.merge(link, 1, Integer::sum));
        }
        return IntStream.range(0, devices)
                .map(device -> degrees.getOrDefault(MembershipNetwork.address(device), 0))
                .toArray();
    }

    /** Mean over 100 devices; links count in both directions. */
    private static double clustering(MembershipNetwork network) {
        Map<PeerAddress, Set<PeerAddress>> neighbours = new HashMap<>();
        for (PeerAddress device : network.up()) {
            for (PeerAddress link : network.links(device)) {
                neighbours.computeIfAbsent(device, each -> new HashSet<>()).add(link);
                neighbours.computeIfAbsent(link, each -> new HashSet<>()).add(device);
            }
        }
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            List<PeerAddress> around = List.copyOf(neighbours.getOrDefault(MembershipNetwork.address(i), Set.of()));
            int closed = 0;
            for (int a = 0; a < around.size(); a++) {
                for (int b = 0; b < a; b++) {
                    closed += neighbours.getOrDefault(around.get(a), Set.of()).contains(around.get(b)) ? 1 : 0;
                }
            }
            sum += 2.0 * closed / (around.size() * (around.size() - 1.0));
        }
        return sum / 100;
    }
}
