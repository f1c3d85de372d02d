package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SimulatorScaleTest {

    @Test
    void simulatorAndFloorSpreadTheSame() {
        SimulatorScale.Line line = SimulatorScale.lines(2_000).get(0);

        assertThat(line.reached()).isEqualTo(2_000);
        assertThat(line.floorReached()).isEqualTo(2_000);
        // 15 copies each, 2,000 timers to forget, one publication.
        assertThat(line.events()).isEqualTo(2_000 * 15 + 2_000 + 1);
    }

    /** The final size of infect and die: 1 - exp(-3 * size) = size has the solution 0.940. */
    @Test
    void theFloorIsInfectAndDie() {
        assertThat(SimulatorScale.floor(50_000, 3, 1) / 50_000.0).isCloseTo(0.940, Offset.offset(0.01));
    }
}
