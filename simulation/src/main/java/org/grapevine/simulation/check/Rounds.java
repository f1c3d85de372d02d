package org.grapevine.simulation.check;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * A message spreads as its parameters say. A device forwards it once, when it sees it first, to no more than fanout peers of each
 * segment, be it the payload or its id, and later only to whoever asked by IWant or a pull (a request: to whoever was asked
 * before). What is pulled is never pushed; a tree has links in place of a fanout; a lazy push sends payloads unasked in its eager
 * hops only. A multicast goes into a LAN once from each device, and not into the one that the message came through. Hops left
 * inside a segment count down from the rounds, hops travelled count up.
 */
final class Rounds implements Observer {

    static final String NAME = "rounds";

    /** Above it a device does not raise its fanout. */
    private static final double MOST_MEASURED_LOSS = 0.5;

    private static final int MOST_ENTERED = 10_000;

    private final Sightings sightings;
    private final Violations violations;
    private @Nullable World world;

    /** Copies sent at first sight, by the device's segments; of the cause with that number. */
    private int[] pushed = new int[8];

    private long pushedFor = -1;

    private record Entered(int message, int device, int incarnation, Segment segment) {}

    private final Set<Entered> entered = new HashSet<>();

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
        if (current == null) {
            return;
        }
        if (transit instanceof Transit.Copy copy) {
            checkCopy(now, copy, current);
        } else if (transit instanceof Transit.Order order && order.control() instanceof Control.IHave iHave) {
            checkAdvertised(now, order, iHave, current.scenario().config());
        }
    }

    /** At first sight ids take the place of payloads; later they answer digests, or go along the tree. */
    private void checkAdvertised(long now, Transit.Order order, Control.IHave iHave, GossipConfig config) {
        Device from = order.from();
        int segment = Sightings.position(from, iHave.segment());
        for (MessageId id : iHave.ids()) {
            int message = sightings.number(id);
            GossipMessage advertised = sightings.message(message);
            if (advertised != null && segment >= 0 && sightings.isFirstSight(now, message, from)) {
                countPush(now, from, advertised, iHave.segment(), segment, config);
            }
        }
    }

    private void checkCopy(long now, Transit.Copy copy, World current) {
        Device from = copy.from();
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
        boolean asked = !first && isAskedFor(now, copy);
        boolean bridged = copy.isMulticast() && variantOf(copy) == GossipVariant.MULTICAST;
        if (!first && !asked && !request && !bridged) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " forwards " + copy.message().id() + " to " + copy.to()
                            + " though it is neither new nor asked for");
        }
        GossipConfig config = current.scenario().config();
        checkHop(now, copy, slot);
        checkLeft(now, copy, slot, segment, asked, config);
        if (copy.isMulticast()) {
            checkMulticast(now, copy, slot, segment);
        } else if (first) {
            checkEager(now, copy, slot, segment, config);
            countPush(now, from, copy.message(), copy.hop().segment(), segment, config);
        }
    }

    private static GossipVariant variantOf(Transit.Copy copy) {
        return copy.message().parameters().variant();
    }

    private void checkMulticast(long now, Transit.Copy copy, int slot, int segment) {
        if (sightings.isThrough(slot, segment)) {
            violations.add(
                    NAME,
                    now,
                    () -> copy.from() + " multicasts " + copy.message().id() + " into "
                            + copy.hop().segment() + ", where it has it from");
        }
    }

    @Override
    public void multicast(long now, Device from, GossipAction.Multicast sent, int bytes, int receivers) {
        boolean request = sent.message().parameters().replies() != null;
        int number = sightings.number(sent.message());
        if (!entered.add(new Entered(number, from.index(), from.incarnation(), sent.segment())) && !request) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " multicasts " + sent.message().id() + " into " + sent.segment() + " again");
        }
        if (entered.size() > MOST_ENTERED) {
            entered.removeIf(each -> sightings.isOver(each.message, now));
        }
    }

    private void checkEager(long now, Transit.Copy copy, int slot, int segment, GossipConfig config) {
        GossipParameters parameters = copy.message().parameters();
        if (parameters.variant().isPulled()) {
            violations.add(
                    NAME,
                    now,
                    () -> copy.from() + " pushes " + copy.message().id() + ", which is to be pulled, to " + copy.to());
        } else if (parameters.variant() == GossipVariant.LAZY_PUSH) {
            int hops = 0;
            if (sightings.isThrough(slot, segment)) {
                int travelled = rounds(copy.from(), copy, config) - sightings.left(slot);
                hops = Math.min(sightings.hop(slot), Math.max(0, travelled));
            }
            int eager = eagerHops(copy, config);
            int taken = hops;
            if (taken >= eager) {
                violations.add(
                        NAME,
                        now,
                        () -> copy.from() + " pushes the payload of "
                                + copy.message().id() + " after " + taken + " hops (expected: its id after " + eager
                                + ")");
            }
        }
    }

    private static int eagerHops(Transit.Copy copy, GossipConfig config) {
        GossipParameters parameters = copy.message().parameters();
        if (parameters.eagerHops() != GossipParameters.AUTO_EAGER_HOPS) {
            return parameters.eagerHops();
        }
        // Of whatever fanouts a device may have worked out, the lowest one has most eager hops.
        int size = copy.from().view().size(copy.hop().segment());
        int fanout = lowestFanout(copy.from(), copy.message(), copy.hop().segment(), config);
        return fanout <= 1 || parameters.replies() != null
                ? GossipParameters.MAX_ROUNDS
                : (int) (StrictMath.log(size) / StrictMath.log(fanout)) + 1;
    }

    private boolean isAskedFor(long now, Transit.Copy copy) {
        if (!(sightings.arrival(now, copy.from()) instanceof Transit.Order order) || order.from() != copy.to()) {
            return false;
        }
        MessageId id = copy.message().id();
        if (order.control() instanceof Control.IWant want) {
            return want.segment().equals(copy.hop().segment()) && want.ids().contains(id);
        }
        return order.control() instanceof Control.PullRequest pull
                && variantOf(copy).isPulled()
                && pull.segment().equals(copy.hop().segment())
                && pull.slice().contains(id)
                && !pull.has().contains(id);
    }

    private void checkHop(long now, Transit.Copy copy, int slot) {
        int expected = Math.min(Hop.MAX_COUNT, sightings.hop(slot) + 1);
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
            if (arrived == 0 && !asked && !copy.isMulticast()) {
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

    private void countPush(
            long now, Device from, GossipMessage message, Segment through, int segment, GossipConfig config) {
        if (message.parameters().variant() == GossipVariant.TREE) {
            return; // Along its links, whoever opened them.
        }
        if (pushedFor != sightings.causes()) {
            pushedFor = sightings.causes();
            Arrays.fill(pushed, 0);
        }
        if (segment >= pushed.length) {
            pushed = Arrays.copyOf(pushed, segment + 8);
        }
        int fanout = fanout(from, message, through, config);
        if (++pushed[segment] == fanout + 1) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " pushes " + message.id() + " to more than " + fanout + " peers of " + through);
        }
    }

    /** The most that the message's fanout, or this device's own for {@code auto}, allows. */
    private static int fanout(Device device, GossipMessage message, Segment segment, GossipConfig config) {
        int asked = message.parameters().fanout();
        if (asked == GossipParameters.AUTO && message.parameters().replies() != null) {
            return config.maxFanout(); // The rule for requests is the engine's own.
        }
        FanoutRule rule = config.fanoutRule();
        // What a device has measured may take the place of the loss that it was told to expect.
        FanoutRule most = new FanoutRule(rule.wanted(), Math.max(rule.loss(), MOST_MEASURED_LOSS), rule.dead());
        return reachable(
                device,
                segment,
                Math.min(config.maxFanout(), most.fanout(asked, device.view().size(segment))));
    }

    private static int lowestFanout(Device device, GossipMessage message, Segment segment, GossipConfig config) {
        FanoutRule least = new FanoutRule(
                config.fanoutRule().wanted(), 0, config.fanoutRule().dead());
        return reachable(
                device,
                segment,
                Math.min(
                        config.maxFanout(),
                        least.fanout(
                                message.parameters().fanout(), device.view().size(segment))));
    }

    /** No more than can be drawn. */
    private static int reachable(Device device, Segment segment, int fanout) {
        return Math.min(fanout, Math.max(1, device.view().links(segment)));
    }

    private static int rounds(Device device, Transit.Copy copy, GossipConfig config) {
        GossipMessage message = copy.message();
        int asked = message.parameters().rounds();
        if (asked != GossipParameters.AUTO) {
            return Math.min(config.maxRounds(), asked);
        }
        if (message.parameters().replies() != null || variantOf(copy) == GossipVariant.TREE) {
            return config.maxRounds();
        }
        Segment segment = copy.hop().segment();
        int size = device.view().size(segment);
        return Math.min(config.maxRounds(), FanoutRule.rounds(size, lowestFanout(device, message, segment, config)));
    }
}
