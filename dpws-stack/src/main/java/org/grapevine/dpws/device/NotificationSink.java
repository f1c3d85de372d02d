package org.grapevine.dpws.device;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.SubscriptionAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the notifications of any number of subscriptions arrive: one path of a {@link DeviceHost}. A token that nobody
 * can guess tells the subscriptions apart, in a reference parameter and in the address; what bears none that is known is counted and answered with a fault, upon which a source
 * should end its subscription. Any thread.
 *
 * <pre>{@code
 * NotificationSink sink = NotificationSink.open(host, "/my-sink");
 * Subscription lamp = sink.subscribe(address, SubscriptionOptions.toAll(), event -> ...).join();
 * }</pre>
 */
public final class NotificationSink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationSink.class);

    private static final QName TOKEN = new QName("urn:org.grapevine:eventing:1", "Subscription");
    private static final int MAX_SUBSCRIPTIONS = 100_000;
    private static final long GOODBYE_MILLIS = 3_000;
    private static final long BUSY_MILLIS = 500;

    private final DeviceHost host;
    private final String path;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final LongAdder received = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder unknownEnds = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private volatile boolean closed;

    /**
     * What a sink got so far.
     *
     * @param subscriptions that it has now
     * @param received notifications for one of them
     * @param unknown notifications for none of them
     * @param unknownEnds SubscriptionEnds for none of them
     * @param busy notifications sent back because their listener was too slow
     */
    public record Counters(int subscriptions, long received, long unknown, long unknownEnds, long busy) {}

    private NotificationSink(DeviceHost host, String path) {
        this.host = host;
        this.path = path;
    }

    /**
     * Opens a sink.
     *
     * @param path begins with a slash
     * @throws IllegalArgumentException if the path is taken or impossible
     */
    public static NotificationSink open(DeviceHost host, String path) {
        NotificationSink sink = new NotificationSink(host, path);
        host.route(
                path,
                new SoapDoor(
                        host.httpReader(),
                        Set.of(TOKEN),
                        sink.new Notifications(),
                        host.messageIds(),
                        Optional::empty));
        host.opened(sink);
        return sink;
    }

    /** Where notifications are sent to. */
    public URI address() {
        return host.httpAddress(path);
    }

    /**
     * Subscribes to a hosted service.
     *
     * @param source the service's address
     * @param listener gets one notification after the other in the order in which they came, on the threads for
     *     {@link DeviceHost#applicationCalls}; perhaps before the future is completed. What it throws is logged.
     * @return fails with a {@link FaultException} if the source answers with a fault
     */
    public CompletableFuture<Subscription> subscribe(
            URI source, SubscriptionOptions options, Consumer<Notification> listener) {
        if (closed || subscriptions.size() >= MAX_SUBSCRIPTIONS) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("sink " + path + ": closed, or "
                    + MAX_SUBSCRIPTIONS + " subscriptions (expected: open, and fewer)"));
        }
        String token = host.messageIds().next();
        Subscription subscription = new Subscription(host, options, listener, () -> subscriptions.remove(token));
        // Before anything is sent: a notification may be quicker than the answer.
        subscriptions.put(token, subscription);
        EndpointReference sink = new EndpointReference(
                SubscriptionAddress.of(address().toString(), token),
                List.of(new XmlWriter().element(TOKEN, token).toXml()));
        return subscription.subscribe(source, sink).whenComplete((granted, failure) -> {
            if (failure != null) {
                subscriptions.remove(token);
            }
        });
    }

    public Counters counters() {
        return new Counters(subscriptions.size(), received.sum(), unknown.sum(), unknownEnds.sum(), busy.sum());
    }

    /**
     * Unsubscribes from everything, and waits up to 3 s until the sources know. Closing the host does this too. Safe to call again.
     */
    @Override
    public void close() {
        try {
            unsubscribeAll().get(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("sink {}: not every source knows that it closed: {}", path, e.toString());
        }
        host.closed(this);
        host.unroute(path);
    }

    /** Ends every subscription at once; done when all sources have answered. Those that do not know end them at the next refusal. */
    CompletableFuture<Void> unsubscribeAll() {
        closed = true;
        return CompletableFuture.allOf(List.copyOf(subscriptions.values()).stream()
                .map(Subscription::unsubscribe)
                .toArray(CompletableFuture<?>[]::new));
    }

    private final class Notifications implements EnvelopeHandler {

        @Override
        public boolean isRequest(Envelope envelope, Optional<String> httpAction) {
            return responder(envelope).isPresent();
        }

        private Optional<SubscriptionOptions.Responder> responder(Envelope envelope) {
            return subscription(envelope)
                    .flatMap(subscription ->
                            subscription.responder(envelope.action().orElse("")));
        }

        private Optional<Subscription> subscription(Envelope envelope) {
            return envelope.headerBlock(TOKEN)
                    .flatMap(HeaderBlock::text)
                    .map(String::strip)
                    .or(() -> envelope.to().flatMap(SubscriptionAddress::subscription))
                    .map(subscriptions::get);
        }

        @Override
        public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
            String action = envelope.action().orElse("");
            Optional<Subscription> subscription = subscription(envelope);
            for (EventingDialect dialect : EventingDialect.values()) {
                if (action.equals(dialect.endAction())) {
                    end(dialect, envelope, subscription);
                    return Optional.empty();
                }
            }
            if (subscription.isEmpty()) {
                unknown.increment();
                throw new FaultException(
                        SoapFault.destinationUnreachable(address().toString()));
            }
            Optional<SubscriptionOptions.Responder> responder = responder(envelope);
            if (responder.isPresent()) {
                received.increment();
                return Optional.of(answer(responder.get(), new Notification(action, envelope)));
            }
            if (!subscription.get().onNotification(new Notification(action, envelope))) {
                busy.increment();
                throw new FaultException(SoapFault.endpointUnavailable(BUSY_MILLIS));
            }
            received.increment();
            return Optional.empty();
        }

        private Answer answer(SubscriptionOptions.Responder responder, Notification question) throws FaultException {
            try {
                return new Reply(
                        responder.action(), Optional.of(responder.answer().apply(question)));
            } catch (RuntimeException e) {
                LOG.warn("an answer to {} failed", question.action(), e);
                throw new FaultException(SoapFault.receiver("The subscriber failed to answer."));
            }
        }

        private void end(EventingDialect dialect, Envelope envelope, Optional<Subscription> subscription)
                throws FaultException {
            EventingCodec.SubscriptionEnd end;
            try {
                end = EventingCodec.readEnd(dialect, envelope);
            } catch (MalformedEnvelopeException e) {
                throw new FaultException(SoapFault.of(e));
            }
            // Its manager is not compared: who knows the token got it from the subscription, and SDCri names another
            // address here.
            if (subscription.isEmpty()) {
                unknownEnds.increment();
            } else {
                subscription.get().onEnd(end);
            }
        }
    }
}
