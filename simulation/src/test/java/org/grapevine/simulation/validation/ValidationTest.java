package org.grapevine.simulation.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.validation.TableResult.Line;
import org.grapevine.simulation.validation.TableResult.Verdict;
import org.grapevine.yaml.YamlMistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The small rows of all tables with few runs; the whole is {@code ./grapevine simulate --validate}. */
class ValidationTest {

    private static final Path FOLDER = Path.of("scenarios", "validation");
    private static final int SMALL = 200;
    private static final int FEW = 40;
    /** Of runs with views, which go on for minutes of virtual time. */
    private static final int VERY_FEW = 2;

    private static final Expected CERTAIN = Expected.exact(1, 0, 0);
    private static final Expected IMPOSSIBLE = Expected.exact(0, 0, 0);

    private static Table withRows(Table table, List<Row> rows) {
        return new Table(table.title(), table.section(), table.scenario(), table.about(), rows, table.notes());
    }

    private static Table table(Row... rows) {
        return new Table("A table", "1.2", "push", "A few devices.", List.of(rows), List.of("A note."));
    }

    private static ValidationReport run(int cores, Table... tables) throws InterruptedException {
        return Validation.run(List.of(tables), FOLDER, cores, progress -> {});
    }

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void eachScenarioIsNamedAsItsFileAndUsedByATable(Path file) throws IOException {
        Scenario scenario = ScenarioFile.read(file);

        assertThat(file.getFileName()).hasToString(scenario.name() + ".yaml");
        assertThat(Files.readString(file)).startsWith("# ");
        assertThat(Tables.all()).anyMatch(table -> table.scenario().equals(scenario.name()));
    }

    @Test
    void noTwoRowsOfATableAndNoTwoTablesAreCalledTheSame() {
        assertThat(Tables.all()).extracting(Table::title).doesNotHaveDuplicates();
        for (Table table : Tables.all()) {
            assertThat(table.rows()).extracting(row -> row.settings().label()).doesNotHaveDuplicates();
        }
    }

    static List<Table> slices() {
        List<Table> slices = new ArrayList<>();
        for (Table table : Tables.all()) {
            boolean takesLong = table.scenario().startsWith("overlay-");
            List<Row> rows = table.rows().stream()
                    .filter(row -> row.settings().devices() <= SMALL)
                    // From two runs a bound can be seen to hold; how far a mean may be off cannot.
                    .filter(row -> !takesLong
                            || row.checks().stream()
                                    .allMatch(check -> check.published().bound() != Expected.Bound.NONE))
                    .map(row -> new Row(row.settings(), takesLong ? VERY_FEW : FEW, row.checks()))
                    .toList();
            if (!rows.isEmpty()) {
                slices.add(withRows(table, rows));
            }
        }
        return slices;
    }

    @ParameterizedTest
    @MethodSource("slices")
    void smallRowsHoldAndNoPromiseIsBroken(Table slice) throws InterruptedException {
        TableResult result = run(2, slice).tables().get(0);

        assertThat(result.violations()).isEmpty();
        for (Line line : result.lines()) {
            Expected expected = line.decisive();
            double most = 4 / 3.0 * expected.tolerance(line.simulated(), line.figure().isShareOfRuns);
            if (expected.bound() == Expected.Bound.FLOOR) {
                assertThat(line.simulated().mean()).as(line.toString()).isGreaterThanOrEqualTo(expected.value());
            } else if (expected.bound() == Expected.Bound.CEILING) {
                assertThat(line.simulated().mean()).as(line.toString()).isLessThanOrEqualTo(expected.value());
            } else {
                assertThat(line.simulated().mean()).as(line.toString()).isEqualTo(expected.value(), within(most));
            }
        }
    }

    @Test
    void theReportIsTheSameOnAnyNumberOfCores() throws InterruptedException {
        Row row = Row.of(Settings.of(30, 3), 250, Check.of(Figure.COVERAGE, Expected.published("0.94", 100)));

        assertThat(run(1, table(row)).toMarkdown()).isEqualTo(run(3, table(row)).toMarkdown());
    }

    @Test
    void aFigureOutsideOfItsToleranceFailsTheReport() throws InterruptedException {
        Settings everybody = Settings.of(5, 4);
        ValidationReport held = run(1, table(Row.of(everybody, 3, Check.of(Figure.EVERYBODY, CERTAIN))));
        ValidationReport failed = run(
                1,
                table(
                        Row.of(everybody, 3, Check.of(Figure.EVERYBODY, CERTAIN)),
                        Row.of(everybody.withRounds(9), 3, Check.of(Figure.EVERYBODY, IMPOSSIBLE))));

        assertThat(held.passed()).isTrue();
        assertThat(failed.passed()).isFalse();
        assertThat(failed.toMarkdown())
                .contains("\n| A table | 2 | 1 | 0 | 1 | 0 |\n")
                .contains("\n| 5, fanout 4 | P(everybody) | 1 | 1.0000 ± 0.0000 | 3 | 0.0000 | holds |\n")
                .contains("\n| 5, fanout 4, 9 rounds | P(everybody) | 0 | 1.0000 ± 0.0000 | 3 | 0.0000 | **fails** |\n")
                .endsWith("\n\n- A note.\n");
    }

    @Test
    void theFigureByTheRuleDecidesAndThePublishedOneIsShown() throws InterruptedException {
        Settings everybody = Settings.of(5, 4);
        ValidationReport held =
                run(1, table(Row.of(everybody, 3, Check.of(Figure.EVERYBODY, IMPOSSIBLE, () -> CERTAIN))));
        ValidationReport failed =
                run(1, table(Row.of(everybody, 3, Check.of(Figure.EVERYBODY, CERTAIN, () -> IMPOSSIBLE))));

        assertThat(held.passed()).isTrue();
        assertThat(held.tables().get(0).count(Verdict.BY_RULE)).isEqualTo(1);
        assertThat(held.toMarkdown())
                .contains("\n| 5, fanout 4 | P(everybody) | 0 | 1 | 1.0000 ± 0.0000 | 3 | 0.0000 | by the rule |\n");
        assertThat(failed.passed()).isFalse();
    }

    @Test
    void aBrokenPromiseFailsTheReportAndIsTold() {
        TableResult broken = new TableResult(table(), List.of(), List.of("5, seed 7: time: it ran backwards"), 12);
        ValidationReport report = new ValidationReport(List.of(broken));

        assertThat(report.passed()).isFalse();
        assertThat(report.toMarkdown())
                .contains("\n| A table | 0 | 0 | 0 | 0 | 12 |\n")
                .endsWith("\nBroken promises:\n\n- 5, seed 7: time: it ran backwards\n");
    }

    @Test
    void progressCountsTheRunsOfAllTables() throws InterruptedException {
        List<Progress> seen = new ArrayList<>();
        Row row = Row.of(Settings.of(5, 4), 60, Check.of(Figure.EVERYBODY, CERTAIN));

        Validation.run(List.of(table(row)), FOLDER, 2, seen::add);

        assertThat(seen).containsExactly(new Progress("A table", 50, 60), new Progress("A table", 60, 60));
    }

    @Test
    void aMissingScenarioIsNamed() {
        assertThatThrownBy(() -> Validation.run(Path.of("nowhere"), 1, progress -> {}))
                .isInstanceOf(YamlMistake.class)
                .hasMessageContaining("push.yaml");
    }

    @Test
    void docsHaveTheTablesAsTheyAreAndAllOfThemHold() throws IOException {
        String docs = Files.readString(Path.of("..", "docs", "validation.md"));

        assertThat(docs).doesNotContain(Verdict.FAILS.text + " |");
        for (Table table : Tables.all()) {
            assertThat(docs).contains("\n## " + table.title() + "\n", table.about());
            assertThat(table.notes()).allMatch(docs::contains);
            for (Row row : table.rows()) {
                for (Check check : row.checks()) {
                    assertThat(docs)
                            .contains("\n| " + row.settings().label() + " | " + check.figure().title + " | "
                                    + check.published().text() + " | ");
                }
            }
        }
    }
}
