package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.require;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What one appliance wants to draw, after IEEE 2030.5's FlowReservationRequest.
 *
 * @param mrid 32 hexadecimal digits, upper case (2030.5's mRIDType)
 * @param energyRequestedWh 0..1,000,000 Wh
 * @param powerRequestedW the highest power, 0..1,000,000 W
 * @param durationRequested the time that it takes at least, once begun
 * @param start from when on: where a tariff moved the plan, its first minute, as in the standard's example of a car
 *     whose window begins when the price falls
 * @param window from {@code start} to the latest end
 * @param interruptible whether the energy may be drawn in several runs
 */
public record FlowReservation(
        String mrid,
        long energyRequestedWh,
        long powerRequestedW,
        Duration durationRequested,
        Instant start,
        Duration window,
        boolean interruptible) {

    static final long MAX_AMOUNT = 1_000_000;
    private static final Pattern MRID = Pattern.compile("[0-9A-F]{32}");

    public FlowReservation {
        require(MRID.matcher(mrid).matches(), "mRID", mrid, "32 hexadecimal digits in upper case");
        require(
                energyRequestedWh >= 0 && energyRequestedWh <= MAX_AMOUNT,
                "energyRequested",
                energyRequestedWh,
                "0.." + MAX_AMOUNT + " Wh");
        require(
                powerRequestedW >= 0 && powerRequestedW <= MAX_AMOUNT,
                "powerRequested",
                powerRequestedW,
                "0.." + MAX_AMOUNT + " W");
        require(!durationRequested.isNegative(), "durationRequested", durationRequested, "0 s or more");
        require(
                window.compareTo(durationRequested) >= 0,
                "intervalRequested/duration",
                window,
                "durationRequested or more: " + durationRequested);
    }
}
