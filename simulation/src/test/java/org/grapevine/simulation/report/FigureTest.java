package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FigureTest {

    /** Twelve pushes to 1000 devices, three of which miss one. */
    @Test
    void figuresAreWhatTheRunCameTo() {
        RunResult run = SampleRuns.ordinary();
        assertThat(Figure.COVERAGE.of(run)).isCloseTo(0.99975, within(1e-12));
        assertThat(Figure.LEAST_COVERAGE.of(run)).isEqualTo(0.999);
        assertThat(Figure.T50.of(run)).isCloseTo(61.55, within(1e-9));
        assertThat(Figure.LAST_HOP.of(run)).isEqualTo(6);
        assertThat(Figure.COPIES.of(run)).isCloseTo((12 * 8900 + 66) / 11_985.0, within(1e-12));
        assertThat(Figure.ANSWERED.of(run)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(Figure.MESSAGES.of(run)).isCloseTo(114.204, within(1e-12));
        assertThat(Figure.LOST.of(run)).isCloseTo(5322 / 114_239.0, within(1e-12));
    }

    /** Sorted by time, those that never got there come last; the middle of the twelve is among those that did. */
    @Test
    void aMedianCountsWhatNeverEndedAsLongest() {
        assertThat(Figure.T100.of(SampleRuns.ordinary())).isCloseTo((172.8 + 173.2) / 2, within(0.21));
        assertThat(Figure.T99.of(SampleRuns.nobodyReached())).isNaN();
    }

    /** Three requests: all devices in the first answer, 981 in the second, and a fault in place of the third. */
    @Test
    void aFaultIsNoAnswer() {
        RunResult run = SampleRuns.ordinary();
        assertThat(Figure.ANSWERED.of(run)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(Figure.COUNTED.of(run)).isCloseTo((1 + 0.981 + 0) / 3, within(1e-12));
        assertThat(Figure.ANSWER_TIME.of(run)).isEqualTo(2012);
    }

    @Test
    void aRunWithoutPushesAndRequestsHasNoFigures() {
        assertThat(Figure.present(List.of(SampleRuns.empty()))).isEmpty();
    }

    @Test
    void aMeanOfSomeRunsSaysOfHowMany() {
        RunResult reached = SampleRuns.ordinary();
        SweepPoint point = new SweepPoint(Map.of(), List.of(reached, reached, SampleRuns.nobodyReached()));
        assertThat(Figure.T99.text(Figure.T99.of(point), 3)).isEqualTo("119 ms (2 of 3)");
    }

    @Test
    void aMeanHasItsInterval() {
        SweepPoint point = SampleRuns.sweep("0").get(0);
        assertThat(Figure.COVERAGE.text(Figure.COVERAGE.of(point), 5)).matches("79\\.[0-9]+ % ± 0\\.[0-9]+ %");
    }
}
