package org.grapevine.simulation.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The scenarios that come with the simulator, by name. */
public final class ReadyScenarios {

    /** All of them, the small ones first. */
    public static final List<String> NAMES = List.of(
            "flat-1k",
            "ws-eventing",
            "aggregation",
            "aggregation-under-loss",
            "churn",
            "partition-and-heal",
            "delivery",
            "overlay",
            "variants",
            "grid",
            "grid-cellular",
            "storm",
            "flat-100k",
            "million");

    private ReadyScenarios() {}

    /**
     * The text of a scenario file.
     *
     * @param name one of {@link #NAMES}
     */
    public static String text(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "scenario: " + name + " (expected: one of " + String.join(", ", NAMES) + ")");
        }
        return read(name);
    }

    /** The text of a scenario on which a table of published figures stands. */
    public static String validationText(String name) {
        return read("validation/" + name);
    }

    private static String read(String name) {
        String path = "/org/grapevine/simulation/scenarios/" + name + ".yaml";
        try (InputStream file = ReadyScenarios.class.getResourceAsStream(path)) {
            if (file == null) {
                throw new IllegalArgumentException(
                        "scenario: " + name + " (expected: one that comes with the simulator)");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the ready scenario " + name, e);
        }
    }
}
