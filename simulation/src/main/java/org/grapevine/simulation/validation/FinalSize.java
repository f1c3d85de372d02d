package org.grapevine.simulation.validation;

/**
 * How many devices an infect-and-die push reaches, exactly: the distribution that the random walk over (devices that have
 * forwarded, devices reached) gives. The order in which devices forward makes no difference to who is reached in the end. Each
 * draws its targets without repetition from all others, or, as the engine does, from all others but the sender and the origin.
 */
final class FinalSize {

    /** States less probable than this are left out; all of them together change no digit that is printed. */
    private static final double NEGLIGIBLE = 1e-16;

    private final int devices;
    private final double[] probability;

    private FinalSize(int devices, double[] probability) {
        this.devices = devices;
        this.probability = probability;
    }

    /**
     * Works it out; no limit on rounds.
     *
     * @param loss of each copy, 0..1
     * @param excluding true if nobody sends to the origin or to whom it has the message from
     */
    static FinalSize of(int devices, int fanout, double loss, boolean excluding) {
        double[] ends = new double[devices + 1];
        Draw first = new Draw(devices - 1, fanout, loss);
        for (int children = 0; children <= fanout; children++) {
            // Whom the origin reached has the message from the origin: one device to leave out. All others have two.
            double branch = first.probability(devices - 1, children);
            if (branch > 0) {
                walk(devices, fanout, loss, excluding, children, branch, ends);
            }
        }
        return new FinalSize(devices, ends);
    }

    private static void walk(
            int devices, int fanout, double loss, boolean excluding, int children, double branch, double[] ends) {
        Draw near = new Draw(devices - 1 - (excluding ? 1 : 0), fanout, loss);
        Draw far = new Draw(devices - 1 - (excluding ? 2 : 0), fanout, loss);
        double[] reached = new double[devices + 1];
        double[] next = new double[devices + 1];
        reached[1 + children] = branch;
        int least = 1 + children;
        int most = 1 + children;
        for (int forwarded = 1; forwarded <= most; forwarded++) {
            Draw draw = forwarded <= children ? near : far;
            for (int have = least; have <= most; have++) {
                double here = reached[have];
                reached[have] = 0;
                if (have == forwarded) {
                    ends[have] += here;
                } else if (here > NEGLIGIBLE) {
                    draw.spread(devices - have, here, next, have);
                }
            }
            most = Math.min(devices, most + fanout);
            while (most > 0 && next[most] <= NEGLIGIBLE) {
                next[most--] = 0;
            }
            while (least < most && next[least] <= NEGLIGIBLE) {
                next[least++] = 0;
            }
            double[] swapped = reached;
            reached = next;
            next = swapped;
        }
    }

    /** How many of the devices without the message one device reaches. */
    private static final class Draw {
        private final int pool;
        private final int fanout;
        private final double[] chosen;
        /** Probability that so many copies (second index) out of so many sent (first) arrive. */
        private final double[][] arriving;

        Draw(int pool, int fanout, double loss) {
            this.pool = pool;
            this.fanout = Math.min(fanout, pool);
            this.chosen = new double[this.fanout + 1];
            this.arriving = new double[this.fanout + 1][this.fanout + 1];
            for (int sent = 0; sent <= this.fanout; sent++) {
                double ways = 1;
                for (int arrived = 0; arrived <= sent; arrived++) {
                    arriving[sent][arrived] =
                            ways * StrictMath.pow(1 - loss, arrived) * StrictMath.pow(loss, sent - arrived);
                    ways *= (double) (sent - arrived) / (arrived + 1);
                }
            }
        }

        /** Probability to choose so many of those without, by the hypergeometric distribution. */
        private void choose(int without) {
            int with = pool - without;
            int least = Math.max(0, fanout - with);
            int most = Math.min(fanout, without);
            double sum = 0;
            double weight = 1;
            for (int i = 0; i <= fanout; i++) {
                chosen[i] = 0;
            }
            for (int i = least; i <= most; i++) {
                chosen[i] = weight;
                sum += weight;
                weight *= (double) (without - i) * (fanout - i) / ((i + 1.0) * (with - fanout + i + 1));
            }
            for (int i = least; i <= most; i++) {
                chosen[i] /= sum;
            }
        }

        double probability(int without, int reached) {
            choose(without);
            return arriving(reached);
        }

        private double arriving(int reached) {
            double sum = 0;
            for (int sent = reached; sent <= fanout; sent++) {
                sum += chosen[sent] * arriving[sent][reached];
            }
            return sum;
        }

        void spread(int without, double here, double[] next, int have) {
            choose(without);
            for (int reached = 0; reached <= Math.min(fanout, without); reached++) {
                next[have + reached] += here * arriving(reached);
            }
        }
    }

    /** Mean share of the devices reached, the origin included. */
    double coverage() {
        double mean = 0;
        for (int i = 1; i <= devices; i++) {
            mean += probability[i] * i;
        }
        return mean / devices;
    }

    /** Standard deviation of the share reached in one run. */
    double deviation() {
        double mean = coverage();
        double squares = 0;
        for (int i = 1; i <= devices; i++) {
            double off = (double) i / devices - mean;
            squares += probability[i] * off * off;
        }
        return StrictMath.sqrt(squares);
    }

    /** Probability that everybody is reached. */
    double everybody() {
        return probability[devices];
    }
}
