package org.grapevine.simulation.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small cases by hand, and the published figures of docs/references.md, 1.1 to 1.3, which exclude nobody. */
class FinalSizeTest {

    private static final Offset<Double> EXACT = within(1e-12);

    @Test
    void theOnlyOtherDeviceIsReachedUnlessItsCopyIsLost() {
        assertThat(FinalSize.of(2, 1, 0, false).everybody()).isEqualTo(1, EXACT);
        assertThat(FinalSize.of(2, 1, 0.2, false).everybody()).isEqualTo(0.8, EXACT);
        assertThat(FinalSize.of(2, 1, 0.2, false).coverage()).isEqualTo(0.9, EXACT);
    }

    @Test
    void theSecondOfThreeSendsBackToTheOriginInHalfOfAllCases() {
        assertThat(FinalSize.of(3, 1, 0, false).everybody()).isEqualTo(0.5, EXACT);
        assertThat(FinalSize.of(3, 1, 0, false).coverage()).isEqualTo((2 + 3) / 6.0, EXACT);
        assertThat(FinalSize.of(3, 1, 0, false).deviation()).isEqualTo(1 / 6.0, EXACT);
    }

    @Test
    void nobodySendsBackWhereOriginAndSenderAreExcluded() {
        assertThat(FinalSize.of(3, 1, 0, true).everybody()).isEqualTo(1, EXACT);
        // Of four, the second cannot send back; the third neither to it nor to the origin.
        assertThat(FinalSize.of(4, 1, 0, true).everybody()).isEqualTo(1, EXACT);
        // Of five, the fourth may send to the second, which is not its sender.
        assertThat(FinalSize.of(5, 1, 0, true).everybody()).isEqualTo(0.5, EXACT);
    }

    @Test
    void fanoutToAllOthersReachesAllOthers() {
        assertThat(FinalSize.of(5, 4, 0, false).everybody()).isEqualTo(1, EXACT);
    }

    @Test
    void aPushDiesOutWhenAllCopiesOfTheOriginAreLost() {
        assertThat(FinalSize.of(3, 2, 1, false).coverage()).isEqualTo(1 / 3.0, EXACT);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 3, 0, 0.944, 0.004",
        "100, 5, 0, 0.9940, 0.555",
        "100, 8, 0, 0.9997, 0.974",
        "1000, 3, 0, 0.941, 0",
        "1000, 5, 0, 0.9931, 0.001",
        "1000, 7, 0, 0.9991, 0.410",
        "1000, 11, 0, 1.0000, 0.987",
        "1000, 7, 0.01, 0.9990, 0.387",
        "1000, 9, 0.05, 0.9998, 0.832",
        "1000, 11, 0.2, 0.9999, 0.875",
        "1000, 5, 0.5, 0.858, 0",
        "1000, 13, 0.5, 0.9985, 0.219"
    })
    void withoutExclusionItGivesThePublishedFigures(
            int devices, int fanout, double loss, String coverage, double everybody) {
        int runs = loss == 0 ? 2_000 : 1_500;
        FinalSize size = FinalSize.of(devices, fanout, loss, false);
        double rounding = Decimals.rounding(coverage);

        double p = size.everybody();
        assertThat(size.coverage())
                .isEqualTo(
                        Double.parseDouble(coverage), within(rounding + 3 * size.deviation() / StrictMath.sqrt(runs)));
        assertThat(p).isEqualTo(everybody, within(0.0005 + 3 * StrictMath.sqrt(p * (1 - p) / runs)));
    }
}
