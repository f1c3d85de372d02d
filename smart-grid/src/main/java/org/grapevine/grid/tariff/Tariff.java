package org.grapevine.grid.tariff;

import static org.grapevine.grid.payload.Lexical.malformed;
import static org.grapevine.grid.payload.Lexical.require;
import static org.grapevine.grid.payload.Lexical.requireSize;
import static org.grapevine.grid.payload.Lexical.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * A validated tariff: one price per interval, all intervals equally long, one after the other from {@code start}.
 *
 * @param eventId names the tariff through all its modifications; 1..64 characters
 * @param modificationNumber counts the issuer's changes from 0; the newer replaces the older
 * @param createdAt when the issuer made this modification
 * @param issuer who made it, for people; 1..64 characters
 * @param start begin of the active period; on a full quarter of an hour
 * @param interval length of each interval: 15, 30 or 60 minutes. With {@code start} it keeps every price change on a
 *     quarter of an hour, the grain in which loads are planned
 * @param currency the currency of the prices
 * @param prices per kWh, at most {@value #MAX_INTERVALS} of them, with at most {@value #MAX_FRACTION_DIGITS} decimals,
 *     between -1000 and 1000
 * @param groups whom the tariff concerns: scopes, each standing for itself and all below it; empty for everybody
 */
public record Tariff(
        String eventId,
        long modificationNumber,
        TariffStatus status,
        Instant createdAt,
        String issuer,
        Instant start,
        Duration interval,
        Currency currency,
        List<BigDecimal> prices,
        List<String> groups) {

    /** A day of 25 hours in quarters of an hour. */
    public static final int MAX_INTERVALS = 100;

    public static final int MAX_FRACTION_DIGITS = 6;
    static final long MAX_MODIFICATION_NUMBER = 0xFFFF_FFFFL;
    static final int MAX_GROUPS = 16;
    static final int MAX_NAME_CHARACTERS = 64;
    static final int MAX_GROUP_CHARACTERS = 128;
    private static final BigDecimal MAX_PRICE = BigDecimal.valueOf(1000);
    private static final long QUARTER_SECONDS = Duration.ofMinutes(15).toSeconds();

    public Tariff {
        eventId = text("eventID", eventId, MAX_NAME_CHARACTERS);
        issuer = text("issuer", issuer, MAX_NAME_CHARACTERS);
        require(
                modificationNumber >= 0 && modificationNumber <= MAX_MODIFICATION_NUMBER,
                "modificationNumber",
                modificationNumber,
                "0.." + MAX_MODIFICATION_NUMBER);
        require(
                start.getNano() == 0 && Math.floorMod(start.getEpochSecond(), QUARTER_SECONDS) == 0,
                "activePeriod/start",
                start,
                "a full quarter of an hour");
        require(
                interval.equals(Duration.ofMinutes(15))
                        || interval.equals(Duration.ofMinutes(30))
                        || interval.equals(Duration.ofHours(1)),
                "intervalDuration",
                interval,
                "PT15M, PT30M or PT1H");
        requireSize("intervals", prices, 1, MAX_INTERVALS);
        requireSize("groupID", groups, 0, MAX_GROUPS);
        prices = List.copyOf(prices);
        groups = groups.stream()
                .map(group -> text("groupID", group, MAX_GROUP_CHARACTERS))
                .toList();
        for (BigDecimal price : prices) {
            if (price.abs().compareTo(MAX_PRICE) > 0
                    || price.stripTrailingZeros().scale() > MAX_FRACTION_DIGITS) {
                throw malformed(
                        "payloadFloat", price, "-1000..1000 per kWh with at most " + MAX_FRACTION_DIGITS + " decimals");
            }
        }
    }

    public boolean cancelled() {
        return status == TariffStatus.CANCELLED;
    }

    /** First instant after the active period. */
    public Instant end() {
        return start.plus(interval.multipliedBy(prices.size()));
    }

    /** The price per kWh at an instant; empty outside of the active period. */
    public Optional<BigDecimal> priceAt(Instant instant) {
        if (instant.isBefore(start) || !instant.isBefore(end())) {
            return Optional.empty();
        }
        return Optional.of(prices.get((int) (Duration.between(start, instant).toSeconds() / interval.toSeconds())));
    }

    /** Whether a device with these scopes is among those whom the tariff concerns. */
    public boolean concerns(Collection<String> scopes) {
        return groups.isEmpty()
                || groups.stream().anyMatch(group -> scopes.stream()
                        .anyMatch(scope -> scope.equals(group) || scope.startsWith(group + "/")));
    }
}
