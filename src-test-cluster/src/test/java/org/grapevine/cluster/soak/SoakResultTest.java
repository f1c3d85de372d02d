package org.grapevine.cluster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoakResultTest {

    private static final SoakOptions OPTIONS =
            SoakOptions.defaults().with(1, 10, 2).lasting(Duration.ZERO, Duration.ofMinutes(10));

    private static SoakCounts counts(long published, long delivered, long again, long lost, long heap, int threads) {
        return new SoakCounts(
                published, 0, 0, delivered, again, lost, LatencyHistogram.Snapshot.NOTHING, heap, threads, 70, 0, 0, 0);
    }

    private static List<SoakMinute> minutes(int heapMegabytesPerMinute) {
        List<SoakMinute> minutes = new ArrayList<>();
        minutes.add(new SoakMinute(0, 0, List.of(counts(0, 0, 0, 0, 50 << 20, 30))));
        for (int i = 1; i <= 10; i++) {
            long heap = (100L + (long) heapMegabytesPerMinute * i) << 20;
            minutes.add(new SoakMinute(i, 60 * i, List.of(counts(120, 1_200, 0, 0, heap, 40))));
        }
        return minutes;
    }

    private static SoakMinute last(SoakCounts counts) {
        return new SoakMinute(11, 605, List.of(counts));
    }

    @Test
    void nothingIsWrongWithWhatIsFlatAndWhole() {
        SoakResult result = SoakResult.of(OPTIONS, minutes(0));
        assertThat(result.complaints()).isEmpty();
        assertThat(SoakText.verdict(result)).contains("flat, and nothing lost");
    }

    @Test
    void theTimeInWhichDevicesStillWarmUpDoesNotCountAsGrowth() {
        assertThat(SoakResult.of(OPTIONS, minutes(0)).flatness().get(0).rise()).isZero();
    }

    @Test
    void aHeapThatGrowsIsToldWithItsRiseAndTheBound() {
        SoakResult result = SoakResult.of(OPTIONS, minutes(5));
        assertThat(result.complaints())
                .containsExactly(
                        "agent 0: heap rose from 115,343,360 by 41,943,040 (expected: at most 11,534,336; 9 values)");
        assertThat(SoakText.verdict(result))
                .contains("agent 0: heap 110.0 MB, +40.0 MB in 8 min (flat: up to +11.0 MB)", "not as it should be:");
    }

    @Test
    void whatIsLostOrCameTwiceIsTold() {
        List<SoakMinute> minutes = minutes(0);
        minutes.add(last(counts(0, 0, 2, 3, 100 << 20, 40)));
        assertThat(SoakResult.of(OPTIONS, minutes).complaints())
                .containsExactly("3 deliveries were lost", "2 deliveries were second ones");
    }

    @Test
    void deliveriesThatNobodyMissesAndNobodyHasAreTold() {
        List<SoakMinute> minutes = minutes(0);
        minutes.add(last(counts(1, 9, 0, 0, 100 << 20, 40)));
        assertThat(SoakResult.of(OPTIONS, minutes).complaints())
                .containsExactly("12,009 deliveries (expected: 1,201 messages to 10 devices)");
    }

    @Test
    void aRateThatWasNotHeldIsTold() {
        List<SoakMinute> minutes = minutes(0).subList(0, 10);
        assertThat(SoakResult.of(OPTIONS, minutes).complaints())
                .containsExactly("1,080 messages were published at the full rate (expected: 1,200)");
    }
}
