package org.grapevine.dpws.eventing;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a subscription ends: the union of xs:duration and xs:dateTime that WS-Eventing has in {@code wse:Expires}.
 *
 * @see #parse
 */
public sealed interface Expiry {

    /**
     * After so long, counted from when the message is processed.
     *
     * @param millis in ms; negative and 0 can be read, though they are never granted
     */
    record After(long millis) implements Expiry {

        @Override
        public long deadline(long nowMillis) {
            long at = nowMillis + millis;
            // Overflows towards the sign of the duration.
            return millis > 0 && at < nowMillis ? Long.MAX_VALUE : at;
        }

        @Override
        public String toXml() {
            return Duration.ofMillis(millis).toString();
        }
    }

    /**
     * At a moment.
     *
     * @param epochMillis in ms since the epoch
     */
    record At(long epochMillis) implements Expiry {

        @Override
        public long deadline(long nowMillis) {
            return epochMillis;
        }

        @Override
        public String toXml() {
            return Instant.ofEpochMilli(epochMillis)
                    .truncatedTo(ChronoUnit.MILLIS)
                    .toString();
        }
    }

    /** The end in ms since the epoch, if the message is processed now; saturated. */
    long deadline(long nowMillis);

    /** As it stands in a message. */
    String toXml();

    /**
     * Reads an expiry. Years count 365 days and months 30, which nobody who asks for so long will notice; what exceeds the range of
     * a long is cut to it. A moment without a time zone is taken as UTC.
     *
     * @return empty if the text is neither of both
     */
    static Optional<Expiry> parse(String text) {
        String token = text.strip();
        if (token.isEmpty() || token.length() > Lexical.LONGEST) {
            return Optional.empty();
        }
        return token.startsWith("P") || token.startsWith("-P") ? Lexical.duration(token) : Lexical.moment(token);
    }

    /** The two lexical forms of XML Schema, Part 2. */
    final class Lexical {

        static final int LONGEST = 64;

        private static final Pattern DURATION = Pattern.compile("(-)?P(?=.)(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
                + "(?:T(?=.)(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\\.([0-9]+))?S)?)?");

        private static final long[] MILLIS_PER_PART = {
            Duration.ofDays(365).toMillis(),
            Duration.ofDays(30).toMillis(),
            Duration.ofDays(1).toMillis(),
            Duration.ofHours(1).toMillis(),
            Duration.ofMinutes(1).toMillis(),
            Duration.ofSeconds(1).toMillis()
        };

        private Lexical() {}

        static Optional<Expiry> duration(String token) {
            Matcher matcher = DURATION.matcher(token);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            long millis = 0;
            for (int part = 0; part < MILLIS_PER_PART.length; part++) {
                String digits = matcher.group(part + 2);
                if (digits != null) {
                    millis = saturatedSum(millis, saturatedProduct(digits, MILLIS_PER_PART[part]));
                }
            }
            String fraction = matcher.group(8);
            if (fraction != null) {
                millis = saturatedSum(millis, Long.parseLong((fraction + "000").substring(0, 3)));
            }
            return Optional.of(new After(matcher.group(1) == null ? millis : -millis));
        }

        private static long saturatedProduct(String digits, long factor) {
            // 18 digits always fit a long, and more are further away than anybody will wait.
            long number = digits.length() <= 18 ? Long.parseLong(digits) : Long.MAX_VALUE;
            return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
        }

        private static long saturatedSum(long a, long b) {
            return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
        }

        static Optional<Expiry> moment(String token) {
            try {
                boolean zoned = token.endsWith("Z") || token.matches(".*[+-][0-9]{2}:[0-9]{2}");
                Instant at = zoned
                        ? OffsetDateTime.parse(token).toInstant()
                        : LocalDateTime.parse(token).toInstant(ZoneOffset.UTC);
                return Optional.of(new At(at.toEpochMilli()));
            } catch (DateTimeException | ArithmeticException e) {
                return Optional.empty();
            }
        }
    }
}
