package org.grapevine.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a YAML file whose mistakes are told with file, line and key. Every method that reads a value throws
 * {@link YamlMistake} if what stands there is not what was asked for. For one thread.
 */
public final class YamlMap {

    private static final int MAX_CHARACTERS = YamlText.MAX_BYTES;
    private static final int MAX_ALIASES = 20;

    /** More than any settings need, and far less than what would exhaust the stack of whoever reads them. */
    private static final int MAX_DEPTH = 50;

    /** What a value object says of a field that it refuses. */
    private static final Pattern REFUSAL =
            Pattern.compile("([A-Za-z][A-Za-z0-9.\\[\\]-]*): (.*) \\(expected: (.*)\\)", Pattern.DOTALL);

    /** {@code maxFanout}, but not {@code MiB}. */
    private static final Pattern CAMEL_CASE = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z]+)+\\b");

    private static final Pattern STEP = Pattern.compile("([^.\\[]+)((?:\\[[0-9]{1,6}\\])*)\\.?");
    private static final Pattern INDEX = Pattern.compile("\\[([0-9]+)\\]");

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, NodeTuple> values = new LinkedHashMap<>();

    /**
     * A mapping of the file.
     *
     * @param path of this mapping, empty for the whole file
     * @param line at which it begins, or its key stands; from 1
     * @param keys that it may have; null for any
     */
    private YamlMap(String file, String path, int line, Node node, @Nullable Set<String> keys) {
        this.file = file;
        this.path = path;
        this.line = line;
        if (!(node instanceof MappingNode mapping)) {
            throw mistake(line, path.isEmpty() ? "file" : path, "not a mapping", "keys with values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (keys != null && !keys.contains(key)) {
                throw mistake(
                        lineOf(tuple.getKeyNode()),
                        pathOf(key),
                        "unknown",
                        "one of " + String.join(", ", keys.stream().sorted().toList()));
            }
            if (values.put(key, tuple) != null) {
                throw mistake(lineOf(tuple.getKeyNode()), pathOf(key), "twice", "once");
            }
        }
    }

    private YamlMap(String file, String path, int line) {
        this.file = file;
        this.path = path;
        this.line = line;
    }

    /**
     * Reads a file's text.
     *
     * @param file its name, for messages
     * @param keys the keys that it may have
     * @throws YamlMistake if it is not YAML, empty, not a mapping, nested deeper than {@value #MAX_DEPTH} levels, or has other
     *     keys
     */
    public static YamlMap read(String text, String file, Set<String> keys) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setAllowDuplicateKeys(true) // Told above, with the key's own line.
                .setAllowNonScalarKeys(true) // Likewise.
                .build();
        try {
            requireShallow(text, file, settings);
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw new YamlMistake(file + ": empty (expected: keys with values)");
            }
            return new YamlMap(file, "", lineOf(root.get()), root.get(), keys);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            throw new YamlMistake(file + ":" + line + ": not YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new YamlMistake(file + ": not YAML: " + e.getMessage(), e);
        }
    }

    /** The nodes are composed by recursion, the events are not: a hundred thousand brackets would overflow the stack. */
    private static void requireShallow(String text, String file, LoadSettings settings) {
        int depth = 0;
        int line = 1;
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                line = event.getEndMark().map(Mark::getLine).orElse(0) + 1;
                if (event instanceof CollectionEndEvent) {
                    depth--;
                } else if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                    throw new YamlMistake(
                            file + ":" + line + ": nested too deeply (expected: at most " + MAX_DEPTH + " levels)");
                }
            }
        } catch (
                IllegalArgumentException e) { // So the scanner tells of an escape that is no character, without a line.
            throw new YamlMistake(file + ":" + line + ": not YAML: " + e.getMessage(), e);
        }
    }

    /** The keys that are there, in the order of the file. */
    public List<String> keys() {
        return List.copyOf(values.keySet());
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The text at a key that has to be there; white space around it does not count, and blank is a mistake. */
    public String text(String key) {
        NodeTuple tuple = values.get(key);
        if (tuple == null) {
            throw error(key, "absent", "a value");
        }
        if (!(tuple.getValueNode() instanceof ScalarNode scalar)
                || scalar.getValue().isBlank()) {
            throw error(key, "not a text", "one value");
        }
        return scalar.getValue().strip();
    }

    /**
     * The text at a key.
     *
     * @param absent what it is if there is no such key
     */
    public String text(String key, String absent) {
        return has(key) ? text(key) : absent;
    }

    /**
     * A whole number.
     *
     * @param absent what it is if there is no such key
     * @param lowest the lowest that may be written, from 0
     * @param highest the highest that may be written
     */
    public long integer(String key, long absent, long lowest, long highest) {
        return has(key) ? integer(key, lowest, highest, "") : absent;
    }

    /** A whole number at a key that has to be there, from {@code lowest}, from 0, to {@code highest}. */
    public long integer(String key, long lowest, long highest) {
        return integer(key, lowest, highest, "");
    }

    /**
     * A whole number, or a word that stands for one.
     *
     * @param word such as {@code auto}
     * @param meaning the number for which the word stands, and for which no key stands too
     */
    public long integerOr(String word, long meaning, String key, long lowest, long highest) {
        return !has(key) || text(key).equals(word) ? meaning : integer(key, lowest, highest, word + " or ");
    }

    private long integer(String key, long lowest, long highest, String before) {
        String text = text(key);
        long number = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (number < lowest || number > highest) {
            throw error(key, quoted(text), before + lowest + ".." + highest);
        }
        return number;
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean absent) {
        String text = text(key, String.valueOf(absent));
        if (!text.equals("true") && !text.equals("false")) {
            throw error(key, quoted(text), "true or false");
        }
        return text.equals("true");
    }

    /** A number with a fraction, of any range. */
    public double number(String key, double absent) {
        return has(key) ? number(key) : absent;
    }

    /** A number with a fraction, of any range, at a key that has to be there. */
    public double number(String key) {
        return Decimal.parse(text(key)).orElseThrow(() -> error(key, quoted(text(key)), "a number such as 0.5"));
    }

    /** A share, of any range, written as {@code 0.05} or {@code 5%}. */
    public double share(String key, double absent) {
        return has(key) ? share(key) : absent;
    }

    /** A share, of any range, at a key that has to be there. */
    public double share(String key) {
        return Decimal.parseShare(text(key))
                .orElseThrow(() -> error(key, quoted(text(key)), "a share such as 0.05 or 5%"));
    }

    /** A value with a unit, of any range, in smallest units. */
    public long quantity(String key, Measure measure, long absent) {
        return has(key) ? quantity(key, measure) : absent;
    }

    /** A value with a unit, of any range, in smallest units, at a key that has to be there. */
    public long quantity(String key, Measure measure) {
        return measure.parse(text(key)).orElseThrow(() -> error(key, quoted(text(key)), measure.form()));
    }

    /** The texts of a list; none if there is no such key. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node item : items(key)) {
            if (!(item instanceof ScalarNode scalar)) {
                throw mistake(lineOf(item), pathOf(key), "not a text", "a list of texts");
            }
            texts.add(scalar.getValue());
        }
        return texts;
    }

    /** Values with units of a list, of any range, in smallest units; none if there is no such key. */
    public List<Long> quantities(String key, Measure measure) {
        return texts(key).stream()
                .map(text -> measure.parse(text).orElseThrow(() -> error(key, quoted(text), measure.form())))
                .toList();
    }

    /** The mapping at a key, with no other keys than these. */
    public Optional<YamlMap> map(String key, Set<String> keys) {
        NodeTuple tuple = values.get(key);
        return tuple == null
                ? Optional.empty()
                : Optional.of(new YamlMap(file, pathOf(key), lineOf(tuple), tuple.getValueNode(), keys));
    }

    /** The mapping at a key, with no other keys than these; one without any if there is no such key. */
    public YamlMap mapOrEmpty(String key, Set<String> keys) {
        return map(key, keys).orElseGet(() -> new YamlMap(file, pathOf(key), line));
    }

    /**
     * The mapping at a key, whose own keys are names that the author of the file chose; one without any if there is no such
     * key.
     */
    public YamlMap named(String key) {
        NodeTuple tuple = values.get(key);
        return tuple == null
                ? new YamlMap(file, pathOf(key), line)
                : new YamlMap(file, pathOf(key), lineOf(tuple), tuple.getValueNode(), null);
    }

    /** The mappings of a list, with no other keys than these; none if there is no such key. */
    public List<YamlMap> maps(String key, Set<String> keys) {
        List<YamlMap> maps = new ArrayList<>();
        for (Node item : items(key)) {
            maps.add(new YamlMap(file, pathOf(key) + "[" + maps.size() + "]", lineOf(item), item, keys));
        }
        return maps;
    }

    /** How many items the list at a key has; 0 if there is no such key. */
    public int length(String key) {
        return items(key).size();
    }

    private List<Node> items(String key) {
        NodeTuple tuple = values.get(key);
        if (tuple == null) {
            return List.of();
        }
        if (!(tuple.getValueNode() instanceof SequenceNode sequence)) {
            throw error(key, "not a list", "a list");
        }
        return sequence.getValue();
    }

    /**
     * Makes a value object, and tells what it refuses as a mistake of this file. Refusals are of the form
     * {@code field: value (expected: range)}, the field being a key of this mapping or a path below it, such as
     * {@code maxFanout} or {@code latency.uniform[0]}; as a key it is {@code max-fanout}. The mistake names the line of that
     * key, and the value as it is written there.
     *
     * @throws YamlMistake in place of an {@link IllegalArgumentException} of that form; another one is passed on
     */
    public <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            Matcher refusal = REFUSAL.matcher(String.valueOf(e.getMessage()));
            if (!refusal.matches()) {
                throw e;
            }
            throw refused(asKeys(refusal.group(1)), refusal.group(2), asKeys(refusal.group(3)), e);
        }
    }

    private YamlMistake refused(String field, String found, String expected, IllegalArgumentException cause) {
        int at = line;
        Node here = null;
        Map<String, NodeTuple> level = values;
        Matcher step = STEP.matcher(field);
        while (step.find()) {
            NodeTuple tuple = level.get(step.group(1));
            if (tuple == null) {
                here = null;
                break;
            }
            at = lineOf(tuple);
            here = tuple.getValueNode();
            Matcher index = INDEX.matcher(step.group(2));
            while (index.find()
                    && here instanceof SequenceNode sequence
                    && Integer.parseInt(index.group(1)) < sequence.getValue().size()) {
                here = sequence.getValue().get(Integer.parseInt(index.group(1)));
                at = lineOf(here);
            }
            level = here instanceof MappingNode mapping ? tuples(mapping) : Map.of();
        }
        String shown = here instanceof ScalarNode scalar ? quoted(scalar.getValue()) : found;
        return new YamlMistake(text(at, pathOf(field), shown, expected), cause);
    }

    private static Map<String, NodeTuple> tuples(MappingNode mapping) {
        Map<String, NodeTuple> tuples = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar) {
                tuples.put(scalar.getValue(), tuple);
            }
        }
        return tuples;
    }

    private static String asKeys(String text) {
        return CAMEL_CASE
                .matcher(text)
                .replaceAll(word -> word.group().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }

    /** A mistake at a key, in the one form that all of them have. */
    public YamlMistake error(String key, String found, String expected) {
        NodeTuple tuple = values.get(key);
        return mistake(tuple == null ? line : lineOf(tuple), pathOf(key), found, expected);
    }

    /** A mistake of the mapping itself. */
    public YamlMistake error(String found, String expected) {
        return mistake(line, path.isEmpty() ? "file" : path, found, expected);
    }

    /** The form in which a text that was read is shown in a message. */
    public static String quoted(String text) {
        return "'" + (text.length() <= 100 ? text : text.substring(0, 100) + "...") + "'";
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private YamlMistake mistake(int at, String what, String found, String expected) {
        return new YamlMistake(text(at, what, found, expected));
    }

    private String text(int at, String what, String found, String expected) {
        return file + ":" + at + ": " + what + ": " + found + " (expected: " + expected + ")";
    }

    /** The line of a value, or of its key if the value is a collection, which begins where its first element does. */
    private static int lineOf(NodeTuple tuple) {
        return lineOf(tuple.getValueNode() instanceof ScalarNode ? tuple.getValueNode() : tuple.getKeyNode());
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
