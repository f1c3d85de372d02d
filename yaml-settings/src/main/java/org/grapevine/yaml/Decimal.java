package org.grapevine.yaml;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fractions as people write them; what is written and read again is the same number to the last bit. */
public final class Decimal {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?");

    /** Enough for any {@code double}. */
    private static final int MAX_DIGITS = 17;

    private Decimal() {}

    /** The number {@code 0.05}, {@code 3} or {@code 1e-4}; empty for anything else, and for what is too large. */
    public static Optional<Double> parse(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        return finite(Double.parseDouble(text));
    }

    /** The same, and {@code 5%} for 0.05. */
    public static Optional<Double> parseShare(String text) {
        if (!text.endsWith("%")) {
            return parse(text);
        }
        String percent = text.substring(0, text.length() - 1);
        if (!NUMBER.matcher(percent).matches()) {
            return Optional.empty();
        }
        return finite(new BigDecimal(percent).movePointLeft(2).doubleValue());
    }

    private static Optional<Double> finite(double number) {
        return Double.isInfinite(number) ? Optional.empty() : Optional.of(number);
    }

    /** The shortest digits that mean this number; {@code Double.toString} has other ones before JDK 19 than after. */
    public static String write(double number) {
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0";
        }
        BigDecimal exact = new BigDecimal(number);
        for (int digits = 1; digits < MAX_DIGITS; digits++) {
            BigDecimal shorter = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shorter.doubleValue() == number) {
                return shorter.stripTrailingZeros().toPlainString();
            }
        }
        return exact.round(new MathContext(MAX_DIGITS, RoundingMode.HALF_EVEN))
                .stripTrailingZeros()
                .toPlainString();
    }
}
