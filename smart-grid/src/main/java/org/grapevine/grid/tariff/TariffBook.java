package org.grapevine.grid.tariff;

import static org.grapevine.grid.Arguments.requireArgument;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tariffs that one device knows, by eventID. Of one tariff the highest modificationNumber stays, in whatever order
 * the modifications arrive; a cancelled one stays too, so that a late older copy does not bring it back.
 *
 * <p>Safe for use by several threads.
 */
public final class TariffBook {

    private static final Comparator<Tariff> FIRST_TO_END =
            Comparator.comparing(Tariff::end).thenComparing(Tariff::eventId);
    private static final Comparator<Tariff> LATEST_WORD =
            Comparator.comparing(Tariff::createdAt).thenComparing(Tariff::eventId);

    private final int capacity;
    private final Map<String, Tariff> tariffs = new LinkedHashMap<>();
    private long accepted;
    private long outdated;
    private long repeated;
    private long evicted;

    /**
     * An empty book.
     *
     * @param capacity tariffs kept, 1..1000; above it the one that ends first goes
     */
    public TariffBook(int capacity) {
        requireArgument(capacity >= 1 && capacity <= 1000, "capacity", capacity, "1..1000");
        this.capacity = capacity;
    }

    /** What became of an offered tariff. */
    public enum Outcome {
        /** New, or newer than the known modification: it counts from now on. */
        ACCEPTED,
        /** Older than the known modification: ignored. */
        OUTDATED,
        /** The known modification again: ignored, whatever it says. */
        REPEATED,
        /** New, but the book is full of tariffs that end later. */
        EVICTED
    }

    /**
     * What has been offered so far.
     *
     * @param accepted tariffs and modifications taken in
     * @param outdated offers ignored for a lower modificationNumber
     * @param repeated offers ignored for the same modificationNumber
     * @param evicted tariffs dropped for want of room
     */
    public record Stats(long accepted, long outdated, long repeated, long evicted) {}

    public synchronized Outcome offer(Tariff tariff) {
        Tariff known = tariffs.get(tariff.eventId());
        if (known != null && tariff.modificationNumber() < known.modificationNumber()) {
            outdated++;
            return Outcome.OUTDATED;
        }
        if (known != null && tariff.modificationNumber() == known.modificationNumber()) {
            repeated++;
            return Outcome.REPEATED;
        }
        tariffs.put(tariff.eventId(), tariff);
        if (tariffs.size() > capacity) {
            Tariff first = tariffs.values().stream().min(FIRST_TO_END).orElseThrow();
            tariffs.remove(first.eventId());
            evicted++;
            if (first.equals(tariff)) {
                return Outcome.EVICTED;
            }
        }
        accepted++;
        return Outcome.ACCEPTED;
    }

    /** The tariffs that hold, cancelled ones left out, in the order of their creation. */
    public synchronized List<Tariff> tariffs() {
        return tariffs.values().stream()
                .filter(tariff -> !tariff.cancelled())
                .sorted(LATEST_WORD)
                .toList();
    }

    /** The modification known of a tariff, cancelled or not. */
    public synchronized Optional<Tariff> tariff(String eventId) {
        return Optional.ofNullable(tariffs.get(eventId));
    }

    /** The price per kWh at an instant; where several tariffs cover it, that of the one created last. */
    public synchronized Optional<BigDecimal> priceAt(Instant instant) {
        return tariffs.values().stream()
                .filter(tariff -> !tariff.cancelled())
                .sorted(LATEST_WORD.reversed())
                .flatMap(tariff -> tariff.priceAt(instant).stream())
                .findFirst();
    }

    public synchronized Stats stats() {
        return new Stats(accepted, outdated, repeated, evicted);
    }
}
