package org.grapevine.cluster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    @Test
    void percentilesAreNeverTooGoodAndAtMostAThirtySecondTooBad() {
        LatencyHistogram histogram = new LatencyHistogram();
        long[] values = new Random(7).longs(10_000, 0, 60_000_000).toArray();
        Arrays.stream(values).forEach(histogram::add);
        Arrays.sort(values);
        LatencyHistogram.Snapshot taken = histogram.take();
        for (double share : new double[] {0.001, 0.5, 0.9, 0.99, 0.999}) {
            long exact = values[(int) Math.ceil(values.length * share) - 1];
            assertThat(taken.percentileMicros(share)).as("%s", share).isBetween(exact, exact + exact / 32 + 1);
        }
        assertThat(taken.percentileMicros(1)).isEqualTo(taken.mostMicros()).isEqualTo(values[values.length - 1]);
    }

    @Test
    void isEmptyAfterItWasTaken() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(5);
        assertThat(histogram.take().percentileMicros(0.5)).isEqualTo(5);
        assertThat(histogram.take().percentileMicros(0.5)).isZero();
    }

    @Test
    void clocksThatGoBackAndTimesWithoutEndHaveAPlaceToo() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.add(-3);
        histogram.add(Long.MAX_VALUE);
        LatencyHistogram.Snapshot taken = histogram.take();
        assertThat(taken.percentileMicros(0.5)).isZero();
        assertThat(taken.mostMicros()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void twoAreAddedUpAndReadBackFromTheirText() {
        LatencyHistogram one = new LatencyHistogram();
        one.add(10);
        LatencyHistogram other = new LatencyHistogram();
        other.add(1_000_000);
        LatencyHistogram.Snapshot both = one.take().and(other.take());
        LatencyHistogram.Snapshot read = LatencyHistogram.Snapshot.parse(both.text());
        assertThat(read.percentileMicros(0.5)).isEqualTo(10);
        assertThat(read.percentileMicros(1)).isEqualTo(1_000_000);
        assertThat(LatencyHistogram.Snapshot.parse(LatencyHistogram.Snapshot.NOTHING.text())
                        .mostMicros())
                .isZero();
    }

    @Test
    void aTextThatIsNoneIsRefused() {
        assertThatThrownBy(() -> LatencyHistogram.Snapshot.parse("7"))
                .hasMessage("latencies: 7 (expected: most;bucket:count,...)");
        assertThatThrownBy(() -> LatencyHistogram.Snapshot.parse("7;9999:1"))
                .hasMessage("bucket: 9999:1 (expected: 0..1183:count)");
    }
}
