package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;
import org.grapevine.simulation.kernel.EventQueue;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * All devices of one run on one queue in virtual time. The same scenario and seed always give the same run: every draw comes from
 * the seed, and equal times happen in the order of their making. For one thread.
 */
public final class World {

    /** Virtual time 0 on a device's clock that is right, ms. Clocks are never negative, however wrong. */
    public static final long EPOCH_MILLIS = 1_000_000_000L;

    static final String ADDRESS_PREFIX = "sim:";
    private static final long EVENTS_BETWEEN_GLANCES = 1 << 16;
    private static final long LOOK_MICROS = 1_000_000;
    private static final int DEVICES_PER_SECOND = 1_000;

    /** Streams of randomness; a draw more in one of them moves nothing in another. */
    private static final int NETWORK_STREAM = 1;

    private static final int ENGINE_STREAM = 2;

    private final Scenario scenario;
    private final long seed;
    private final Timetable timetable;
    private final @Nullable Recording recording;
    private final Observer[] observers;
    private final EventQueue<Occurrence> queue = new EventQueue<>();
    private final Network network;
    private final Codec codec;
    private final Workloads workloads;
    private final Faults faults;
    private final Trace trace;
    private final Overlays overlays;
    private final List<Channel> channels = new ArrayList<>();
    private final Map<String, Channel.Medium> media = new HashMap<>();
    private final Device[] devices;
    private final long faultsEndMicros;

    private long events;
    private boolean ended;
    private long nextLookMicros = Long.MAX_VALUE;
    private long topology;

    private World(
            Scenario scenario,
            long seed,
            List<Observer> observers,
            @Nullable TraceSink sink,
            @Nullable Recording recording,
            Map<Integer, BitSet> struck) {
        this.scenario = scenario;
        this.seed = seed;
        this.recording = recording;
        this.timetable = new Timetable(scenario, seed);
        this.observers = observers.toArray(Observer[]::new);
        this.network = new Network(this, SeededRandom.of(seed, NETWORK_STREAM), this.observers);
        this.codec = scenario.wire() ? new WireCodec() : new ModelledSizes();
        this.trace = new Trace(sink);
        for (Link link : scenario.links()) {
            media.put(link.name(), new Channel.Medium(link));
        }
        this.devices = new Device[scenario.devices()];
        makeDevices();
        this.workloads = new Workloads(this);
        this.overlays = new Overlays(this, codec, trace);
        this.faults = new Faults(this, struck);
        this.faultsEndMicros = faultsEnd(scenario);
    }

    /** A world in which nothing has happened yet. */
    public static World of(Scenario scenario, long seed, List<Observer> observers) {
        return new World(scenario, seed, observers, null, null, Map.of());
    }

    /**
     * A world in which it is settled whom some of the faults strike.
     *
     * @param struck the devices that a fault strikes, as far as it finds them as it needs them, by the number of the fault; nobody
     *     draws them, whatever the fault says
     */
    public static World of(Scenario scenario, long seed, List<Observer> observers, Map<Integer, BitSet> struck) {
        return new World(scenario, seed, observers, null, null, struck);
    }

    /**
     * A world in which nothing happens but what happened at real devices. There are no engines, nobody sends, and faults are the
     * times of faults and nothing more: what they did is in the recording. All clocks are right.
     *
     * @param scenario ends when the recording does
     */
    public static World recorded(Scenario scenario, long seed, Recording recording, List<Observer> observers) {
        return new World(scenario, seed, observers, null, recording, Map.of());
    }

    /** The same, with every action of every engine written down as it happens. */
    public static World traced(Scenario scenario, long seed, List<Observer> observers, TraceSink sink) {
        return new World(scenario, seed, observers, sink, null, Map.of());
    }

    // Making

    private void makeDevices() {
        Layout layout = new Layout(scenario);
        for (int i = 0; i < layout.segments(); i++) {
            channels.add(new Channel(i, new Segment(layout.scope(i)), medium(layout.link(i)), layout.isLan(i)));
        }
        long[] clockErrors = timetable.clockErrorsMillis();
        int index = 0;
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                int[] segments = layout.segmentsOf(group, i);
                Channel[] in = new Channel[segments.length];
                Arrays.setAll(in, slot -> channels.get(segments[slot]));
                Device device = new Device(this, index, group.name(), in);
                device.clockErrorMillis = recording == null ? clockErrors[index] : 0;
                device.answerMicros = scenario.answerMicros();
                devices[index++] = device;
            }
        }
    }

    Channel.Medium medium(String link) {
        Channel.Medium medium = media.get(link);
        if (medium == null) {
            throw new AssertionError("no link " + link);
        }
        return medium;
    }

    static long faultsEnd(Scenario scenario) {
        long end = 0;
        for (Fault fault : scenario.faults()) {
            long after = fault instanceof Fault.Churn churn ? churn.downMicros() : 0;
            end = Math.max(end, fault.endMicros() + after);
        }
        return end;
    }

    // Running

    /** Told now and then how far a run has come. */
    @FunctionalInterface
    public interface Watch {
        /**
         * Called every so many events; may throw to end the run.
         *
         * @param events that have happened so far
         * @param waiting that wait in the queue
         */
        void progress(long nowMicros, long events, long waiting);
    }

    /** Runs to the end. */
    public void run(Watch watch) {
        Recording real = recording;
        if (real == null) {
            nextLookMicros = overlays.isOn() ? lookMicros() : Long.MAX_VALUE;
            startDevices();
        } else {
            real.startEarly(this);
        }
        for (Observer observer : observers) {
            observer.begins(this);
        }
        if (real == null) {
            workloads.plan();
            faults.plan();
        } else {
            real.plan(this);
        }
        if (scenario.untilMicros() > 0) {
            at(scenario.untilMicros(), new Occurrence() {
                @Override
                void happen(World world) {
                    world.ended = true;
                }
            });
        }
        while (!ended && !queue.isEmpty()) {
            queue.take().happen(this);
            events++;
            if (nowMicros() >= nextLookMicros) {
                look();
            }
            if (events % EVENTS_BETWEEN_GLANCES == 0) {
                for (Observer observer : observers) {
                    observer.glance(nowMicros(), this);
                }
                watch.progress(nowMicros(), events, queue.size());
            }
        }
        if (real != null) {
            real.count(this);
        }
        for (Observer observer : observers) {
            observer.ended(nowMicros(), this);
        }
    }

    /** So much longer in large networks that looking stays a small part of all work. */
    private long lookMicros() {
        return LOOK_MICROS * Math.max(1, devices.length / DEVICES_PER_SECOND);
    }

    private void look() {
        nextLookMicros = (nowMicros() / lookMicros() + 1) * lookMicros();
        for (Observer observer : observers) {
            observer.look(nowMicros(), this);
        }
    }

    private void startDevices() {
        timetable.starts((index, micros) -> {
            Device device = devices[index];
            if (micros == 0) {
                start(device);
            } else {
                at(micros, new Occurrence() {
                    @Override
                    void happen(World world) {
                        world.start(device);
                    }
                });
            }
        });
    }

    void at(long micros, Occurrence occurrence) {
        queue.add(micros, occurrence);
    }

    // Devices that come and go

    /** Starts a device that is not up; it says Hello, and stands in all views at once where everybody knows everybody. */
    void start(Device device) {
        if (device.up) {
            return;
        }
        device.up = true;
        device.incarnation++;
        device.upSinceMicros = nowMicros();
        device.engine = null;
        device.pausedUntilMicros = 0;
        if (scenario.config().variants().pullMillis() > 0 && !nothingToPull() && recording == null) {
            at(nowMicros(), new Wake(device));
        }
        for (Channel channel : device.channels) {
            channel.join(device);
        }
        if (recording == null) {
            overlays.start(device);
        }
        topology++;
        for (Observer observer : observers) {
            observer.started(nowMicros(), device);
        }
    }

    /** Ends a device; with a Bye it leaves the views as well. */
    void stop(Device device, boolean bye) {
        if (!device.up) {
            return;
        }
        if (bye) {
            overlays.leave(device);
        }
        device.up = false;
        if (bye) {
            for (Channel channel : device.channels) {
                channel.leave(device);
            }
        }
        topology++;
        for (Observer observer : observers) {
            observer.stopped(nowMicros(), device);
        }
        device.overlaid = false;
        device.engine = null;
    }

    /** Something for one life of a device: nothing happens if it has ended, and later if the device stands still. */
    abstract static class ForDevice extends Occurrence {
        final Device device;
        private final int incarnation;

        ForDevice(Device device) {
            this.device = device;
            this.incarnation = device.incarnation;
        }

        abstract void happen();

        @Override
        final void happen(World world) {
            if (!device.up || device.incarnation != incarnation) {
                return;
            }
            if (device.pausedUntilMicros > world.nowMicros()) {
                world.at(device.pausedUntilMicros, this);
            } else {
                happen();
            }
        }
    }

    private static final class Tell extends ForDevice {
        private final GossipEvent event;

        Tell(Device device, GossipEvent event) {
            super(device);
            this.event = event;
        }

        @Override
        void happen() {
            device.world.handle(device, event);
        }
    }

    /** Makes the engine of a device that acts of its own accord. The others' are made when they are told something first. */
    private static final class Wake extends ForDevice {
        Wake(Device device) {
            super(device);
        }

        @Override
        void happen() {
            device.world.engine(device);
        }
    }

    private static final class Ring extends ForDevice {
        private final GossipTimer timer;

        Ring(Device device, GossipTimer timer) {
            super(device);
            this.timer = timer;
        }

        @Override
        void happen() {
            if (timer instanceof GossipTimer.Pull && device.world.nothingToPull()) {
                return; // Without this no run with pulls would ever end.
            }
            device.world.handle(device, new GossipEvent.TimerFired(timer));
        }
    }

    // Engines

    void publish(Device device, GossipMessage message) {
        for (Observer observer : observers) {
            observer.published(nowMicros(), device, message);
        }
        handle(device, new GossipEvent.Published(message));
    }

    /** Tells an engine and does what it wants done. */
    private void handle(Device device, GossipEvent event) {
        perform(device, engine(device), event);
    }

    /** The engine of a device, made and started if there is none yet. */
    private GossipEngine engine(Device device) {
        GossipEngine engine = device.engine;
        if (engine == null) {
            engine = new GossipEngine(
                    scenario.config(),
                    device.view(),
                    SeededRandom.of(seed, ENGINE_STREAM, device.index(), device.incarnation));
            device.engine = engine;
            perform(device, engine, new GossipEvent.Started());
        }
        return engine;
    }

    private void perform(Device device, GossipEngine engine, GossipEvent event) {
        List<GossipAction> actions = engine.handle(device.clockMillis(nowMicros()), event);
        boolean asked = event instanceof GossipEvent.ControlReceived;
        for (int i = 0; i < actions.size(); i++) {
            perform(device, actions.get(i), asked);
        }
    }

    /** True if all that is pulled has expired by any clock, so that a pull cannot bring anything. */
    private boolean nothingToPull() {
        return nowMicros() > workloads.nothingToPullFromMicros();
    }

    /** @param asked true if the device does it because a control message came */
    private void perform(Device device, GossipAction action, boolean asked) {
        if (overlays.isOn() || !(action instanceof GossipAction.Check)) {
            trace.note(nowMicros(), device, action); // Without membership engines a check is nobody's to make.
        }
        if (action instanceof GossipAction.Send send) {
            Transit.Copy copy = codec.copy(device, device(send.to()), send.hop(), send.message());
            copy.asked = asked;
            send(copy, send.hop().segment());
        } else if (action instanceof GossipAction.Multicast multicast) {
            multicast(device, multicast);
        } else if (action instanceof GossipAction.SendControl send) {
            send(codec.order(device, device(send.to()), send.control()), segmentOf(send.control()));
        } else if (action instanceof GossipAction.Check check) {
            overlays.check(device, check);
        } else if (action instanceof GossipAction.Schedule schedule) {
            at(nowMicros() + schedule.delayMillis() * 1_000, new Ring(device, schedule.timer()));
        } else if (action instanceof GossipAction.Deliver deliver) {
            deliver(device, deliver.message());
        } else if (action instanceof GossipAction.Merge merge) {
            for (Observer observer : observers) {
                observer.merging(nowMicros(), device, merge);
            }
            Optional<Payload> merged = Optional.of(merged(merge));
            at(nowMicros() + scenario.mergeMicros(), new Tell(device, new GossipEvent.Merged(merge.request(), merged)));
        } else if (action instanceof GossipAction.Collected collected) {
            for (Observer observer : observers) {
                observer.collected(nowMicros(), device, collected);
            }
        } else if (action instanceof GossipAction.Complete complete) {
            for (Observer observer : observers) {
                observer.completed(nowMicros(), device, complete);
            }
        } else if (action instanceof GossipAction.Fail fail) {
            for (Observer observer : observers) {
                observer.failed(nowMicros(), device, fail);
            }
        } else {
            throw new AssertionError("unhandled: " + action);
        }
    }

    private static @Nullable Segment segmentOf(Control control) {
        return control instanceof Control.InSegment inSegment ? inSegment.segment() : null;
    }

    /** A hosted service takes a message, or answers a request after a while. */
    private void deliver(Device device, GossipMessage message) {
        boolean request = message.parameters().replies() != null;
        if (device.serviceRefuses) {
            GossipEvent refusal = request
                    ? new GossipEvent.AnswerFailed(message.id(), device.refusal, "the hosted service refuses")
                    : new GossipEvent.NotDelivered(message);
            at(nowMicros(), new Tell(device, refusal));
            return;
        }
        for (Observer observer : observers) {
            observer.delivered(nowMicros(), device, message);
        }
        if (request) {
            Payload answer = CountedDevices.of(device.index(), workloads.answerBytes(message.id()));
            at(
                    nowMicros() + device.answerMicros,
                    new Tell(device, new GossipEvent.Answered(message.id(), Optional.of(answer))));
        }
    }

    private static Payload merged(GossipAction.Merge merge) {
        BitSet who = new BitSet();
        long sum = 0;
        int bytes = 0;
        if (merge.own().isPresent()) {
            CountedDevices own = (CountedDevices) merge.own().get();
            who.or(own.who());
            sum = own.sum();
            bytes = own.sizeBytes();
        }
        for (Partial partial : merge.partials()) {
            CountedDevices below = (CountedDevices) partial.payload();
            who.or(below.who());
            sum += below.sum();
            bytes = Math.max(bytes, below.sizeBytes());
        }
        return new CountedDevices(who, sum, bytes);
    }

    // The network

    /**
     * Sends through the segment that both are in.
     *
     * @param segment null for the first that both share
     */
    void send(Transit transit, @Nullable Segment segment) {
        Channel channel = segment == null
                ? shared(transit.from(), transit.to())
                : transit.from().channel(segment);
        if (channel == null) {
            throw new AssertionError(transit.from() + " has no way to " + transit.to() + " through " + segment);
        }
        network.send(transit, channel);
    }

    /** Sends to all of a segment that are up. */
    private void multicast(Device from, GossipAction.Multicast multicast) {
        Channel channel = from.channel(multicast.segment());
        if (channel == null || !channel.lan) {
            throw new AssertionError(from + " multicasts into " + multicast.segment() + ", no LAN that it is in");
        }
        Transit.Copy one = codec.copy(from, from, multicast.hop(), multicast.message());
        List<Transit.Copy> copies = new ArrayList<>();
        for (int i = 0; i < channel.size(); i++) {
            Device to = channel.member(i);
            if (to.up && to != from) {
                Transit.Copy copy = new Transit.Copy(from, to, one.bytes(), one.hop(), one.message());
                copy.multicast = true;
                copies.add(copy);
            }
        }
        for (Observer observer : observers) {
            observer.multicast(nowMicros(), from, multicast, one.bytes(), copies.size());
        }
        network.multicast(copies, channel);
    }

    private static @Nullable Channel shared(Device from, Device to) {
        for (Channel channel : from.channels) {
            if (to.slotOf(channel) >= 0) {
                return channel;
            }
        }
        return null;
    }

    void arrive(Transit transit) {
        Device to = transit.to();
        if (!to.up) {
            network.lost(nowMicros(), transit, Loss.DOWN);
            return;
        }
        if (to.pausedUntilMicros > nowMicros()) {
            at(to.pausedUntilMicros, transit);
            return;
        }
        for (Observer observer : observers) {
            observer.arrived(nowMicros(), transit);
        }
        PeerAddress from = transit.from().address();
        if (transit instanceof Transit.Copy copy) {
            handle(to, new GossipEvent.Received(from, copy.hop(), copy.message()));
        } else if (transit instanceof Transit.Order order) {
            handle(to, new GossipEvent.ControlReceived(from, order.control()));
        } else if (transit instanceof Transit.Peering peering) {
            overlays.arrived(peering);
        } else if (transit instanceof Transit.Notification notification) {
            workloads.arrived(notification);
        }
    }

    // What others may know

    public Scenario scenario() {
        return scenario;
    }

    public long seed() {
        return seed;
    }

    Timetable timetable() {
        return timetable;
    }

    /** Devices made, up or not. */
    public int size() {
        return devices.length;
    }

    /** The device with this index, from 0. */
    public Device device(int index) {
        return devices[index];
    }

    /**
     * The device at this address.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Device device(PeerAddress address) {
        Device device = find(address);
        if (device == null) {
            throw new IllegalArgumentException("address: " + address + " (expected: that of a device of this world)");
        }
        return device;
    }

    @Nullable
    Device find(PeerAddress address) {
        // The number stands in the address: no table of a million addresses has to be searched.
        String value = address.value();
        int index = 0;
        for (int i = ADDRESS_PREFIX.length(); i < value.length(); i++) {
            index = 10 * index + (value.charAt(i) - '0');
        }
        return index >= 0 && index < devices.length ? devices[index] : null;
    }

    public long nowMicros() {
        return queue.now();
    }

    /** Events that have happened so far. */
    public long events() {
        return events;
    }

    /** True if there is nothing left to happen. */
    public boolean isOver() {
        return queue.isEmpty();
    }

    /** True if a partition lies between the two at present. */
    static boolean isCut(Device one, Device other) {
        return one.sides != other.sides;
    }

    /** Number of a publication by its message id; -1 if there is none. */
    public int indexOf(MessageId id) {
        return workloads.indexOf(id);
    }

    /** When the last fault has ended, µs; 0 if there is none. Crashes without a restart last beyond it. */
    public long faultsEndMicros() {
        return faultsEndMicros;
    }

    /** When the last timer of a membership engine rings, µs. */
    public long overlaysEndMicros() {
        return overlays.endMicros();
    }

    /** True if all that happens here happened at real devices. */
    public boolean isRecorded() {
        return recording != null;
    }

    /**
     * How much later than its clock tells it a device may do something, µs: nothing in virtual time. Real threads wait for a
     * processor, and the clocks of real devices were wrong by what the scenario says.
     */
    public long slackMicros() {
        return recording == null ? 0 : Recording.SLACK_MICROS + 2_000 * scenario.clockErrorMillis();
    }

    Workloads workloads() {
        return workloads;
    }

    Overlays overlays() {
        return overlays;
    }

    /** Changes whenever a device starts or stops. */
    public long topology() {
        return topology;
    }

    /** Hash over every action of every engine so far, with its time and place. */
    public long traceHash() {
        return trace.hash();
    }

    Observer[] observers() {
        return observers;
    }

    /** All devices that a path of segments, over devices that are up, joins to this one, itself included. */
    public BitSet reachable(Device from) {
        BitSet reached = new BitSet(devices.length);
        BitSet crossed = new BitSet(channels.size());
        List<Device> frontier = new ArrayList<>();
        reached.set(from.index());
        frontier.add(from);
        while (!frontier.isEmpty()) {
            Device device = frontier.remove(frontier.size() - 1);
            for (Channel channel : device.channels) {
                if (!crossed.get(channel.index)) {
                    crossed.set(channel.index);
                    for (int i = 0; i < channel.size(); i++) {
                        Device member = channel.member(i);
                        if (member.up && !reached.get(member.index())) {
                            reached.set(member.index());
                            frontier.add(member);
                        }
                    }
                }
            }
        }
        return reached;
    }
}
