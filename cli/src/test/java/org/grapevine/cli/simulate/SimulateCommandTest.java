package org.grapevine.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

    @TempDir
    Path folder = Path.of("");

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("scene.yaml"), text);
    }

    private static final String SCENE =
            """
            scenario: scene
            links: { line: { latency: { constant: 10ms } } }
            segments: { all: { link: line } }
            devices: { node: { count: 50, in: [all] } }
            workload:
              - push: { at: 1s, from: node, size: 500B }
              - request: { at: 2s, from: node, size: 100B, answer: 50B, timeout: 5s }
            """;

    @Nested
    class AScenario {

        @Test
        void isRunByTheNameOfAReadyOne() {
            CommandLineRun run = CommandLineRun.of("simulate", "flat-1k");

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.text()).contains("flat-1k: 1,000 devices, seed 1", "14,000", "all promises kept");
        }

        @Test
        void ofAFileGivesTheSameTraceForTheSameSeedOnly() throws Exception {
            String scene = file(SCENE).toString();
            CommandLineRun one = CommandLineRun.of("simulate", scene, "--seed", "7", "--json");
            CommandLineRun again = CommandLineRun.of("simulate", scene, "--seed", "7", "--json", "--wire");
            CommandLineRun other = CommandLineRun.of("simulate", scene, "--seed", "8", "--json");

            assertThat(one.exitCode()).isZero();
            assertThat(one.out()).hasSize(1);
            assertThat(traceHash(again)).isEqualTo(traceHash(one));
            assertThat(traceHash(other)).isNotEqualTo(traceHash(one));
        }

        private static String traceHash(CommandLineRun run) {
            return run.text().replaceFirst("(?s).*\"traceHash\":\"([^\"]*)\".*", "$1");
        }

        @Test
        void leavesATraceAndAReportWhereAsked() throws Exception {
            Path trace = folder.resolve("trace.txt");
            Path report = folder.resolve("report");
            CommandLineRun run = CommandLineRun.of(
                    "simulate", file(SCENE).toString(), "--trace", trace.toString(), "--out", report.toString());

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(Files.readAllLines(trace))
                    .hasSizeGreaterThan(500)
                    .allMatch(line -> line.contains(" us  node sim:"));
            assertThat(report.resolve("report.html")).content().contains("scene", "simulate");
            assertThat(report)
                    .isDirectoryContaining("glob:**/infection.svg")
                    .isDirectoryContaining("glob:**/spreads.csv");
        }

        @Test
        void isSweptOverSettingsAndSeeds() throws Exception {
            CommandLineRun run = CommandLineRun.of(
                    "simulate", file(SCENE).toString(), "--sweep", "fanout=2,4", "--seeds", "3", "--cores", "2");

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.text()).contains("2 points of fanout, 6 runs");
        }
    }

    @Nested
    class RandomScenarios {

        @Test
        void runByTheHundred() {
            CommandLineRun run = CommandLineRun.of("simulate", "--random", "--seeds", "40", "--cores", "2");

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.text())
                    .contains("40 random scenarios, seeds 1 to 40, on 2 cores")
                    .contains("all promises kept");
        }

        @Test
        void ofTwoRequestsAtOnceTellWhatTheyCameTo() {
            CommandLineRun run =
                    CommandLineRun.of("simulate", "--random", "--requests", "--seeds", "20", "--cores", "2");

            assertThat(run.exitCode()).isZero();
            assertThat(run.text())
                    .contains("20 random scenarios, seeds 1 to 20, on 2 cores")
                    .containsPattern(
                            "\\d+ requests, \\d+ answered \\(\\d+ whole\\), [0-9,]+ devices counted: 0\\.\\d{4}"
                                    + " of those that stayed up, 0 promises broken");
        }

        @Test
        void runOneByOneAndCanBeSavedAndRunAgain() {
            Path saved = folder.resolve("saved.yaml");
            CommandLineRun drawn =
                    CommandLineRun.of("simulate", "--random", "--seed", "5", "--save", saved.toString(), "--json");
            CommandLineRun read = CommandLineRun.of("simulate", saved.toString(), "--seed", "5", "--json");

            assertThat(drawn.exitCode()).isZero();
            assertThat(AScenario.traceHash(read)).isEqualTo(AScenario.traceHash(drawn));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simulate | simulate: nothing to run (expected: a scenario file, --random or --validate)",
                "simulate flat-1k --random | simulate: several things to run (expected: a scenario file, --random or --validate)",
                "simulate nowhere | nowhere: no such file (expected: a scenario file, or one of flat-1k, ws-eventing, aggregation, aggregation-under-loss, churn, partition-and-heal, delivery, overlay, variants, grid, grid-cellular, storm, flat-100k, million)",
                "simulate flat-1k --seed -1 | --seed: '-1' (expected: 0..922337203685477580)",
                "simulate flat-1k --cores 0 | --cores: 0 (expected: 1..1024 or all)",
                "simulate --random --seeds 9 --trace x | --trace: x (expected: one run: one seed and no --sweep)",
                "simulate --random --sweep fanout=1..3 | --sweep: fanout=1..3 (expected: a scenario file)",
                "simulate flat-1k --requests | --requests: without --random (expected: both)",
                "simulate flat-1k --save x | --save: x (expected: --random)",
            })
    void wrongUseIsToldInOneLine(String command, String message) {
        CommandLineRun run = CommandLineRun.of(command.strip().split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).containsExactly("grapevine: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "count: 50 | count: none | 4: devices.node.count: 'none'",
                "link: line | link: lime | 3: segments.all.link: 'lime'",
                "at: 1s | at: -1s | 6: workload[0].push.at: '-1s'",
                "size: 500B | sise: 500B | 6: workload[0].push.sise: unknown",
                "in: [all] | in: [none] | 4: devices.node.in",
            })
    void aMistakeInAFileIsToldWithItsLine(String right, String wrong, String message) throws Exception {
        CommandLineRun run =
                CommandLineRun.of("simulate", file(SCENE.replace(right, wrong)).toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains("scene.yaml:" + message, "(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"--trace,flat-1k", "--save,--random"})
    void aFileThatCannotBeWrittenIsNamedWithItsOption(String option, String what) {
        String file = folder.resolve("no-such-folder").resolve("file").toString();
        CommandLineRun run = CommandLineRun.of("simulate", what, option, file);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .containsExactly("grapevine: " + option + ": " + file
                        + " cannot be written (expected: a file in a folder that is there)");
    }

    @Test
    void whatDoesNotFitIntoMemoryIsRefusedBeforeItBegins() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "simulate", file(SCENE.replace("count: 50", "count: 9000000")).toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .singleElement()
                .asString()
                .matches("grapevine: devices: 9000000 would take about [0-9]+ MiB of memory \\(expected: at most"
                        + " [0-9]+ MiB, which about [0-9]+ devices fit, or a larger heap; at most 10000000 in all\\)");
    }
}
