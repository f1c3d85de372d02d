package org.grapevine.simulation.check;

import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;

/** What the network of a scenario is capable of when no fault is under way: what promises in time depend on. */
final class Quality {

    private Quality() {}

    /** Share that the worst link loses. */
    static double loss(Scenario scenario) {
        double loss = 0;
        for (Link link : scenario.links()) {
            loss = Math.max(loss, link.loss());
        }
        return loss;
    }

    /** The longest that a message may be under way, µs. */
    static long transitMicros(Scenario scenario) {
        long longest = 0;
        for (Link link : scenario.links()) {
            long queue = link.bitsPerSecond() == 0 ? 0 : link.queueBytes() * 8_000_000 / link.bitsPerSecond();
            long held = link.reordering() > 0 ? link.heldBackMicros() : 0;
            longest = Math.max(longest, link.latency().maxMicros() + held + queue);
        }
        return longest;
    }

    /** True if clocks differ by no more than what devices allow. */
    static boolean clocksAgree(Scenario scenario) {
        return 2 * scenario.clockErrorMillis() <= scenario.config().allowedClockErrorMillis();
    }

    /** True if no fault is under way between the two times, both included. */
    static boolean isQuiet(Scenario scenario, long fromMicros, long toMicros) {
        for (Fault fault : scenario.faults()) {
            long after = fault instanceof Fault.Churn churn ? churn.downMicros() : 0;
            if (fault.atMicros() <= toMicros && fault.endMicros() + after >= fromMicros) {
                return false;
            }
        }
        return true;
    }

    /**
     * Peers of a segment that a device asks, if there are as many.
     *
     * @param size of the segment
     */
    static int requestFanout(GossipParameters parameters, GossipConfig config, int size) {
        FanoutRule rule = config.fanoutRule();
        // As the engine does it: what a request misses nobody repairs, so a thousand times fewer failures.
        FanoutRule careful = new FanoutRule(1 - (1 - rule.wanted()) / 1_000, rule.loss(), rule.dead());
        return Math.min(config.maxFanout(), careful.fanout(parameters.fanout(), size));
    }
}
