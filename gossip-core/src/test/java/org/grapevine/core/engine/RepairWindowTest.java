package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepairWindowTest {

    private static final long PAUSE = 500;

    private final RepairWindow window = new RepairWindow(2_500, PAUSE);

    private void ask(int ids) {
        for (int i = 0; i < ids; i++) {
            window.asked();
        }
    }

    private void answer(int ids) {
        for (int i = 0; i < ids; i++) {
            window.closed();
            window.answered();
        }
    }

    @Test
    void itHasRoomForWhatIsNotAskedForYet() {
        assertThat(window.room()).isEqualTo(RepairWindow.START);
        ask(RepairWindow.START);

        assertThat(window.room()).isZero();
        window.closed();
        assertThat(window.room()).isEqualTo(1);
    }

    @Test
    void answersToAFullWindowOpenItFurtherUpToItsBound() {
        for (int i = 0; i < 20; i++) {
            int room = window.room();
            ask(room);
            answer(room);
        }

        assertThat(window.size()).isEqualTo(2_500);
    }

    @Test
    void anAnswerNowAndThenDoesNot() {
        for (int i = 0; i < 1_000; i++) {
            ask(1);
            answer(1);
        }

        assertThat(window.size()).isEqualTo(RepairWindow.START);
    }

    @Test
    void whatGoesWrongWithinAMomentHalvesItOnce() {
        window.inVain(1_000);
        window.inVain(1_000);
        window.inVain(1_000 + PAUSE - 1);
        assertThat(window.size()).isEqualTo(32);

        window.inVain(1_000 + PAUSE);
        assertThat(window.size()).isEqualTo(RepairWindow.LEAST);
    }

    @Test
    void itNeverCloses() {
        for (long now = 0; now < 100 * PAUSE; now += PAUSE) {
            window.inVain(now);
        }

        assertThat(window.room()).isEqualTo(RepairWindow.LEAST);
    }

    @Test
    void whatIsAskedForWhenItShrinksIsTooMuch() {
        ask(RepairWindow.START);
        assertThat(window.isOverdrawn()).isFalse();

        window.inVain(0);

        assertThat(window.isOverdrawn()).isTrue();
        assertThat(window.room()).isZero();
    }

    @Test
    void afterARestItStartsAnew() {
        window.inVain(0);
        window.rest(2 * PAUSE - 1);
        assertThat(window.size()).isEqualTo(32);

        window.rest(2 * PAUSE);
        assertThat(window.size()).isEqualTo(RepairWindow.START);
    }

    @Test
    void whoStillWaitsForAnswersDoesNotRest() {
        ask(1);
        window.inVain(0);
        window.rest(100 * PAUSE);

        assertThat(window.size()).isEqualTo(32);
    }

    @Test
    void aSmallBoundBoundsAll() {
        RepairWindow small = new RepairWindow(3, PAUSE);
        assertThat(small.room()).isEqualTo(3);

        small.inVain(0);

        assertThat(small.room()).isEqualTo(3);
    }
}
