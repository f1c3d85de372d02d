package org.grapevine.cluster.control;

import java.time.Duration;
import java.util.List;

/**
 * A run that is asked for.
 *
 * @param scenario text of the scenario file
 * @param seed of every draw
 * @param faults of agents and network, one line each, see {@link org.grapevine.cluster.plan.AgentFault}
 * @param lasts from time 0 until agents hand in what they saw; zero for what the work plan says
 * @param prepareWithin how long agents may take to start their devices; the run fails after it
 * @param settleWithin how long devices may take to find each other; the run begins after it all the same, with a note
 * @param finishWithin how long agents may take to hand in what they saw; the run fails after it
 */
public record RunRequest(
        String scenario,
        long seed,
        List<String> faults,
        Duration lasts,
        Duration prepareWithin,
        Duration settleWithin,
        Duration finishWithin) {

    public static final Duration PREPARE_WITHIN = Duration.ofMinutes(3);
    public static final Duration SETTLE_WITHIN = Duration.ofSeconds(60);
    public static final Duration FINISH_WITHIN = Duration.ofMinutes(2);

    /** A process on half of an old core takes less for a device. */
    private static final Duration START_OF_A_DEVICE = Duration.ofMillis(100);

    private static final Duration REST_OF_A_DEVICE = Duration.ofMillis(20);

    /** @throws IllegalArgumentException for a negative time */
    public RunRequest {
        faults = List.copyOf(faults);
        requireTime("lasts", lasts);
        requireTime("prepareWithin", prepareWithin);
        requireTime("settleWithin", settleWithin);
        requireTime("finishWithin", finishWithin);
    }

    private static void requireTime(String name, Duration time) {
        if (time.isNegative() || time.compareTo(Duration.ofDays(10)) > 0) {
            throw new IllegalArgumentException(name + ": " + time.toMillis() + " ms (expected: 0..10 days)");
        }
    }

    /** One without faults of agents, as long as its work plan says. */
    public static RunRequest of(String scenario, long seed) {
        return new RunRequest(scenario, seed, List.of(), Duration.ZERO, PREPARE_WITHIN, SETTLE_WITHIN, FINISH_WITHIN);
    }

    public RunRequest withScenario(String text) {
        return new RunRequest(text, seed, faults, lasts, prepareWithin, settleWithin, finishWithin);
    }

    public RunRequest withFaults(List<String> lines) {
        return new RunRequest(scenario, seed, lines, lasts, prepareWithin, settleWithin, finishWithin);
    }

    public RunRequest lasting(Duration time) {
        return new RunRequest(scenario, seed, faults, time, prepareWithin, settleWithin, finishWithin);
    }

    public RunRequest withPatience(Duration prepare, Duration settle, Duration finish) {
        return new RunRequest(scenario, seed, faults, lasts, prepare, settle, finish);
    }

    /**
     * With so much more patience as so many devices on one machine may need: 100 ms for the start of each, 20 ms for its place in
     * the views of the others, and 20 ms to hand in what it saw.
     *
     * @param devices of all agents
     */
    public RunRequest withPatienceFor(int devices) {
        Duration rest = REST_OF_A_DEVICE.multipliedBy(devices);
        return withPatience(
                prepareWithin.plus(START_OF_A_DEVICE.multipliedBy(devices)),
                settleWithin.plus(rest),
                finishWithin.plus(rest));
    }
}
