package org.grapevine.grid.sample;

import static org.grapevine.grid.Arguments.requireArgument;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.grapevine.grid.appliance.Appliance;
import org.grapevine.grid.data.ApplianceCycle;
import org.grapevine.grid.data.ApplianceCycles;
import org.grapevine.grid.data.ChargingSession;
import org.grapevine.grid.data.ChargingSessions;
import org.grapevine.grid.data.HouseholdProfile;
import org.grapevine.grid.plan.BaseLoad;
import org.grapevine.grid.plan.ChargingLoad;
import org.grapevine.grid.plan.CycleLoad;
import org.grapevine.grid.plan.Load;

/**
 * Says what each appliance of a sample grid does: the same for the same seed, number and date, whatever else was asked.
 * The mix is assumed: {@value #CHARGER_PERCENT} % charge points, {@value #HOUSEHOLD_PERCENT} % households without what
 * is steered, the rest machines of the table in equal shares.
 *
 * <p>An appliance has a habit, which it repeats every day: a recorded session of a car, a time at which a machine is
 * loaded, a yearly consumption. For a date it holds the loads that begin on that day and on the day before, as these may
 * reach into it. Its user plans by the clock on the wall.
 *
 * @param seed any
 * @param zone whose days and times of day count
 */
public record SampleAppliances(long seed, ZoneId zone) {

    static final int CHARGER_PERCENT = 30;
    static final int HOUSEHOLD_PERCENT = 20;
    private static final int MIN_ANNUAL_KWH = 1500;
    private static final int MAX_ANNUAL_KWH = 4500;
    private static final int ANNUAL_KWH_STEP = 100;
    private static final String CHARGER = "ev-charger";
    private static final String HOUSEHOLD = "household";

    /** The appliance at a place of the grid, with its loads of one date. */
    public Appliance appliance(GridDevice place, LocalDate date, InstantSource clock) {
        requireArgument(place.role() == DeviceRole.APPLIANCE, "role", place.role(), DeviceRole.APPLIANCE.toString());
        return new Appliance(place.name(), place.scopes(), zone, loads(place.number(), date), clock);
    }

    /** What kind of appliance has a number: ev-charger, household, or a machine of the table. */
    public String kind(int number) {
        return habit(number).kind();
    }

    /** The loads of an appliance that may draw energy on a date. */
    public List<Load> loads(int number, LocalDate date) {
        Habit habit = habit(number);
        return List.of(
                habit.load(mrid(number, date.minusDays(1)), date.minusDays(1)), habit.load(mrid(number, date), date));
    }

    private Habit habit(int number) {
        requireArgument(number >= 1, "number", number, "1 or more");
        RandomGenerator random = generatorOf(number);
        int percent = random.nextInt(100);
        if (percent < CHARGER_PERCENT) {
            return new Charging(any(ChargingSessions.trondheim().sessions(), random), zone);
        }
        if (percent < CHARGER_PERCENT + HOUSEHOLD_PERCENT) {
            int steps = (MAX_ANNUAL_KWH - MIN_ANNUAL_KWH) / ANNUAL_KWH_STEP;
            return new Living(MIN_ANNUAL_KWH + ANNUAL_KWH_STEP * random.nextInt(steps + 1), zone);
        }
        ApplianceCycle cycle = any(ApplianceCycles.assumed(), random);
        int from = cycle.loadedFrom().toSecondOfDay() / 60;
        int until = cycle.loadedUntil().toSecondOfDay() / 60;
        return new Running(cycle, LocalTime.MIDNIGHT.plusMinutes(random.nextInt(from, until + 1)), zone);
    }

    /** The number is mixed into the seed by way of a first generator, so that neighbours have nothing in common. */
    private RandomGenerator generatorOf(int number) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + new SplittableRandom(number).nextLong());
    }

    private static <T> T any(List<T> choices, RandomGenerator random) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String mrid(int number, LocalDate date) {
        byte[] name = (seed + "/" + number + "/" + date).getBytes(StandardCharsets.UTF_8);
        UUID uuid = UUID.nameUUIDFromBytes(name);
        HexFormat hex = HexFormat.of().withUpperCase();
        return hex.toHexDigits(uuid.getMostSignificantBits()) + hex.toHexDigits(uuid.getLeastSignificantBits());
    }

    /** What an appliance does every day. */
    private interface Habit {
        String kind();

        Load load(String mrid, LocalDate date);
    }

    private record Charging(ChargingSession session, ZoneId zone) implements Habit {
        @Override
        public String kind() {
            return CHARGER;
        }

        @Override
        public Load load(String mrid, LocalDate date) {
            Instant plugIn = date.atTime(session.plugIn()).atZone(zone).toInstant();
            return new ChargingLoad(
                    mrid, plugIn, plugIn.plus(session.connected()), session.wattHours(), session.watts());
        }
    }

    private record Living(int annualKwh, ZoneId zone) implements Habit {
        @Override
        public String kind() {
            return HOUSEHOLD;
        }

        @Override
        public Load load(String mrid, LocalDate date) {
            return new BaseLoad(mrid, HouseholdProfile.h25().day(date, zone, annualKwh));
        }
    }

    private record Running(ApplianceCycle cycle, LocalTime loaded, ZoneId zone) implements Habit {
        @Override
        public String kind() {
            return cycle.appliance();
        }

        @Override
        public Load load(String mrid, LocalDate date) {
            Instant start = date.atTime(loaded).atZone(zone).toInstant();
            return new CycleLoad(mrid, start, start.plus(cycle.finishWithin()), cycle.phases());
        }
    }
}
