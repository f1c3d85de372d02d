package org.grapevine.core.engine;

/**
 * The share of messages that get lost, measured by what came back when an id was asked for the first time. Question and answer
 * both have to arrive, so of all first questions (1 - loss)² are answered. A dead peer looks the same: it thins pushes out just
 * as a lossy link does.
 *
 * <p>Starts at what the configuration expects, and forgets: {@value #MEMORY} questions weigh as much as all before them.
 */
final class LossEstimate {

    /** Above it the fanout would only add to what overloads the network. */
    static final double MOST = 0.5;

    /** Questions that the expected loss stands for: some answers more or less by chance must not move the fanout. */
    private static final int PRIOR = 30;

    private static final int MEMORY = 200;

    private final double expected;
    private double asked = PRIOR;
    private double answered;
    private boolean measured;

    LossEstimate(double expected) {
        this.expected = expected;
        this.answered = PRIOR * (1 - expected) * (1 - expected);
    }

    /** An id asked for the first time came from whom it was asked for. */
    void answered() {
        answered++;
        count();
    }

    /** It did not come in time. */
    void unanswered() {
        count();
    }

    private void count() {
        measured = true;
        asked++;
        if (asked >= 2 * MEMORY) {
            asked /= 2;
            answered /= 2;
        }
    }

    /** The loss, 0 to {@value #MOST}, or what was expected if that is more and nothing has been asked for yet. */
    double value() {
        return measured ? Math.max(0, Math.min(MOST, 1 - StrictMath.sqrt(answered / asked))) : expected;
    }
}
