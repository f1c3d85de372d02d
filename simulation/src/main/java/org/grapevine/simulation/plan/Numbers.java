package org.grapevine.simulation.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers in sentences, the same on every JDK and in every locale. */
final class Numbers {

    private static final int DIGITS = 4;
    private static final int MOST_DIGITS = 9;

    private Numbers() {}

    /** Rounded to so many decimals, without zeros at the end. */
    static String decimal(double number, int decimals) {
        if (!Double.isFinite(number)) {
            return "unknown";
        }
        BigDecimal rounded = new BigDecimal(number).setScale(decimals, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** A probability with as many decimals as it takes to tell it from 1, and never rounded up to 1. */
    static String probability(double probability) {
        int decimals = DIGITS;
        double missing = 1 - probability;
        while (missing > 0 && missing < 1e-2 && decimals < MOST_DIGITS) {
            missing *= 10;
            decimals++;
        }
        BigDecimal rounded = new BigDecimal(probability).setScale(decimals, RoundingMode.HALF_UP);
        if (probability < 1 && rounded.compareTo(BigDecimal.ONE) == 0) {
            return "over 0." + "9".repeat(MOST_DIGITS);
        }
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    static String percent(double share) {
        return decimal(share * 100, 2) + " %";
    }

    static String millis(long millis) {
        return millis < 10_000 ? millis + " ms" : decimal(millis / 1_000.0, 1) + " s";
    }

    static String bytes(double bytes) {
        return bytes < 10_000 ? decimal(bytes, 0) + " B" : decimal(bytes / 1_024, 1) + " KiB";
    }
}
