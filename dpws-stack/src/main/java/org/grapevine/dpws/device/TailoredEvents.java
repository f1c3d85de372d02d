package org.grapevine.dpws.device;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.grapevine.dpws.eventing.EndStatus;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingCounters;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.eventing.SinkAddresses;
import org.grapevine.dpws.eventing.SubscribeRequest;
import org.grapevine.dpws.eventing.SubscriptionManager;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.Link;

/**
 * An event source whose subscribers each get something of their own, such as the answers to a question that came in the filter.
 * Subscriptions live on one event loop of the host, and are granted, renewed, bounded and ended as those of {@link ServiceEvents}.
 */
public final class TailoredEvents {

    private final EventLoop loop;
    private final SubscriptionManager subscriptions; // of the loop
    private final EventDeliveries deliveries;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Consumer<String> gone;

    /**
     * An event source without subscribers.
     *
     * @param loop on which its subscriptions are kept
     * @param addresses from {@code wsa:To} of a Subscribe to the address of the source that the subscriber can use
     * @param gone told on the loop of each subscription that is over, for whatever reason
     */
    public TailoredEvents(
            DeviceHost host,
            EventLoop loop,
            Function<Optional<String>, URI> addresses,
            EventingLimits limits,
            Consumer<String> gone) {
        SinkAddresses sinks =
                SinkAddresses.of(() -> host.links().stream().map(Link::address).toList(), limits.sinkNames());
        this.loop = loop;
        this.gone = gone;
        this.subscriptions = new SubscriptionManager(addresses, Set.of(), limits, sinks, host.messageIds());
        this.deliveries = new EventDeliveries(subscriptions, loop, host.httpSender(), new NoQuestions());
    }

    /** True if an envelope is about a subscription that it has. Any thread. */
    public boolean has(Envelope envelope) {
        return EventingCodec.identifier(envelope).filter(known::contains).isPresent();
    }

    /**
     * Answers a Subscribe whose filter the caller has judged. On a worker of the HTTP server, which waits for the loop.
     *
     * @param to {@code wsa:To} of the message
     * @param granted told on the loop the identifier of the subscription, before anybody else
     * @throws FaultException if the subscriber gets a fault
     */
    public EnvelopeHandler.Answer subscribe(SubscribeRequest request, Optional<String> to, Consumer<String> granted)
            throws FaultException {
        return deliveries.answer(() -> {
            SubscriptionManager.Granted taken = subscriptions.subscribe(loop.nowMillis(), request, to);
            known.add(taken.identifier());
            granted.accept(taken.identifier());
            return taken.answer();
        });
    }

    /**
     * Answers a Renew, a GetStatus or an Unsubscribe. On a worker of the HTTP server, which waits for the loop.
     *
     * @throws FaultException if the subscriber gets a fault
     */
    public EnvelopeHandler.Answer answer(EventingDialect.Request request, Envelope envelope) throws FaultException {
        return deliveries.answer(() -> subscriptions.handle(loop.nowMillis(), request, envelope));
    }

    /**
     * Sends a notification to one subscriber. On the loop.
     *
     * @param header more blocks of the message's header, one after the other, each with every namespace declaration that it needs
     * @param body one element in UTF-8 that declares every namespace it needs, not changed afterwards; of length 0 for an empty Body
     * @return false if the subscription is over; with this one, if too many notifications wait for its sink
     */
    public boolean tell(String identifier, String action, byte[] header, byte[] body) {
        boolean told = subscriptions.tell(loop.nowMillis(), identifier, action, header, body);
        deliveries.perform();
        return told;
    }

    /** What waits for the sink of a subscription. On the loop. */
    public SubscriptionManager.Waiting waiting(String identifier) {
        return subscriptions.waiting(identifier);
    }

    /** There is no more for a subscription: it ends when what waits is out. On the loop. */
    public void finish(String identifier, String reason) {
        subscriptions.finish(loop.nowMillis(), identifier, reason);
        deliveries.perform();
    }

    /** Ends a subscription at once. On the loop. */
    public void end(String identifier, EndStatus status, String reason) {
        subscriptions.end(loop.nowMillis(), identifier, status, reason);
        deliveries.perform();
    }

    /** What was done for subscribers so far; fails with RejectedExecutionException if the loop is full or closed. Any thread. */
    public CompletableFuture<EventingCounters> counters() {
        return deliveries.onLoop(subscriptions::counters);
    }

    /** The source stops: what waits goes out, and each subscriber is told; done after 3 s at the latest. Any thread. */
    public CompletableFuture<Void> stop() {
        return deliveries.stop();
    }

    /** The source is gone without a word: nothing is sent any more. Any thread. */
    public void crash() {
        deliveries.crash();
    }

    /** Nobody is asked anything; who has gone is told on. */
    private final class NoQuestions implements EventDeliveries.Owner {
        @Override
        public Optional<byte[]> read(HttpReply reply) {
            return Optional.empty();
        }

        @Override
        public void answered(long question, Optional<byte[]> body) {
            throw new IllegalStateException("question " + question + ": none was asked");
        }

        @Override
        public void performed() {
            subscriptions.takeGone().forEach(identifier -> {
                known.remove(identifier);
                gone.accept(identifier);
            });
        }
    }
}
