package org.grapevine.simulation.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as text. {@link Double#toString} and {@link java.util.Formatter} round differently from one JDK to another, so decimals
 * go through {@link BigDecimal}, and the same run reads the same everywhere. What is not a number is {@link #NONE} for people.
 */
public final class Numerals {

    /** Stands where there is no number. */
    public static final String NONE = "-";

    private static final MathContext NINE_DIGITS = new MathContext(9, RoundingMode.HALF_EVEN);
    private static final int LONGEST_PLAIN = 15;

    private Numerals() {}

    /** For programs: up to nine significant digits, valid in JSON. The number has to be finite. */
    public static String plain(double number) {
        BigDecimal rounded = new BigDecimal(number).round(NINE_DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale();
        return Math.abs(exponent) <= LONGEST_PLAIN ? rounded.toPlainString() : rounded.toString();
    }

    /** For people: a count, or that nobody counted. */
    public static String seen(long number) {
        return number < 0 ? NONE : count(number);
    }

    /** For people: 1,234,567. */
    public static String count(long number) {
        return grouped(Long.toString(number));
    }

    /** For people: no more digits than one can make sense of. */
    public static String decimal(double number) {
        if (!Double.isFinite(number)) {
            return NONE;
        }
        double size = Math.abs(number);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size == 0 ? 2 : 4;
        return fixed(number, digits);
    }

    /** For people: with so many digits after the point, trailing zeros left out. */
    static String fixed(double number, int digits) {
        if (!Double.isFinite(number)) {
            return NONE;
        }
        BigDecimal rounded = new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN);
        return grouped(
                rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
    }

    /** For people: a share in percent. One that is not all never reads as 100 %, nor one that is not nothing as 0 %. */
    public static String share(double share) {
        if (!Double.isFinite(share)) {
            return NONE;
        }
        String percent = fixed(share * 100, 2);
        if (share < 1 && percent.equals("100")) {
            return "> 99.99 %";
        } else if (share > 0 && percent.equals("0")) {
            return "< 0.01 %";
        }
        return percent + " %";
    }

    /** For people: a duration given in µs; one that never ended is negative. */
    public static String micros(long micros) {
        return micros((double) micros);
    }

    /** For people: a duration given in µs; one that never ended is negative. */
    public static String micros(double micros) {
        if (!Double.isFinite(micros) || micros < 0) {
            return NONE;
        } else if (micros == 0) {
            return "0 ms";
        } else if (micros < 1000) {
            return fixed(micros, 0) + " µs";
        } else if (micros < 1_000_000) {
            return decimal(micros / 1000) + " ms";
        } else if (micros < 120_000_000) {
            return decimal(micros / 1_000_000) + " s";
        } else if (micros < 7_200_000_000.0) {
            return decimal(micros / 60_000_000) + " min";
        }
        return decimal(micros / 3_600_000_000.0) + " h";
    }

    /** For people: a number of bytes. */
    public static String bytes(double bytes) {
        if (!Double.isFinite(bytes) || bytes < 0) {
            return NONE;
        } else if (bytes < 1000) {
            return fixed(bytes, 0) + " B";
        } else if (bytes < 1_000_000) {
            return decimal(bytes / 1000) + " kB";
        } else if (bytes < 1_000_000_000) {
            return decimal(bytes / 1_000_000) + " MB";
        }
        return decimal(bytes / 1_000_000_000) + " GB";
    }

    /** The hash over a trace, as it is printed everywhere. */
    static String hash(long hash) {
        String hex = Long.toHexString(hash);
        return "0".repeat(16 - hex.length()) + hex;
    }

    private static String grouped(String number) {
        int point = number.indexOf('.');
        int end = point < 0 ? number.length() : point;
        int start = number.startsWith("-") ? 1 : 0;
        StringBuilder text = new StringBuilder(number);
        for (int i = end - 3; i > start; i -= 3) {
            text.insert(i, ',');
        }
        return text.toString();
    }
}
