package org.grapevine.cluster.plan;

import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;

/** Scenarios of tests. */
final class Scenarios {

    private Scenarios() {}

    /** A publisher and 39 others in one segment, with more keys at the end. */
    static Scenario street(String... more) {
        String text =
                """
                scenario: street
                links: { lan: { latency: { constant: 1ms } }, radio: { latency: { uniform: [5ms, 20ms] } } }
                segments: { street: { link: lan } }
                devices:
                  first: { count: 1, in: [street] }
                  house: { count: 39, in: [street] }
                """;
        return ScenarioFile.read(text + String.join("\n", more), "street");
    }
}
