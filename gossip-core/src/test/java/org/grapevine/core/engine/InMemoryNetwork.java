package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;
import org.grapevine.core.view.PeerView;
import org.grapevine.core.view.SegmentPeers;
import org.jspecify.annotations.Nullable;

/**
 * Many engines on one queue in virtual time. Faults are fields, all off at first; every random choice comes from the seed.
 *
 * <p>Checks on every step what must never happen: a second delivery of one id to a live device, a message to oneself.
 */
final class InMemoryNetwork {

    /** The value of a set of devices: who is inside, so that nobody can be inside twice unseen. */
    record Contributors(Set<PeerAddress> who) implements Payload {
        @Override
        public int sizeBytes() {
            return 40 * who.size();
        }
    }

    /** Too large for a datagram. */
    record Large(int sizeBytes) implements Payload {
        @Override
        public boolean onRequestOnly() {
            return true;
        }
    }

    record Outcome(Optional<Payload> value, Completeness completeness, @Nullable String failure, long atMillis) {
        Set<PeerAddress> contributors() {
            return value.map(payload -> ((Contributors) payload).who()).orElse(Set.of());
        }
    }

    final class Node {
        final PeerAddress address;
        final SegmentPeers view;
        GossipEngine engine;
        final Map<MessageId, Integer> delivered = new LinkedHashMap<>();
        final Map<MessageId, Long> deliveredAt = new HashMap<>();
        final Map<MessageId, Outcome> outcomes = new HashMap<>();
        /** Of queries that collect, the devices of the samples in the order in which they came. */
        final Map<MessageId, Set<PeerAddress>> collected = new HashMap<>();

        boolean crashed;
        boolean applicationFull;
        boolean hasAnswer = true;
        long answerDelayMillis = 1;

        Node(PeerAddress address, List<Segment> segments) {
            this.address = address;
            this.view = new SegmentPeers(address, segments, 10_000);
            this.engine = new GossipEngine(config, new ViewWithLans(view), new Random(random.nextLong()));
        }

        Outcome outcome(MessageId id) {
            Outcome outcome = outcomes.get(id);
            if (outcome == null) {
                throw new AssertionError(id + " has no outcome at " + address + "; seed " + seed);
            }
            return outcome;
        }

        void crash() {
            crashed = true;
        }

        MessageId publish(GossipParameters parameters) {
            return publish(parameters, new Contributors(Set.of(address)));
        }

        MessageId publish(GossipParameters parameters, Payload payload) {
            MessageId id = new MessageId("urn:test:" + published++);
            publish(new GossipMessage(id, address, parameters, payload));
            return id;
        }

        void publish(GossipMessage message) {
            handle(new GossipEvent.Published(message));
        }

        void handle(GossipEvent event) {
            if (!crashed) {
                if (event instanceof GossipEvent.Received received) {
                    payloads++;
                    if (!delivered.containsKey(received.message().id())) {
                        lastHop = Math.max(lastHop, received.hop().hop());
                    }
                }
                for (GossipAction action : engine.handle(now, event)) {
                    perform(action);
                }
            }
        }

        private void perform(GossipAction action) {
            if (tracing) {
                trace = 31 * trace + (now + " " + address + " " + action).hashCode();
            }
            if (action instanceof GossipAction.Send send) {
                transmit(this, send.to(), new GossipEvent.Received(address, send.hop(), send.message()));
            } else if (action instanceof GossipAction.Multicast multicast) {
                multicast(this, multicast);
            } else if (action instanceof GossipAction.SendControl send) {
                controls.merge(send.control().getClass(), 1, Integer::sum);
                controlBytes += bytes(send.control());
                transmit(this, send.to(), new GossipEvent.ControlReceived(address, send.control()));
            } else if (action instanceof GossipAction.Deliver deliver) {
                deliver(deliver.message());
            } else if (action instanceof GossipAction.Schedule schedule) {
                after(schedule.delayMillis(), () -> handle(new GossipEvent.TimerFired(schedule.timer())));
            } else if (action instanceof GossipAction.Merge merge) {
                after(mergeDelayMillis, () -> handle(merge(merge)));
            } else if (action instanceof GossipAction.Collected samples) {
                collect(samples);
            } else if (action instanceof GossipAction.Complete complete) {
                finished(complete.request(), new Outcome(complete.value(), complete.completeness(), null, now));
            } else if (action instanceof GossipAction.Fail fail) {
                finished(fail.request(), new Outcome(Optional.empty(), fail.completeness(), fail.reason(), now));
            } else if (!(action instanceof GossipAction.Check)) {
                throw new AssertionError("unhandled: " + action);
            }
        }

        private void deliver(GossipMessage message) {
            if (message.parameters().replies() != null) {
                count(message.id());
                after(
                        answerDelayMillis,
                        () -> handle(new GossipEvent.Answered(
                                message.id(),
                                hasAnswer ? Optional.of(new Contributors(Set.of(address))) : Optional.empty())));
            } else if (applicationFull) {
                handle(new GossipEvent.NotDelivered(message));
            } else {
                count(message.id());
            }
        }

        private void count(MessageId id) {
            deliveredAt.put(id, now);
            if (delivered.merge(id, 1, Integer::sum) > 1) {
                throw new AssertionError(id + " delivered twice at " + address + "; seed " + seed);
            }
        }

        private void collect(GossipAction.Collected samples) {
            Set<PeerAddress> devices = collected.computeIfAbsent(samples.request(), id -> new LinkedHashSet<>());
            if (outcomes.containsKey(samples.request())) {
                throw new AssertionError(samples.request() + " collects after its end; seed " + seed);
            }
            for (Sample sample : samples.samples()) {
                if (!((Contributors) sample.value()).who().equals(Set.of(sample.device()))) {
                    throw new AssertionError(sample + " is not of its device; seed " + seed);
                }
                if (!devices.add(sample.device())) {
                    throw new AssertionError(sample.device() + " collected twice; seed " + seed);
                }
            }
        }

        Set<PeerAddress> collected(MessageId id) {
            return collected.getOrDefault(id, Set.of());
        }

        private void finished(MessageId id, Outcome outcome) {
            if (outcomes.put(id, outcome) != null) {
                throw new AssertionError(id + " finished twice at " + address + "; seed " + seed);
            }
        }
    }

    /** A node's view, and which of its segments are one LAN. */
    private final class ViewWithLans implements PeerView {
        private final PeerView view;

        ViewWithLans(PeerView view) {
            this.view = view;
        }

        @Override
        public PeerAddress self() {
            return view.self();
        }

        @Override
        public boolean isLan(Segment segment) {
            return lans.contains(segment);
        }

        @Override
        public List<Segment> segments() {
            return view.segments();
        }

        @Override
        public int size(Segment segment) {
            return view.size(segment);
        }

        @Override
        public boolean knows(PeerAddress peer) {
            return view.knows(peer);
        }

        @Override
        public boolean knows(Segment segment, PeerAddress peer) {
            return view.knows(segment, peer);
        }

        @Override
        public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator generator) {
            return view.draw(segment, count, exclude, generator);
        }
    }

    private record Due(long at, long sequence, Runnable what) {}

    final long seed;
    final GossipConfig config;
    final Random random;
    final Map<PeerAddress, Node> nodes = new LinkedHashMap<>();
    /** Hash over all actions with time and place. */
    long trace;
    /** It takes most of the time of a run. */
    boolean tracing = true;

    final Map<Class<? extends Control>, Integer> controls = new HashMap<>();

    /** About what the control messages take on the wire. */
    long controlBytes;

    double loss;
    double duplication;
    long minDelayMillis = 1;
    long maxDelayMillis = 1;
    long mergeDelayMillis = 1;
    Set<PeerAddress> cutOff = Set.of();
    /** Transmissions from the first to the second that get lost now. */
    BiPredicate<PeerAddress, PeerAddress> severed = (from, to) -> false;
    /** The segments in which a multicast reaches everybody. */
    Set<Segment> lans = Set.of();
    /** Copies that arrived at live devices; a test sets it back at will, as the next one. */
    long payloads;
    /** Hops of the longest way by which a message came first. */
    int lastHop;
    /** Multicasts so far. */
    int multicasts;

    /** Transmissions that get lost whatever the chance, numbered from 0. */
    Set<Integer> lostByNumber = Set.of();

    /** What becomes of transmissions by number: 0 lost, 1 doubled, 2 a second and a half late. */
    Map<Integer, Integer> fates = Map.of();

    int transmissions;

    Set<Class<? extends Control>> droppedControls = Set.of();

    long now = 1_000_000;
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::sequence));
    private long sequence;
    private int published;

    InMemoryNetwork(long seed, GossipConfig config) {
        this.seed = seed;
        this.config = config;
        this.random = new Random(seed);
    }

    /** One segment, everybody knows everybody. */
    static InMemoryNetwork ofOneSegment(long seed, int size) {
        return ofOneSegment(seed, size, GossipConfig.defaults());
    }

    static InMemoryNetwork ofOneSegment(long seed, int size, GossipConfig config) {
        InMemoryNetwork network = new InMemoryNetwork(seed, config);
        for (int i = 0; i < size; i++) {
            network.add("n" + i, "s");
        }
        network.introduce();
        return network;
    }

    /** The sample grid: IS, SSCs, meters, appliances. */
    static InMemoryNetwork ofGrid(long seed, int sscs, int meters, int appliances) {
        return ofGrid(seed, sscs, meters, appliances, GossipConfig.defaults());
    }

    static InMemoryNetwork ofGrid(long seed, int sscs, int meters, int appliances, GossipConfig config) {
        InMemoryNetwork network = new InMemoryNetwork(seed, config);
        network.add("is", "wan");
        for (int i = 0; i < sscs; i++) {
            network.add("ssc" + i, "wan", "fan" + i);
        }
        for (int i = 0; i < meters; i++) {
            network.add("sm" + i, "fan" + i % sscs, "han" + i);
        }
        for (int i = 0; i < appliances; i++) {
            network.add("ied" + i, "han" + i % meters);
        }
        network.introduce();
        return network;
    }

    Node add(String name, String... segments) {
        PeerAddress address = new PeerAddress(name);
        List<Segment> scopes = new ArrayList<>();
        for (String segment : segments) {
            scopes.add(new Segment(segment));
        }
        Node node = new Node(address, scopes);
        nodes.put(address, node);
        return node;
    }

    void introduce() {
        for (Node one : nodes.values()) {
            for (Node other : nodes.values()) {
                for (Segment segment : one.view.segments()) {
                    if (other.view.segments().contains(segment)) {
                        one.view.join(segment, other.address);
                    }
                }
            }
        }
    }

    /** Tells every device that it is up, which begins its pulls. */
    void start() {
        nodes.values().forEach(node -> node.handle(new GossipEvent.Started()));
    }

    Node node(String name) {
        Node node = nodes.get(new PeerAddress(name));
        if (node == null) {
            throw new AssertionError("no node " + name);
        }
        return node;
    }

    Node first() {
        return nodes.values().iterator().next();
    }

    List<Node> live() {
        return nodes.values().stream().filter(node -> !node.crashed).toList();
    }

    private void transmit(Node from, PeerAddress to, GossipEvent event) {
        if (to.equals(from.address)) {
            throw new AssertionError(from.address + " sends to itself: " + event);
        }
        if (event instanceof GossipEvent.ControlReceived received
                && droppedControls.contains(received.control().getClass())) {
            return;
        }
        int fate = fates.getOrDefault(transmissions, -1);
        int copies = fate == 1 || random.nextDouble() < duplication ? 2 : 1;
        long late = fate == 2 ? 1_500 : 0;
        for (int i = 0; i < copies; i++) {
            boolean cut = cutOff.contains(from.address) != cutOff.contains(to) || severed.test(from.address, to);
            boolean lostByPlan = lostByNumber.contains(transmissions++) || fate == 0;
            if (cut || lostByPlan || random.nextDouble() < loss) {
                continue;
            }
            Node target = nodes.get(to);
            if (target != null) {
                after(late + random.nextLong(minDelayMillis, maxDelayMillis + 1), () -> target.handle(event));
            }
        }
    }

    /** Each member loses the datagram for itself. */
    private void multicast(Node from, GossipAction.Multicast multicast) {
        if (!lans.contains(multicast.segment())) {
            throw new AssertionError(from.address + " multicasts into " + multicast.segment() + ", which is no LAN");
        }
        multicasts++;
        for (Node other : nodes.values()) {
            if (other != from && other.view.segments().contains(multicast.segment())) {
                transmit(
                        from,
                        other.address,
                        new GossipEvent.Received(from.address, multicast.hop(), multicast.message()));
            }
        }
    }

    private static long bytes(Control control) {
        int ids = control instanceof Control.Digest digest
                ? digest.ids().size()
                : control instanceof Control.IHave iHave
                        ? iHave.ids().size()
                        : control instanceof Control.IWant iWant ? iWant.ids().size() : 0;
        int checksums =
                control instanceof Control.Summary summary ? summary.checksums().size() : 0;
        return 900L + 50L * ids + 11L * checksums;
    }

    private GossipEvent merge(GossipAction.Merge merge) {
        Set<PeerAddress> who = new HashSet<>();
        merge.own().ifPresent(own -> who.addAll(((Contributors) own).who()));
        for (Partial partial : merge.partials()) {
            Set<PeerAddress> below = ((Contributors) partial.payload()).who();
            if (below.size() != partial.contributors()) {
                throw new AssertionError("says " + partial.contributors() + " contributors, has " + below);
            }
            for (PeerAddress each : below) {
                if (!who.add(each)) {
                    throw new AssertionError(each + " counted twice; seed " + seed);
                }
            }
        }
        return new GossipEvent.Merged(merge.request(), Optional.of(new Contributors(who)));
    }

    void after(long delayMillis, Runnable what) {
        queue.add(new Due(now + delayMillis, sequence++, what));
    }

    void runFor(long millis) {
        long until = now + millis;
        while (!queue.isEmpty() && queue.element().at() <= until) {
            Due due = queue.remove();
            now = due.at();
            due.what().run();
        }
        now = until;
    }

    /** Runs until nothing is left to do and returns the time that took, ms. */
    long runOut() {
        long start = now;
        while (!queue.isEmpty()) {
            Due due = queue.remove();
            now = due.at();
            due.what().run();
        }
        return now - start;
    }

    long count(MessageId id) {
        return live().stream().filter(node -> node.delivered.containsKey(id)).count();
    }

    long sum(ToLongFunction<GossipStats> of) {
        return nodes.values().stream()
                .mapToLong(node -> of.applyAsLong(node.engine.stats()))
                .sum();
    }

    GossipParameters oneWay() {
        return new GossipParameters(GossipParameters.AUTO, GossipParameters.AUTO, now, 30_000, 1_000, null);
    }

    GossipParameters pushOnly(int fanout, int rounds) {
        return new GossipParameters(fanout, rounds, now, 30_000, 0, null);
    }

    GossipParameters request(long timeoutMillis, int minReplies) {
        return request(ReplyTerms.of("urn:test:union", minReplies, timeoutMillis));
    }

    GossipParameters request(ReplyTerms terms) {
        return new GossipParameters(GossipParameters.AUTO, GossipParameters.AUTO, now, 30_000, 0, terms);
    }
}
