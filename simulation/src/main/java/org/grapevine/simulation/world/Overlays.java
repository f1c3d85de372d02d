package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipAction;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipEvent;
import org.grapevine.core.membership.MembershipTimer;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/**
 * Drives the membership engines: one for each device and segment that is no LAN, made when the device starts. They go on until
 * nothing of the scenario is left to happen; without that no run would ever end.
 */
final class Overlays {

    private static final int OVERLAY_STREAM = 7;
    private static final int CONTACT_STREAM = 8;

    /** How often a device without a link looks for somebody again, as a new Probe would. */
    private static final long LOOK_AGAIN_MICROS = 5_000_000;

    private static final int TRIALS = 8;

    private final World world;
    private final Peers peers;
    private final @Nullable MembershipConfig config;
    private final Codec codec;
    private final Trace trace;
    private final Liars liars;
    private final long endMicros;

    Overlays(World world, Codec codec, Trace trace) {
        this.world = world;
        this.peers = world.scenario().peers();
        this.config = peers.membership();
        this.codec = codec;
        this.trace = trace;
        this.liars = new Liars(world.seed());
        this.endMicros = end(world.scenario());
    }

    /** True if any device has an engine. */
    boolean isOn() {
        return config != null;
    }

    /** When the last timer rings, µs: at the end of the run, or when no message, fault or start is left. */
    long endMicros() {
        return endMicros;
    }

    private static long end(Scenario scenario) {
        if (scenario.untilMicros() > 0) {
            return scenario.untilMicros();
        }
        long end = World.faultsEnd(scenario);
        for (DeviceGroup group : scenario.groups()) {
            end = Math.max(end, group.startMicros() + group.startWithinMicros());
        }
        long blurMillis = scenario.config().allowedClockErrorMillis() + 2 * scenario.clockErrorMillis();
        for (Workload workload : scenario.workload()) {
            long lives = 0;
            if (workload instanceof Workload.Push push) {
                lives = push.lifetimeMillis();
            } else if (workload instanceof Workload.Request request) {
                lives = Math.max(request.lifetimeMillis(), request.replies().timeoutMillis());
            } else if (workload instanceof Workload.Notify notify) {
                lives = notify.attempts() * notify.timeoutMillis();
            }
            long last = workload.atMicros() + workload.repetition().spanMicros();
            end = Math.max(end, last + (lives + blurMillis) * 1_000);
        }
        return end;
    }

    // Coming and going

    /** Gives a device that starts its engines and the view that they feed. */
    void start(Device device) {
        MembershipConfig each = config;
        if (each == null) {
            return;
        }
        device.overlaid = false;
        device.view = new OwnView(device, each.view().links() + each.view().entries() + 1);
        device.memberships = new Membership[device.channels.length];
        for (int slot = 0; slot < device.channels.length; slot++) {
            if (!device.channels[slot].lan) {
                device.memberships[slot] = new Membership(
                        each,
                        new PeerEntry(device.address(), 0, 0),
                        address -> world.find(address) != null,
                        SeededRandom.of(world.seed(), OVERLAY_STREAM, device.index(), device.incarnation, slot));
            }
        }
        world.at(world.nowMicros(), new World.ForDevice(device) {
            @Override
            void happen() {
                begin(device);
            }
        });
    }

    private void begin(Device device) {
        SeededRandom random = SeededRandom.of(world.seed(), CONTACT_STREAM, device.index(), device.incarnation);
        for (int slot = 0; slot < device.channels.length; slot++) {
            if (device.memberships[slot] != null) {
                handle(device, slot, new MembershipEvent.Started());
                look(device, slot, random);
            }
        }
        device.overlaid = true;
    }

    /** What discovery finds; again after a while, as long as there is no link. */
    private void look(Device device, int slot, SeededRandom random) {
        List<PeerEntry> contacts = contacts(device, slot, random);
        if (!contacts.isEmpty()) {
            handle(device, slot, new MembershipEvent.Contacts(contacts));
        }
        at(world.nowMicros() + LOOK_AGAIN_MICROS, new World.ForDevice(device) {
            @Override
            void happen() {
                Membership engine = device.memberships[slot];
                if (engine != null && engine.links().isEmpty()) {
                    look(device, slot, random);
                } else {
                    Overlays.this.at(world.nowMicros() + LOOK_AGAIN_MICROS, this);
                }
            }
        });
    }

    private List<PeerEntry> contacts(Device device, int slot, SeededRandom random) {
        Channel channel = device.channels[slot];
        List<PeerEntry> contacts = new ArrayList<>();
        if (peers.lattice()) {
            int position = device.positions[slot];
            for (int i = 1; i <= peers.contacts() && i < channel.size(); i++) {
                contacts.add(new PeerEntry(
                        channel.member((position + i) % channel.size()).address(), 0, 0));
            }
            return contacts;
        }
        int size = channel.size();
        Set<Device> drawn = new LinkedHashSet<>();
        // By trial first: most of a large segment is there most of the time.
        for (int i = 0; i < TRIALS * peers.contacts() && drawn.size() < peers.contacts(); i++) {
            Device member = channel.member(random.nextInt(size));
            if (isFound(device, member)) {
                drawn.add(member);
            }
        }
        if (drawn.size() < peers.contacts()) {
            drawn.clear();
            drawFrom(channel, device, random, drawn);
        }
        drawn.forEach(member -> contacts.add(new PeerEntry(member.address(), 0, 0)));
        return contacts;
    }

    private static boolean isFound(Device by, Device member) {
        return member != by && member.up && member.overlaid && !World.isCut(by, member);
    }

    private void drawFrom(Channel channel, Device device, SeededRandom random, Set<Device> drawn) {
        List<Device> there = new ArrayList<>();
        for (int i = 0; i < channel.size(); i++) {
            Device member = channel.member(i);
            if (isFound(device, member)) {
                there.add(member);
            }
        }
        for (int i = 0; i < peers.contacts() && i < there.size(); i++) {
            int other = random.nextInt(i, there.size());
            drawn.add(there.get(other));
            there.set(other, there.get(i));
        }
    }

    /** A device that says Bye leaves its overlays as well. */
    void leave(Device device) {
        if (device.overlaid) {
            for (int slot = 0; slot < device.memberships.length; slot++) {
                if (device.memberships[slot] != null) {
                    handle(device, slot, new MembershipEvent.Leaving());
                }
            }
        }
    }

    // Engines

    void check(Device device, GossipAction.Check check) {
        int slot = slot(device, check.segment());
        if (slot >= 0) {
            handle(device, slot, new MembershipEvent.Check(check.peer()));
        }
    }

    void arrived(Transit.Peering peering) {
        Device to = peering.to();
        int slot = slot(to, peering.segment());
        if (slot >= 0 && to.overlaid) {
            handle(to, slot, new MembershipEvent.Received(peering.from().address(), peering.message()));
        }
    }

    private static int slot(Device device, Segment segment) {
        for (int slot = 0; slot < device.memberships.length; slot++) {
            if (device.memberships[slot] != null && device.channels[slot].segment.equals(segment)) {
                return slot;
            }
        }
        return -1;
    }

    void lies(List<Device> devices, boolean begin) {
        liars.change(devices, begin);
    }

    private void handle(Device device, int slot, MembershipEvent event) {
        Membership engine = device.memberships[slot];
        if (engine == null || !(device.view instanceof OwnView view)) {
            throw new AssertionError(device + " has no engine for " + device.channels[slot].segment);
        }
        Segment segment = device.channels[slot].segment;
        List<MembershipAction> actions = engine.handle(device.clockMillis(world.nowMicros()), event);
        for (int i = 0; i < actions.size(); i++) {
            MembershipAction action = actions.get(i);
            trace.note(world.nowMicros(), device, segment, action);
            if (action instanceof MembershipAction.Send send) {
                Device to = world.device(send.to());
                world.send(
                        codec.peering(device, to, segment, liars.said(device, to, segment, send.message(), config)),
                        segment);
            } else if (action instanceof MembershipAction.Linked linked) {
                view.chosen().join(segment, linked.peer().address());
            } else if (action instanceof MembershipAction.Unlinked unlinked) {
                view.chosen().leave(segment, unlinked.peer());
            } else if (action instanceof MembershipAction.Met met) {
                view.chosen().met(segment, met.peer());
            } else if (action instanceof MembershipAction.Forgot forgot) {
                view.chosen().forget(segment, forgot.peer());
            } else if (action instanceof MembershipAction.Sized sized) {
                view.chosen().sized(segment, sized.devices());
            } else if (action instanceof MembershipAction.Schedule schedule) {
                at(world.nowMicros() + schedule.delayMillis() * 1_000, new Ring(this, device, slot, schedule.timer()));
            } else {
                throw new AssertionError("unhandled: " + action);
            }
        }
    }

    private void at(long micros, World.ForDevice what) {
        if (micros <= endMicros) {
            world.at(micros, what);
        }
    }

    private static final class Ring extends World.ForDevice {
        private final Overlays overlays;
        private final int slot;
        private final MembershipTimer timer;

        Ring(Overlays overlays, Device device, int slot, MembershipTimer timer) {
            super(device);
            this.overlays = overlays;
            this.slot = slot;
            this.timer = timer;
        }

        @Override
        void happen() {
            overlays.handle(device, slot, new MembershipEvent.TimerFired(timer));
        }
    }
}
