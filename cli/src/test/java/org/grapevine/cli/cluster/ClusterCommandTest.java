package org.grapevine.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterCommandTest {

    private static final String SCENE =
            """
            scenario: scene
            links: { line: { latency: { constant: 5ms }, loss: 5% } }
            segments: { all: { link: line } }
            devices: { source: { count: 1, in: [all] }, node: { count: 5, in: [all] } }
            engine: { loss: 5% }
            workload:
              - push: { at: 200ms, from: source, size: 500B, lifetime: 4s, repair: 300ms }
              - request: { at: 300ms, from: source, size: 100B, answer: 50B, timeout: 3s }
            """;

    @TempDir
    Path folder = Path.of("");

    private String scene() throws Exception {
        return scene(SCENE);
    }

    private String scene(String text) throws Exception {
        return Files.writeString(folder.resolve("scene.yaml"), text).toString();
    }

    @Nested
    class ARun {

        @Test
        void isOneOfRealProcessesWithThePredictionBeside() throws Exception {
            Path out = folder.resolve("out");
            CommandLineRun run =
                    CommandLineRun.of("cluster", "--scenario", scene(), "--agents", "2", "--out", out.toString());

            assertThat(run.exitCode()).as("%s %s", run.text(), run.err()).isZero();
            assertThat(run.text())
                    .contains("scene, seed 1: 6 devices on 2 agents", "coverage of the live", "all promises kept");
            try (Stream<Path> written = Files.list(out)) {
                assertThat(written.map(file -> file.getFileName().toString())).contains("report.json", "report.html");
            }
        }

        @Test
        void isOneOfSeveralWithALineEachAndASum() throws Exception {
            CommandLineRun run = CommandLineRun.of(
                    "cluster",
                    "--json",
                    "--scenario",
                    scene(),
                    "--agents",
                    "2",
                    "--devices",
                    "4",
                    "--runs",
                    "2",
                    "--warm-up",
                    "--seed",
                    "7",
                    "--no-predict",
                    "--fault",
                    "kill 1 at 250ms");

            assertThat(run.exitCode()).as("%s %s", run.text(), run.err()).isZero();
            List<String> out = run.out();
            assertThat(out).hasSize(3);
            assertThat(out.get(0)).startsWith("{\"step\":\"run\",\"seed\":7,\"kept\":true,\"exactlyOnce\":true,");
            assertThat(out.get(1)).startsWith("{\"step\":\"run\",\"seed\":8,\"kept\":true,");
            assertThat(out.get(2))
                    .startsWith("{\"step\":\"cluster\",\"runs\":2,\"kept\":2,\"exactlyOnce\":2,\"honest\":2,")
                    .endsWith("\"brokenSeeds\":[]}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--agents 0 | grapevine: --agents: 0 (expected: 1..256)",
                "--agents two | grapevine: --agents: 'two' (expected: 1..256)",
                "--runs 0 | grapevine: --runs: 0 (expected: 1..100000)",
                "--heap much | grapevine: --heap: 'much' (expected: 0..1048576)",
                "--agents 7 | grapevine: scene: agents: 7 (expected: 1..6, the devices)",
                "--link wire | grapevine: scene: link: wire (expected: one of line)",
                "--here 1 | grapevine: --join-port, --here, --multicast, --dns: without --listen (expected: --listen"
                        + " ADDRESS too)",
                "--multicast | grapevine: --join-port, --here, --multicast, --dns: without --listen (expected: --listen"
                        + " ADDRESS too)",
            })
    void wrongOptionsAreToldInOneLine(String options, String message) throws Exception {
        String[] words = ("cluster --scenario " + scene() + " " + options.strip()).split(" ");
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.err()).containsExactly(message.strip());
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void aFaultThatIsNoneIsToldWithWhatThereIs() throws Exception {
        CommandLineRun run = CommandLineRun.of("cluster", "--scenario", scene(), "--fault", "kill 9 at 1s");
        assertThat(run.err()).containsExactly("grapevine: --fault 'kill 9 at 1s': agent: 9 (expected: 0..3)");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void fewerDevicesThanTheOtherGroupsHaveAreRefused() throws Exception {
        String other = SCENE.replace("source: { count: 1", "source: { count: 4");
        CommandLineRun run =
                CommandLineRun.of("cluster", "--scenario", scene(other), "--agents", "2", "--devices", "2");
        assertThat(run.err())
                .containsExactly("grapevine: --devices: 4 devices in all (expected: more than 4, for those are in"
                        + " other groups than node)");
    }

    @Test
    void aScenarioHasToBeNamed() {
        CommandLineRun run = CommandLineRun.of("cluster");
        assertThat(run.err())
                .containsExactly(
                        "grapevine: missing required option: '--scenario=FILE'; see 'grapevine cluster --help'");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void agentsThatDoNotComeEndItWithWhoIsMissing() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "cluster", "--scenario", scene(), "--agents", "2", "--listen", "127.0.0.1", "--wait", "0.3");
        assertThat(run.text()).contains("waiting for 2 agents at 127.0.0.1:");
        assertThat(run.err()).containsExactly("grapevine: join: 0 agents after 300 ms (expected: 2)");
        assertThat(run.exitCode()).isEqualTo(1);
    }
}
