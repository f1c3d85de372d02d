package org.grapevine.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({"1,1", "64,64", "auto,0"})
    void numbersMayHaveAWordForZero(String text, long number) {
        assertThat(Values.integerOr("auto", "--fanout", text, 1, 64)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65", "-1", "+1", "1.0", "", "AUTO", "١", "99999999999999999999"})
    void otherNumbersAreRefusedWithTheirRange(String text) {
        assertThatThrownBy(() -> Values.integerOr("auto", "--fanout", text, 1, 64))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--fanout: ")
                .hasMessageEndingWith("(expected: 1..64 or auto)");
    }

    @ParameterizedTest
    @CsvSource({"2000,2000", "PT2S,2000", "PT0.25S,250", "PT1M,60000"})
    void durationsAreMillisecondsOrIso8601(String text, long millis) {
        assertThat(Values.millis("--timeout", text, 1, 100_000)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "PT0S", "P1Y", "PT", "2s", "-5", "PT-5S", "P99999999999D", "100001"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> Values.millis("--timeout", text, 1, 100_000))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("expected: 1..100000 ms");
    }

    @ParameterizedTest
    @CsvSource({"3,3000", "0.5,500", "1.25,1250"})
    void secondsMayHaveDecimals(String text, long millis) {
        assertThat(Values.seconds("--wait", text, Duration.ofMillis(100), Duration.ofMinutes(1)))
                .hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://[::1]:80/x", "https://meter.example/a?b", "HTTP://127.0.0.1:1"})
    void addressesAreThoseOfHttp(String text) {
        assertThat(Values.httpAddress("--to", text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "meter", "ftp://h/", "http:///x", "http://a b/", "urn:uuid:1", "file:///etc/passwd"})
    void otherAddressesAreRefused(String text) {
        assertThatThrownBy(() -> Values.httpAddress("--to", text))
                .isInstanceOf(UsageException.class)
                .hasMessage("--to: '" + text + "' (expected: http://host:port/path)");
    }

    @Test
    void aDurationOfSecondsOutsideTheRangeIsRefused() {
        assertThatThrownBy(() -> Values.seconds("--wait", "61", Duration.ofMillis(100), Duration.ofMinutes(1)))
                .hasMessage("--wait: 61 (expected: 0.1..60 seconds)");
    }
}
