package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
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
    void devicesThatStartTogetherThroughOneContactAreConnectedWithinSeconds(int devices, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            MembershipNetwork network = OverlayDevice.network(seed, CONFIG);
            network.startStorm(devices);
            network.run(30_000);

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
        for (PeerAddress device : network.up()) {
            assertThat(network.links(device)).allMatch(network::isUp);
        }
    }
}
