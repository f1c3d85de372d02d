package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.eventing.EndStatus;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.EventingDialect.Verb;
import org.grapevine.dpws.eventing.Expiry;
import org.grapevine.dpws.eventing.Renewal;
import org.grapevine.dpws.eventing.SubscribeRequest;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription to the events of a hosted service, as its subscriber has it. Renews itself at half of the granted time until it is
 * unsubscribed, the source ends it or refuses to renew it, or no renewal comes through in time. Any thread. Futures fail as those of
 * {@link DpwsClient} do.
 */
public final class Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** Notifications that may wait for the listener; the source is asked to come again when there are more. */
    private static final int MAX_WAITING = 1_024;

    /** Why there will be no more notifications. */
    public enum Reason {
        /** The subscriber did not want any more. */
        UNSUBSCRIBED,
        /** The source said that it could not deliver. */
        DELIVERY_FAILURE,
        /** The source stopped. */
        SOURCE_SHUTTING_DOWN,
        /** The source had a reason of its own. */
        SOURCE_CANCELLING,
        /** The source gave a reason that no specification knows. */
        OTHER,
        /** The source answered a renewal with a fault. */
        RENEWAL_REFUSED,
        /** It was not renewed in time. */
        EXPIRED
    }

    /**
     * How it ended.
     *
     * @param text what the source said about it; may be empty
     */
    public record Ended(Reason reason, String text) {}

    private final EventingDialect dialect;
    private final SubscriptionOptions options;
    private final DpwsClient client;
    private final MessageIds ids;
    private final EventLoop loop;
    private final Executor application;
    private final Consumer<Notification> listener;
    private final Runnable forget;
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    private final Object lock = new Object();
    private final ArrayDeque<Notification> waiting = new ArrayDeque<>(); // guarded by lock
    private boolean listening; // guarded by lock
    private @Nullable Ended
            lastWord; // guarded by lock; the source's, told when the listener has had all that came before it
    private @Nullable EndpointReference manager; // guarded by lock; null until the source has answered
    private @Nullable Renewal renewal; // guarded by lock; as above
    private @Nullable LoopTimer timer; // guarded by lock

    Subscription(DeviceHost host, SubscriptionOptions options, Consumer<Notification> listener, Runnable forget) {
        this.dialect = options.dialect();
        this.options = options;
        this.client = host.client();
        this.ids = host.messageIds();
        this.loop = host.loops().assign(this);
        this.application = host.applicationCalls();
        this.listener = listener;
        this.forget = forget;
        CompletableFuture<Ended> unused = ended.whenComplete((how, failure) -> over());
    }

    CompletableFuture<Subscription> subscribe(URI source, EndpointReference sink) {
        SubscribeRequest request = new SubscribeRequest(
                dialect,
                Optional.of(sink),
                Optional.of(sink),
                dialect == EventingDialect.SUBMISSION_2004 ? Optional.of(EventingCodec.PUSH) : Optional.empty(),
                options.expires().map(time -> new Expiry.After(time.toMillis()).toXml()),
                true,
                options.filter()
                        .or(() -> options.actions().isEmpty()
                                ? Optional.empty()
                                : Optional.of(SubscribeRequest.Filter.ofActions(options.actions()))));
        return send(
                        source,
                        EndpointReference.of(source.toString()),
                        Verb.SUBSCRIBE,
                        EventingCodec.writeSubscribe(request))
                .thenApply(envelope -> {
                    try {
                        granted(EventingCodec.readSubscribeResponse(dialect, envelope));
                        return this;
                    } catch (MalformedEnvelopeException e) {
                        throw failed(source.toString(), e.getMessage());
                    }
                });
    }

    private void granted(EventingCodec.SubscribeResponse response) {
        synchronized (lock) {
            manager = response.manager();
            renewal = new Renewal(loop.nowMillis(), response.expires());
        }
        if (ended.isDone()) {
            // The sink closed while the source made up its mind.
            CompletableFuture<Envelope> unused = toManager(Verb.UNSUBSCRIBE, Optional.empty());
        }
        schedule();
    }

    /** Where it is managed. */
    public EndpointReference manager() {
        synchronized (lock) {
            if (manager == null) {
                throw new IllegalStateException("subscription: not granted yet (expected: an answer of the source)");
            }
            return manager;
        }
    }

    /** How long it lasts if it is not renewed; 0 if it is over. */
    public Duration remaining() {
        synchronized (lock) {
            long left = renewal == null ? 0 : renewal.deadline() - loop.nowMillis();
            return ended.isDone() ? Duration.ZERO : Duration.ofMillis(Math.max(0, left));
        }
    }

    /**
     * Completed when there will be no more notifications, by whomever; never fails. If the source ends it, the listener gets what
     * came before that first.
     */
    public CompletableFuture<Ended> ended() {
        return ended.copy();
    }

    /** Asks for another while, counted from now; what was granted is in the future. */
    public CompletableFuture<Expiry> renew(Duration time) {
        return renew(Optional.of(new Expiry.After(time.toMillis())));
    }

    private CompletableFuture<Expiry> renew(Optional<Expiry> asked) {
        return toManager(Verb.RENEW, asked).thenApply(envelope -> {
            Expiry granted;
            try {
                // A source may leave out what it granted; it is what was asked for, then, or as long as before.
                granted = EventingCodec.readExpires(dialect, Verb.RENEW, envelope)
                        .or(() -> asked)
                        .orElseGet(() -> new Expiry.After(remaining().toMillis()));
            } catch (MalformedEnvelopeException e) {
                throw failed(manager().address(), e.getMessage());
            }
            synchronized (lock) {
                if (renewal != null) {
                    renewal.granted(loop.nowMillis(), granted);
                }
            }
            schedule();
            return granted;
        });
    }

    /** Asks the source how long the subscription lasts. A source may refuse to say (DPWS R3015): then what it granted last counts. */
    public CompletableFuture<Expiry> getStatus() {
        return toManager(Verb.GET_STATUS, Optional.empty())
                .thenApply(envelope -> {
                    try {
                        return EventingCodec.readExpires(dialect, Verb.GET_STATUS, envelope)
                                .orElseGet(() -> new Expiry.After(remaining().toMillis()));
                    } catch (MalformedEnvelopeException e) {
                        throw failed(manager().address(), e.getMessage());
                    }
                })
                .exceptionallyCompose(failure -> isFault(failure, Namespaces.WSA, "ActionNotSupported")
                        ? CompletableFuture.completedFuture(
                                new Expiry.After(remaining().toMillis()))
                        : CompletableFuture.failedFuture(failure));
    }

    /**
     * Wants no more notifications. Those on their way are not given to the listener any more; the future tells whether the source
     * knows.
     */
    public CompletableFuture<Void> unsubscribe() {
        if (!ended.complete(new Ended(Reason.UNSUBSCRIBED, ""))) {
            return CompletableFuture.completedFuture(null);
        }
        synchronized (lock) {
            if (manager == null) {
                return CompletableFuture.completedFuture(null);
            }
        }
        return toManager(Verb.UNSUBSCRIBE, Optional.empty()).thenAccept(answer -> {});
    }

    /**
     * A notification came; on a worker of the HTTP server.
     *
     * @return false if there is no room for it now
     */
    boolean onNotification(Notification notification) {
        synchronized (lock) {
            if (ended.isDone() || lastWord != null || waiting.size() >= MAX_WAITING) {
                return false;
            }
            waiting.add(notification);
            if (listening) {
                return true;
            }
            listening = true;
        }
        try {
            application.execute(this::listen);
            return true;
        } catch (RejectedExecutionException e) {
            // The pool counts it; the source is asked to come again.
            synchronized (lock) {
                waiting.clear();
                listening = false;
            }
            return false;
        }
    }

    private void listen() {
        while (true) {
            Notification next;
            Ended over;
            synchronized (lock) {
                if (ended.isDone()) {
                    waiting.clear();
                }
                next = waiting.pollFirst();
                listening = next != null;
                over = lastWord;
            }
            if (next == null) {
                if (over != null) {
                    ended.complete(over);
                }
                return;
            }
            try {
                listener.accept(next);
            } catch (RuntimeException e) {
                LOG.warn("a listener to {} failed", next.action(), e);
            }
        }
    }

    /** What answers questions of an action; empty if they are notifications to this subscriber. */
    Optional<SubscriptionOptions.Responder> responder(String action) {
        return Optional.ofNullable(options.responders().get(action));
    }

    /** The source says that it is over. */
    void onEnd(EventingCodec.SubscriptionEnd end) {
        Reason reason = EndStatus.of(end.status())
                .map(status -> switch (status) {
                    case DELIVERY_FAILURE -> Reason.DELIVERY_FAILURE;
                    case SOURCE_SHUTTING_DOWN -> Reason.SOURCE_SHUTTING_DOWN;
                    case SOURCE_CANCELLING -> Reason.SOURCE_CANCELLING;
                })
                .orElse(Reason.OTHER);
        Ended over = new Ended(reason, end.reason().orElse(""));
        synchronized (lock) {
            lastWord = over;
            if (listening) {
                return;
            }
        }
        ended.complete(over);
    }

    private void over() {
        synchronized (lock) {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
        }
        forget.run();
    }

    private void schedule() {
        boolean scheduled = true;
        synchronized (lock) {
            if (timer != null) {
                timer.cancel();
                timer = null;
            }
            if (renewal == null || lastWord != null || ended.isDone()) {
                return;
            }
            long due = options.renews() ? renewal.dueAt() : renewal.deadline();
            // Beyond some weeks nobody knows; the timer comes by and looks again.
            long delay = Math.max(
                    0, Math.min(due - loop.nowMillis(), Duration.ofDays(30).toMillis()));
            timer = loop.schedule(delay, this::onTimer).orElse(null);
            scheduled = timer != null;
        }
        if (!scheduled) {
            ended.complete(new Ended(Reason.EXPIRED, "the event loop has no room for its timer"));
        }
    }

    private void onTimer() {
        boolean isOver;
        synchronized (lock) {
            isOver = renewal == null || loop.nowMillis() >= renewal.deadline();
        }
        if (isOver) {
            ended.complete(new Ended(Reason.EXPIRED, ""));
        } else if (options.renews()) {
            CompletableFuture<Expiry> unused = renew(options.expires().map(time -> new Expiry.After(time.toMillis())))
                    .whenComplete((granted, failure) -> {
                        if (failure != null) {
                            onRenewalFailed(failure);
                        }
                    });
        } else {
            schedule();
        }
    }

    private void onRenewalFailed(Throwable failure) {
        // A source that is busy is asked again, one that says anything else has no such subscription any more.
        if (faultOf(failure).isPresent() && !isFault(failure, Namespaces.WSA, "EndpointUnavailable")) {
            ended.complete(
                    new Ended(Reason.RENEWAL_REFUSED, faultOf(failure).get().reason()));
            return;
        }
        boolean again;
        synchronized (lock) {
            again = renewal != null && renewal.failed(loop.nowMillis());
        }
        if (again) {
            schedule();
        } else {
            ended.complete(new Ended(Reason.EXPIRED, String.valueOf(failure.getMessage())));
        }
    }

    private static Optional<SoapFault> faultOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof FaultException fault ? Optional.of(fault.fault()) : Optional.empty();
    }

    private static boolean isFault(Throwable failure, String namespace, String code) {
        return faultOf(failure)
                .map(SoapFault::subcodes)
                .filter(codes -> !codes.isEmpty())
                .map(codes -> codes.get(0))
                .filter(first -> first.getNamespaceURI().equals(namespace)
                        && first.getLocalPart().equals(code))
                .isPresent();
    }

    private CompletableFuture<Envelope> toManager(Verb verb, Optional<Expiry> expires) {
        EndpointReference to = manager();
        URI address;
        try {
            address = URI.create(to.address());
            if (!List.of("http", "https").contains(address.getScheme()) || address.getHost() == null) {
                throw new IllegalArgumentException(to.address());
            }
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(
                    new IOException("subscription manager: '" + to.address() + "' (expected: an HTTP address)", e));
        }
        return send(address, to, verb, EventingCodec.writeRequest(dialect, verb, expires));
    }

    private CompletableFuture<Envelope> send(URI address, EndpointReference to, Verb verb, byte[] body) {
        byte[] envelope = EnvelopeWriter.forAction(dialect.action(verb))
                .messageId(ids.next())
                .to(to)
                .replyTo(EndpointReference.ANONYMOUS)
                .body(body)
                .toBytes();
        return client.call(address, envelope, options.timeout());
    }

    private static CompletionException failed(String address, String what) {
        return new CompletionException(new IOException(address + ": " + what));
    }
}
