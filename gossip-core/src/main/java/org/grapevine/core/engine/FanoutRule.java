package org.grapevine.core.engine;

import static org.grapevine.core.message.GossipParameters.AUTO;

import org.grapevine.core.message.GossipParameters;

/**
 * Fanout and rounds for a segment of n devices.
 *
 * <p>Fanout ln n + c reaches all n devices with probability exp(-exp(-c)) (Eugster, Guerraoui, Kermarrec, Massoulié 2004);
 * loss and dead devices thin the pushes out, so it is raised by their shares. Rounds are twice what is enough where every hop
 * takes the same time, ceil(ln n / ln fanout) + 2: where hops take different times, a copy on a long and quick way may come
 * first, and whoever gets it by its last hop does not pass it on (docs/references.md, 1.4). They cost nothing, since a device
 * forwards once, however many are left.
 *
 * @param wanted probability that a push reaches everybody, without repair; in (0, 1)
 * @param loss share of messages expected to be lost, in [0, 1)
 * @param dead share of peers in the view expected to be dead, in [0, 1)
 */
public record FanoutRule(double wanted, double loss, double dead) {

    public FanoutRule {
        if (!(wanted > 0 && wanted < 1)) {
            throw new IllegalArgumentException("wanted: " + wanted + " (expected: between 0 and 1, both excluded)");
        }
        if (!(loss >= 0 && loss < 1)) {
            throw new IllegalArgumentException("loss: " + loss + " (expected: 0 to below 1)");
        }
        if (!(dead >= 0 && dead < 1)) {
            throw new IllegalArgumentException("dead: " + dead + " (expected: 0 to below 1)");
        }
    }

    /** 0.999 in a network that loses nothing. */
    public static FanoutRule defaults() {
        return new FanoutRule(0.999, 0, 0);
    }

    /**
     * The rule for requests: a thousand times fewer failures. What a push of messages misses is repaired; a device that a request
     * misses is missing from the sum, and nobody knows.
     */
    public FanoutRule forRequests() {
        return new FanoutRule(1 - (1 - wanted) / 1_000, loss, dead);
    }

    // StrictMath: the same seed has to mean the same run on every machine, down to the last bit before a ceil.

    /** The fanout for a segment of n devices, between 1 and {@link GossipParameters#MAX_FANOUT}. */
    public int fanout(int n) {
        double c = -StrictMath.log(-StrictMath.log(wanted));
        double fanout = Math.ceil((StrictMath.log(Math.max(1, n)) + c) / ((1 - loss) * (1 - dead)));
        return (int) Math.max(1, Math.min(GossipParameters.MAX_FANOUT, fanout));
    }

    /** The same rule where that much is known to be lost and dead; shares outside [0, 1) are taken for its nearest end. */
    public FanoutRule with(double measuredLoss, double measuredDead) {
        return measuredLoss == loss && measuredDead == dead
                ? this
                : new FanoutRule(wanted, share(measuredLoss), share(measuredDead));
    }

    private static double share(double measured) {
        return measured >= 0 ? Math.min(measured, Math.nextDown(1.0)) : 0;
    }

    /** The fanout asked for, or the rule's own if that is {@link GossipParameters#AUTO}. */
    public int fanout(int asked, int n) {
        return asked == AUTO ? fanout(n) : asked;
    }

    /**
     * The rounds for a segment of n devices at a given fanout, between 1 and {@link GossipParameters#MAX_ROUNDS}. With fanout 1
     * a message walks from device to device, so the rounds are the devices.
     */
    public static int rounds(int n, int fanout) {
        int reach = Math.min(fanout, n - 1);
        double rounds = reach <= 1 ? n : 2 * (Math.ceil(StrictMath.log(n) / StrictMath.log(reach)) + 2);
        return (int) Math.max(1, Math.min(GossipParameters.MAX_ROUNDS, rounds));
    }

    /**
     * How many of the first hops of a lazy push are eager: floor(ln n / ln fanout) + 1, after which most devices have been
     * reached. That costs 1.2 to 1.6 payloads per delivery, and most of the time of an eager push is won (docs/references.md, 1.7).
     * With fanout 1 no copy comes twice, so all are eager.
     */
    public static int eagerHops(int n, int fanout) {
        if (fanout <= 1) {
            return GossipParameters.MAX_ROUNDS;
        }
        double hops = Math.floor(StrictMath.log(Math.max(1, n)) / StrictMath.log(fanout)) + 1;
        return (int) Math.min(GossipParameters.MAX_ROUNDS, hops);
    }
}
