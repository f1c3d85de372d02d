package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {

    /** Standard deviation 1, so 2.776 (t for 4 degrees of freedom) times 1.5811 / sqrt(5). */
    @Test
    void theIntervalIsThatOfStudentsT() {
        Estimate estimate = Estimate.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0));
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.halfWidth()).isCloseTo(1.963, within(0.001));
    }

    /** t for 120 degrees of freedom is 1.980; values 0 and 1 in turn. */
    @Test
    void beyondTheTableItComesNearToTheNormalDistribution() {
        List<Double> values = new ArrayList<>(Collections.nCopies(60, 0.0));
        values.addAll(Collections.nCopies(61, 1.0));
        assertThat(Estimate.of(values).halfWidth()).isCloseTo(1.980 * StrictMath.sqrt(0.25207 / 121), within(0.0002));
    }

    @Test
    void oneValueHasNoInterval() {
        Estimate estimate = Estimate.of(List.of(7.0, Double.NaN, Double.POSITIVE_INFINITY));
        assertThat(estimate.count()).isEqualTo(1);
        assertThat(estimate.mean()).isEqualTo(7);
        assertThat(estimate.halfWidth()).isNaN();
    }

    @Test
    void noValueHasNoMean() {
        assertThat(Estimate.of(List.of()).mean()).isNaN();
    }
}
