package org.grapevine.core.engine;

import static org.grapevine.core.message.GossipParameters.AUTO;

import org.grapevine.core.message.GossipParameters;

/**
 * Fanout and rounds for a segment of n devices.
 *
 * <p>Fanout ln n + c reaches all n devices with probability exp(-exp(-c)) (Eugster, Guerraoui, Kermarrec, Massoulié 2004);
 * loss and dead devices thin the pushes out, so it is raised by their shares. Rounds ceil(ln n / ln fanout) + 2 leave no
 * visible loss from the limit (docs/references.md, 1.2).
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
    FanoutRule forRequests() {
        return new FanoutRule(1 - (1 - wanted) / 1_000, loss, dead);
    }

    /** The fanout for a segment of n devices, between 1 and {@link GossipParameters#MAX_FANOUT}. */
    public int fanout(int n) {
        double c = -Math.log(-Math.log(wanted));
        double fanout = Math.ceil((Math.log(Math.max(1, n)) + c) / ((1 - loss) * (1 - dead)));
        return (int) Math.max(1, Math.min(GossipParameters.MAX_FANOUT, fanout));
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
        double rounds = reach <= 1 ? n : Math.ceil(Math.log(n) / Math.log(reach)) + 2;
        return (int) Math.max(1, Math.min(GossipParameters.MAX_ROUNDS, rounds));
    }
}
