package org.grapevine.simulation.scenario;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.yaml.Measure;
import org.grapevine.yaml.YamlMap;

/** Kinds of values that only scenario files have. */
final class Values {

    static final String AUTO = "auto";
    static final String NONE = "none";
    static final String UNLIMITED = "unlimited";
    static final String ORIGIN = "origin";

    private static final Pattern SOURCE = Pattern.compile("(?:(random|each) )?([a-z][a-z0-9-]*)(?: ([0-9]{1,8}))?");

    private Values() {}

    /** A mapping that has to be there. */
    static YamlMap map(YamlMap of, String key, Set<String> keys) {
        return of.map(key, keys).orElseThrow(() -> of.error(key, "absent", "a mapping with " + listed(keys)));
    }

    /** Words in a message, in an order that does not change. */
    static String listed(Set<String> words) {
        return String.join(", ", words.stream().sorted().toList());
    }

    /** The one key of a mapping that has to have exactly one. */
    static String onlyKey(YamlMap map, String expected) {
        if (map.keys().size() != 1) {
            String found = map.keys().isEmpty() ? "empty" : String.join(" and ", map.keys());
            throw map.error(found, "one of " + expected);
        }
        return map.keys().get(0);
    }

    static void requireFew(YamlMap of, String key, int entries) {
        if (entries > Limits.MAX_ENTRIES) {
            throw of.error(key, entries + " entries", "at most " + Limits.MAX_ENTRIES);
        }
    }

    /** A count of which the records know the exact range. */
    static int integer(YamlMap of, String key, int absent) {
        return (int) of.integer(key, absent, 0, Integer.MAX_VALUE);
    }

    /** A duration for the engines, whose clocks know whole milliseconds only. */
    static long millis(YamlMap of, String key, long absentMillis) {
        long micros = of.quantity(key, Measure.DURATION, absentMillis * 1_000);
        if (micros % 1_000 != 0) {
            throw of.error(key, YamlMap.quoted(of.text(key)), "whole milliseconds");
        }
        return micros / 1_000;
    }

    /** The same, or a word for 0; 0 itself is refused. */
    static long millisOr(String word, YamlMap of, String key, long absentMillis) {
        if (of.has(key) && of.text(key).equals(word)) {
            return 0;
        }
        long millis = millis(of, key, absentMillis);
        if (of.has(key) && millis == 0) {
            throw of.error(key, YamlMap.quoted(of.text(key)), word + " or 1 ms and more");
        }
        return millis;
    }

    /** A variant as headers and policies write it: {@code eager-push}. */
    static String name(GossipVariant variant) {
        return variant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A kind of view as policies write it: {@code hyparview}. */
    static String name(MembershipConfig.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static GossipVariant variant(YamlMap of, String key, GossipVariant absent) {
        String text = of.text(key, name(absent));
        for (GossipVariant each : GossipVariant.values()) {
            if (name(each).equals(text)) {
                return each;
            }
        }
        throw of.error(
                key,
                YamlMap.quoted(text),
                "one of "
                        + Arrays.stream(GossipVariant.values())
                                .map(Values::name)
                                .collect(Collectors.joining(", ")));
    }

    /** What becomes of replies, as headers and policies write it: {@code collect}. */
    static String name(ReplyMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    static ReplyMode mode(YamlMap of, String key, ReplyMode absent) {
        String text = of.text(key, name(absent));
        for (ReplyMode each : ReplyMode.values()) {
            if (name(each).equals(text)) {
                return each;
            }
        }
        throw of.error(
                key,
                YamlMap.quoted(text),
                "one of " + Arrays.stream(ReplyMode.values()).map(Values::name).collect(Collectors.joining(", ")));
    }

    /** {@code origin} for per-origin order, {@code none} for none. */
    static boolean isOrdered(YamlMap of, String key) {
        String text = of.text(key, NONE);
        if (!text.equals(NONE) && !text.equals(ORIGIN)) {
            throw of.error(key, YamlMap.quoted(text), NONE + " or " + ORIGIN);
        }
        return text.equals(ORIGIN);
    }

    /** {@code ssc} for the first of a group, {@code ssc 3} for the one with that index, {@code random ssc}, {@code each ssc}. */
    static Source source(YamlMap of, String key) {
        String text = of.text(key);
        Matcher matcher = SOURCE.matcher(text);
        if (!matcher.matches() || (matcher.group(1) != null && matcher.group(3) != null)) {
            throw of.error(key, YamlMap.quoted(text), "GROUP, GROUP INDEX, random GROUP or each GROUP");
        }
        String group = matcher.group(2);
        if ("random".equals(matcher.group(1))) {
            return new Source(group, Source.Pick.RANDOM, 0);
        } else if ("each".equals(matcher.group(1))) {
            return new Source(group, Source.Pick.EACH, 0);
        }
        String index = matcher.group(3);
        return new Source(group, Source.Pick.ONE, index == null ? 0 : Integer.parseInt(index));
    }
}
