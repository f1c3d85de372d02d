package org.grapevine.grid.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class SampleFeederTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NIGHT = Instant.parse("2024-06-21T01:00:00Z");
    private static final Instant EVENING = Instant.parse("2024-06-21T18:00:00Z");

    private static BigDecimal volts(int metres, Instant at) {
        return new SampleFeeder(BERLIN, metres).at(at).volts();
    }

    @Test
    void theVoltageFallsAlongTheCableAndWithTheLoadButStaysInItsBand() {
        assertThat(volts(0, EVENING)).isEqualByComparingTo("230");
        assertThat(volts(300, EVENING)).isLessThan(volts(0, EVENING));
        assertThat(volts(600, EVENING)).isLessThan(volts(300, EVENING)).isLessThan(volts(600, NIGHT));
        assertThat(volts(600, EVENING)).isGreaterThan(BigDecimal.valueOf(207));
    }

    @Test
    void theAngleTurnsWithTheFrequencyAndPasses180Degrees() {
        SampleFeeder begin = new SampleFeeder(BERLIN, 0);
        Instant turn = Instant.ofEpochSecond(1_700_000_000);

        assertThat(begin.at(turn).degrees()).isEqualByComparingTo("-150");
        assertThat(begin.at(turn.plusSeconds(91)).degrees()).isEqualByComparingTo("177.6");
        assertThat(begin.at(turn.plusSeconds(92)).degrees()).isEqualByComparingTo("-178.8");
        assertThat(new SampleFeeder(BERLIN, 600).at(turn).degrees())
                .isNotEqualByComparingTo(begin.at(turn).degrees());
    }

    @Test
    void everyHourOfADayGivesAVoltageAlsoWhenClocksAreChanged() {
        Instant midnight = Instant.parse("2024-10-26T22:00:00Z");
        for (int hour = 0; hour < 25; hour++) {
            assertThat(volts(600, midnight.plusSeconds(3600L * hour)))
                    .isBetween(BigDecimal.valueOf(215), BigDecimal.valueOf(230));
        }
    }

    @Test
    void aPlaceBeyondTheCableIsRefused() {
        assertThatThrownBy(() -> new SampleFeeder(BERLIN, 601))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metres: 601 (expected: 0..600)");
    }
}
