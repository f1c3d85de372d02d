package org.grapevine.simulation.validation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as text, the same on every version of the JDK. */
final class Decimals {

    private Decimals() {}

    /** With so many decimals, halves rounded up. */
    static String text(double value, int decimals) {
        String text =
                new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
        boolean isZero = text.chars().noneMatch(each -> each >= '1' && each <= '9');
        return isZero && text.startsWith("-") ? text.substring(1) : text;
    }

    /** Half a unit in the last place of a figure as it was published. */
    static double rounding(String published) {
        return BigDecimal.ONE
                        .movePointLeft(Math.max(0, new BigDecimal(published).scale()))
                        .doubleValue()
                / 2;
    }
}
