package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumeralsTest {

    /** Double.toString gives 2.0E-3 as 0.0020 on some JDKs, and 2E23 in 17 digits on others. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "1, 1",
        "100, 100",
        "0.1, 0.1",
        "0.30000000000000004, 0.3",
        "0.998, 0.998",
        "2e-3, 0.002",
        "-12.5, -12.5",
        "123456789, 123456789",
        "1e14, 100000000000000",
        "2e23, 2E+23",
        "1e300, 1E+300",
        "1e-300, 1E-300"
    })
    void decimalsForProgramsHaveNineDigitsAndNoNoise(double number, String text) {
        assertThat(Numerals.plain(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "999, 999",
        "1000, '1,000'",
        "-1234567, '-1,234,567'",
        "9223372036854775807, '9,223,372,036,854,775,807'"
    })
    void countsAreGrouped(long number, String text) {
        assertThat(Numerals.count(number)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 %",
        "1, 100 %",
        "0.5, 50 %",
        "0.12344, 12.34 %",
        "0.9999, 99.99 %",
        "0.99999, > 99.99 %",
        "0.0000001, < 0.01 %",
        "NaN, -"
    })
    void aShareReadsAsAllOrNothingOnlyIfItIs(double share, String text) {
        assertThat(Numerals.share(share)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, -",
        "0, 0 ms",
        "1, 1 µs",
        "999, 999 µs",
        "1500, 1.5 ms",
        "999000, 999 ms",
        "2012000, 2.01 s",
        "119000000, 119 s",
        "120000000, 2 min",
        "86400000000, 24 h"
    })
    void durationsHaveTheUnitThatFits(long micros, String text) {
        assertThat(Numerals.micros(micros)).isEqualTo(text);
    }

    @Test
    void hashesHaveSixteenDigits() {
        assertThat(Numerals.hash(0xabcL)).isEqualTo("0000000000000abc");
        assertThat(Numerals.hash(-1)).isEqualTo("ffffffffffffffff");
    }

    @Test
    void whatIsNoNumberIsADash() {
        assertThat(Numerals.decimal(Double.NaN)).isEqualTo("-");
        assertThat(Numerals.bytes(Double.POSITIVE_INFINITY)).isEqualTo("-");
        assertThat(Numerals.micros(Double.NaN)).isEqualTo("-");
    }
}
