package org.grapevine.simulation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.sweep.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCheckTest {

    private static final int CORES = 2;

    private static PlanVerdict check(Plan plan, int seeds) throws InterruptedException {
        return PlanCheck.of(plan, seeds).run(CORES, progress -> {});
    }

    /** Among them those in which the rounds run out before the message has gone everywhere. */
    @ParameterizedTest
    @CsvSource({"10, 40", "50, 40", "100, 20", "300, 12"})
    void plansAndRunsAgreeForSmallNetworks(int devices, int seeds) throws Exception {
        for (Latency latency : List.of(
                new Latency.Constant(60_000),
                new Latency.Uniform(5_000, 20_000),
                new Latency.LogNormal(60_000, 0.5, 2_000_000))) {
            for (double loss : new double[] {0, 0.05, 0.3}) {
                for (double dead : new double[] {0, 0.1}) {
                    for (double wanted : new double[] {0.9, 0.999}) {
                        Plan plan = Plan.of(PlanRequest.of(devices)
                                .withNetwork(loss, dead, latency)
                                .withWish(wanted, null));

                        PlanVerdict verdict = check(plan, seeds);

                        assertThat(verdict.disagreements()).as("%s", plan).isEmpty();
                        assertThat(verdict.repairedAll()).as("%s", plan).isEqualTo(verdict.repairRuns());
                    }
                }
            }
        }
    }

    /** Wrong plans, each in one number, must not pass. */
    @Test
    void aPlanThatIsWrongIsFoundOut() throws Exception {
        Plan plan = Plan.of(PlanRequest.of(100).withWish(0.9, null));

        PlanVerdict verdict = check(plan, 100);

        assertThat(verdict.agrees()).isTrue();
        assertThat(verdict.sentences()).last().isEqualTo("Plan and simulation agree.");
        assertThat(with(verdict, wrong(plan, 0.5, plan.copiesPerDevice(), plan.millisTo99()))
                        .disagreements())
                .singleElement()
                .asString()
                .startsWith("All were reached in ")
                .endsWith(" of 100 runs, planned was a probability of 0.5.");
        assertThat(with(verdict, wrong(plan, plan.probability(), 6, plan.millisTo99()))
                        .disagreements())
                .singleElement()
                .asString()
                .startsWith("Copies per device came to 6.99 +- ");
        PlanVerdict slow = with(verdict, wrong(plan, plan.probability(), plan.copiesPerDevice(), 20));
        assertThat(slow.disagreements()).singleElement().asString().startsWith("Time to 99 of 100, ms, came to ");
        assertThat(slow.sentences()).last().isEqualTo("Plan and simulation do not agree.");
    }

    private static Plan wrong(Plan plan, double probability, double copies, long millisTo99) {
        return new Plan(
                plan.request(),
                plan.fanout(),
                plan.rounds(),
                plan.promised(),
                probability,
                plan.coverage(),
                plan.expectedCopies(),
                copies,
                plan.bytesPerDevice(),
                plan.repairBytesPerSecond(),
                millisTo99,
                plan.expectedMillis(),
                plan.wantedMillis(),
                plan.repairMillis(),
                plan.lifetimeMillis(),
                plan.advisedLifetimeMillis(),
                plan.warnings(),
                plan.obstacle());
    }

    private static PlanVerdict with(PlanVerdict verdict, Plan plan) {
        return new PlanVerdict(
                plan,
                verdict.runs(),
                verdict.reachedAll(),
                verdict.coverage(),
                verdict.copies(),
                verdict.bytes(),
                verdict.to99(),
                verdict.toAll(),
                verdict.repairRuns(),
                verdict.repairedAll(),
                verdict.repairToAll(),
                verdict.repairBytes(),
                verdict.violations());
    }

    @Test
    void theVerdictDoesNotDependOnTheCoresAndProgressIsTold() throws Exception {
        PlanCheck check = PlanCheck.of(Plan.of(PlanRequest.of(30)), 8);
        List<Progress> told = new ArrayList<>();

        assertThat(check.run(1, told::add)).isEqualTo(check.run(4, progress -> {}));
        assertThat(told).extracting(Progress::done).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(told).extracting(Progress::runs).containsOnly(10);
    }

    @ParameterizedTest
    @CsvSource({"100, 200, 50", "1000, 200, 50", "10000, 55, 13", "1000000, 3, 1"})
    void largeNetworksAreCheckedWithFewerSeeds(int devices, int seeds, int repairSeeds) {
        PlanCheck check = PlanCheck.of(Plan.of(PlanRequest.of(devices)));

        assertThat(check.seeds()).isCloseTo(seeds, within(5));
        assertThat(check.repairSeeds()).isCloseTo(repairSeeds, within(2));
    }

    @Test
    void thereIsAtLeastOneSeed() {
        Plan plan = Plan.of(PlanRequest.of(30));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanCheck.of(plan, 0))
                .withMessage("seeds: 0 (expected: 1..10000)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlanCheck(plan, 1, 10_001, 1))
                .withMessage("repairSeeds: 10001 (expected: 1..10000)");
    }

    /** Wilson's interval for 9 of 10 and 10 of 10, as Brown, Cai and DasGupta (2001) define it. */
    @Test
    void theIntervalIsWilsons() {
        assertThat(new Successes(9, 10).low()).isCloseTo(0.5958, within(1e-4));
        assertThat(new Successes(9, 10).high()).isCloseTo(0.9821, within(1e-4));
        assertThat(new Successes(10, 10).low()).isCloseTo(0.7225, within(1e-4));
        assertThat(new Successes(10, 10).high()).isCloseTo(1, within(1e-9));
    }

    @Test
    void rareFailuresAreJudgedByTheBinomialDistribution() {
        assertThat(new Successes(200, 200).isMoreThan(0.999)).isFalse();
        assertThat(new Successes(198, 200).isLessThan(0.999)).isFalse();
        assertThat(new Successes(196, 200).isLessThan(0.999)).isTrue();
        assertThat(new Successes(200, 200).isMoreThan(0.9)).isTrue();
        assertThat(new Successes(0, 5).isLessThan(0)).isFalse();
        assertThat(new Successes(5, 5).isMoreThan(1)).isFalse();
        assertThat(new Successes(4, 5).isLessThan(1)).isTrue();
        assertThat(new Successes(1, 5).isMoreThan(0)).isTrue();
    }
}
