package org.grapevine.simulation.validation;

import java.util.List;
import org.grapevine.simulation.validation.TableResult.Line;
import org.grapevine.simulation.validation.TableResult.Verdict;

/** Published figures beside simulated ones. */
public final class ValidationReport {

    private static final String INTRODUCTION =
            """
            # Validation

            Published figures beside what the simulator gives for them. The simulator runs the real engines; all checkers run in each run, and a promise that is not kept fails its table. This file is the output of

            ```
            ./grapevine simulate --validate --out docs/validation.md
            ```

            Seeds are fixed: it comes out the same each time, on every machine.

            How to read the tables:

            - *Expected* is the figure in [references.md](references.md). It comes from a formula, or from a simulation with a known number of runs.
            - *By the rule* is the same model with one difference: nobody sends to the origin, nor to the device from which the message came, for both have it. So do our engines. In a small network the difference shows. These figures are worked out without an engine. How many devices are reached in the end is exact: the distribution of a walk over devices that have forwarded and devices reached, with targets that are all different. The rest comes from a small model on an array.
            - *Simulated* is the mean over all runs, ± its standard error.
            - *Tolerance* is three standard errors of the difference, and half a unit of the last digit if the expected figure was rounded. Where the expected figure is simulated too, the error of both sides counts. Where there is a figure by the rule, the tolerance shown is that of the comparison with it.
            - *Verdict* is `holds` if the simulated figure agrees with all that stands beside it, `by the rule` if it agrees with the figure by the rule but not with the published one, and `fails` otherwise.
            - *Dead* devices crash before anything else happens, and stay in all views. Each device but the first is dead with that probability, by itself, drawn anew for each run.
            """;

    private final List<TableResult> tables;

    ValidationReport(List<TableResult> tables) {
        this.tables = List.copyOf(tables);
    }

    List<TableResult> tables() {
        return tables;
    }

    /** True if all figures hold and no promise was broken. */
    public boolean passed() {
        return tables.stream().allMatch(TableResult::passed);
    }

    /** The whole report in Markdown, the same bytes each time; lines end with a line feed. */
    public String toMarkdown() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        text.append("\n| table | figures | hold | by the rule | fail | broken promises |\n");
        text.append("|---|---|---|---|---|---|\n");
        for (TableResult each : tables) {
            text.append("| ")
                    .append(each.table().title())
                    .append(" | ")
                    .append(each.lines().size());
            for (Verdict verdict : Verdict.values()) {
                text.append(" | ").append(each.count(verdict));
            }
            text.append(" | ").append(each.violationsInAll()).append(" |\n");
        }
        tables.forEach(each -> table(text, each));
        return text.toString();
    }

    private static void table(StringBuilder text, TableResult result) {
        Table table = result.table();
        boolean rules = result.lines().stream().anyMatch(line -> line.byRule() != null);
        text.append("\n## ").append(table.title()).append("\n\n");
        text.append(table.about())
                .append(" Figures: [references.md](references.md), ")
                .append(table.section())
                .append(". Scenario: `simulation/scenarios/validation/")
                .append(table.scenario())
                .append(".yaml`.\n\n");
        text.append("| devices and settings | figure | expected |")
                .append(rules ? " by the rule |" : "")
                .append(" simulated | runs | tolerance | verdict |\n");
        text.append("|---|---|---|").append(rules ? "---|" : "").append("---|---|---|---|\n");
        result.lines().forEach(line -> line(text, line, rules));
        if (!table.notes().isEmpty()) {
            text.append('\n');
            table.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        }
        if (!result.violations().isEmpty()) {
            text.append("\nBroken promises:\n\n");
            result.violations()
                    .forEach(violation -> text.append("- ").append(violation).append('\n'));
        }
    }

    private static void line(StringBuilder text, Line line, boolean rules) {
        int decimals = line.figure().decimals;
        boolean share = line.figure().isShareOfRuns;
        Expected rule = line.byRule();
        text.append("| ")
                .append(line.row().settings().label())
                .append(" | ")
                .append(line.figure().title)
                .append(" | ")
                .append(line.published().text())
                .append(" | ");
        if (rules) {
            text.append(rule == null ? "" : rule.text()).append(" | ");
        }
        text.append(Decimals.text(line.simulated().mean(), decimals))
                .append(" ± ")
                .append(Decimals.text(line.simulated().standardError(), decimals))
                .append(" | ")
                .append(line.simulated().count())
                .append(" | ")
                .append(
                        line.decisive().bound() != Expected.Bound.NONE
                                ? ""
                                : Decimals.text(line.decisive().tolerance(line.simulated(), share), decimals))
                .append(" | ")
                .append(line.verdict().text)
                .append(" |\n");
    }
}
