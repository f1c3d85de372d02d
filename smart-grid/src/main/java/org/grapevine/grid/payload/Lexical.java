package org.grapevine.grid.payload;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of elements and attributes into values. The JAXB classes keep text, so that every bad value, wherever
 * it stands, is refused here with the same kind of sentence, instead of silently becoming null in one unmarshaller and
 * an event in another.
 *
 * <p>All methods throw {@link MalformedPayloadException}; none depends on locale or time zone.
 */
public final class Lexical {

    /** Whole seconds only, nothing negative, no months or years: durations here are elapsed time. */
    private static final Pattern DURATION = Pattern.compile("P(\\d{1,4}D)?(T(\\d{1,5}H)?(\\d{1,6}M)?(\\d{1,8}S)?)?");

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d{1,12}(\\.\\d{0,12})?|\\.\\d{1,12})");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,18}");
    private static final int SHOWN_CHARACTERS = 40;
    private static final int DATE_CHARACTERS = 40;
    private static final Instant FIRST_INSTANT = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");
    private static final LocalDate FIRST_DATE = LocalDate.of(1970, 1, 2);
    private static final LocalDate LAST_DATE = LocalDate.of(9998, 12, 30);

    private Lexical() {}

    /** The value itself, or an exception that calls it missing. */
    public static <T> T present(String name, @Nullable T value, String expected) {
        if (value == null) {
            throw new MalformedPayloadException(name + ": missing (expected: " + expected + ")");
        }
        return value;
    }

    /** Text of 1 to {@code maxCharacters} characters without control characters; outer white space is dropped. */
    public static String text(String name, @Nullable String value, int maxCharacters) {
        String expected = "text of 1.." + maxCharacters + " characters";
        String text = present(name, value, expected).strip();
        if (text.isEmpty() || text.length() > maxCharacters || text.chars().anyMatch(Character::isISOControl)) {
            throw malformed(name, text, expected);
        }
        return text;
    }

    public static long integer(String name, @Nullable String value, long min, long max) {
        String expected = "a whole number in " + min + ".." + max;
        String text = present(name, value, expected).strip();
        if (!INTEGER.matcher(text).matches()) {
            throw malformed(name, text, expected);
        }
        long number = Long.parseLong(text);
        require(number >= min && number <= max, name, text, expected);
        return number;
    }

    public static BigDecimal decimal(String name, @Nullable String value) {
        String expected = "a decimal number such as 0.10081";
        String text = present(name, value, expected).strip();
        if (!DECIMAL.matcher(text).matches()) {
            throw malformed(name, text, expected);
        }
        return new BigDecimal(text);
    }

    public static boolean flag(String name, @Nullable String value) {
        String expected = "true or false";
        String text = present(name, value, expected).strip();
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw malformed(name, text, expected);
        };
    }

    /** A date and time with its offset, such as {@code 2024-06-21T00:00:00+02:00}. */
    public static OffsetDateTime dateTime(String name, @Nullable String value) {
        String expected = "a date and time with offset between 1970 and 9999, such as 2024-06-21T00:00:00+02:00";
        String text = present(name, value, expected).strip();
        require(text.length() <= DATE_CHARACTERS, name, text, expected);
        OffsetDateTime dateTime;
        try {
            dateTime = OffsetDateTime.parse(text);
        } catch (DateTimeException unreadable) {
            throw malformed(name, text, expected);
        }
        Instant instant = dateTime.toInstant();
        require(!instant.isBefore(FIRST_INSTANT) && instant.isBefore(END_OF_TIME), name, text, expected);
        return dateTime;
    }

    public static Instant instant(String name, @Nullable String value) {
        return dateTime(name, value).toInstant();
    }

    public static LocalDate date(String name, @Nullable String value) {
        String expected = "a date between " + FIRST_DATE + " and " + LAST_DATE;
        String text = present(name, value, expected).strip();
        require(text.length() <= DATE_CHARACTERS, name, text, expected);
        LocalDate date;
        try {
            date = LocalDate.parse(text);
        } catch (DateTimeException unreadable) {
            throw malformed(name, text, expected);
        }
        require(!date.isBefore(FIRST_DATE) && !date.isAfter(LAST_DATE), name, text, expected);
        return date;
    }

    public static Duration duration(String name, @Nullable String value) {
        String expected = "a positive duration in days, hours, minutes and seconds, such as PT1H";
        String text = present(name, value, expected).strip();
        if (!DURATION.matcher(text).matches()) {
            throw malformed(name, text, expected);
        }
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeException unreadable) {
            throw malformed(name, text, expected);
        }
        require(!duration.isZero(), name, text, expected);
        return duration;
    }

    /** Refuses {@code value} unless {@code condition} holds. */
    public static void require(boolean condition, String name, Object value, String expected) {
        if (!condition) {
            throw malformed(name, value, expected);
        }
    }

    /** Refuses a collection whose size is outside of {@code min..max}; its elements are not looked at. */
    public static void requireSize(String name, Collection<?> values, int min, int max) {
        if (values.size() < min || values.size() > max) {
            throw new MalformedPayloadException(
                    name + ": " + values.size() + " of them (expected: " + min + ".." + max + ")");
        }
    }

    public static MalformedPayloadException malformed(String name, Object value, String expected) {
        return new MalformedPayloadException(name + ": " + shown(value) + " (expected: " + expected + ")");
    }

    /** A stranger's value goes into logs and faults: short, on one line. */
    private static String shown(Object value) {
        String text = String.valueOf(value);
        String head = text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
        return "'" + head.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
