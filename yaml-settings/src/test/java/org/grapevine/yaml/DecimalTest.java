package org.grapevine.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {

    @ParameterizedTest
    @CsvSource({
        "5%, 0.05",
        "0.05, 0.05",
        "100%, 1",
        "0.01%, 0.0001",
        "1e-4, 0.0001",
        "-3%, -0.03",
        "99.9%, 0.999",
        "2, 2"
    })
    void aShareIsAFractionOrAPercentage(String text, double value) {
        assertThat(Decimal.parseShare(text)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "%", "5 %", "5%%", ".5", "1.", "+1", "0x1", "1d", "NaN", "Infinity", "1e999", "1e999%", "1_0"
            })
    void anythingElseIsNot(String text) {
        assertThat(Decimal.parseShare(text)).isEmpty();
    }

    @Test
    void aPercentageIsNoNumber() {
        assertThat(Decimal.parse("5%")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.0, -0.0", "0.05, 0.05", "100, 100", "2.0E-3, 0.002", "0.1, 0.1", "1.0E-7, 0.0000001"})
    void aNumberIsWrittenWithTheFewestDigitsThatMeanIt(double value, String text) {
        assertThat(Decimal.write(value)).isEqualTo(text);
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            double value = random.nextBoolean() ? random.nextDouble() : random.nextInt(1_000) / 1_000.0;
            assertThat(Decimal.parse(Decimal.write(value))).contains(value);
        }
    }
}
