package org.grapevine.cli.console;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** Reads the values of options and arguments; each refusal names the option, the value and what is allowed. */
public final class Values {

    private Values() {}

    /** A whole number. */
    public static long integer(String option, String text, long lowest, long highest) {
        String expected = lowest + ".." + highest;
        long number = digits(option, text, expected);
        if (number < lowest || number > highest) {
            throw UsageException.of(option, text, expected);
        }
        return number;
    }

    /** A whole number, or a word that stands for 0. */
    public static long integerOr(String word, String option, String text, long lowest, long highest) {
        if (text.equals(word)) {
            return 0;
        }
        String expected = lowest + ".." + highest + " or " + word;
        long number = digits(option, text, expected);
        if (number < lowest || number > highest) {
            throw UsageException.of(option, text, expected);
        }
        return number;
    }

    private static long digits(String option, String text, String expected) {
        // No sign, and no more digits than a long surely holds.
        if (!text.matches("[0-9]{1,18}")) {
            throw UsageException.of(option, "'" + text + "'", expected);
        }
        return Long.parseLong(text);
    }

    /** Seconds with decimals. */
    public static Duration seconds(String option, String text, Duration shortest, Duration longest) {
        String expected = decimal(shortest) + ".." + decimal(longest) + " seconds";
        if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            throw UsageException.of(option, "'" + text + "'", expected);
        }
        Duration duration =
                Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValue());
        if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
            throw UsageException.of(option, text, expected);
        }
        return duration;
    }

    private static String decimal(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** A duration in ms, given as a number of ms or in ISO-8601 form. */
    public static long millis(String option, String text, long lowest, long highest) {
        String expected = lowest + ".." + highest + " ms, as a number or in ISO-8601 form such as PT30S";
        long millis;
        if (text.startsWith("P")) {
            try {
                millis = Duration.parse(text).toMillis();
            } catch (DateTimeParseException | ArithmeticException e) {
                throw UsageException.of(option, text, expected);
            }
        } else {
            millis = digits(option, text, expected);
        }
        if (millis < lowest || millis > highest) {
            throw UsageException.of(option, text, expected);
        }
        return millis;
    }

    /** An address of HTTP or HTTPS. */
    public static URI httpAddress(String option, String text) {
        try {
            URI address = new URI(text);
            boolean http =
                    "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
            if (http && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw new UsageException(option + ": '" + text + "' (expected: http://host:port/path)", e);
        }
        throw UsageException.of(option, "'" + text + "'", "http://host:port/path");
    }
}
