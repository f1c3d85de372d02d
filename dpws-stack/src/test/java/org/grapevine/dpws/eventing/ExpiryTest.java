package org.grapevine.dpws.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The union of xs:duration and xs:dateTime (XML Schema, Part 2; WS-Eventing, Expires). */
class ExpiryTest {

    @ParameterizedTest
    @CsvSource({
        "PT1S, 1000",
        "PT0.5S, 500",
        "PT1.23456S, 1234",
        "PT1M, 60000",
        "PT1H1M1S, 3661000",
        "P1D, 86400000",
        "P1DT1H, 90000000",
        "P1M, 2592000000",
        "P1Y, 31536000000",
        "-PT1S, -1000",
        "PT0S, 0",
        "P999999999Y, 9223372036854775807",
        "PT99999999999999999999999999S, 9223372036854775807",
    })
    void readsDurations(String text, long millis) {
        assertThat(Expiry.parse(" " + text + "\n")).hasValue(new Expiry.After(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-21T12:00:00Z, 2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00.123456Z, 2026-11-21T12:00:00.123Z",
        "2026-11-21T12:00:00+01:00, 2026-11-21T11:00:00Z",
        "2026-11-21T12:00:00, 2026-11-21T12:00:00Z",
    })
    void readsMoments(String text, String moment) {
        assertThat(Expiry.parse(text))
                .hasValue(new Expiry.At(Instant.parse(moment).toEpochMilli()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "PT",
                "P1DT",
                "P1H",
                "PT1.S",
                "1",
                "tomorrow",
                "2026-11-21",
                "12:00:00Z",
                "P-1D",
                "--P1D",
                "2026-13-21T12:00:00Z",
                "+999999999-01-01T00:00:00ZZ",
                "P1D P1D",
                "PT00000000000000000000000000000000000000000000000000000000000000001S"
            })
    void refusesTheRest(String text) {
        assertThat(Expiry.parse(text)).isEmpty();
    }

    @Test
    void doesNotOverflow() {
        assertThat(new Expiry.After(Long.MAX_VALUE).deadline(1_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(new Expiry.After(-5).deadline(1_000)).isEqualTo(995);
        assertThat(new Expiry.At(7).deadline(1_000)).isEqualTo(7);
    }

    @Test
    void isWrittenAsItCanBeRead() {
        assertThat(new Expiry.After(90_061_500).toXml()).isEqualTo("PT25H1M1.5S");
        assertThat(new Expiry.At(1_500).toXml()).isEqualTo("1970-01-01T00:00:01.500Z");
        assertThat(Expiry.parse(new Expiry.After(1).toXml())).hasValue(new Expiry.After(1));
    }
}
