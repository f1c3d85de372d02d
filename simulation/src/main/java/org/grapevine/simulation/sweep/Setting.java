package org.grapevine.simulation.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.yaml.Decimal;
import org.grapevine.yaml.YamlMap;

/**
 * A parameter of a scenario and the values that it takes one after the other.
 *
 * @param name a short name such as {@code fanout}, or a key's whole path in a scenario file, such as {@code links.radio.loss} or
 *     {@code workload[0].push.fanout}
 * @param values as a scenario file would have them, none twice; a share as a number ({@code 0.05}), so that it can stand along an
 *     axis
 */
public record Setting(String name, List<String> values) {

    /** The most values of one setting: with more, a sweep would have too many points. */
    public static final int MAX_VALUES = Sweep.MAX_RUNS;

    private static final int MAX_LENGTH = 200;
    private static final String FORM = "NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\[[0-9]{1,6}\\])?(\\.[a-z0-9-]+)*");
    private static final String NUMBER = "([0-9]{1,12}(?:\\.[0-9]{1,12})?)([A-Za-z%/]*?)";
    private static final Pattern RANGE = Pattern.compile(NUMBER + "\\.\\." + NUMBER + "(?:/" + NUMBER + ")?");

    /** @throws IllegalArgumentException for a name that no key can have, no values, too many, and one that is there twice */
    public Setting {
        values = List.copyOf(values);
        require(
                NAME.matcher(name).matches(),
                "setting",
                YamlMap.quoted(name),
                "a name or a path such as links.lan.loss");
        require(!values.isEmpty(), name, "no values", "at least one");
        require(values.size() <= MAX_VALUES, name, values.size() + " values", "at most " + MAX_VALUES);
        HashSet<String> unique = new HashSet<>();
        for (String value : values) {
            require(!value.isBlank(), name, "an empty value", FORM);
            require(value.length() <= MAX_LENGTH, name, YamlMap.quoted(value), "at most " + MAX_LENGTH + " characters");
            require(unique.add(value), name, value + " twice", "each value once");
        }
    }

    /**
     * Reads {@code fanout=3..9}, {@code fanout=3..9/2}, {@code loss=0,1%,5%}, {@code timeout=1s..5s},
     * {@code links.lan.latency={constant: 5ms},{uniform: [1ms, 9ms]}}. Both ends of a range are values, the last if a step meets
     * it; the step is 1, in the unit of the ends, unless it is given. A comma inside of brackets is part of a value.
     *
     * @throws IllegalArgumentException naming what is wrong, and what is expected
     */
    public static Setting parse(String text) {
        int equals = text.indexOf('=');
        require(equals > 0, "setting", YamlMap.quoted(text), FORM);
        String name = text.substring(0, equals).strip();
        List<String> values = new ArrayList<>();
        for (String part : parts(name, text.substring(equals + 1))) {
            if (part.contains("..")) {
                addRange(name, part, values);
            } else {
                values.add(number(part));
            }
        }
        return new Setting(name, values);
    }

    private static List<String> parts(String name, String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth--;
            } else if (c == ',' && (depth == 0 || i == text.length())) {
                require(depth == 0, name, YamlMap.quoted(text), "as many closing brackets as opening ones");
                parts.add(text.substring(begin, i).strip());
                begin = i + 1;
            }
        }
        return parts;
    }

    private static void addRange(String name, String text, List<String> values) {
        Matcher range = RANGE.matcher(text);
        require(range.matches(), name, YamlMap.quoted(text), FORM);
        String unit = range.group(2);
        boolean stepped = range.group(5) != null;
        boolean sameUnit = range.group(4).equals(unit) && (!stepped || unit.equals(range.group(6)));
        require(sameUnit, name, YamlMap.quoted(text), "the same unit in all parts of a range");
        BigDecimal first = new BigDecimal(range.group(1));
        BigDecimal last = new BigDecimal(range.group(3));
        BigDecimal step = stepped ? new BigDecimal(range.group(5)) : BigDecimal.ONE;
        require(last.compareTo(first) >= 0, name, YamlMap.quoted(text), "the lower end first");
        require(step.signum() > 0, name, YamlMap.quoted(text), "a step above 0");
        BigDecimal steps = last.subtract(first).divide(step, 0, RoundingMode.FLOOR);
        require(
                steps.compareTo(BigDecimal.valueOf(MAX_VALUES)) < 0,
                name,
                YamlMap.quoted(text),
                "a range of at most " + MAX_VALUES + " values");
        for (int i = 0; i <= steps.intValue(); i++) {
            BigDecimal value = first.add(step.multiply(BigDecimal.valueOf(i)));
            values.add(number(plain(value) + unit));
        }
    }

    /** Without the zeros that only the step's digits brought: 0.5, 1, 1.5. */
    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** {@code 5%} as {@code 0.05}, for a share is a number and the axis of a plot has numbers; all else as it is. */
    private static String number(String text) {
        return text.endsWith("%") ? Decimal.parseShare(text).map(Decimal::write).orElse(text) : text;
    }

    static void require(boolean holds, String field, String found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: " + expected + ")");
        }
    }
}
