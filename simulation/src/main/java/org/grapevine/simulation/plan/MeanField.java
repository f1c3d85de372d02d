package org.grapevine.simulation.plan;

import java.util.Arrays;

/**
 * How a push spreads on average over devices and time: infect and die, targets drawn evenly and without replacement from all but
 * oneself, the origin and the sender, as the engines do.
 *
 * <p>A device is missed by one copy's sender with probability 1 - fanout (1 - loss) / peers, by all who send with the product of
 * these. Without a limit of rounds and for many devices that leads to the known fixed point
 * p = 1 - exp(-fanout (1 - loss) (1 - dead) p). Here time goes on in small steps, and devices are told apart by the hops of the
 * first copy that came: with the last hop a device is reached, but does not send on. A fast way over many hops can so end what a
 * slow way over few would have carried on.
 *
 * @param stepMicros length of a step, µs
 * @param reached share of the live devices but the origin that have been reached after each step, the first being no step at all
 * @param byHop the same at the end, by the number of hops; at 0 nothing
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record MeanField(int devices, int live, int fanout, double stepMicros, double[] reached, double[] byHop) {

    private static final int FINE = 40;
    private static final int COARSE = 4;
    private static final int MOST_ROUNDS_IN_FINE_STEPS = 20;
    private static final int MAX_STEPS = 4_000;

    /** So that the step at which a constant latency ends is not missed by the last bit of a product. */
    private static final double ROUNDING = 1e-6;

    private static final double ALMOST_SURE = 1 - 1e-15;

    /** What sums of many steps may be short of. */
    private static final double LAST_BITS = 1e-12;

    /**
     * Works it out.
     *
     * @param devices dead ones included
     * @param live the origin included
     */
    static MeanField of(int devices, int live, int fanout, int rounds, double loss, Delay delay) {
        // Without latency hops still come one after the other.
        double median = Math.max(1, delay.median());
        double step = median / (rounds <= MOST_ROUNDS_IN_FINE_STEPS ? FINE : COARSE);
        int steps =
                (int) Math.min(MAX_STEPS, 2 + StrictMath.ceil((rounds + 1) * Math.max(median, delay.p999()) / step));
        double[] within = new double[steps];
        double[] halfLater = new double[steps];
        for (int i = 0; i < steps; i++) {
            within[i] = delay.median() == 0 ? (i * step >= 1 ? 1 : 0) : delay.within((i + ROUNDING) * step);
            // Copies of one step count as sent in the middle of it, so that steps do not add up over hops.
            halfLater[i] = delay.median() == 0 ? ((i + 0.5) * step >= 1 ? 1 : 0) : delay.within((i + 0.5) * step);
        }
        int others = live - 1;
        double[][] gained = new double[rounds + 1][steps];
        double[] total = new double[steps];
        double[] missedBefore = new double[rounds + 1];
        double[] missed = new double[rounds + 1];
        double logMissed = 0;
        for (int i = 1; i < steps; i++) {
            double sum = 0;
            for (int hop = 1; hop <= rounds; hop++) {
                // What has arrived so far of all copies that come by so many hops, as the logarithm of their missing a
                // device.
                missed[hop] = hop == 1
                        ? logMiss((1 - loss) * Math.min(1, fanout / (devices - 1.0)) * within[i])
                        : Math.max(0, others - 1)
                                * arrived(gained[hop - 1], halfLater, i)
                                * logMiss((1 - loss) * hit(devices, fanout, hop - 1));
                sum += missed[hop];
            }
            double fresh = Math.max(0, StrictMath.exp(logMissed) - StrictMath.exp(sum));
            double change = logMissed - sum;
            for (int hop = 1; hop <= rounds; hop++) {
                gained[hop][i] = change <= 0 ? 0 : fresh * Math.max(0, missedBefore[hop] - missed[hop]) / change;
                missedBefore[hop] = missed[hop];
            }
            total[i] = total[i - 1] + fresh;
            logMissed = Math.min(logMissed, sum);
        }
        double[] byHop = new double[rounds + 1];
        for (int hop = 1; hop <= rounds; hop++) {
            byHop[hop] = Arrays.stream(gained[hop]).sum();
        }
        return new MeanField(devices, live, fanout, step, total, byHop);
    }

    /** Finite for a copy that is sure to come. */
    private static double logMiss(double probability) {
        return StrictMath.log1p(-Math.min(ALMOST_SURE, probability));
    }

    private static double arrived(double[] gained, double[] halfLater, int now) {
        double arrived = 0;
        for (int j = 1; j < now; j++) {
            arrived += gained[j] * halfLater[now - j];
        }
        return arrived;
    }

    /** Share of the peers to which a device sends. Who has the message from the origin leaves out one other, the rest two. */
    private static double hit(int devices, int fanout, int hop) {
        return Math.min(1, fanout / Math.max(1.0, devices - (hop == 1 ? 2 : 3)));
    }

    private int others() {
        return live - 1;
    }

    /** Share of the live devices but the origin that a push reaches on average. */
    double reachedAtLast() {
        return reached[reached.length - 1];
    }

    /** Probability that a push reaches all live devices, as if each were missed independently of the others. */
    double reachesAll() {
        return StrictMath.pow(reachedAtLast(), others());
    }

    /** Copies sent: the origin and every device reached before the last hop send to fanout peers, or to as many as there are. */
    double copies() {
        double copies = Math.min(fanout, devices - 1);
        for (int hop = 1; hop < byHop.length - 1; hop++) {
            copies += others() * byHop[hop] * Math.min(fanout, Math.max(0, devices - (hop == 1 ? 2 : 3)));
        }
        return copies;
    }

    /** When a share of the live devices but the origin has been reached, µs; -1 for never. */
    long microsTo(double share) {
        for (int i = 0; i < reached.length; i++) {
            if (reached[i] >= share - LAST_BITS) {
                return Math.round(i * stepMicros);
            }
        }
        return -1;
    }
}
