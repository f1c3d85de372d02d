package org.grapevine.gossip.header;

import java.util.Optional;
import java.util.function.Function;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.policy.PolicyException;
import org.jspecify.annotations.Nullable;

/** Attributes of Grapevine's own header blocks, each with its range. */
final class BlockWords {

    private BlockWords() {}

    static String required(HeaderBlock block, String name) throws MalformedGossipException {
        String value = block.attribute(name).orElse("").strip();
        if (value.isEmpty()) {
            throw new MalformedGossipException(
                    "g:" + block.name().getLocalPart() + " " + name + ": absent (expected: an absolute IRI)");
        }
        return value;
    }

    /** A constant of a policy by its wire name; null if the attribute is absent. */
    static <T> @Nullable T named(HeaderBlock block, String attribute, Function<String, T> ofWireName)
            throws MalformedGossipException {
        Optional<String> given = block.attribute(attribute);
        if (given.isEmpty()) {
            return null;
        }
        try {
            return ofWireName.apply(given.get());
        } catch (PolicyException e) {
            throw new MalformedGossipException(
                    "g:Gossip " + e.name() + ": " + e.value() + " (expected: " + e.expected() + ")");
        }
    }

    static boolean flag(HeaderBlock block, String name, boolean absent) throws MalformedGossipException {
        String value = block.attribute(name).map(String::strip).orElse(Boolean.toString(absent));
        if (!value.equals("true") && !value.equals("false")) {
            throw new MalformedGossipException(
                    "g:" + block.name().getLocalPart() + " " + name + ": " + value + " (expected: true or false)");
        }
        return value.equals("true");
    }

    /** A number, or 0 for the word; {@code absent} of -1 says that it must be there. */
    static long number(HeaderBlock block, String name, String wordForZero, long absent, long min, long max)
            throws MalformedGossipException {
        Optional<String> given = block.attribute(name).map(String::strip);
        if (given.isEmpty() && absent >= 0) {
            return absent;
        }
        String value = given.orElse("absent");
        if (!wordForZero.isEmpty() && value.equals(wordForZero)) {
            return 0;
        }
        long number = -1;
        // No sign, no more digits than any limit has: what parseLong takes beyond that is not ours.
        if (!value.isEmpty() && value.length() <= 19 && isAllDigits(value)) {
            try {
                number = Long.parseLong(value);
            } catch (NumberFormatException e) {
                number = -1;
            }
        }
        if (number < min || number > max) {
            String word = wordForZero.isEmpty() ? "" : " or " + wordForZero;
            throw new MalformedGossipException("g:" + block.name().getLocalPart() + " " + name + ": " + value
                    + " (expected: " + min + ".." + max + word + ")");
        }
        return number;
    }

    private static boolean isAllDigits(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
