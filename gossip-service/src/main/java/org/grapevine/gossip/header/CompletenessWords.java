package org.grapevine.gossip.header;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * Completeness as attributes: {@code counted="12" declined="30" failed="3" faults="busy:2 merge:1" timed-out="0" truncated="0"
 * oldest="1732147200000"}. {@code faults} is absent where no device failed, {@code oldest} where no value is inside.
 */
final class CompletenessWords {

    /** Kinds in a list, that of the rest included. */
    private static final int MOST_KINDS = Faults.MOST_KINDS + 1;

    private CompletenessWords() {}

    static XmlWriter write(XmlWriter body, Completeness completeness) {
        body.attribute("counted", Integer.toString(completeness.counted()))
                .attribute("declined", Integer.toString(completeness.declined()))
                .attribute("failed", Integer.toString(completeness.failed()));
        if (completeness.failed() > 0) {
            StringJoiner kinds = new StringJoiner(" ");
            completeness.faults().byKind().forEach((kind, devices) -> kinds.add(kind + ":" + devices));
            body.attribute("faults", kinds.toString());
        }
        body.attribute("timed-out", Integer.toString(completeness.timedOut()))
                .attribute("truncated", Integer.toString(completeness.truncated()));
        if (completeness.oldestMillis() != Completeness.NONE) {
            body.attribute("oldest", Long.toString(completeness.oldestMillis()));
        }
        return body;
    }

    static Completeness read(XmlReader body) throws MalformedGossipException {
        int failed = count(body, "failed");
        Optional<String> faults = body.attribute("faults");
        Optional<String> oldest = body.attribute("oldest");
        return new Completeness(
                count(body, "counted"),
                count(body, "declined"),
                failed,
                count(body, "timed-out"),
                count(body, "truncated"),
                oldest.isEmpty() ? Completeness.NONE : ControlElement.number(body, "oldest", Long.MAX_VALUE),
                // Whoever does not say which kinds they are of has told how many they are.
                faults.isEmpty() ? Faults.of(Faults.OTHER, failed) : faults(faults.get()));
    }

    private static int count(XmlReader body, String name) throws MalformedGossipException {
        return (int) ControlElement.number(body, name, Integer.MAX_VALUE);
    }

    private static Faults faults(String list) throws MalformedGossipException {
        String stripped = list.strip();
        List<String> words = stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
        if (words.size() > MOST_KINDS) {
            throw new MalformedGossipException(
                    "faults: " + words.size() + " kinds (expected: at most " + MOST_KINDS + ")");
        }
        SortedMap<String, Integer> byKind = new TreeMap<>();
        for (String word : words) {
            Map.Entry<String, Integer> fault = fault(word);
            if (byKind.putIfAbsent(fault.getKey(), fault.getValue()) != null) {
                throw new MalformedGossipException("faults: " + fault.getKey() + " twice (expected: each kind once)");
            }
        }
        return new Faults(byKind);
    }

    private static Map.Entry<String, Integer> fault(String word) throws MalformedGossipException {
        int colon = word.lastIndexOf(':');
        String kind = colon < 0 ? "" : word.substring(0, colon);
        if (!Faults.isKind(kind)) {
            throw new MalformedGossipException("faults: " + word + " (expected: kind:devices)");
        }
        int devices = (int) ControlElement.number("faults " + kind, word.substring(colon + 1), Integer.MAX_VALUE);
        if (devices == 0) {
            throw new MalformedGossipException("faults " + kind + ": 0 (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        return Map.entry(kind, devices);
    }
}
