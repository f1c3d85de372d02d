package org.grapevine.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios that come with the simulator. */
class ReadyScenariosTest {

    private static final Path FOLDER = Path.of("scenarios");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Scenario scenario(String name) {
        return ScenarioFile.read(FOLDER.resolve(name + ".yaml"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachIsReadAndNamedAsItsFileAndSaysWhatItShows(Path file) throws IOException {
        Scenario scenario = ScenarioFile.read(file);

        assertThat(file.getFileName()).hasToString(scenario.name() + ".yaml");
        assertThat(scenario.about()).isNotEmpty();
        assertThat(Files.readString(file)).startsWith("# ");
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachIsValidAgainstTheSchema(Path file) throws IOException {
        assertThat(ScenarioSchemaTest.complaints(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachComesBackFromTheWriterAsItIs(Path file) {
        Scenario scenario = ScenarioFile.read(file);

        assertThat(ScenarioFile.read(ScenarioWriter.write(scenario), "f.yaml")).isEqualTo(scenario);
    }

    @ParameterizedTest
    @CsvSource({
        "flat-1k, 1000",
        "flat-100k, 100000",
        "million, 1000000",
        "ws-eventing, 1001",
        "churn, 1000",
        "partition-and-heal, 1000",
        "aggregation, 506",
        "aggregation-under-loss, 1000",
        "overlay, 300",
        "storm, 10000",
        "grid, 2009",
        "grid-cellular, 2009"
    })
    void eachHasItsSize(String name, int devices) {
        assertThat(scenario(name).devices()).isEqualTo(devices);
    }

    /** A fault that strikes whoever speaks would show something else than the file says. */
    @ParameterizedTest
    @MethodSource("files")
    void noFaultStrikesAPublisher(Path file) {
        Scenario scenario = ScenarioFile.read(file);
        List<String> speakers =
                scenario.workload().stream().map(each -> each.from().group()).toList();

        for (Fault fault : scenario.faults()) {
            Who who = Scenario.whoOf(fault).orElseThrow();
            assertThat(who.group()).isNotNull().isNotIn(speakers);
        }
    }

    @Test
    void theExampleInTheDocumentationIsValid() throws IOException {
        String page = Files.readString(Path.of("../docs/scenario-file.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        String example = page.substring(begin, page.indexOf("```", begin));

        assertThat(ScenarioFile.read(example, "example").devices()).isEqualTo(45);
        assertThat(ScenarioSchemaTest.complaints(example)).isEmpty();
    }

    @Test
    void theBaselineAndItsCounterpartHaveTheSameLinkAndMessage() {
        Scenario gossip = scenario("flat-1k");
        Scenario baseline = scenario("ws-eventing");

        assertThat(baseline.links()).isEqualTo(gossip.links());
        assertThat(((Workload.Notify) baseline.workload().get(0)).bytes())
                .isEqualTo(((Workload.Push) gossip.workload().get(0)).bytes());
    }

    @Test
    void theStormIsAHundredStreetsOfAHundred() {
        Scenario storm = scenario("storm");

        assertThat(storm.group("gateway").count()).isEqualTo(100);
        assertThat(storm.group("home").count() / storm.group("gateway").count()).isEqualTo(99);
        assertThat(storm.groups()).allMatch(group -> group.startWithinMicros() == 1_000_000);
    }

    @Test
    void bothGridsDifferInLinksAndPatienceOnly() {
        assertThat(scenario("grid").groups())
                .isEqualTo(scenario("grid-cellular").groups());
    }
}
