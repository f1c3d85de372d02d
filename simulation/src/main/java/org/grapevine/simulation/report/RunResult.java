package org.grapevine.simulation.report;

import java.util.List;
import java.util.Map;
import org.grapevine.core.engine.DropReason;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a scenario with one seed came to. Of a recorded run, {@code events} are entries of the record, {@code traceHash} is
 * that of a run without engines, and what nobody saw is {@link #UNSEEN}.
 *
 * @param devices made, whether up or not
 * @param virtualMicros virtual time at the end, µs
 * @param wallNanos real time that it took, ns; the only part that differs between two runs of one seed
 * @param traceHash over every action of every engine with its time and place
 * @param spreads of pushes and of the baseline's notifications, in the order of publication
 * @param requests in the order of publication
 * @param infection x: ms since publication, y: mean share of devices reached, over all spreads
 * @param hops x: hops, y: deliveries
 * @param latency x: upper bound of a class in ms since publication, y: deliveries
 * @param sentPerDevice messages that each device sent
 * @param receivedPerDevice messages that each device received
 * @param bytesPerDevice bytes that each device sent
 * @param drops by reason, over all engines
 * @param overlay what the membership engines came to; null if there were none
 * @param violations the first of them
 * @param violationsInAll how many there were
 */
public record RunResult(
        Scenario scenario,
        long seed,
        int devices,
        long virtualMicros,
        long events,
        long wallNanos,
        long traceHash,
        List<SpreadResult> spreads,
        List<RequestResult> requests,
        Curve infection,
        Curve hops,
        Curve latency,
        Load sentPerDevice,
        Load receivedPerDevice,
        Load bytesPerDevice,
        Traffic traffic,
        Map<DropReason, Long> drops,
        @Nullable OverlayResult overlay,
        List<Violation> violations,
        long violationsInAll) {

    /** In place of a count of what nobody saw: in a recorded run, all that was under way. */
    public static final int UNSEEN = -1;
}
