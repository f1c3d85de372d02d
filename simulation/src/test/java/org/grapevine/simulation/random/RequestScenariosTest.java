package org.grapevine.simulation.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole is {@code ./grapevine simulate --random --requests --seeds 100000}; more here by {@code -Dgrapevine.requests.seeds}. */
class RequestScenariosTest {

    private static final int SEEDS = Integer.getInteger("grapevine.requests.seeds", 300);

    @Test
    void keepAllPromises() throws InterruptedException {
        RequestTally tally = new RequestTally();
        StringBuilder failures = new StringBuilder();

        Campaign.run(
                0,
                SEEDS,
                2,
                RequestScenarios::draw,
                Trial.run(tally),
                failure -> failures.append("seed " + failure.seed() + ": " + failure.violations() + "\n"));

        assertThat(failures).as("%s", tally.sums()).isEmpty();
        assertThat(tally.sums().runs()).isEqualTo(SEEDS);
        assertThat(tally.sums().counted()).isPositive();
    }

    /** Children in another segment; more answers than enough without a function; a change over to a device that was asked before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 13, 29, 333, 608})
    void keepAllPromisesWhereTheyWereBroken(long seed) {
        assertThat(Trial.run().of(RequestScenarios.draw(seed), seed)).isEmpty();
    }

    /** A request whose lifetime ends before its timeout, and whose devices are asked again after it. */
    @Test
    void keepAllPromisesWhereARequestHasExpired() {
        assertThat(Trial.run().of(ScenarioGenerator.draw(259), 259)).isEmpty();
    }

    @Test
    void haveAllModesAndVariants() {
        Set<ReplyMode> modes = EnumSet.noneOf(ReplyMode.class);
        Set<GossipVariant> variants = EnumSet.noneOf(GossipVariant.class);
        LongStream.range(0, 200).forEach(seed -> {
            Scenario scenario = RequestScenarios.draw(seed);
            assertThat(scenario.devices()).isBetween(20, 60);
            assertThat(scenario.workload()).hasSize(2);
            for (Workload each : scenario.workload()) {
                modes.add(((Workload.Request) each).replies().mode());
                variants.add(((Workload.Request) each).spread().variant());
            }
        });

        assertThat(modes).containsExactlyInAnyOrder(ReplyMode.values());
        assertThat(variants).containsExactlyInAnyOrder(GossipVariant.values());
    }

    @Test
    void areTheSameForTheSameSeedAndAsFiles() {
        Scenario drawn = RequestScenarios.draw(7);

        assertThat(RequestScenarios.draw(7)).isEqualTo(drawn);
        assertThat(ScenarioFile.read(ScenarioWriter.write(drawn), "drawn.yaml")).isEqualTo(drawn);
    }

    @Test
    void areAddedUpByTheTally() {
        RequestTally tally = new RequestTally();
        var run = Run.of(RequestScenarios.draw(1), 1);

        tally.add(run);
        tally.add(run);

        assertThat(tally.sums().runs()).isEqualTo(2);
        assertThat(tally.sums().requests()).isEqualTo(2L * run.requests().size());
        assertThat(tally.sums().stayed()).isGreaterThanOrEqualTo(tally.sums().stayedInside());
    }
}
