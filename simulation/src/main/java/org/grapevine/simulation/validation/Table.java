package org.grapevine.simulation.validation;

import java.util.List;

/**
 * Figures that one scenario has to give. A further one is a scenario file in {@code simulation/scenarios/validation}, its figures
 * in docs/references.md, and a method beside those in {@link Tables}.
 *
 * @param title heading, unlike that of any other: the seeds follow from it
 * @param section of docs/references.md in which the figures stand
 * @param scenario name of the file, without its ending
 * @param about what is compared, in a sentence or two
 * @param notes what a reader may stumble over, below the table
 */
record Table(String title, String section, String scenario, String about, List<Row> rows, List<String> notes) {
    Table {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }
}
