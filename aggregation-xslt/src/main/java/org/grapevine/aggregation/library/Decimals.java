package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** Numbers as the stylesheets have them: {@code xs:decimal}, of bounded length, exact. */
final class Decimals {

    /** Of a value in a device's own answer. */
    static final int OWN_CHARACTERS = 64;

    /** Of a sum of such values, over as many devices as can be counted. */
    static final int PARTIAL_CHARACTERS = 160;

    /** Of a sum of their squares. */
    static final int SQUARES_CHARACTERS = 320;

    private static final String OWN = "a decimal number of at most " + OWN_CHARACTERS + " characters";
    private static final String ANY = OWN + ", " + PARTIAL_CHARACTERS + " in a partial";

    /** So many digits always fit a long. */
    private static final int LONG_DIGITS = 18;

    private static final int COUNT_CHARACTERS = 10;

    private Decimals() {}

    /** The value of a device's own answer. */
    static BigDecimal own(String text) throws AggregationException {
        return required(text, OWN_CHARACTERS, OWN);
    }

    /** A value where partials have the same shape as answers. */
    static BigDecimal any(String text, boolean ofPartial) throws AggregationException {
        return required(text, ofPartial ? PARTIAL_CHARACTERS : OWN_CHARACTERS, ANY);
    }

    private static BigDecimal required(String text, int characters, String expected) throws AggregationException {
        BigDecimal value = bounded(text, characters);
        if (value == null) {
            throw new AggregationException(
                    "value: " + Spaces.start(Spaces.normalized(text)) + " (expected: " + expected + ")");
        }
        return value;
    }

    /** An attribute of a partial; null if it is absent, too long, or no decimal. */
    static @Nullable BigDecimal attribute(Element partial, String name, int characters) {
        String text = partial.attribute(name);
        return text == null ? null : bounded(text, characters);
    }

    /** A number of answers in a partial; -1 if it is absent or none. */
    static long count(Element partial) {
        String text = partial.attribute("count");
        if (text == null || text.isEmpty() || text.length() > COUNT_CHARACTERS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
        }
        return Long.parseLong(text);
    }

    /** Null if it is no {@code xs:decimal}, or longer with all its white space. */
    private static @Nullable BigDecimal bounded(String text, int characters) {
        return text.length() > characters ? null : parse(text);
    }

    /** Null if it is no {@code xs:decimal}. */
    static @Nullable BigDecimal parse(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && Spaces.isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && Spaces.isSpace(text.charAt(to - 1))) {
            to--;
        }
        if (to == from) {
            return null;
        }
        int sign = text.charAt(from) == '-' || text.charAt(from) == '+' ? from : from - 1;
        int point = -1;
        long unscaled = 0;
        for (int i = sign + 1; i < to; i++) {
            char c = text.charAt(i);
            if (c == '.' && point < 0) {
                point = i;
            } else if (isDigit(c)) {
                unscaled = unscaled * 10 + (c - '0');
            } else {
                return null;
            }
        }
        int digits = to - sign - 1 - (point < 0 ? 0 : 1);
        if (digits == 0) {
            return null;
        }
        if (digits <= LONG_DIGITS) {
            int scale = point < 0 ? 0 : to - point - 1;
            return BigDecimal.valueOf(sign == from && text.charAt(from) == '-' ? -unscaled : unscaled, scale);
        }
        return new BigDecimal(text.substring(from, to));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** As the stylesheets write it: without exponent, and without zeros at the end of a fraction. */
    static String text(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
}
