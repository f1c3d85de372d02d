package org.grapevine.simulation.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * What a membership engine keeps is in order: no entry is the device itself, a device of another segment or there twice, no more
 * links and entries than there may be, and the gossip engine's view is what the links are. Membership messages go between members of
 * their segment. Looks at one device every {@value #ARRIVALS} arrivals, and at all in the end.
 *
 * <p>And the overlay of each segment is whole once all devices have had time to find each other: a while after the last start, and
 * after the last fault of those that leave devices up; and if loss makes a device be taken for dead, it is back after as long. No promise is made after crashes and departures, which may take all
 * that a device knows, where devices lie, and where more than three in ten messages are lost.
 */
final class Overlay implements Observer {

    static final String NAME = "overlay";

    private static final int ARRIVALS = 32;
    private static final double MOST_LOSS = 0.3;

    private final Violations violations;
    private @Nullable World world;
    private long wholeFromMicros = Long.MAX_VALUE;
    private long settlingMicros;
    private long lastWholeMicros;
    private boolean told;
    private long arrivals;

    Overlay(Violations violations) {
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
        Scenario scenario = begun.scenario();
        MembershipConfig config = scenario.peers().membership();
        if (config != null) {
            wholeFromMicros = wholeFromMicros(scenario);
            settlingMicros = settlingMicros(scenario, config);
        }
    }

    /** From when on overlays are whole, µs; 0 where everybody knows everybody, {@link Long#MAX_VALUE} if nothing is promised. */
    static long wholeFromMicros(Scenario scenario) {
        MembershipConfig config = scenario.peers().membership();
        if (config == null) {
            return 0;
        }
        return isPromised(scenario) ? lastStart(scenario) + settlingMicros(scenario, config) : Long.MAX_VALUE;
    }

    private static boolean isPromised(Scenario scenario) {
        for (Fault fault : scenario.faults()) {
            if (fault instanceof Fault.Crash
                    || fault instanceof Fault.Leave
                    || fault instanceof Fault.Churn
                    || fault instanceof Fault.Lie) {
                return false;
            }
        }
        return Quality.loss(scenario) <= MOST_LOSS;
    }

    private static long lastStart(Scenario scenario) {
        long last = 0;
        for (DeviceGroup group : scenario.groups()) {
            last = Math.max(last, group.startMicros() + group.startWithinMicros());
        }
        for (Fault fault : scenario.faults()) {
            last = Math.max(last, fault.endMicros());
        }
        return last;
    }

    /** Some tries of everything that joins parts, and the longest time for which a suspect may be kept as a link. */
    private static long settlingMicros(Scenario scenario, MembershipConfig config) {
        double decades = Math.max(1, StrictMath.log10(scenario.devices() + 1.0));
        MembershipConfig.Detection detection = config.detection();
        double suspicion = (double) detection.suspicion()
                * detection.suspicionSpread()
                * decades
                * detection.probeMillis()
                * detection.healthLimit();
        double millis = 6.0 * (config.view().contactMillis() + config.view().shuffleMillis())
                + 10.0 * config.view().tendMillis()
                + suspicion
                + 10.0 * Quality.transitMicros(scenario) / 1_000;
        return (long) (millis * 1_000);
    }

    @Override
    public void sent(long now, Transit transit) {
        if (transit instanceof Transit.Peering peering
                && (Sightings.position(transit.from(), peering.segment()) < 0
                        || Sightings.position(transit.to(), peering.segment()) < 0)) {
            violations.add(
                    NAME,
                    now,
                    () -> transit.from() + " sends a " + transit.kind() + " to " + transit.to() + " through "
                            + peering.segment() + ", where not both are");
        }
    }

    @Override
    public void arrived(long now, Transit transit) {
        World current = world;
        if (current != null && ++arrivals % ARRIVALS == 0) {
            check(now, transit.to(), current);
        }
    }

    @Override
    public void look(long now, World current) {
        if (wholeFromMicros == Long.MAX_VALUE || now > current.overlaysEndMicros() || told) {
            return;
        }
        for (OverlayShape shape : OverlayShape.all(current, 0)) {
            if (shape.parts() > 1) {
                if (now - lastWholeMicros > settlingMicros && now > wholeFromMicros) {
                    told = true;
                    violations.add(
                            NAME,
                            now,
                            () -> "an overlay of " + shape.members() + " devices is in " + shape.parts()
                                    + " parts, the largest of " + shape.largest() + ", and has been for "
                                    + (now - lastWholeMicros) + " µs");
                }
                return;
            }
        }
        lastWholeMicros = now;
    }

    @Override
    public void ended(long now, World ended) {
        for (int i = 0; i < ended.size(); i++) {
            check(now, ended.device(i), ended);
        }
    }

    private void check(long now, Device device, World current) {
        MembershipConfig config = current.scenario().peers().membership();
        if (!device.isUp() || config == null) {
            return;
        }
        for (int position = 0; position < device.segments().size(); position++) {
            Membership engine = device.membership(position);
            if (engine != null) {
                check(now, device, device.segments().get(position), engine, config, current);
            }
        }
    }

    private void check(
            long now, Device device, Segment segment, Membership engine, MembershipConfig config, World current) {
        List<PeerEntry> links = engine.links();
        Set<PeerAddress> linked = new HashSet<>();
        for (PeerEntry link : links) {
            checkEntry(now, device, segment, link.address(), linked, "link", current);
            if (!device.view().knows(segment, link.address())) {
                violations.add(NAME, now, () -> device + " has the link " + link.address() + " not in its view");
            }
        }
        if (device.view().links(segment) != links.size()) {
            int drawn = device.view().links(segment);
            violations.add(
                    NAME, now, () -> device + " draws from " + drawn + " peers and has " + links.size() + " links");
        }
        Set<PeerAddress> known = new HashSet<>();
        engine.standings()
                .forEach(each -> checkEntry(now, device, segment, each.peer().address(), known, "entry", current));
        int mostLinks = config.kind() == MembershipConfig.Kind.HYPARVIEW
                ? config.view().links()
                : config.view().entries();
        int most = config.kind() == MembershipConfig.Kind.HYPARVIEW
                ? config.view().links() + config.view().entries()
                : config.view().entries();
        if (links.size() > mostLinks) {
            violations.add(
                    NAME, now, () -> device + " has " + links.size() + " links (expected: 0.." + mostLinks + ")");
        }
        if (known.size() > most) {
            violations.add(NAME, now, () -> device + " has " + known.size() + " entries (expected: 0.." + most + ")");
        }
    }

    private void checkEntry(
            long now,
            Device device,
            Segment segment,
            PeerAddress peer,
            Set<PeerAddress> seen,
            String what,
            World current) {
        if (peer.equals(device.address())) {
            violations.add(NAME, now, () -> device + " has itself as a " + what);
        } else if (Sightings.position(current.device(peer), segment) < 0) {
            violations.add(
                    NAME,
                    now,
                    () -> device + " has " + peer + " as a " + what + " of " + segment + ", where it is not");
        } else if (!seen.add(peer)) {
            violations.add(NAME, now, () -> device + " has " + peer + " as a " + what + " twice");
        }
    }
}
