package org.grapevine.gossip.driver;

import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Binding;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one engine: brings it what arrives, and does what it says. The engine and its view live on one event loop; everything here
 * may be called from any thread. Calls of the application and merges run on a bounded executor, so that a slow service holds up
 * no relaying.
 */
public final class GossipDriver {

    private static final Logger LOG = LoggerFactory.getLogger(GossipDriver.class);

    private static final long RETRY_MILLIS = 50;

    /** Calls the hosted service behind the shadow; may block, and is called on the application executor. */
    public interface Application {

        /**
         * Hands over a one-way message.
         *
         * @throws RejectedExecutionException if it cannot be taken now; the engine then offers it again
         */
        void deliver(EnvelopePayload message);

        /**
         * Asks for this device's own answer.
         *
         * @return the answer as one XML element, empty if the service has none to give; fails with an ApplicationFaultException if the
         *     service answered with a fault. It may be completed later, by any thread
         */
        CompletableFuture<Optional<byte[]>> answer(EnvelopePayload request);
    }

    /** The hosted service answered with a fault; the message is the fault's reason. */
    public static final class ApplicationFaultException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String kind;

        /** @param kind under which it is summed up, see {@link Faults} */
        public ApplicationFaultException(String kind, String reason) {
            super(reason);
            this.kind = kind;
        }

        public String kind() {
            return kind;
        }

        /** Never null, unlike that of exceptions in general. */
        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }

    private final PeerAddress self;
    private final GossipHost host;
    private final LoopTurns turns;
    private final EventLoop loop;
    private final Lanes.Owner inbox;
    private final Lanes.Owner calls;
    private final OrderedCalls ordered;
    private final GossipEngine engine;
    private final SegmentPeers view;
    private final HostedCalls hosted;
    private final Merges merges;
    private final HeldRequests held;
    private final MessageIds ids;
    private final Requests requests = new Requests();
    private volatile boolean stopped;
    private volatile boolean crashed;
    private final LongAdder lostTimers = new LongAdder();
    private final LongAdder lostTasks = new LongAdder();

    /** Of the peers in the view; on the loop only, like the view. */
    private final Map<PeerAddress, URI> httpAddresses = new HashMap<>();

    /** On the loop only; null while nobody watches. */
    private @Nullable CopyHops copyHops;

    private volatile PeerChecks checks = (segment, peer) -> {};

    /** Finds out whether a peer is there. Any thread. */
    @FunctionalInterface
    interface PeerChecks {

        /**
         * Asks for it.
         *
         * @param segment null if the message was of no segment
         */
        void check(@Nullable Segment segment, PeerAddress peer);
    }

    /**
     * Makes a driver; it has no thread of its own and needs no start.
     *
     * @param self address of the shadow, as peers know it
     * @param host what it shares with all others of the host
     * @param device whose drivers are all on one event loop, which owns the engine and the view from now on
     */
    public GossipDriver(
            PeerAddress self,
            GossipHost host,
            Object device,
            GossipEngine engine,
            SegmentPeers view,
            Application application,
            Aggregations aggregations) {
        this.self = self;
        this.host = host;
        this.turns = host.turnsOf(device);
        this.loop = turns.loop();
        this.inbox = turns.lanes().owner();
        this.calls = host.applicationLanes().lanes().owner();
        this.ordered = new OrderedCalls(host.applicationLanes(), calls, loop);
        this.engine = engine;
        this.view = view;
        this.hosted = new HostedCalls(
                application, host.applicationLanes(), calls, ordered, event -> must(() -> handle(event)));
        StylesheetExchange exchange = host.stylesheets(aggregations);
        this.merges = new Merges(aggregations, exchange, host.applicationLanes(), calls);
        this.held = new HeldRequests(exchange, new HeldHere());
        this.ids = host.messageIds();
    }

    /** From now on told what the service is called with; before {@link #start}. */
    public void watch(CallWatch watch) {
        copyHops = new CopyHops(self);
        hosted.watch(watch);
    }

    /** Tells the engine that its device is up; once, before all else. */
    public void start() {
        must(() -> handle(new GossipEvent.Started()));
    }

    /** Address of the shadow, as peers know it. */
    public PeerAddress self() {
        return self;
    }

    /** Milliseconds since the epoch by the clock that the engine sees. */
    public long nowMillis() {
        return loop.nowMillis();
    }

    /**
     * Hands an event to the engine, when its lane has its turn.
     *
     * @return false if the lane was full: the event is lost, as a datagram might have been, and was counted
     */
    public boolean tell(GossipEvent event) {
        boolean taken = inbox.offer(laneOf(event), () -> decide(event));
        if (taken) {
            host.begin(turns);
        }
        return taken;
    }

    /**
     * Lets further copies of messages that come by datagram be recognised by their octets, and told at once.
     *
     * @param reading equal for all shadows of the host that would read any envelope alike: same port type, same policy
     */
    public void recogniseCopies(Object reading) {
        host.copies().route(this, reading);
    }

    /** Ends {@link #recogniseCopies}: each copy is read again. */
    public void readCopies() {
        host.copies().unroute(this);
    }

    /**
     * As {@link #tell}, for a copy that came by datagram, on the receive thread; its like will be recognised.
     *
     */
    public boolean tellRead(GossipEvent.Received received) {
        GossipMessage message = received.message();
        host.copies().learn(this, ((EnvelopePayload) message.payload()).envelope(), message);
        return tell(received);
    }

    private static Lane laneOf(GossipEvent event) {
        if (event instanceof GossipEvent.Received received) {
            return laneOf(received.message());
        }
        if (event instanceof GossipEvent.Published published) {
            return laneOf(published.message());
        }
        return Lane.PROTOCOL;
    }

    private static Lane laneOf(GossipMessage message) {
        return Lane.of(((EnvelopePayload) message.payload()).priority());
    }

    /**
     * Puts a peer into the view of a segment.
     *
     * @param http where it takes HTTP
     */
    public void join(Segment segment, PeerAddress peer, @Nullable URI http) {
        must(() -> linked(segment, peer, http));
    }

    /** Takes a peer out of the view of a segment. */
    public void leave(Segment segment, PeerAddress peer) {
        must(() -> unlinked(segment, peer));
    }

    /** Tells how many devices a segment has, as somebody else estimates. */
    public void size(Segment segment, int devices) {
        must(() -> sized(segment, devices));
    }

    // For whoever keeps the view from the loop itself

    /** From now on told when a peer does not answer. */
    void checkWith(PeerChecks others) {
        checks = others;
    }

    void linked(Segment segment, PeerAddress peer, @Nullable URI http) {
        if (view.join(segment, peer)) {
            keep(peer, http);
        }
    }

    void unlinked(Segment segment, PeerAddress peer) {
        view.leave(segment, peer);
        forgetUnknown(peer);
    }

    void met(Segment segment, PeerAddress peer, @Nullable URI http) {
        view.met(segment, peer);
        if (view.knows(segment, peer)) {
            keep(peer, http);
        }
    }

    void forgot(Segment segment, PeerAddress peer) {
        view.forget(segment, peer);
        forgetUnknown(peer);
    }

    void sized(Segment segment, int devices) {
        view.sized(segment, devices);
    }

    private void keep(PeerAddress peer, @Nullable URI http) {
        if (http != null) {
            httpAddresses.put(peer, http);
        }
    }

    private void forgetUnknown(PeerAddress peer) {
        if (!view.knows(peer)) {
            httpAddresses.remove(peer);
        }
    }

    /** What no sender would repeat waits a moment if the inbox is full. */
    private void must(Runnable task) {
        if (!loop.offer(task) && loop.schedule(RETRY_MILLIS, task).isEmpty()) {
            lostTasks.increment();
        }
    }

    /**
     * Starts a request here whose answers become one on their way.
     *
     * @return completed with an answer or a failure, never exceptionally, within the request's timeout
     */
    public CompletableFuture<Answer> request(GossipMessage message) {
        ReplyTerms terms = message.parameters().replies();
        if (terms != null && terms.mode() == ReplyMode.COLLECT) {
            throw new IllegalArgumentException("replies: collect (expected: somebody who takes the values)");
        }
        return collect(message, samples -> {});
    }

    /**
     * Starts a request here that may collect.
     *
     * @param samples takes the values as they come, each device's once, on the event loop: it must not block. They end when the future
     *     is completed
     * @return as {@link #request}
     */
    public CompletableFuture<Answer> collect(GossipMessage message, Consumer<List<Sample>> samples) {
        return start(message, new Requests.Taker() {
            @Override
            public void samples(List<Sample> more) {
                samples.accept(more);
            }

            @Override
            public CompletableFuture<Answer> end(Answer answer) {
                return CompletableFuture.completedFuture(answer);
            }
        });
    }

    /**
     * Starts a request here that collects, and makes one answer of all values.
     *
     * @param function merges them, each as a device's own
     * @return as {@link #request}, as soon as the last value is merged
     */
    public CompletableFuture<Answer> fold(GossipMessage message, String function) {
        return start(message, new SampleFold(merges, function));
    }

    private CompletableFuture<Answer> start(GossipMessage message, Requests.Taker taker) {
        Optional<CompletableFuture<Answer>> started = requests.add(message, taker);
        if (started.isEmpty()) {
            // A client that repeats its request waits for the one that is under way.
            return requests.of(message.id());
        }
        if (!tell(new GossipEvent.Published(message))) {
            requests.abandon(message.id(), "busy: the device takes no more requests now");
        }
        return started.get();
    }

    /** Stops waiting for the answer to a request; its tree goes on to its end. */
    public void abandon(MessageId request) {
        requests.abandon(request, "given up");
    }

    /** What the engine has done so far; never completes if the loop is closed meanwhile. */
    public CompletableFuture<GossipStats> stats() {
        return ask(engine::stats);
    }

    /**
     * Whether nothing would be lost or repeated if another engine took over: no message of which a copy may still come is known
     * here, and nothing waits for the engine or the application.
     *
     * @return as {@link #stats}
     */
    public CompletableFuture<Boolean> isDone() {
        return ask(() -> engine.remembersNothing(loop.nowMillis())
                && inbox.isIdle()
                && calls.isIdle()
                && ordered.isIdle()
                && held.isEmpty()
                && requests.isEmpty());
    }

    /**
     * What was dropped between the network, the engine and the application.
     *
     * @param inboxFull events that found no room, by lane: an entry was told so, a copy is brought back by repair
     * @param applicationFull deliveries, calls and merges that found no room, by lane; the engine offers one-way messages again, but
     *     for those in the order of their origin that the service refused as long as they lived
     * @param timers timers that the engine asked for in vain
     * @param tasks answers of the application, and news of peers, for which there was no room
     */
    public record Dropped(Map<Lane, Long> inboxFull, Map<Lane, Long> applicationFull, long timers, long tasks) {
        public Dropped {
            inboxFull = Map.copyOf(inboxFull);
            applicationFull = Map.copyOf(applicationFull);
        }
    }

    /** A snapshot; any thread. */
    public Dropped dropped() {
        return new Dropped(inbox.refused(), calls.refused(), lostTimers.sum(), lostTasks.sum());
    }

    /** Events that never reached the engine, and timers that it asked for in vain. */
    public long lost() {
        long events =
                inbox.refused().values().stream().mapToLong(Long::longValue).sum();
        return events + lostTimers.sum() + lostTasks.sum();
    }

    /** Forgets what waits for the engine and for the application, and lets no timer fire any more: the device is gone. */
    public void stop() {
        stopped = true;
        host.copies().unroute(this);
        inbox.clear();
        calls.clear();
        ordered.clear();
    }

    /** As {@link #stop}, and nobody hears of what is under way: its answers go nowhere, and who waits here for one gets a failure. */
    public void crash() {
        crashed = true;
        stop();
        requests.abandonAll("the device is gone");
    }

    /** Peers in the view of each segment, for whoever shows or awaits them; as {@link #stats}. */
    public CompletableFuture<Map<Segment, List<PeerAddress>>> peers() {
        return ask(() -> {
            Map<Segment, List<PeerAddress>> bySegment = new LinkedHashMap<>();
            view.segments().forEach(segment -> bySegment.put(segment, view.peers(segment)));
            return bySegment;
        });
    }

    /**
     * How much is known of a segment.
     *
     * @param links peers that messages go to
     * @param devices estimated in the segment, this one included
     */
    public record Known(int links, int devices) {}

    /** What is known of each segment, as {@link #peers} without naming them. */
    public CompletableFuture<Map<Segment, Known>> known() {
        return ask(() -> {
            Map<Segment, Known> bySegment = new LinkedHashMap<>();
            view.segments()
                    .forEach(segment -> bySegment.put(segment, new Known(view.links(segment), view.size(segment))));
            return bySegment;
        });
    }

    /** Looks at what belongs to the loop. */
    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!loop.offer(() -> answer.complete(question.get()))) {
            answer.completeExceptionally(
                    new RejectedExecutionException("event loop " + loop.name() + ": full or closed"));
        }
        return answer;
    }

    /** Outside of a turn of the lanes. */
    private void handle(GossipEvent event) {
        decide(event);
        turns.afterTask();
    }

    private void decide(GossipEvent event) {
        if (crashed) {
            return; // What the application had under way is nobody's any more.
        }
        if (event instanceof GossipEvent.Received received && held.take(received)) {
            return;
        }
        if (event instanceof GossipEvent.ControlReceived control) {
            held.heard(control);
        }
        CopyHops hops = copyHops;
        if (hops != null && event instanceof GossipEvent.Received received) {
            hops.begin(received);
        }
        for (GossipAction action : engine.handle(loop.nowMillis(), event)) {
            if (LOG.isDebugEnabled()) {
                LOG.debug("{} {}", action, self);
            }
            perform(action);
        }
        if (hops != null) {
            hops.end();
        }
    }

    private void deliver(GossipMessage message) {
        CopyHops hops = copyHops;
        int taken = hops == null ? CallWatch.UNKNOWN : hops.take(message);
        Optional<GossipEvent> refused = hosted.call(message, taken);
        if (refused.isPresent()) {
            if (hops != null) {
                hops.putBack(message, taken);
            }
            decide(refused.get());
        }
    }

    private void send(GossipAction.Send send) {
        EnvelopePayload payload = (EnvelopePayload) send.message().payload();
        URI http = httpAddresses.get(send.to());
        byte[] own = GossipHeader.ownBlocks(send.to(), send.hop(), self);
        EnvelopeSplice shared = payload.splice();
        // Every peer takes datagrams; whoever asked for what it lacks may have told no HTTP address.
        boolean byDatagram = payload.binding() == Binding.SOAP_UDP || http == null;
        if (byDatagram && host.wire().fitsDatagram(shared.sizeWith(own))) {
            host.wire().sendDatagram(send.to(), http == null ? null : turns.outbox(), shared, own);
        } else {
            host.wire()
                    .post(http, shared.with(own), () -> checks.check(send.hop().segment(), send.to()));
        }
    }

    private void sendControl(GossipAction.SendControl send) {
        byte[] envelope = ControlCodec.write(send.control(), send.to(), self, ids.next());
        URI http = httpAddresses.get(send.to());
        if (host.wire().fitsDatagram(envelope.length)) {
            host.wire().sendDatagram(send.to(), http == null ? null : turns.outbox(), envelope);
        } else {
            Segment segment = send.control() instanceof Control.InSegment inSegment ? inSegment.segment() : null;
            host.wire().post(http, envelope, () -> checks.check(segment, send.to()));
        }
    }

    private void perform(GossipAction action) {
        if (action instanceof GossipAction.Send send) {
            send(send);
        } else if (action instanceof GossipAction.SendControl send) {
            sendControl(send);
        } else if (action instanceof GossipAction.Multicast multicast) {
            EnvelopePayload payload = (EnvelopePayload) multicast.message().payload();
            host.groups().send(multicast.segment(), multicast.hop(), payload, self);
        } else if (action instanceof GossipAction.Deliver deliver) {
            deliver(deliver.message());
        } else if (action instanceof GossipAction.Merge merge) {
            merge(merge);
        } else if (action instanceof GossipAction.Collected collected) {
            requests.collected(collected);
        } else if (action instanceof GossipAction.Complete complete) {
            requests.complete(complete);
        } else if (action instanceof GossipAction.Fail fail) {
            requests.fail(fail);
        } else if (action instanceof GossipAction.Check check) {
            checks.check(check.segment(), check.peer());
        } else if (action instanceof GossipAction.Schedule schedule) {
            Runnable fire = () -> {
                if (!stopped) {
                    handle(new GossipEvent.TimerFired(schedule.timer()));
                }
            };
            if (loop.schedule(schedule.delayMillis(), fire).isEmpty()) {
                lostTimers.increment();
            }
        } else {
            throw new AssertionError("unhandled: " + action);
        }
    }

    private void merge(GossipAction.Merge merge) {
        boolean taken = merges.run(merge.aggregation(), () -> {
            GossipEvent merged = merges.merged(merge);
            must(() -> handle(merged));
        });
        if (!taken) {
            decide(new GossipEvent.MergeFailed(merge.request(), "busy: no room to merge now"));
        }
    }

    /** What requests that wait for a function need of this. */
    private final class HeldHere implements HeldRequests.Shadow {
        @Override
        public long nowMillis() {
            return loop.nowMillis();
        }

        @Override
        public void release(GossipEvent.Received request) {
            decide(request);
        }

        @Override
        public void say(PeerAddress to, Control control) {
            sendControl(new GossipAction.SendControl(to, control));
        }

        @Override
        public void later(long delayMillis, Runnable task) {
            Runnable alive = () -> {
                if (!stopped) {
                    task.run();
                    turns.afterTask();
                }
            };
            if (delayMillis == 0) {
                must(alive);
            } else if (loop.schedule(delayMillis, alive).isEmpty()) {
                lostTimers.increment();
            }
        }

        @Override
        public @Nullable URI http(PeerAddress peer) {
            return httpAddresses.get(peer);
        }
    }
}
