package org.grapevine.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With repair on, 30 % loss and 30 % of the devices crashed while messages are on their way, everybody who is left gets each once,
 * whatever the variant. Few seeds in every build; {@code -Dgrapevine.delivery.seeds=10000} for all of them.
 */
class DeliveryTest {

    private static final Path FILE = Path.of("scenarios", "delivery.yaml");
    private static final long SEEDS = Long.getLong("grapevine.delivery.seeds", 15);

    @ParameterizedTest
    @EnumSource
    void reachesEverybodyWhoIsLeft(GossipVariant variant) throws InterruptedException {
        Scenario scenario = by(variant);
        List<String> broken = new ArrayList<>();

        Cores.forEach(
                Math.min(2, Cores.available()),
                LongStream.range(0, SEEDS).iterator(),
                seed -> Run.of(scenario, seed),
                (RunResult run) -> {
                    boolean all = run.spreads().stream().allMatch(spread -> spread.reachedOfOwed() == spread.owed());
                    if (run.violationsInAll() > 0 || !all) {
                        broken.add("seed " + run.seed() + ": " + run.spreads() + ", " + run.violations());
                    }
                });

        assertThat(broken).isEmpty();
    }

    private static Scenario by(GossipVariant variant) {
        Scenario scenario = ScenarioFile.read(FILE);
        Workload.Push own = (Workload.Push) scenario.workload().get(0);
        return scenario.withWorkload(List.of(new Workload.Push(
                own.atMicros(),
                own.from(),
                own.repetition(),
                own.bytes(),
                own.spread().withVariant(variant),
                own.lifetimeMillis(),
                own.repairMillis())));
    }
}
