package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.require;

import java.math.BigDecimal;

/**
 * The lowest and the highest of some angles that are all negative, or all not.
 *
 * @param lowest degrees, -180 (included) to 180 (not included)
 * @param highest degrees, at least {@code lowest}
 */
public record AngleSpan(BigDecimal lowest, BigDecimal highest) {

    static final String EXPECTED = "-180 or more, and less than 180";

    private static final BigDecimal HALF_CIRCLE = BigDecimal.valueOf(180);

    public AngleSpan {
        require(isAngle(lowest), "half/lowest", lowest, EXPECTED);
        require(isAngle(highest), "half/highest", highest, EXPECTED);
        require(lowest.compareTo(highest) <= 0, "half/highest", highest, lowest + " or more, the lowest");
        require(
                isNegative(lowest) == isNegative(highest),
                "half/highest",
                highest,
                "on the same side of 0 as the lowest, " + lowest);
    }

    static boolean isAngle(BigDecimal degrees) {
        return degrees.compareTo(HALF_CIRCLE.negate()) >= 0 && degrees.compareTo(HALF_CIRCLE) < 0;
    }

    private static boolean isNegative(BigDecimal degrees) {
        return degrees.signum() < 0;
    }

    boolean isNegative() {
        return isNegative(lowest);
    }

    AngleSpan with(AngleSpan other) {
        return new AngleSpan(lowest.min(other.lowest), highest.max(other.highest));
    }
}
