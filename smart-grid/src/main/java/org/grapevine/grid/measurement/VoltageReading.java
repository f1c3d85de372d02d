package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.require;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A voltage, and who measured it.
 *
 * @param device name of the device, 1..64 characters
 * @param taken when it was measured
 * @param volts effective value between phase and neutral, V, 0..100,000
 */
public record VoltageReading(String device, Instant taken, BigDecimal volts) {

    static final int DEVICE_CHARACTERS = 64;

    private static final BigDecimal MAX_VOLTS = BigDecimal.valueOf(100_000);

    public VoltageReading {
        require(volts.signum() >= 0 && volts.compareTo(MAX_VOLTS) <= 0, "voltage", volts, "0..100000 V");
    }
}
