package org.grapevine.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private final Topology devices = new Topology(World.of(Networks.twoSegments(), 1, List.of()));
    private final BitSet crossed = new BitSet();

    private static BitSet of(int... indexes) {
        BitSet set = new BitSet();
        for (int index : indexes) {
            set.set(index);
        }
        return set;
    }

    @Test
    void segmentsHaveTheirMembers() {
        int left = devices.segment(1, 0);
        int right = devices.segment(3, 0);

        assertThat(devices.segment(0, 0)).isEqualTo(left);
        assertThat(devices.segment(0, 1)).isEqualTo(right);
        assertThat(devices.size(left)).isEqualTo(3);
        assertThat(devices.member(right, 1)).isEqualTo(3);
        assertThat(devices.count(right, index -> index > 3)).isEqualTo(1);
    }

    @Test
    void allAreConnectedThroughTheDeviceInBothSegments() {
        assertThat(devices.connected(of(1), index -> true, crossed)).isEqualTo(of(0, 1, 2, 3, 4));
        assertThat(crossed.cardinality()).isEqualTo(2);
    }

    @Test
    void withoutThatDeviceNobodyIsConnectedToTheOtherSegment() {
        assertThat(devices.connected(of(1), index -> index != 0, crossed)).isEqualTo(of(1, 2));
        assertThat(crossed.cardinality()).isEqualTo(1);
    }

    @Test
    void whoDoesNotPassIsNotEvenConnectedToItself() {
        assertThat(devices.connected(of(1), index -> index == 3, crossed)).isEqualTo(of());
    }
}
