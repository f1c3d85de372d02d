package org.grapevine.simulation.validation;

import java.util.Arrays;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * The random phone call of Karp and others on an array, with no engine: in each round every device calls one other, drawn evenly,
 * and nobody ever stops. A second opinion where few runs are published.
 */
final class PhoneCallModel {

    private PhoneCallModel() {}

    /**
     * What so many runs came to.
     *
     * @param rounds until all are informed
     * @param transmissions of the message per device, those to informed partners included
     */
    record Outcome(Sample rounds, Sample transmissions) {}

    /** @param pushing true if callers give the message as well, false if they only take it */
    static Outcome of(int devices, boolean pushing, int runs) {
        SeededRandom random = SeededRandom.of(devices, pushing ? 1 : 0, runs);
        Outcome outcome = new Outcome(new Sample(), new Sample());
        // The round in which each device was informed; what happens in a round shows from the next one on.
        int[] informed = new int[devices];
        for (int run = 0; run < runs; run++) {
            Arrays.fill(informed, Integer.MAX_VALUE);
            informed[0] = 0;
            int reached = 1;
            int round = 0;
            long transmissions = 0;
            while (reached < devices) {
                round++;
                for (int caller = 0; caller < devices; caller++) {
                    int drawn = random.nextInt(devices - 1);
                    int called = drawn < caller ? drawn : drawn + 1;
                    if (informed[called] < round) {
                        transmissions++;
                        reached += inform(informed, caller, round);
                    }
                    if (pushing && informed[caller] < round) {
                        transmissions++;
                        reached += inform(informed, called, round);
                    }
                }
            }
            outcome.rounds.add(round);
            outcome.transmissions.add((double) transmissions / devices);
        }
        return outcome;
    }

    private static int inform(int[] informed, int device, int round) {
        if (informed[device] != Integer.MAX_VALUE) {
            return 0;
        }
        informed[device] = round;
        return 1;
    }
}
