package org.grapevine.simulation.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One point of a sweep: what was varied, and what came of it with each seed.
 *
 * @param settings name and value of each parameter that the sweep varies, in their order
 * @param runs one for each seed, in the order of the seeds
 */
public record SweepPoint(Map<String, String> settings, List<RunResult> runs) {
    public SweepPoint {
        // Map.copyOf would iterate in another order in every JVM.
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        runs = List.copyOf(runs);
    }
}
