package org.grapevine.simulation.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.yaml.YamlMap;
import org.grapevine.yaml.YamlMistake;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A scenario as the keys and values of its file, any of which can be set by its path. What the file's reader refuses is refused
 * here, in its words: there is no second list of keys and ranges.
 */
final class ScenarioTree {

    private static final String FILE = "sweep";
    private static final Pattern PLACE = Pattern.compile("^" + FILE + "(:[0-9]+)?: ");
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)(?:\\[([0-9]+)\\])?");

    /** Their keys are names and kinds that the scenario chose; a new one there would be a slip of the pen. */
    private static final Set<String> CHOSEN = Set.of("links", "segments", "devices", "workload", "faults");

    private final Map<String, Object> root;

    ScenarioTree(Scenario scenario) {
        Object loaded = load(ScenarioWriter.write(scenario));
        Map<String, Object> top = map(loaded);
        if (top == null) {
            throw new AssertionError("a scenario file is a mapping: " + loaded);
        }
        this.root = top;
    }

    /**
     * Sets the value at a path. Keys that the file left out are put there; links, segments, groups, workloads and faults are not.
     *
     * @param value as YAML
     * @throws IllegalArgumentException if the path leads nowhere or the value is no YAML
     */
    void set(String path, String value) {
        String[] steps = path.split("\\.", -1);
        Map<String, Object> at = root;
        StringBuilder walked = new StringBuilder();
        for (int i = 0; i < steps.length; i++) {
            Matcher step = STEP.matcher(steps[i]);
            Setting.require(
                    step.matches(), path, YamlMap.quoted(steps[i]), "keys joined by dots, such as links.lan.loss");
            String key = step.group(1);
            walked.append(i == 0 ? "" : ".").append(steps[i]);
            boolean last = i == steps.length - 1;
            boolean chosen = i == 1 && CHOSEN.contains(steps[0].replaceAll("\\[.*", ""));
            Setting.require(
                    !chosen || at.containsKey(key), walked.toString(), "not in the scenario", listed(at.keySet()));
            String index = step.group(2);
            if (last) {
                Setting.require(index == null, path, "an entry of a list", "a key");
                at.put(key, value(path, value));
                return;
            }
            if (index == null) {
                at = below(at, key, walked.toString());
            } else {
                at = item(at.get(key), Integer.parseInt(index), walked.toString());
            }
        }
    }

    private static Map<String, Object> below(Map<String, Object> at, String key, String path) {
        Map<String, Object> below = map(at.computeIfAbsent(key, absent -> new LinkedHashMap<String, Object>()));
        if (below == null) {
            throw new IllegalArgumentException(path + ": no keys below it (expected: a path to a value)");
        }
        return below;
    }

    private static Map<String, Object> item(@Nullable Object of, int index, String path) {
        List<?> items = of instanceof List<?> list ? list : List.of();
        Setting.require(
                index < items.size(),
                path,
                "not in the scenario",
                items.isEmpty() ? "nothing, for there are none" : "an index below " + items.size());
        Map<String, Object> item = map(items.get(index));
        if (item == null) {
            throw new IllegalArgumentException(path + ": no keys below it (expected: a path to a value)");
        }
        return item;
    }

    private static String listed(Set<String> keys) {
        return keys.isEmpty() ? "nothing, for there are none" : "one of " + String.join(", ", keys);
    }

    /** The scenario with the values set so far. */
    Scenario toScenario() {
        DumpSettings settings = DumpSettings.builder()
                .setSchema(new FailsafeSchema())
                .setWidth(Integer.MAX_VALUE)
                .build();
        try {
            return ScenarioFile.read(new Dump(settings).dumpToString(root), FILE);
        } catch (YamlMistake e) {
            // The line is one of a text that nobody sees.
            throw new IllegalArgumentException(
                    PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst(""), e);
        }
    }

    private static Object value(String path, String text) {
        try {
            Object value = load(text);
            if (value == null) {
                throw new IllegalArgumentException(path + ": " + YamlMap.quoted(text) + " (expected: a value)");
            }
            return value;
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(path + ": " + YamlMap.quoted(text) + " (expected: a value in YAML)", e);
        }
    }

    /** Scalars stay the texts that they are. */
    private static @Nullable Object load(String yaml) {
        return new Load(LoadSettings.builder().setSchema(new FailsafeSchema()).build()).loadFromString(yaml);
    }

    @SuppressWarnings("unchecked") // The keys of a file that was written by ScenarioWriter are texts.
    private static @Nullable Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }
}
