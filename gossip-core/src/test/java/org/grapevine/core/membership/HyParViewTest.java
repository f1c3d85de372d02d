package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HyParViewTest {

    private static final MembershipConfig CONFIG = MembershipConfig.hyParView(4);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void aTinySegmentIsLinkedCompletely(int devices) {
        for (long seed = 1; seed <= 20; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
            network.startStorm(devices);
            network.run(30_000);

            for (PeerAddress device : network.up()) {
                assertThat(network.links(device)).hasSize(devices - 1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 20", "8, 20", "12, 20", "30, 10", "100, 5", "500, 2"})
    void devicesThatStartTogetherThroughOneContactAreConnectedWithinAMinute(int devices, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
            network.startStorm(devices);
            network.run(60_000);

            assertThat(network.parts()).as("seed %d", seed).hasSize(1);
            assertThat(network.oneSidedFor(20)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "100, 3"})
    void aSegmentThatWasSplitFindsTogetherThroughOldContactsOnly(int devices, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
            network.startChain(devices);
            network.run(60_000);
            network.split(IntStream.range(0, devices / 2).boxed().toList());
            network.run(120_000);
            assertThat(network.parts()).hasSize(2);

            network.heal();
            network.run(60_000);
            assertThat(network.parts()).as("seed %d", seed).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void afterEightyPercentCrashedTheOthersAreConnectedAgain(long seed) {
        MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
        network.startStorm(300);
        network.run(60_000);
        List<PeerAddress> before = network.up();
        for (int i = 0; i < 240; i++) {
            network.crash(i);
        }
        assertThat(network.up()).hasSize(before.size() / 5);

        network.run(60_000);
        assertThat(network.parts()).hasSize(1);
        network.run(60_000);
        for (PeerAddress device : network.up()) {
            assertThat(network.links(device)).allMatch(network::isUp);
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                PeerMessage.Join.class,
                PeerMessage.ForwardJoin.class,
                PeerMessage.Neighbour.class,
                PeerMessage.NeighbourAnswer.class,
                PeerMessage.Disconnect.class,
                PeerMessage.Shuffle.class,
                PeerMessage.ShuffleAnswer.class,
                PeerMessage.Ping.class,
                PeerMessage.Ack.class
            })
    void lostMessagesOfOneKindLeaveNoOneSidedLinkAndNobodyAlone(Class<? extends PeerMessage> kind) {
        for (long seed = 1; seed <= 3; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG)
                    .losing((sent, random) -> kind.isInstance(sent.message()) && random.nextInt(3) == 0);
            network.startStorm(30);
            network.run(60_000);

            assertThat(network.parts()).as("seed %d", seed).hasSize(1);
            assertThat(network.oneSidedFor(30)).as("seed %d", seed).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void lossDuplicatesAndOvertakingLeaveASoundOverlay(long seed) {
        MembershipNetwork network =
                OverlayDevice.network(seed, CONFIG).loss(0.05).duplicates(0.05).delay(1, 500);
        network.startStorm(40);
        network.run(120_000);

        assertThat(network.parts()).hasSize(1);
        assertThat(network.oneSidedFor(30)).isEmpty();
        for (PeerAddress device : network.up()) {
            assertSound(network, device);
        }
    }

    /** Devices come, leave and crash at random for five minutes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void churnLeavesASoundOverlay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MembershipNetwork network = OverlayDevice.network(seed, CONFIG).loss(0.01);
        int devices = 40;
        network.startStorm(devices);
        for (int step = 0; step < 60; step++) {
            network.run(5_000);
            int device = 1 + random.nextInt(devices - 1);
            if (!network.isUp(MembershipNetwork.address(device))) {
                network.start(device, 0);
            } else if (random.nextBoolean()) {
                network.crash(device);
            } else {
                network.leave(device);
            }
            network.up().forEach(up -> assertSound(network, up));
        }
        network.run(60_000);

        assertThat(network.parts()).hasSize(1);
        assertThat(network.deadShare()).isZero();
        assertThat(network.oneSidedFor(20)).isEmpty();
    }

    @Test
    void aFlappingDeviceDoesNotLoosenTheOthers() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(20);
        network.run(30_000);
        for (int i = 0; i < 30; i++) {
            network.crash(7);
            network.run(2_000);
            network.start(7, 0);
            network.run(2_000);
        }
        network.run(30_000);

        assertThat(network.parts()).hasSize(1);
        assertThat(network.links(7)).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void oneWhoLeavesIsNoLinkAnyMoreAndIsNotTriedAgain() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.startStorm(6);
        network.run(30_000);
        network.leave(2);
        network.run(100);
        assertThat(network.deadShare()).isZero();

        PeerAddress gone = MembershipNetwork.address(2);
        network.losing((sent, random) -> {
            assertThat(sent.to()).isNotEqualTo(gone);
            return false;
        });
        network.run(120_000);
    }

    @Test
    void aDeviceWhoseContactIsNotThereYetComesInWhenItIs() {
        MembershipNetwork network = OverlayDevice.network(1, CONFIG);
        network.start(1, 0);
        network.run(300_000);
        network.start(0);
        network.run(10_000);

        assertThat(network.links(1)).containsExactly(MembershipNetwork.address(0));
    }

    @Test
    void leavesAreInTheOverlayOfOthersWithTwoLinks() {
        MembershipConfig leaf = MembershipConfig.leaf();
        MembershipNetwork network = new MembershipNetwork(
                1,
                (self, random) -> new OverlayDevice(
                        Integer.parseInt(self.address().value().substring(1)) < 20 ? CONFIG : leaf, self, random));
        network.startStorm(40);
        network.run(60_000);

        assertThat(network.parts()).hasSize(1);
        for (int i = 20; i < 40; i++) {
            assertThat(network.links(i)).hasSizeBetween(1, 2);
        }
    }

    @Test
    void atRestADeviceSaysLittle() {
        MembershipConfig silent = CONFIG.withDetection(new MembershipConfig.Detection(0, 0, 0, 0, 1, 1, 0, 1))
                .withEstimate(new MembershipConfig.Estimate(0, 1, 1));
        MembershipNetwork network = MembershipNetwork.of(1, silent);
        network.startStorm(100);
        network.run(120_000);
        long before = network.sentMessages();
        network.run(100_000);

        assertThat((network.sentMessages() - before) / 100.0 / 100).isLessThan(1.5);
    }

    private static void assertSound(MembershipNetwork network, PeerAddress device) {
        List<PeerAddress> entries = network.engine(device).entries().stream()
                .map(PeerEntry::address)
                .toList();
        assertThat(entries)
                .doesNotContain(device)
                .doesNotHaveDuplicates()
                .hasSizeLessThanOrEqualTo(CONFIG.view().links() + CONFIG.view().entries());
        assertThat(network.links(device)).hasSizeLessThanOrEqualTo(CONFIG.view().links());
    }
}
