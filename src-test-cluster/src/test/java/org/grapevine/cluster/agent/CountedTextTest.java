package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedTextTest {

    private static BitSet devices(int... numbers) {
        BitSet who = new BitSet();
        IntStream.of(numbers).forEach(who::set);
        return who;
    }

    @Test
    void ofAFewDevicesIsAListAndPadding() {
        assertThat(new CountedText(devices(3, 17), 42, 12).write()).isEqualTo("n3,17:42:...");
    }

    @Test
    void ofManyDevicesIsShort() {
        BitSet all = new BitSet();
        all.set(0, 10_000);

        String text = new CountedText(all, 5, 0).write();

        assertThat(text).hasSizeLessThan(1_700).startsWith("b");
        assertThat(CountedText.parse(text).who()).isEqualTo(all);
    }

    @Test
    void isReadAsItWasWritten() {
        CountedText counted = new CountedText(devices(0, 9, 1_000), -3, 200);

        assertThat(CountedText.parse(counted.write())).isEqualTo(counted);
    }

    @Test
    void showsWhoIsInsideTwice() {
        CountedText one = new CountedText(devices(4), 10, 200);

        assertThat(one.plus(one).sum()).isEqualTo(20);
        assertThat(one.plus(one).who()).isEqualTo(devices(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''              | answer: '' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    n3:17           | answer: 'n3:17' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    x3:17:          | answer: 'x3:17:' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    n-1:17:         | answer: 'n-1:17:' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    n2000000:17:    | answer: 'n2000000:17:' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    n3:many:        | answer: 'n3:many:' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    b*:17:          | answer: 'b*:17:' (expected: a set of devices, a sum and padding, such as n3:17:...)
                    """)
    void isRefusedIfItIsNone(String text, String message) {
        assertThatThrownBy(() -> CountedText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
