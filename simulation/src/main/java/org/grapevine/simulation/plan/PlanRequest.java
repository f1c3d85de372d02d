package org.grapevine.simulation.plan;

import java.time.Duration;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Limits;
import org.jspecify.annotations.Nullable;

/**
 * A network of one segment, and what is wished of it.
 *
 * @param devices in the views of all, dead ones included; 2 to {@link Limits#MAX_DEVICES}
 * @param loss share of copies lost, 0 to below 1
 * @param dead share of devices that are dead without the others knowing, 0 to below 1; the publisher lives
 * @param wanted probability that one message reaches all live devices by pushes alone, between 0 and 1
 * @param deadline by when it is to be everywhere, with that probability; null for no hurry
 * @param latency of one copy, all that a device needs to pass it on included
 * @param bodyBytes size of a message's body, 1 B..1 MiB
 * @param repairMillis pause between two comparisons of digests, ms; 0 for the plan to choose
 * @param lifetimeMillis how long a message is worth delivering, ms; 0 for the plan to choose
 */
public record PlanRequest(
        int devices,
        double loss,
        double dead,
        double wanted,
        @Nullable Duration deadline,
        Latency latency,
        int bodyBytes,
        long repairMillis,
        long lifetimeMillis) {

    private static final long DAY_MILLIS = 86_400_000;

    /** @throws IllegalArgumentException for a value out of its range */
    public PlanRequest {
        require(devices >= 2 && devices <= Limits.MAX_DEVICES, "devices", devices, "2.." + Limits.MAX_DEVICES);
        require(new FanoutRule(wanted, loss, dead).wanted() > 0, "wanted", wanted, "above 0");
        require(
                deadline == null || (deadline.toMillis() >= 1 && deadline.toMillis() <= DAY_MILLIS),
                "deadline",
                deadline == null ? "none" : deadline.toMillis() + " ms",
                "1 ms..24 h");
        require(bodyBytes >= 1 && bodyBytes <= 1 << 20, "size", bodyBytes, "1 B..1 MiB");
        require(repairMillis >= 0 && repairMillis <= DAY_MILLIS, "repair", repairMillis + " ms", "1 ms..24 h");
        require(lifetimeMillis >= 0 && lifetimeMillis <= DAY_MILLIS, "lifetime", lifetimeMillis + " ms", "1 ms..24 h");
    }

    /** So many devices on a link of 10 ms that loses nothing; wanted 0.999, bodies of 1,200 octets, no deadline. */
    public static PlanRequest of(int devices) {
        return new PlanRequest(devices, 0, 0, 0.999, null, new Latency.Constant(10_000), 1_200, 0, 0);
    }

    /** Another network of as many devices. */
    public PlanRequest withNetwork(double otherLoss, double otherDead, Latency otherLatency) {
        return new PlanRequest(
                devices, otherLoss, otherDead, wanted, deadline, otherLatency, bodyBytes, repairMillis, lifetimeMillis);
    }

    /** Another wish for the same network. */
    public PlanRequest withWish(double otherWanted, @Nullable Duration otherDeadline) {
        return new PlanRequest(
                devices, loss, dead, otherWanted, otherDeadline, latency, bodyBytes, repairMillis, lifetimeMillis);
    }

    /** Other messages in the same network. */
    public PlanRequest withMessages(int otherBytes, long otherRepairMillis, long otherLifetimeMillis) {
        return new PlanRequest(
                devices, loss, dead, wanted, deadline, latency, otherBytes, otherRepairMillis, otherLifetimeMillis);
    }

    /** What the engines are told of this network. */
    FanoutRule rule() {
        return new FanoutRule(wanted, loss, dead);
    }

    /** Devices that are dead: the share of all but the publisher, as a scenario rounds it. */
    int deadDevices() {
        return (int) Math.round(dead * (devices - 1));
    }

    /** Devices that a message can reach, the publisher included. */
    int live() {
        return devices - deadDevices();
    }

    private static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: " + expected + ")");
        }
    }
}
