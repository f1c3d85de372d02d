package org.grapevine.grid.sample;

import static org.grapevine.grid.Arguments.requireArgument;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.grapevine.grid.data.HouseholdProfile;
import org.grapevine.grid.measurement.Phasor;
import org.grapevine.grid.measurement.PhasorSource;

/**
 * What devices along a low-voltage cable would measure: 230 V where it begins, less with every metre and with the load. The load is that
 * of {@value #HOUSEHOLDS} households, by the profile H25, drawn at the end of the cable. Voltage and angle follow from it by the usual
 * approximation for a short line, with resistance R and reactance X up to the device, active power P and reactive power Q:
 * the voltage falls by (R P + X Q) / U, and the angle by (X P - R Q) / U<sup>2</sup> rad.
 *
 * <p>Angles are against a reference that turns at exactly 50 Hz. The cable begins 150 degrees behind it, as behind a transformer of the
 * vector group Dyn5, and the grid runs 0.01 Hz too fast, so that all angles turn by 3.6 degrees a second and pass 180 degrees now and
 * then. All of it follows from the place and the instant.
 *
 * @param zone whose days and times of day count
 * @param metres from the begin of the cable, 0..{@value #LENGTH_METRES}
 */
public record SampleFeeder(ZoneId zone, int metres) implements PhasorSource {

    static final int LENGTH_METRES = 600;

    /** Between two neighbours. */
    private static final int SPACING_METRES = 20;

    private static final int PLACES = 30;
    static final int HOUSEHOLDS = 20;
    private static final int ANNUAL_KWH = 3_500;
    private static final double VOLTS = 230;
    private static final int PHASES = 3;

    /** Ohm per km of a cable of aluminium, 4 x 150 mm2. */
    private static final double RESISTANCE = 0.2067;

    private static final double REACTANCE = 0.0804;

    /** At a power factor of 0.95. */
    private static final double REACTIVE_TO_ACTIVE = 0.3287;

    private static final double FIRST_DEGREES = -150;
    private static final double DEGREES_PER_SECOND = 3.6;
    private static final long SECONDS_PER_TURN = 100;

    public SampleFeeder {
        requireArgument(metres >= 0 && metres <= LENGTH_METRES, "metres", metres, "0.." + LENGTH_METRES);
    }

    /** The place of a device: controllers at the begin of the cable, the others by their numbers behind each other. */
    public static SampleFeeder of(GridDevice place, ZoneId zone) {
        int metres =
                switch (place.role()) {
                    case INFORMATION_SYSTEM, SUBSTATION_CONTROLLER -> 0;
                    case SMART_METER, APPLIANCE -> SPACING_METRES * (1 + (place.number() - 1) % PLACES);
                };
        return new SampleFeeder(zone, metres);
    }

    @Override
    public Phasor at(Instant instant) {
        double active = HOUSEHOLDS * watts(instant) / PHASES;
        double reactive = REACTIVE_TO_ACTIVE * active;
        double resistance = RESISTANCE * metres / 1_000;
        double reactance = REACTANCE * metres / 1_000;
        double volts = VOLTS - (resistance * active + reactance * reactive) / VOLTS;
        double behind = StrictMath.toDegrees((reactance * active - resistance * reactive) / (VOLTS * VOLTS));
        double turned = DEGREES_PER_SECOND * Math.floorMod(instant.getEpochSecond(), SECONDS_PER_TURN);
        return new Phasor(instant, rounded(volts, 2), wrapped(rounded(FIRST_DEGREES + turned - behind, 4)));
    }

    /** Of one household, the mean of that quarter of an hour. */
    private double watts(Instant instant) {
        LocalDate date = LocalDate.ofInstant(instant, zone);
        Instant midnight = date.atStartOfDay(zone).toInstant();
        long quarter = ChronoUnit.MINUTES.between(midnight, instant) / 15;
        Instant begin = midnight.plus(quarter * 15, ChronoUnit.MINUTES);
        return 4.0
                * HouseholdProfile.h25()
                        .day(date, zone, ANNUAL_KWH)
                        .wattHoursBetween(begin, begin.plus(15, ChronoUnit.MINUTES));
    }

    private static BigDecimal rounded(double value, int digits) {
        return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN);
    }

    private static BigDecimal wrapped(BigDecimal degrees) {
        BigDecimal half = BigDecimal.valueOf(180);
        BigDecimal circle = BigDecimal.valueOf(360);
        if (degrees.compareTo(half) >= 0) {
            return degrees.subtract(circle);
        }
        return degrees.compareTo(half.negate()) < 0 ? degrees.add(circle) : degrees;
    }
}
