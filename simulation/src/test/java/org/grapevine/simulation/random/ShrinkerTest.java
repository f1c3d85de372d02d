package org.grapevine.simulation.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    private static final int RUNS = 2_000;

    private static Trial failingIf(BiPredicate<Scenario, Long> fails) {
        return (scenario, seed) -> fails.test(scenario, seed)
                ? Optional.of(new Failure(seed, scenario, List.of(new Violation("checker", 0, "broken"))))
                : Optional.empty();
    }

    private static Failure firstFailure(Trial trial) {
        return LongStream.range(0, 5_000)
                .mapToObj(seed -> trial.of(ScenarioGenerator.draw(seed), seed))
                .flatMap(Optional::stream)
                .filter(failure -> failure.scenario().devices() > 20)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatDoesNotMatterGoes() {
        Trial needsACrashAndARequest = failingIf((scenario, seed) -> scenario.devices() >= 3
                && scenario.faults().stream().anyMatch(Fault.Crash.class::isInstance)
                && scenario.workload().stream().anyMatch(Workload.Request.class::isInstance));

        Scenario smallest = Shrinker.shrink(firstFailure(needsACrashAndARequest), RUNS, needsACrashAndARequest)
                .failure()
                .scenario();

        assertThat(smallest.devices()).isEqualTo(3);
        assertThat(smallest.faults()).singleElement().isInstanceOf(Fault.Crash.class);
        assertThat(smallest.workload()).singleElement().isInstanceOf(Workload.Request.class);
        assertThat(smallest.segments()).hasSize(1);
        assertThat(smallest.links()).allMatch(link -> link.equals(Link.perfect(link.name(), link.latency())));
        assertThat(smallest.clockErrorMillis()).isZero();
        assertThat(smallest.mergeMicros()).isZero();
    }

    @Test
    void theSameFailureIsShrunkToTheSameScenario() {
        Trial trial = failingIf((scenario, seed) -> scenario.links().stream().anyMatch(link -> link.loss() > 0.2));
        Failure failure = firstFailure(trial);

        assertThat(Shrinker.shrink(failure, RUNS, trial)).isEqualTo(Shrinker.shrink(failure, RUNS, trial));
    }

    @Test
    void anotherSeedIsTriedForASmallerScenario() {
        Trial onlyOddSeeds = failingIf((scenario, seed) -> seed % 2 == 1 && scenario.devices() > 1);
        Failure failure = firstFailure(onlyOddSeeds);

        Failure smallest = Shrinker.shrink(failure, RUNS, onlyOddSeeds).failure();

        assertThat(smallest.scenario().devices()).isEqualTo(2);
        assertThat(smallest.seed() % 2).isEqualTo(1);
    }

    @Test
    void anotherPromiseBrokenIsNotTheSameFailure() {
        Trial smallOnesFailOtherwise = (scenario, seed) -> Optional.of(new Failure(
                seed, scenario, List.of(new Violation(scenario.devices() < 10 ? "another" : "checker", 0, "broken"))));

        Failure smallest = Shrinker.shrink(firstFailure(smallOnesFailOtherwise), RUNS, smallOnesFailOtherwise)
                .failure();

        assertThat(smallest.checker()).isEqualTo("checker");
        assertThat(smallest.scenario().devices()).isEqualTo(10);
    }

    @Test
    void noMoreRunsAreSpentThanAllowed() {
        Trial always = failingIf((scenario, seed) -> true);
        Failure failure = firstFailure(always);

        assertThat(Shrinker.shrink(failure, 7, always).runs()).isEqualTo(7);
        assertThat(Shrinker.shrink(failure, 0, always).failure()).isEqualTo(failure);
    }

    @Test
    void aNegativeNumberOfRunsIsRefused() {
        Trial always = failingIf((scenario, seed) -> true);

        assertThatThrownBy(() -> Shrinker.shrink(firstFailure(always), -1, always))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mostRuns: -1 (expected: >= 0)");
    }
}
