package org.grapevine.cluster.agent;

import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.stream.Collectors;

/**
 * A set of devices and the sum of their values as text, in which answers travel: {@code n3,17:4711:......}. The first letter says
 * whether the set is a list of numbers ({@code n}) or bits in base64 ({@code b}), whichever is shorter; dots fill up what a workload
 * wants an answer to have.
 *
 * @param who nobody changes it once it is in here
 * @param sum of the values of all that were merged: a device that is merged twice counts twice, whatever {@code who} says
 * @param length characters that the text has at the least
 */
record CountedText(BitSet who, long sum, int length) {

    /** The element around it. */
    static final String ELEMENT = "counted";

    /** Devices of a cluster are numbered below this. */
    static final int MOST_DEVICES = 1 << 20;

    private static final int MOST_NUMBERS = 16;
    private static final int MOST_LENGTH = 1 << 20;

    /**
     * Reads a text from the network.
     *
     * @throws IllegalArgumentException for one that is none, naming what is wrong with it
     */
    static CountedText parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw malformed(text);
        }
        try {
            String set = parts[0].substring(1);
            BitSet who =
                    switch (parts[0].charAt(0)) {
                        case 'n' -> ofNumbers(set);
                        case 'b' -> BitSet.valueOf(Base64.getDecoder().decode(set));
                        default -> throw malformed(text);
                    };
            if (who.length() > MOST_DEVICES) {
                throw malformed(text);
            }
            return new CountedText(who, Long.parseLong(parts[1]), Math.min(text.length(), MOST_LENGTH));
        } catch (IllegalArgumentException e) {
            throw malformed(text);
        }
    }

    private static BitSet ofNumbers(String list) {
        BitSet who = new BitSet();
        if (!list.isEmpty()) {
            for (String number : list.split(",", -1)) {
                int device = Integer.parseInt(number);
                if (device < 0 || device >= MOST_DEVICES) {
                    throw malformed(list);
                }
                who.set(device);
            }
        }
        return who;
    }

    private static IllegalArgumentException malformed(String text) {
        String shown = text.length() <= 40 ? text : text.substring(0, 40) + "...";
        return new IllegalArgumentException(
                "answer: '" + shown + "' (expected: a set of devices, a sum and padding, such as n3:17:...)");
    }

    /** Both together. */
    CountedText plus(CountedText other) {
        BitSet both = (BitSet) who.clone();
        both.or(other.who);
        return new CountedText(both, sum + other.sum, Math.max(length, other.length));
    }

    String write() {
        String set = who.cardinality() <= MOST_NUMBERS
                ? "n"
                        + Arrays.stream(who.stream().toArray())
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(","))
                : "b" + Base64.getEncoder().encodeToString(who.toByteArray());
        String text = set + ":" + sum + ":";
        return text + ".".repeat(Math.max(0, Math.min(length, MOST_LENGTH) - text.length()));
    }
}
