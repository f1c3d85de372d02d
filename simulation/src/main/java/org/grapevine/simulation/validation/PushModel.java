package org.grapevine.simulation.validation;

import java.util.Arrays;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * Infect-and-die push in step, on an array, with no engine: a second opinion on how far a message comes in a limited number of
 * hops, for which there is no formula. Nothing is lost.
 */
final class PushModel {

    private static final int UNREACHED = -1;

    private final int devices;
    private final int fanout;
    private final boolean excluding;
    private final SeededRandom random;
    private final int[] parent;
    private final int[] hop;
    private final int[] order;
    private final int[] targets;
    private int reached;

    private PushModel(int devices, int fanout, boolean excluding, SeededRandom random) {
        this.devices = devices;
        this.fanout = fanout;
        this.excluding = excluding;
        this.random = random;
        this.parent = new int[devices];
        this.hop = new int[devices];
        this.order = new int[devices];
        this.targets = new int[fanout];
    }

    /** What so many runs came to. */
    record Outcome(Sample coverage, Sample lastHop) {}

    /**
     * Runs it.
     *
     * @param rounds hops at the most
     * @param excluding true if nobody sends to the origin or to whom it has the message from
     */
    static Outcome of(int devices, int fanout, int rounds, boolean excluding, int runs) {
        PushModel model =
                new PushModel(devices, fanout, excluding, SeededRandom.of(devices, fanout, rounds, excluding ? 1 : 0));
        Outcome outcome = new Outcome(new Sample(), new Sample());
        for (int run = 0; run < runs; run++) {
            model.run(rounds);
            outcome.coverage.add((double) model.reached / devices);
            outcome.lastHop.add(model.hop[model.order[model.reached - 1]]);
        }
        return outcome;
    }

    private void run(int rounds) {
        Arrays.fill(hop, UNREACHED);
        order[0] = 0;
        parent[0] = 0;
        hop[0] = 0;
        reached = 1;
        for (int next = 0; next < reached && hop[order[next]] < rounds; next++) {
            forward(order[next]);
        }
    }

    private void forward(int device) {
        int drawn = 0;
        while (drawn < fanout) {
            int target = random.nextInt(devices);
            boolean left = target == device || (excluding && (target == 0 || target == parent[device]));
            for (int i = 0; i < drawn && !left; i++) {
                left = targets[i] == target;
            }
            if (!left) {
                targets[drawn++] = target;
                if (hop[target] == UNREACHED) {
                    hop[target] = hop[device] + 1;
                    parent[target] = device;
                    order[reached++] = target;
                }
            }
        }
    }
}
