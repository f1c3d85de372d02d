package org.grapevine.simulation.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;

/** Settings that need no path, because they mean every place of a scenario to which they fit. */
enum ShortName {
    /** Of every push and request. */
    FANOUT,
    /** Of every push and request. */
    ROUNDS,
    /** Of every push and request; pulls need {@code engine.pull} beside it. */
    VARIANT,
    /** Of every push. */
    REPAIR,
    /** Of every push and request. */
    LIFETIME,
    /** Of every link; {@code engine.loss}, what auto fanouts expect, does not follow. */
    LOSS,
    /** The count of the largest group, the first of them if there are several. */
    DEVICES,
    /** What auto fanouts are worked out for. */
    WANTED,
    /** Of every request; that of a notification is another thing. */
    TIMEOUT,
    /** Of every request. */
    MARGIN;

    static Optional<ShortName> of(String name) {
        return Arrays.stream(values()).filter(each -> each.text().equals(name)).findFirst();
    }

    /** All of them, for messages. */
    static String all() {
        return Arrays.stream(values()).map(ShortName::text).collect(Collectors.joining(", "));
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The paths that it stands for; none if the scenario has nothing to which it fits. */
    List<String> paths(Scenario scenario) {
        return switch (this) {
            case FANOUT, ROUNDS, VARIANT, LIFETIME -> ofWorkload(scenario, "push", "request");
            case REPAIR -> ofWorkload(scenario, "push");
            case TIMEOUT, MARGIN -> ofWorkload(scenario, "request");
            case LOSS ->
                scenario.links().stream()
                        .map(Link::name)
                        .map(link -> "links." + link + ".loss")
                        .toList();
            case DEVICES -> List.of("devices." + largest(scenario).name() + ".count");
            case WANTED -> List.of("engine.wanted");
        };
    }

    private List<String> ofWorkload(Scenario scenario, String... kinds) {
        List<String> paths = new ArrayList<>();
        List<Workload> workload = scenario.workload();
        for (int i = 0; i < workload.size(); i++) {
            String kind = workload.get(i).kind();
            if (List.of(kinds).contains(kind)) {
                paths.add("workload[" + i + "]." + kind + "." + text());
            }
        }
        return paths;
    }

    private static DeviceGroup largest(Scenario scenario) {
        // A stable sort keeps the first of several; max() would take the last.
        return scenario.groups().stream()
                .sorted(Comparator.comparingInt(DeviceGroup::count).reversed())
                .findFirst()
                .orElseThrow();
    }
}
