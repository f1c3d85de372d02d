package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossEstimateTest {

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.3, 0.9})
    void withoutAnyQuestionItIsWhatIsExpected(double expected) {
        assertThat(new LossEstimate(expected).value()).isEqualTo(expected);
    }

    /** Question and answer both have to arrive. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, 0.2, 0.4})
    void itComesCloseToTheShareThatGetsLost(double loss) {
        LossEstimate estimate = new LossEstimate(0);
        ask(estimate, loss, 3_000);

        assertThat(estimate.value()).isCloseTo(loss, Offset.offset(0.07));
    }

    @Test
    void aFewLostMessagesHardlyMoveIt() {
        LossEstimate estimate = new LossEstimate(0.05);
        estimate.unanswered();
        estimate.answered();

        assertThat(estimate.value()).isBetween(0.04, 0.08);
    }

    @Test
    void itIsNeverMoreThanHalfNorLessThanNothing() {
        LossEstimate estimate = new LossEstimate(0);
        for (int i = 0; i < 1_000; i++) {
            estimate.unanswered();
            assertThat(estimate.value()).isBetween(0.0, 0.5);
        }
        assertThat(estimate.value()).isEqualTo(0.5);
        for (int i = 0; i < 5_000; i++) {
            estimate.answered();
            assertThat(estimate.value()).isBetween(0.0, 0.5);
        }
        assertThat(estimate.value()).isLessThan(0.01);
    }

    @Test
    void itForgetsWhatWasLongAgo() {
        LossEstimate estimate = new LossEstimate(0);
        ask(estimate, 0.4, 5_000);
        ask(estimate, 0, 2_000);

        assertThat(estimate.value()).isLessThan(0.02);
    }

    private static void ask(LossEstimate estimate, double loss, int times) {
        Random random = new Random(1);
        for (int i = 0; i < times; i++) {
            boolean questionLost = random.nextDouble() < loss;
            boolean answerLost = random.nextDouble() < loss;
            if (!questionLost && !answerLost) {
                estimate.answered();
            } else {
                estimate.unanswered();
            }
        }
    }
}
