package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a function can be told. Each value has one spelling only, so that the stylesheet may compare texts.
 *
 * @param initial the value when none is given
 * @param expected says in an error message what is allowed
 */
record Parameter(String name, String initial, String expected, Predicate<String> allowed) {

    private static final int MAX_DECIMALS = 18;
    private static final int MAX_BOUNDS = 32;
    private static final Pattern WHOLE = Pattern.compile("0|[1-9][0-9]{0,8}");
    private static final Pattern SHARE = Pattern.compile("[01](\\.[0-9]{1,18})?");
    private static final Pattern BOUND = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

    boolean allows(String value) {
        return allowed.test(value);
    }

    /** A whole number. */
    static Parameter whole(String name, int initial, int least, int most) {
        return new Parameter(
                name,
                Integer.toString(initial),
                least + ".." + most,
                value -> WHOLE.matcher(value).matches()
                        && Integer.parseInt(value) >= least
                        && Integer.parseInt(value) <= most);
    }

    /** How many digits stand after the point of an answer. */
    static Parameter decimals(String name) {
        return whole(name, 12, 0, MAX_DECIMALS);
    }

    static Parameter choice(String name, String initial, String other) {
        return new Parameter(
                name, initial, initial + " or " + other, value -> value.equals(initial) || value.equals(other));
    }

    /** A share of the whole. */
    static Parameter share(String name, String initial) {
        return new Parameter(
                name,
                initial,
                "0..1, as in 0.95",
                value -> SHARE.matcher(value).matches() && new BigDecimal(value).compareTo(BigDecimal.ONE) <= 0);
    }

    /** Bounds of buckets. */
    static Parameter bounds(String name, String initial) {
        return new Parameter(
                name,
                initial,
                "1 to " + MAX_BOUNDS + " decimals that grow, with commas between them",
                Parameter::areBounds);
    }

    private static boolean areBounds(String value) {
        String[] parts = value.split(",", -1);
        if (parts.length > MAX_BOUNDS) {
            return false;
        }
        BigDecimal before = null;
        for (String part : parts) {
            if (!BOUND.matcher(part).matches()) {
                return false;
            }
            BigDecimal bound = new BigDecimal(part);
            if (before != null && bound.compareTo(before) <= 0) {
                return false;
            }
            before = bound;
        }
        return true;
    }

    static List<BigDecimal> boundsOf(String value) {
        List<BigDecimal> bounds = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            bounds.add(new BigDecimal(part));
        }
        return bounds;
    }
}
