package org.grapevine.simulation.validation;

import java.util.List;

/**
 * One setting of a table's scenario.
 *
 * @param runs with one seed each
 */
record Row(Settings settings, int runs, List<Check> checks) {
    Row {
        checks = List.copyOf(checks);
    }

    static Row of(Settings settings, int runs, Check... checks) {
        return new Row(settings, runs, List.of(checks));
    }
}
