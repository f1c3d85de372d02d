package org.grapevine.cli.device;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grapevine.cli.console.UsageException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A mapping of a YAML file whose mistakes are told with file, line and key. For one thread. */
final class YamlMap {

    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_ALIASES = 20;

    private final String file;
    private final String path;
    private final Node place;
    private final Map<String, Node> values = new LinkedHashMap<>();

    private YamlMap(String file, String path, Node node, Set<String> keys) {
        this.file = file;
        this.path = path;
        this.place = node;
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, path.isEmpty() ? "file" : path, "not a mapping", "keys with values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (!keys.contains(key)) {
                throw error(
                        tuple.getKeyNode(),
                        path + key,
                        "unknown",
                        "one of " + String.join(", ", keys.stream().sorted().toList()));
            }
            if (values.put(key, tuple.getValueNode()) != null) {
                throw error(tuple.getKeyNode(), path + key, "twice", "once");
            }
        }
    }

    /**
     * Reads a file's text.
     *
     * @param file its name, for messages
     * @param keys the keys that it may have
     */
    static YamlMap read(String text, String file, Set<String> keys) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowDuplicateKeys(true) // Told below, with the key's own line.
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw new UsageException(file + ": empty (expected: keys with values)");
            }
            return new YamlMap(file, "", root.get(), keys);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new UsageException(file + ":" + line + ": not YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new UsageException(file + ": not YAML: " + e.getMessage(), e);
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        Node node = values.get(key);
        if (node == null) {
            throw error(place, path + key, "absent", "a value");
        }
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw error(node, path + key, "not a text", "one value");
        }
        return scalar.getValue().strip();
    }

    String text(String key, String absent) {
        return has(key) ? text(key) : absent;
    }

    long integer(String key, long absent, long lowest, long highest) {
        if (!has(key)) {
            return absent;
        }
        String text = text(key);
        long number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (number < lowest || number > highest) {
            throw error(values.get(key), path + key, "'" + text + "'", lowest + ".." + highest);
        }
        return number;
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(key)) {
            if (!(item instanceof ScalarNode scalar)) {
                throw error(item, path + key, "not a text", "a list of texts");
            }
            texts.add(scalar.getValue());
        }
        return texts;
    }

    Optional<YamlMap> map(String key, Set<String> keys) {
        Node node = values.get(key);
        return node == null ? Optional.empty() : Optional.of(new YamlMap(file, path + key + ".", node, keys));
    }

    List<YamlMap> maps(String key, Set<String> keys) {
        List<YamlMap> maps = new ArrayList<>();
        for (Node item : items(key)) {
            maps.add(new YamlMap(file, path + key + "[" + maps.size() + "].", item, keys));
        }
        return maps;
    }

    private List<Node> items(String key) {
        Node node = values.get(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw error(node, path + key, "not a list", "a list");
        }
        return sequence.getValue();
    }

    /** A mistake at a key, in the one form that all of them have. */
    UsageException error(String key, String found, String expected) {
        return error(values.getOrDefault(key, place), path + key, found, expected);
    }

    private UsageException error(@Nullable Node node, String what, String found, String expected) {
        int line = node == null ? 0 : node.getStartMark().map(Mark::getLine).orElse(0);
        return new UsageException(
                file + ":" + (line + 1) + ": " + what + ": " + found + " (expected: " + expected + ")");
    }
}
