package org.grapevine.cli.demo;

import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.message.Completeness;
import org.grapevine.grid.energy.DayNeeds;

/**
 * An aggregation of energy needs beside the truth.
 *
 * @param needs what came back through the network
 * @param completeness what the reply tree says of it
 * @param truth the same sum, taken directly from the devices' plans
 * @param elapsedMillis from the request to the answer
 */
record NeedsResult(DayNeeds needs, Completeness completeness, DayNeeds truth, double elapsedMillis) {

    /** Nothing missing and nothing off, not by a watt-hour. */
    boolean isExact() {
        return completeness.isWhole()
                && needs.complete()
                && needs.numDataSources() == truth.numDataSources()
                && needs.wattHours().equals(truth.wattHours());
    }

    List<Long> difference() {
        return IntStream.range(0, needs.wattHours().size())
                .mapToObj(i -> needs.wattHours().get(i) - truth.wattHours().get(i))
                .toList();
    }
}
