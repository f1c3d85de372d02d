package org.grapevine.gossip.shadow;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EventOutlet;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.Answer;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;

/**
 * What a service emits, on its way through its shadow: it spreads as a message whose body is the event's, and at every device that it
 * reaches, the one where it began included, the subscribers there get it from their own service. The answers to a question come back
 * as those to a request do.
 *
 * <p>Any thread.
 */
final class ShadowEvents {

    /** As long as a notification may take. */
    private static final long LONGEST_PATIENCE_MILLIS = 5_000;

    /** Between peers nothing is left out. */
    private static final GossipParameters NO_DEFAULTS = new GossipParameters(0, 0, 0, 1, 0, null);

    private final ServiceEvents source;
    private final DeviceHost host;
    private final LocalAnswers answers;
    private final Entry entry;
    private final LongAdder undelivered = new LongAdder();

    /** Where an event becomes a gossiped message. */
    interface Entry {

        /** True if events of that operation spread. */
        boolean gossips(Operation operation);

        /**
         * Starts to spread one.
         *
         * @throws RejectedExecutionException if there is no room now
         * @throws FaultException if it is too large, among others
         */
        void publish(Envelope envelope, Operation operation) throws MalformedGossipException, FaultException;

        /**
         * Starts to ask.
         *
         * @param samples takes single values as they come, if the policy says that they are collected
         * @return completed within the time of the policy, never exceptionally
         * @throws FaultException as {@link #publish}
         */
        CompletableFuture<Answer> ask(Envelope envelope, Operation operation, Consumer<List<Sample>> samples)
                throws MalformedGossipException, FaultException;

        /** What the policy lets merge the answers to a question; empty if it names nothing. */
        Optional<String> function(Operation operation);
    }

    ShadowEvents(ServiceEvents source, DeviceHost host, Aggregations aggregations, Entry entry) {
        this.source = source;
        this.host = host;
        this.answers = new LocalAnswers(aggregations);
        this.entry = entry;
    }

    /** Takes from now on what the service emits. */
    void open() {
        source.emitThrough(new Outlet());
    }

    /** Takes what the service emits. */
    private final class Outlet implements EventOutlet {
        @Override
        public boolean takes(String action) {
            return operation(action).filter(entry::gossips).isPresent();
        }

        @Override
        public CompletableFuture<Void> emit(String action, byte[] body) {
            return spread(action, body, (envelope, operation) -> {
                entry.publish(envelope, operation);
                return CompletableFuture.completedFuture(null);
            });
        }

        @Override
        public CompletableFuture<Solicited<byte[]>> solicit(String action, byte[] body) {
            List<byte[]> collected = Collections.synchronizedList(new ArrayList<>());
            return spread(action, body, (envelope, operation) -> entry.ask(
                            envelope,
                            operation,
                            samples ->
                                    samples.forEach(sample -> collected.add(((EncodedPayload) sample.value()).bytes())))
                    .thenCompose(answer -> solicited(operation, answer, collected)));
        }
    }

    private interface Start<T> {
        CompletableFuture<T> start(Envelope envelope, Operation operation)
                throws MalformedGossipException, FaultException;
    }

    private <T> CompletableFuture<T> spread(String action, byte[] body, Start<T> start) {
        try {
            Operation operation = operation(action)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "event action: " + action + " (expected: one of " + source.actions() + ")"));
            Envelope envelope = host.replyReader()
                    .readWhole(EnvelopeWriter.forAction(action).body(body).toBytes());
            return start.start(envelope, operation);
        } catch (RejectedExecutionException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        } catch (MalformedEnvelopeException | MalformedGossipException | FaultException e) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("event " + action + ": " + e.getMessage(), e));
        }
    }

    private static CompletableFuture<Solicited<byte[]>> solicited(
            Operation operation, Answer answer, List<byte[]> collected) {
        if (answer.failure().isPresent()) {
            return CompletableFuture.failedFuture(
                    new IOException(operation.name() + ": " + answer.failure().get()));
        }
        Completeness covered = answer.completeness();
        return CompletableFuture.completedFuture(new Solicited<>(
                answer.element().map(List::of).orElseGet(() -> List.copyOf(collected)),
                new Solicited.Coverage(covered.counted(), covered.failed(), covered.timedOut(), covered.truncated())));
    }

    /** The operation of an event that comes from a peer. */
    Optional<Operation> operation(Envelope envelope) {
        return envelope.action().flatMap(this::operation);
    }

    private Optional<Operation> operation(String action) {
        return source.operations().stream()
                .filter(operation ->
                        operation.outputAction().filter(action::equals).isPresent())
                .findFirst();
    }

    private static byte[] body(Envelope whole) throws MalformedEnvelopeException {
        return whole.bodyName().isPresent() ? whole.bodyElement() : new byte[0];
    }

    /**
     * Hands a notification to the subscribers here.
     *
     * @return false if it is none
     * @throws RejectedExecutionException if there is no room for it now; nobody has got it
     */
    boolean deliver(EnvelopePayload message) {
        Optional<Operation> operation = operation(message.envelope());
        if (operation.isEmpty()) {
            return false;
        }
        try {
            Envelope whole = host.replyReader().readWhole(message.wholeBytes());
            CompletableFuture<Integer> queued =
                    source.notifyHere(operation.get().outputAction().orElseThrow(), body(whole));
            if (queued.isCompletedExceptionally()) {
                throw new RejectedExecutionException("notification: the event loop is full or closed");
            }
        } catch (MalformedEnvelopeException e) {
            undelivered.increment();
        }
        return true;
    }

    /**
     * Asks the subscribers here, and makes one value of their answers: that of this device.
     *
     * @return empty if the request is no question to subscribers; its future fails with an ApplicationFaultException if there are
     *     subscribers and none of them gave an answer
     */
    Optional<CompletableFuture<Optional<byte[]>>> answer(EnvelopePayload request) {
        return operation(request.envelope()).map(operation -> {
            try {
                Envelope whole = host.replyReader().readWhole(request.wholeBytes());
                ReplyTerms terms = terms(whole);
                // What comes later than that the parent does not wait for.
                long patience = Math.min(LONGEST_PATIENCE_MILLIS, terms.timeoutMillis() - terms.marginMillis());
                String action = operation.outputAction().orElseThrow();
                return source.solicitHere(action, body(whole), Duration.ofMillis(Math.max(1, patience)))
                        .thenApplyAsync(
                                solicited -> answers.merged(terms, entry.function(operation), solicited),
                                host.applicationCalls());
            } catch (MalformedEnvelopeException | MalformedGossipException e) {
                return CompletableFuture.failedFuture(
                        new GossipDriver.ApplicationFaultException(Faults.OTHER, String.valueOf(e.getMessage())));
            }
        });
    }

    private static ReplyTerms terms(Envelope envelope) throws MalformedGossipException {
        return GossipHeader.parameters(envelope, NO_DEFAULTS)
                .flatMap(parameters -> Optional.ofNullable(parameters.replies()))
                .orElseThrow(() ->
                        new MalformedGossipException("g:Gossip replies: none (expected: first, collect or aggregate)"));
    }

    /** Notifications that came and could not be read. */
    long undelivered() {
        return undelivered.sum();
    }

    /** Lets the service speak to its own subscribers again. */
    void close() {
        source.emitThrough(null);
    }
}
