package org.grapevine.simulation.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the published figures of docs/references.md, 1.2 and 1.4, which exclude nobody, and against the exact ones. */
class PushModelTest {

    @Test
    void oneRoundReachesTheFanout() {
        PushModel.Outcome outcome = PushModel.of(100, 5, 1, true, 10);

        assertThat(outcome.coverage().mean()).isEqualTo(0.06, within(1e-12));
        assertThat(outcome.coverage().deviation()).isZero();
        assertThat(outcome.lastHop().mean()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2, 0.274", "3, 0.761", "4, 0.980", "5, 0.993", "6, 0.994"})
    void withoutExclusionItGivesThePublishedCoverageInLimitedRounds(int rounds, double published) {
        Sample coverage = PushModel.of(100, 5, rounds, false, 4_000).coverage();

        double bothErrors = coverage.deviation() * StrictMath.sqrt(1.0 / 4_000 + 1.0 / 500);
        assertThat(coverage.mean()).isEqualTo(published, within(0.0005 + 3 * bothErrors));
    }

    @ParameterizedTest
    @CsvSource({"100, 3, 7.0", "100, 5, 4.8", "1000, 7, 5.6"})
    void withoutExclusionItGivesThePublishedLastHop(int devices, int fanout, double published) {
        Sample lastHop = PushModel.of(devices, fanout, 255, false, 1_000).lastHop();

        double bothErrors = lastHop.deviation() * StrictMath.sqrt(1.0 / 1_000 + 1.0 / 2_000);
        assertThat(lastHop.mean()).isEqualTo(published, within(0.05 + 3 * bothErrors));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void withoutALimitItAgreesWithTheExactFinalSize(boolean excluding) {
        FinalSize exact = FinalSize.of(50, 3, 0, excluding);
        Sample coverage = PushModel.of(50, 3, 255, excluding, 10_000).coverage();

        assertThat(coverage.mean()).isEqualTo(exact.coverage(), within(3 * exact.deviation() / 100));
        assertThat(coverage.deviation()).isEqualTo(exact.deviation(), within(0.05 * exact.deviation()));
    }
}
