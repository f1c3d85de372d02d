package org.grapevine.core.engine;

/**
 * How often a child may stay silent before that means something. Question and answer both have to arrive, so at a loss of l a live
 * child stays silent with probability p = 1 - (1 - l)² each time, and k times in succession with pᵏ. What p is follows from how
 * often those that did answer had to be asked; dead ones say nothing about it. Slow ones raise it, and so they are waited for.
 */
final class Patience {

    /** Asks that weigh as much as all before them. */
    private static final int MEMORY = 200;

    private static final int MOST_ASKS = 32;

    private final LossEstimate loss;
    private double asks;
    private double answers;

    /**
     * Asks without an answer.
     *
     * @param sure after which a child is given up: one live child in ten thousand would be, even if p is higher than it seems
     * @param likely the same, once much of the time is over, if p is as it seems
     * @param hasty the same when the last moment has come in which its children can be asked: one in fifty
     */
    record Limits(int sure, int likely, int hasty) {}

    /** @param loss what else is known about the loss */
    Patience(LossEstimate loss) {
        this.loss = loss;
    }

    /** A child has answered for the first time, after so many asks. */
    void answered(int after) {
        answers++;
        asks += after;
        if (asks >= 2 * MEMORY) {
            asks /= 2;
            answers /= 2;
        }
    }

    Limits limits() {
        double arrives = 1 - loss.value();
        double known = 1 - arrives * arrives;
        double silent = asks - answers;
        // Little has been asked at first: then p may well be a half for all that is known.
        double atWorst = Math.max(known, (silent + 3) / (asks + 6));
        double seems = Math.max(known, (silent + 0.2) / (asks + 2));
        return new Limits(asks(atWorst, 1e-4, 4), asks(seems, 1e-4, 4), asks(seems, 2e-2, 2));
    }

    /** The least k, not below the floor, with pᵏ not above the chance. */
    private static int asks(double p, double chance, int floor) {
        double asks = Math.ceil(StrictMath.log(chance) / StrictMath.log(Math.min(0.9, p)));
        return (int) Math.max(floor, Math.min(MOST_ASKS, asks));
    }
}
