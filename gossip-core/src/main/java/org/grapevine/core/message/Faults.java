package org.grapevine.core.message;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many devices failed, by kind of fault. A kind is a short word: the local name of the fault's code for what a hosted service
 * answers, or one of the constants here. At most {@value #MOST_KINDS} kinds and {@link #OTHER}: what a subtree has beyond them is
 * summed up there, so that no device makes an answer grow.
 *
 * @param byKind number of devices, at least 1 each, sorted by kind
 */
public record Faults(SortedMap<String, Integer> byKind) {

    /** Kinds that are told apart. */
    public static final int MOST_KINDS = 8;

    private static final int MOST_CHARACTERS = 64;

    /** Of a kind that nobody named, or beyond the {@value #MOST_KINDS} that are told apart. */
    public static final String OTHER = "other";

    /** The device has too much to do. */
    public static final String BUSY = "busy";

    /** The device's own service did not answer in time. */
    public static final String LATE = "late";

    /** The values could not be merged. */
    public static final String MERGE = "merge";

    /** The answer of a peer contradicts itself, or what was asked. */
    public static final String IMPLAUSIBLE = "implausible";

    public static final Faults NONE = new Faults(new TreeMap<>());

    public Faults {
        SortedMap<String, Integer> bounded = new TreeMap<>();
        long total = 0;
        for (Map.Entry<String, Integer> kind : byKind.entrySet()) {
            if (kind.getValue() < 1) {
                throw new IllegalArgumentException(
                        "faults of kind " + kind.getKey() + ": " + kind.getValue() + " (expected: >= 1)");
            }
            String name = kind.getKey();
            if (!name.equals(OTHER) && (!isKind(name) || kinds(bounded) >= MOST_KINDS)) {
                name = OTHER;
            }
            // A total that fits an int, so that it can be told.
            int devices = (int) Math.min(kind.getValue(), Integer.MAX_VALUE - total);
            total += devices;
            if (devices > 0) {
                bounded.merge(name, devices, Integer::sum);
            }
        }
        byKind = Collections.unmodifiableSortedMap(bounded);
    }

    private static int kinds(SortedMap<String, Integer> bounded) {
        return bounded.size() - (bounded.containsKey(OTHER) ? 1 : 0);
    }

    /** So many devices of one kind. */
    public static Faults of(String kind, int devices) {
        return devices == 0 ? NONE : new Faults(new TreeMap<>(Map.of(kind, devices)));
    }

    /** True for 1..64 letters, digits, '.', '_' and '-'. */
    public static boolean isKind(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Devices of all kinds. */
    public int total() {
        return byKind.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Adds up two subtrees. */
    public Faults plus(Faults other) {
        if (other.byKind.isEmpty()) {
            return this;
        }
        if (byKind.isEmpty()) {
            return other;
        }
        SortedMap<String, Integer> all = new TreeMap<>(byKind);
        other.byKind.forEach(
                (kind, devices) -> all.merge(kind, devices, (a, b) -> (int) Math.min(Integer.MAX_VALUE, (long) a + b)));
        return new Faults(all);
    }
}
