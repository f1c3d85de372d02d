package org.grapevine.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasureTest {

    @ParameterizedTest
    @CsvSource({
        "DURATION, 250us, 250",
        "DURATION, 15ms, 15000",
        "DURATION, 1.5s, 1500000",
        "DURATION, 10m, 600000000",
        "DURATION, 2h, 7200000000",
        "DURATION, 0s, 0",
        "DURATION, -1s, -1000000",
        "SIZE, 200B, 200",
        "SIZE, 4KiB, 4096",
        "SIZE, 1.5MiB, 1572864",
        "SIZE, 1TiB, 1099511627776",
        "RATE, 100kbit/s, 100000",
        "RATE, 1Gbit/s, 1000000000",
        "RATE, 9223372036854775807bit/s, 9223372036854775807"
    })
    void aNumberWithAUnitIsCountedInSmallestUnits(Measure measure, String text, long value) {
        assertThat(measure.parse(text)).contains(value);
    }

    @ParameterizedTest
    @CsvSource({
        "DURATION, 5",
        "DURATION, s",
        "DURATION, 5 s",
        "DURATION, 5S",
        "DURATION, 5B",
        "DURATION, .5s",
        "DURATION, 1.s",
        "DURATION, +1s",
        "DURATION, 1e3s",
        "DURATION, 0.5us",
        "DURATION, 9223372036854775808us",
        "DURATION, 99999999999999999999s",
        "SIZE, 1KB",
        "SIZE, 1kb",
        "SIZE, 0.3KiB",
        "RATE, 1Mbit",
        "RATE, 1MB/s"
    })
    void anythingElseIsNot(Measure measure, String text) {
        assertThat(measure.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DURATION, 0, 0s",
        "DURATION, 5400000000, 90m",
        "DURATION, 1500000, 1500ms",
        "DURATION, 250, 250us",
        "SIZE, 0, 0B",
        "SIZE, 1048576, 1MiB",
        "SIZE, 1200, 1200B",
        "RATE, 50000, 50kbit/s"
    })
    void aValueIsWrittenInTheLargestUnitThatFits(Measure measure, long value, String text) {
        assertThat(measure.write(value)).isEqualTo(text);
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            for (Measure measure : Measure.values()) {
                assertThat(measure.parse(measure.write(value))).contains(value);
            }
        }
    }
}
