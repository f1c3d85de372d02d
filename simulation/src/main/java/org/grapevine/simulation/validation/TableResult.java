package org.grapevine.simulation.validation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table came to.
 *
 * @param violations the first promises that were not kept, each with its row and seed
 * @param violationsInAll how many there were
 */
record TableResult(Table table, List<Line> lines, List<String> violations, long violationsInAll) {

    TableResult {
        lines = List.copyOf(lines);
        violations = List.copyOf(violations);
    }

    /** How a simulated figure compares. */
    enum Verdict {
        HOLDS("holds"),
        /** Not as published, but as the published model has it with the engine's rule. */
        BY_RULE("by the rule"),
        FAILS("**fails**");

        final String text;

        Verdict(String text) {
            this.text = text;
        }
    }

    /**
     * One figure.
     *
     * @param byRule null if there is none
     */
    record Line(Row row, Figure figure, Expected published, @Nullable Expected byRule, Sample simulated) {

        /** What the verdict depends on. */
        Expected decisive() {
            return byRule == null ? published : byRule;
        }

        Verdict verdict() {
            boolean share = figure.isShareOfRuns;
            if (!decisive().isMetBy(simulated, share)) {
                return Verdict.FAILS;
            }
            return published.isMetBy(simulated, share) ? Verdict.HOLDS : Verdict.BY_RULE;
        }
    }

    long count(Verdict verdict) {
        return lines.stream().filter(line -> line.verdict() == verdict).count();
    }

    boolean passed() {
        return violationsInAll == 0 && count(Verdict.FAILS) == 0;
    }
}
