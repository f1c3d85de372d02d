package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Views, failure detection and size estimate together, in virtual time. */
class MembershipTest {

    private static MembershipConfig config(MembershipConfig.Kind kind) {
        return switch (kind) {
            case HYPARVIEW -> MembershipConfig.hyParView(4);
            case CYCLON -> MembershipConfig.cyclon(4);
            case FULL -> MembershipConfig.full(1_000);
        };
    }

    private static MembershipNetwork settled(MembershipConfig.Kind kind, int devices) {
        MembershipNetwork network = MembershipNetwork.of(1, config(kind));
        network.startStorm(devices);
        network.run(120_000);
        return network;
    }

    private static boolean isNamed(MembershipNetwork network, int device) {
        PeerAddress dead = MembershipNetwork.address(device);
        return network.up().stream()
                .flatMap(each -> network.engine(each).entries().stream())
                .anyMatch(entry -> entry.address().equals(dead));
    }

    /** Five shuffle periods. */
    @ParameterizedTest
    @EnumSource(MembershipConfig.Kind.class)
    void aDeadDeviceIsOutOfEveryViewInFiftySeconds(MembershipConfig.Kind kind) {
        MembershipNetwork network = settled(kind, 100);
        for (int device : new int[] {7, 19}) {
            network.crash(device);
            network.run(50_000);
            assertThat(isNamed(network, device)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(MembershipConfig.Kind.class)
    void nobodyIsDroppedWhereNobodyFails(MembershipConfig.Kind kind) {
        MembershipNetwork network = settled(kind, 100);
        network.loss(0.01);
        network.run(120_000);

        assertThat(network.deadShare()).isZero();
        assertThat(network.up())
                .allSatisfy(device -> assertThat(network.engine(device).links()).isNotEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            value = MembershipConfig.Kind.class,
            names = {"HYPARVIEW", "CYCLON"})
    void afterHalfOfTheDevicesCrashTheirEntriesAreGoneInFiftySeconds(MembershipConfig.Kind kind) {
        MembershipNetwork network = settled(kind, 200);
        List<Integer> devices = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            devices.add(i);
        }
        Collections.shuffle(devices, new Random(1));
        devices.subList(0, 100).forEach(network::crash);
        network.run(50_000);

        assertThat(network.deadShare()).isLessThan(0.01);
        assertThat(network.parts()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 30, 300})
    void everybodyKnowsTheSizeAfterTheFirstWholeEpoch(int devices) {
        MembershipNetwork network = MembershipNetwork.of(1, MembershipConfig.hyParView(4));
        network.startStorm(devices);
        network.run(130_000);

        for (int device = 0; device < devices; device++) {
            assertThat((double) network.size(device)).isCloseTo(devices, Offset.offset(0.1 * devices));
        }
    }

    @Test
    void aPausedDeviceIsStillThere() {
        MembershipNetwork network = settled(MembershipConfig.Kind.HYPARVIEW, 100);
        for (int device = 0; device < 5; device++) {
            network.pause(device);
            network.run(5_000);
            network.resume(device);
            network.run(20_000);
            assertThat(network.links(device)).isNotEmpty();
            assertThat(network.oneSidedFor(10)).isEmpty();
        }
    }
}
