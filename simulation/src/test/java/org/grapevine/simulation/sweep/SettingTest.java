package org.grapevine.simulation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fanout=3..9|fanout|3 4 5 6 7 8 9",
                "fanout=3..9/2|fanout|3 5 7 9",
                "fanout=3..8/2|fanout|3 5 7",
                "fanout=auto,5|fanout|auto 5",
                "fanout = 1..3, 10 , 20..22|fanout|1 2 3 10 20 21 22",
                "devices=100,1000,10000|devices|100 1000 10000",
                "timeout=1s..3s|timeout|1s 2s 3s",
                "wanted=0.5..0.9/0.2|wanted|0.5 0.7 0.9",
                "workload[0].push.fanout=auto,5|workload[0].push.fanout|auto 5",
            })
    void rangesListsAndBothTogetherBecomeValues(String text, String name, String values) {
        assertThat(Setting.parse(text)).isEqualTo(new Setting(name, List.of(values.split(" "))));
    }

    @Test
    void aShareIsANumberSoThatItCanStandAlongAnAxis() {
        assertThat(Setting.parse("loss=0,1%,5%,0.1").values()).containsExactly("0", "0.01", "0.05", "0.1");
        assertThat(Setting.parse("loss=0%..10%/5%").values()).containsExactly("0", "0.05", "0.1");
    }

    @Test
    void aCommaInsideOfBracketsIsPartOfAValue() {
        assertThat(Setting.parse("links.lan.latency={constant: 5ms},{uniform: [1ms, 9ms]}")
                        .values())
                .containsExactly("{constant: 5ms}", "{uniform: [1ms, 9ms]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fanout|setting: 'fanout' (expected: NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%)",
                "=5|setting: '=5' (expected: NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%)",
                "Fan out=5|setting: 'Fan out' (expected: a name or a path such as links.lan.loss)",
                "fanout=|fanout: an empty value (expected: NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%)",
                "fanout=3,,5|fanout: an empty value (expected: NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%)",
                "fanout=3,4,3|fanout: 3 twice (expected: each value once)",
                "loss=5%,0.05|loss: 0.05 twice (expected: each value once)",
                "fanout=9..3|fanout: '9..3' (expected: the lower end first)",
                "fanout=3..9/0|fanout: '3..9/0' (expected: a step above 0)",
                "fanout=3..9/x|fanout: '3..9/x' (expected: the same unit in all parts of a range)",
                "repair=500ms..1.5s/500ms|repair: '500ms..1.5s/500ms' (expected: the same unit in all parts of a range)",
                "fanout=-3..9|fanout: '-3..9' (expected: NAME=VALUE,VALUE or NAME=FIRST..LAST/STEP, such as fanout=3..9 or loss=0,1%,5%)",
                "devices=1..1000000|devices: '1..1000000' (expected: a range of at most 10000 values)",
                "devices=1..6000,7000..12000|devices: 11001 values (expected: at most 10000)",
                "loss=0.1..0.2/0.000000000001|loss: '0.1..0.2/0.000000000001' (expected: a range of at most 10000 values)",
                "latency={constant: 5ms|latency: '{constant: 5ms' (expected: as many closing brackets as opening ones)",
            })
    void whatIsNoSettingIsRefusedWithWhatIsExpected(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Setting.parse(text))
                .withMessage(message);
    }

    @Test
    void aValueIsShortEnoughToBeShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Setting.parse("about=" + "x".repeat(201)))
                .withMessage("about: '" + "x".repeat(100) + "...' (expected: at most 200 characters)");
    }
}
