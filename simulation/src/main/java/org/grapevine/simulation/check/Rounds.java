package org.grapevine.simulation.check;

import java.util.Arrays;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * A message spreads as its parameters say. A device forwards it once, when it sees it first, to no more than fanout peers of each
 * segment, and later only to whoever asked by IWant (a request: to whoever was asked before). Hops left inside a segment count
 * down from the rounds, hops travelled count up.
 */
final class Rounds implements Observer {

    static final String NAME = "rounds";

    private final Sightings sightings;
    private final Violations violations;
    private @Nullable World world;

    /** Copies sent at first sight, by the device's segments; of the cause with that number. */
    private int[] pushed = new int[8];

    private long pushedFor = -1;

    Rounds(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void sent(long now, Transit transit) {
        World current = world;
        if (!(transit instanceof Transit.Copy copy) || current == null) {
            return;
        }
        Device from = transit.from();
        int message = sightings.number(copy.message());
        int slot = sightings.find(message, from);
        if (slot < 0) {
            if (!sightings.isOver(message, now)) {
                violations.add(
                        NAME, now, () -> from + " sends " + copy.message().id() + ", which it has not seen");
            }
            return;
        }
        int segment = Sightings.position(from, copy.hop().segment());
        if (segment < 0 || sightings.from(slot) == Sightings.UNKNOWN) {
            return;
        }
        boolean request = copy.message().parameters().replies() != null;
        boolean first = sightings.isFirstSight(now, message, from);
        boolean asked = !request && !first && isAskedFor(now, copy);
        if (!first && !asked && !request) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " forwards " + copy.message().id() + " to " + transit.to()
                            + " though it is neither new nor asked for");
        }
        checkHop(now, copy, slot, asked);
        checkLeft(now, copy, slot, segment, asked, current.scenario().config());
        if (first) {
            countPush(now, copy, segment, current.scenario().config());
        }
    }

    private boolean isAskedFor(long now, Transit.Copy copy) {
        return sightings.arrival(now, copy.from()) instanceof Transit.Order order
                && order.control() instanceof Control.IWant want
                && order.from() == copy.to()
                && want.segment().equals(copy.hop().segment())
                && want.ids().contains(copy.message().id());
    }

    private void checkHop(long now, Transit.Copy copy, int slot, boolean asked) {
        int expected = asked ? 1 : Math.min(Hop.MAX_COUNT, sightings.hop(slot) + 1);
        if (copy.hop().hop() != expected) {
            violations.add(
                    NAME,
                    now,
                    () -> copy.from() + " sends " + copy.message().id() + " with hop "
                            + copy.hop().hop() + " (expected: " + expected + ")");
        }
    }

    private void checkLeft(long now, Transit.Copy copy, int slot, int segment, boolean asked, GossipConfig config) {
        GossipParameters parameters = copy.message().parameters();
        int left = copy.hop().left();
        int rounds = rounds(copy.from(), copy, config);
        int most = rounds - 1;
        if (sightings.isThrough(slot, segment)) {
            int arrived = sightings.left(slot);
            if (arrived == 0 && !asked) {
                violations.add(
                        NAME,
                        now,
                        () -> copy.from() + " forwards " + copy.message().id() + " in "
                                + copy.hop().segment() + " with no hop left");
                return;
            }
            most = Math.min(most, Math.max(0, arrived - 1));
        }
        int limit = most;
        if (left > limit) {
            violations.add(
                    NAME,
                    now,
                    () -> copy.from() + " sends " + copy.message().id() + " in "
                            + copy.hop().segment() + " with "
                            + left + " hops left (expected: at most " + limit + "; rounds: " + parameters.rounds()
                            + ")");
        }
    }

    private void countPush(long now, Transit.Copy copy, int segment, GossipConfig config) {
        if (pushedFor != sightings.causes()) {
            pushedFor = sightings.causes();
            Arrays.fill(pushed, 0);
        }
        if (segment >= pushed.length) {
            pushed = Arrays.copyOf(pushed, segment + 8);
        }
        int fanout = fanout(copy.from(), copy, config);
        if (++pushed[segment] == fanout + 1) {
            violations.add(
                    NAME,
                    now,
                    () -> copy.from() + " pushes " + copy.message().id() + " to more than " + fanout + " peers of "
                            + copy.hop().segment());
        }
    }

    /** The most that the message's fanout, or this device's own for {@code auto}, allows. */
    private static int fanout(Device device, Transit.Copy copy, GossipConfig config) {
        GossipMessage message = copy.message();
        int asked = message.parameters().fanout();
        if (asked == GossipParameters.AUTO && message.parameters().replies() != null) {
            return config.maxFanout(); // The rule for requests is the engine's own.
        }
        int size = device.view().size(copy.hop().segment());
        return Math.min(config.maxFanout(), config.fanoutRule().fanout(asked, size));
    }

    private static int rounds(Device device, Transit.Copy copy, GossipConfig config) {
        GossipMessage message = copy.message();
        int asked = message.parameters().rounds();
        if (asked != GossipParameters.AUTO) {
            return Math.min(config.maxRounds(), asked);
        }
        if (message.parameters().replies() != null) {
            return config.maxRounds();
        }
        int size = device.view().size(copy.hop().segment());
        return Math.min(config.maxRounds(), FanoutRule.rounds(size, fanout(device, copy, config)));
    }
}
