package org.grapevine.grid.measurement;

import static org.grapevine.grid.Arguments.requireArgument;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The voltage at one place and instant.
 *
 * @param volts effective value between phase and neutral, V, 0..100,000
 * @param degrees phase angle against the reference that all devices have in common, degrees, -180 (included) to 180 (not included)
 */
public record Phasor(Instant at, BigDecimal volts, BigDecimal degrees) {

    private static final BigDecimal MAX_VOLTS = BigDecimal.valueOf(100_000);

    public Phasor {
        requireArgument(volts.signum() >= 0 && volts.compareTo(MAX_VOLTS) <= 0, "volts", volts, "0..100000");
        requireArgument(AngleSpan.isAngle(degrees), "degrees", degrees, AngleSpan.EXPECTED);
    }
}
