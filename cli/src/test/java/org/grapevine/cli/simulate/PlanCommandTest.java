package org.grapevine.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void givesParametersAndHoldsThemAgainstASimulation() {
        CommandLineRun run = CommandLineRun.of("plan", "--devices", "200", "--loss", "5%", "--seeds", "60");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.text().toLowerCase(Locale.ROOT)).contains("fanout", "rounds", "60");
    }

    @Test
    void isAScenarioThatCanBeRun() {
        Path saved = folder.resolve("plan.yaml");
        CommandLineRun plan = CommandLineRun.of(
                "plan",
                "--devices",
                "150",
                "--latency",
                "10ms..30ms",
                "--no-check",
                "--json",
                "--save",
                saved.toString());
        CommandLineRun run = CommandLineRun.of("simulate", saved.toString());

        assertThat(plan.exitCode()).isZero();
        assertThat(plan.text()).contains("\"step\":\"plan\",\"fanout\":");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void saysWhyAWishCannotBeMet() {
        CommandLineRun run = CommandLineRun.of("plan", "--devices", "1000", "--latency", "1s", "--deadline", "2s");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.text()).contains("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--devices 1 | --devices: 1 (expected: 2..10000000)",
                "--devices 10 --loss much | --loss: 'much' (expected: a share such as 0.05 or 5%)",
            })
    void refusesWhatIsNoNetwork(String arguments, String message) {
        CommandLineRun run = CommandLineRun.of(("plan " + arguments.strip()).split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).containsExactly("grapevine: " + message);
    }
}
