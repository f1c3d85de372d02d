package org.grapevine.grid.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.grid.tariff.Tariff;

/**
 * The prices that a load reckons with: those of the tariffs it knows and, for hours that no tariff covers, those of the
 * same time on the wall the day before, or else the day after. That is a persistence forecast: a car that arrives in the
 * evening knows the prices up to midnight only, and would otherwise have to take them for infinite, or for nothing.
 * Where that gives no price either, a load is planned only as the last resort.
 *
 * <p>Where tariffs overlap, the one created last holds. Amounts of different currencies cannot be compared; tariffs in
 * another currency than that of the one created last are left out.
 */
public final class PriceOutlook {

    private static final Comparator<Tariff> EARLIER_WORD =
            Comparator.comparing(Tariff::createdAt).thenComparing(Tariff::eventId);

    private final ZoneId zone;
    private final Map<Instant, Price> known = new HashMap<>();

    /**
     * Prices from tariffs.
     *
     * @param zone whose time on the wall the forecast follows
     */
    public PriceOutlook(List<Tariff> tariffs, ZoneId zone) {
        this.zone = zone;
        List<Tariff> sorted = tariffs.stream().sorted(EARLIER_WORD).toList();
        for (Tariff tariff : sorted) {
            Currency currency = sorted.get(sorted.size() - 1).currency();
            if (tariff.currency().equals(currency)) {
                add(tariff);
            }
        }
    }

    private void add(Tariff tariff) {
        Instant quarter = tariff.start();
        while (quarter.isBefore(tariff.end())) {
            Optional<BigDecimal> price = tariff.priceAt(quarter);
            known.put(quarter, Price.of(price.orElseThrow()));
            quarter = quarter.plus(Loads.QUARTER);
        }
    }

    Price priceAt(Instant instant) {
        ZonedDateTime local = Loads.quarterOf(instant).atZone(zone);
        Price price = known.get(local.toInstant());
        if (price == null) {
            price = known.get(local.minusDays(1).toInstant());
        }
        if (price == null) {
            price = known.get(local.plusDays(1).toInstant());
        }
        return price == null ? Price.UNKNOWN : price;
    }

    /** What a plan costs by this outlook. */
    public Cost cost(Plan plan) {
        long unpriced = 0;
        long amount = 0;
        for (PlannedRun run : plan.runs()) {
            Instant from = run.start();
            while (from.isBefore(run.end())) {
                Instant to = Loads.earlier(Loads.nextQuarter(from), run.end());
                long wattSeconds = run.wattSecondsBefore(to) - run.wattSecondsBefore(from);
                Price price = priceAt(from);
                if (price.isKnown()) {
                    amount += wattSeconds * price.millionths();
                } else {
                    unpriced += wattSeconds;
                }
                from = to;
            }
        }
        return new Cost(unpriced, amount);
    }

    /**
     * A price per kWh in millionths of the currency; one that is not known is higher than any.
     *
     * @param millionths {@link Long#MAX_VALUE} if it is not known
     */
    record Price(long millionths) implements Comparable<Price> {

        static final Price UNKNOWN = new Price(Long.MAX_VALUE);

        static Price of(BigDecimal perKilowattHour) {
            return new Price(
                    perKilowattHour.movePointRight(Tariff.MAX_FRACTION_DIGITS).longValueExact());
        }

        boolean isKnown() {
            return millionths != Long.MAX_VALUE;
        }

        @Override
        public int compareTo(Price other) {
            return Long.compare(millionths, other.millionths);
        }
    }

    /**
     * The cost of a plan. Less unpriced energy is cheaper, whatever the rest costs.
     *
     * @param unpricedWattSeconds energy drawn when no price is known
     * @param millionthWattSeconds the rest: the sum of energy in watt-seconds times price per kWh in millionths;
     *     exact, so that plans of equal cost are seen to be equal
     */
    public record Cost(long unpricedWattSeconds, long millionthWattSeconds) implements Comparable<Cost> {

        private static final Comparator<Cost> ORDER =
                Comparator.comparingLong(Cost::unpricedWattSeconds).thenComparingLong(Cost::millionthWattSeconds);
        private static final BigDecimal WATT_SECONDS_PER_KWH = BigDecimal.valueOf(1000 * Loads.SECONDS_PER_HOUR);

        /** The amount in the currency of the tariffs, rounded to millionths. */
        public BigDecimal amount() {
            return BigDecimal.valueOf(millionthWattSeconds, Tariff.MAX_FRACTION_DIGITS)
                    .divide(WATT_SECONDS_PER_KWH, Tariff.MAX_FRACTION_DIGITS, RoundingMode.HALF_EVEN);
        }

        @Override
        public int compareTo(Cost other) {
            return ORDER.compare(this, other);
        }
    }
}
