package org.grapevine.simulation.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.simulation.check.Violation;
import org.junit.jupiter.api.Test;

class CampaignTest {

    private static final Trial EVERY_TENTH_FAILS = (scenario, seed) -> seed % 10 == 3
            ? Optional.of(new Failure(seed, scenario, List.of(new Violation("checker", 0, "seed " + seed))))
            : Optional.empty();

    /** Writes down what it is told. */
    private static final class Log implements Campaign.Watch {
        private final List<Long> failed = new ArrayList<>();
        private final List<Long> done = new ArrayList<>();

        @Override
        public void failed(Failure failure) {
            failed.add(failure.seed());
        }

        @Override
        public void progress(long seeds, long failures) {
            done.add(seeds);
        }
    }

    @Test
    void everySeedIsRunOnceAndFailuresComeInTheirOrder() throws InterruptedException {
        Log log = new Log();

        long failures = Campaign.run(0, 50, 3, EVERY_TENTH_FAILS, log);

        assertThat(failures).isEqualTo(5);
        assertThat(log.failed).containsExactly(3L, 13L, 23L, 33L, 43L);
        assertThat(log.done).hasSize(50).startsWith(1L, 2L, 3L).endsWith(50L);
    }

    @Test
    void anEmptyRangeIsDoneAtOnce() throws InterruptedException {
        assertThat(Campaign.run(7, 7, 1, EVERY_TENTH_FAILS, new Log())).isZero();
    }

    @Test
    void aRangeTurnedRoundIsRefused() {
        assertThatThrownBy(() -> Campaign.run(8, 7, 1, new Log()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from: 8 (expected: at most 7)");
    }

    @Test
    void aFailureNamesThePromiseThatWasBrokenFirst() {
        Failure failure = new Failure(
                1,
                ScenarioGenerator.draw(1),
                List.of(new Violation("rounds", 5, "first"), new Violation("budget", 6, "second")));

        assertThat(failure.checker()).isEqualTo("rounds");
        assertThatThrownBy(() -> new Failure(1, ScenarioGenerator.draw(1), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("violations: none (expected: at least one)");
    }
}
