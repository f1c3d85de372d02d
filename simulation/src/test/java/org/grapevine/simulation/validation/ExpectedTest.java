package org.grapevine.simulation.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ExpectedTest {

    private static final Offset<Double> EXACT = within(1e-12);

    /** Half of the values at either side of a mean. */
    private static Sample sample(double mean, double off, int count) {
        Sample sample = new Sample();
        for (int i = 0; i < count; i++) {
            sample.add(mean + (i % 2 == 0 ? off : -off));
        }
        return sample;
    }

    @Test
    void aSampleKnowsMeanDeviationAndError() {
        Sample sample = new Sample();
        for (double value : new double[] {2, 4, 4, 4, 5, 5, 7, 9}) {
            sample.add(value);
        }

        assertThat(sample.count()).isEqualTo(8);
        assertThat(sample.mean()).isEqualTo(5, EXACT);
        assertThat(sample.deviation()).isEqualTo(StrictMath.sqrt(32 / 7.0), EXACT);
        assertThat(sample.standardError()).isEqualTo(StrictMath.sqrt(32 / 7.0 / 8), EXACT);
    }

    @Test
    void aSampleOfNothingHasNoError() {
        assertThat(new Sample().deviation()).isZero();
        assertThat(new Sample().standardError()).isZero();
    }

    @Test
    void theErrorsOfBothSidesAndTheRoundingCount() {
        Sample simulated = sample(0.9, 0.1, 100);
        double deviation = simulated.deviation();

        double tolerance = Expected.published("0.90", 300).tolerance(simulated, false);

        assertThat(tolerance).isEqualTo(0.005 + 3 * deviation * StrictMath.sqrt(1 / 100.0 + 1 / 300.0), EXACT);
    }

    @Test
    void aFormulaHasNoErrorButItsRounding() {
        Sample simulated = sample(0.9, 0.1, 100);

        double tolerance = Expected.formula("0.900").tolerance(simulated, false);

        assertThat(tolerance).isEqualTo(0.0005 + 3 * simulated.standardError(), EXACT);
    }

    @Test
    void theErrorOfAShareOfRunsFollowsFromTheFormula() {
        Sample never = sample(0, 0, 100);

        assertThat(Expected.exact(0.36, 0, 2).tolerance(never, true)).isEqualTo(3 * 0.48 / 10, EXACT);
    }

    @Test
    void theErrorOfAShareOfRunsFollowsFromBothSamplesTogether() {
        Sample never = sample(0, 0, 100);

        // 60 of 200 runs together.
        double tolerance = Expected.published("0.60", 100).tolerance(never, true);

        assertThat(tolerance).isEqualTo(0.005 + 3 * StrictMath.sqrt(0.3 * 0.7 * 2 / 100), EXACT);
    }

    @Test
    void theDeviationIsTheModelsWhereItIsKnown() {
        assertThat(Expected.exact(0.5, 0.2, 3).tolerance(sample(0.5, 0, 100), false))
                .isEqualTo(3 * 0.02, EXACT);
    }

    @Test
    void aFigureIsMetUpToTheToleranceOnEitherSide() {
        Expected expected = Expected.exact(0.5, 0.1, 3);

        assertThat(expected.isMetBy(sample(0.529, 0, 100), false)).isTrue();
        assertThat(expected.isMetBy(sample(0.471, 0, 100), false)).isTrue();
        assertThat(expected.isMetBy(sample(0.531, 0, 100), false)).isFalse();
        assertThat(expected.isMetBy(sample(0.469, 0, 100), false)).isFalse();
    }

    @Test
    void aFloorIsMetByWhateverIsNotBelowIt() {
        Expected floor = Expected.atLeast("0.99");

        assertThat(floor.text()).isEqualTo("at least 0.99");
        assertThat(floor.isMetBy(sample(0.99, 0, 10), false)).isTrue();
        assertThat(floor.isMetBy(sample(1, 0, 10), false)).isTrue();
        assertThat(floor.isMetBy(sample(0.9899, 0, 10), false)).isFalse();
    }

    @Test
    void numbersAreWrittenWithTheirDecimals() {
        assertThat(Decimals.text(0.99504, 4)).isEqualTo("0.9950");
        assertThat(Decimals.text(0.5, 0)).isEqualTo("1");
        assertThat(Decimals.text(-0.00001, 3)).isEqualTo("0.000");
        assertThat(Decimals.text(-1.25, 1)).isEqualTo("-1.3");
        assertThat(Decimals.rounding("182")).isEqualTo(0.5);
        assertThat(Decimals.rounding("0.9940")).isEqualTo(0.00005, EXACT);
    }
}
