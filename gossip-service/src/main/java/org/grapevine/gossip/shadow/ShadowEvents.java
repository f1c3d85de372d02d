package org.grapevine.gossip.shadow;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EventOutlet;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.MalformedGossipException;

/**
 * What a service emits, on its way through its shadow: it spreads as a message whose body is the event's, and at every device that it
 * reaches, the one where it began included, the subscribers there get it from their own service.
 *
 * <p>Any thread.
 */
final class ShadowEvents {

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
    }

    private final ServiceEvents source;
    private final DeviceHost host;
    private final Entry entry;
    private final LongAdder undelivered = new LongAdder();

    ShadowEvents(ServiceEvents source, DeviceHost host, Entry entry) {
        this.source = source;
        this.host = host;
        this.entry = entry;
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
            try {
                Operation operation =
                        operation(action).orElseThrow(() -> new IllegalArgumentException("event action: " + action));
                entry.publish(envelope(action, body), operation);
                return CompletableFuture.completedFuture(null);
            } catch (RejectedExecutionException | IllegalArgumentException e) {
                return CompletableFuture.failedFuture(e);
            } catch (MalformedEnvelopeException | MalformedGossipException | FaultException e) {
                return CompletableFuture.failedFuture(
                        new IllegalArgumentException("event " + action + ": " + e.getMessage(), e));
            }
        }
    }

    private Envelope envelope(String action, byte[] body) throws MalformedEnvelopeException {
        return host.replyReader()
                .readWhole(EnvelopeWriter.forAction(action).body(body).toBytes());
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
            byte[] body = whole.bodyName().isPresent() ? whole.bodyElement() : new byte[0];
            CompletableFuture<Integer> queued =
                    source.notifyHere(operation.get().outputAction().orElseThrow(), body);
            if (queued.isCompletedExceptionally()) {
                throw new RejectedExecutionException("notification: the event loop is full or closed");
            }
        } catch (MalformedEnvelopeException e) {
            undelivered.increment();
        }
        return true;
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
