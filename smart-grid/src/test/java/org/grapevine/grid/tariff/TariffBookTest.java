package org.grapevine.grid.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.grapevine.grid.tariff.TariffBook.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TariffBookTest {

    private static final Instant START = Instant.parse("2024-06-20T22:00:00Z");

    private final TariffBook book = new TariffBook(3);

    @Test
    void theNewerModificationWinsAndAnOlderOneIsIgnoredAndCounted() {
        assertThat(book.offer(Tariffs.hourly("a", 1, START, "0.1"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(book.offer(Tariffs.hourly("a", 3, START, "0.3"))).isEqualTo(Outcome.ACCEPTED);
        assertThat(book.offer(Tariffs.hourly("a", 2, START, "0.2"))).isEqualTo(Outcome.OUTDATED);
        assertThat(book.offer(Tariffs.hourly("a", 3, START, "9.9"))).isEqualTo(Outcome.REPEATED);

        assertThat(book.priceAt(START)).contains(new BigDecimal("0.3"));
        assertThat(book.stats()).isEqualTo(new TariffBook.Stats(2, 1, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverTheOrderOfArrivalTheHighestNumberStays(long seed) {
        List<Tariff> tariffs = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            tariffs.add(Tariffs.hourly("a", number, START, "0." + number));
        }
        Collections.shuffle(tariffs, new Random(seed));

        tariffs.forEach(book::offer);

        assertThat(book.tariff("a").map(Tariff::modificationNumber)).contains(19L);
        assertThat(book.stats().accepted() + book.stats().outdated()).isEqualTo(20);
    }

    @Test
    void aCancelledTariffHoldsNoLongerAndDoesNotComeBack() {
        book.offer(Tariffs.hourly("a", 0, START, "0.1"));
        book.offer(Tariffs.with("a", 2, TariffStatus.CANCELLED, Tariffs.CREATED, START, List.of(), "0.1"));

        assertThat(book.offer(Tariffs.hourly("a", 1, START, "0.2"))).isEqualTo(Outcome.OUTDATED);
        assertThat(book.tariffs()).isEmpty();
        assertThat(book.priceAt(START)).isEmpty();
    }

    @Test
    void aFullBookDropsWhatEndsFirst() {
        for (int day = 1; day <= 4; day++) {
            book.offer(Tariffs.hourly("day-" + day, 0, START.plus(Duration.ofDays(day)), "0.1"));
        }
        assertThat(book.tariffs()).extracting(Tariff::eventId).containsExactly("day-2", "day-3", "day-4");

        assertThat(book.offer(Tariffs.hourly("day-0", 0, START, "0.1"))).isEqualTo(Outcome.EVICTED);
        assertThat(book.tariffs()).extracting(Tariff::eventId).containsExactly("day-2", "day-3", "day-4");
        assertThat(book.stats().evicted()).isEqualTo(2);
    }

    @Test
    void ofOverlappingTariffsTheOneCreatedLastHolds() {
        book.offer(Tariffs.with("late", 0, TariffStatus.FAR, Tariffs.CREATED.plusSeconds(60), START, List.of(), "0.2"));
        book.offer(Tariffs.with("early", 0, TariffStatus.FAR, Tariffs.CREATED, START, List.of(), "0.1", "0.15"));

        assertThat(book.priceAt(START)).contains(new BigDecimal("0.2"));
        assertThat(book.priceAt(START.plusSeconds(3600))).contains(new BigDecimal("0.15"));
        assertThat(book.priceAt(START.plusSeconds(7200))).isEmpty();
        assertThat(book.priceAt(START.minusNanos(1))).isEmpty();
    }

    @Test
    void aBookHoldsAtLeastOne() {
        assertThatThrownBy(() -> new TariffBook(0)).hasMessage("capacity: 0 (expected: 1..1000)");
    }
}
