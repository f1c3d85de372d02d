package org.grapevine.simulation.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;
import org.junit.jupiter.api.Test;

/** Networks drawn from a seed, with every fault at once, and every promise checked at every step. */
class RandomScenariosTest {

    private static final long FIRST_SEED = 0;
    private static final long SEEDS = Long.getLong("grapevine.random.seeds", 4_000);

    @Test
    void keepTheirPromises() throws InterruptedException {
        List<String> broken = new ArrayList<>();

        Campaign.run(
                FIRST_SEED,
                FIRST_SEED + SEEDS,
                Math.min(2, Cores.available()),
                failure -> broken.add(
                        "seed " + failure.seed() + ": " + failure.violations().get(0)));

        assertThat(broken).isEmpty();
    }

    @Test
    void runTheSameWayEachTime() {
        for (long seed = 100; seed < 110; seed++) {
            Scenario scenario = ScenarioGenerator.draw(seed);

            assertThat(Run.of(scenario, seed).traceHash())
                    .isEqualTo(Run.of(scenario, seed).traceHash());
        }
    }

    @Test
    void aRunThatThrowsIsAFailure() {
        Scenario scenario = ScenarioGenerator.draw(1);
        Trial trial = Trial.of((what, seed) -> {
            throw new IllegalStateException("the reason");
        });

        Optional<Failure> failure = trial.of(scenario, 1);

        assertThat(failure).isPresent();
        assertThat(failure.get().checker()).isEqualTo(Failure.CRASH);
        assertThat(failure.get().violations().get(0).what()).isEqualTo("java.lang.IllegalStateException: the reason");
    }
}
