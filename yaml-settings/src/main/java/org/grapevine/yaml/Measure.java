package org.grapevine.yaml;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is written as a number with a unit, such as {@code 250us} or {@code 4KiB}, and counted in whole smallest units. */
public enum Measure {

    /** A stretch of time, counted in µs. */
    DURATION(
            "a duration such as 250us, 15ms, 1.5s, 10m or 2h",
            unit("us", 1),
            unit("ms", 1_000),
            unit("s", 1_000_000),
            unit("m", 60_000_000),
            unit("h", 3_600_000_000L)),

    /** An amount of data, counted in octets. */
    SIZE(
            "a size such as 200B, 4KiB or 1.5MiB",
            unit("B", 1),
            unit("KiB", 1L << 10),
            unit("MiB", 1L << 20),
            unit("GiB", 1L << 30),
            unit("TiB", 1L << 40)),

    /** A speed of data, counted in bit/s. */
    RATE(
            "a rate such as 100kbit/s, 1.5Mbit/s or 1Gbit/s",
            unit("bit/s", 1),
            unit("kbit/s", 1_000),
            unit("Mbit/s", 1_000_000),
            unit("Gbit/s", 1_000_000_000L),
            unit("Tbit/s", 1_000_000_000_000L));

    /** A sign, so that the range is what refuses a negative value; not so many digits that they take time. */
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,19}(?:\\.[0-9]{1,19})?)([A-Za-z/]+)");

    private final String form;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes lists that do not change.
    private final List<Unit> units;

    Measure(String form, Unit... units) {
        this.form = form;
        this.units = List.of(units);
    }

    private record Unit(String name, long factor) {}

    private static Unit unit(String name, long factor) {
        return new Unit(name, factor);
    }

    /** What a value looks like, for messages. */
    public String form() {
        return form;
    }

    /**
     * The value in smallest units, negative ones included; empty if the text is no number with a unit of this measure, no whole
     * number of smallest units, or beyond a {@code long}.
     */
    public Optional<Long> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        for (Unit unit : units) {
            if (unit.name.equals(matcher.group(2))) {
                return whole(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit.factor)));
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> whole(BigDecimal value) {
        try {
            return Optional.of(value.longValueExact());
        } catch (ArithmeticException e) {
            return Optional.empty(); // A part of a smallest unit, or too much.
        }
    }

    /** The value in the largest unit of which it is a whole multiple: {@code 90m}, not {@code 1.5h}. */
    public String write(long smallestUnits) {
        Unit best = units.get(0);
        for (Unit unit : units) {
            if (smallestUnits != 0 && smallestUnits % unit.factor == 0) {
                best = unit;
            }
        }
        if (smallestUnits == 0 && this == DURATION) {
            return "0s";
        }
        return smallestUnits / best.factor + best.name;
    }
}
