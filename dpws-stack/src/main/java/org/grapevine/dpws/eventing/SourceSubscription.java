package org.grapevine.dpws.eventing;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import org.grapevine.dpws.addressing.EndpointReference;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as its source keeps it, with what waits for its sink. Belongs to one {@link SubscriptionManager}, which alone reads
 * and writes it.
 */
final class SourceSubscription {

    enum State {
        ACTIVE,
        /** The source stops: what waits goes out, then the end is told. */
        DRAINING,
        /** Its source has no more for it: what waits goes out as ever, then the end is told. */
        FINISHING,
        /** Only its SubscriptionEnd has still to go. */
        ENDING,
        GONE
    }

    /**
     * What waits for a sink.
     *
     * @param header more blocks of the message's header, each with every namespace declaration that it needs
     * @param question number of the question that it is; {@link #NO_QUESTION} for a notification
     * @param until when nobody waits for the answer any more, ms since the epoch; of no meaning for a notification
     */
    @SuppressWarnings("ArrayRecordComponent") // Shared by all who get it; never compared.
    record Event(String action, byte[] header, byte[] body, long question, long until) {

        static final long NO_QUESTION = -1;

        private static final byte[] NO_HEADER = {};

        Event(String action, byte[] body) {
            this(action, NO_HEADER, body);
        }

        Event(String action, byte[] header, byte[] body) {
            this(action, header, body, NO_QUESTION, Long.MAX_VALUE);
        }

        Event(String action, byte[] body, long question, long until) {
            this(action, NO_HEADER, body, question, until);
        }

        long bytes() {
            return (long) header.length + body.length;
        }

        boolean isQuestion() {
            return question != NO_QUESTION;
        }
    }

    final long serial;
    final String identifier;
    final EventingDialect dialect;
    final EndpointReference manager;
    final URI notifyTo;
    final byte[] echo;
    final Optional<EndpointReference> endTo;
    final Set<String> actions;
    final boolean asMoment;
    final boolean addressed;
    final ArrayDeque<Event> queue = new ArrayDeque<>();
    private long queuedBytes;
    State state = State.ACTIVE;
    long deadline;
    long retryAt;
    long wakeAt;
    int failures;
    int busyEnds;
    boolean underWay;
    byte @Nullable [] end;
    String lastWord = "";

    SourceSubscription(
            long serial,
            String identifier,
            EventingDialect dialect,
            EndpointReference manager,
            URI notifyTo,
            byte[] echo,
            Optional<EndpointReference> endTo,
            Set<String> actions,
            SubscriptionTerms.Grant grant,
            boolean addressed) {
        this.serial = serial;
        this.identifier = identifier;
        this.dialect = dialect;
        this.manager = manager;
        this.notifyTo = notifyTo;
        this.echo = echo;
        this.endTo = endTo;
        this.actions = actions;
        this.asMoment = grant.asMoment();
        this.addressed = addressed;
        this.deadline = grant.deadline();
    }

    void add(Event event) {
        queue.add(event);
        queuedBytes += event.bytes();
    }

    Event removeFirst() {
        Event first = queue.removeFirst();
        queuedBytes -= first.bytes();
        return first;
    }

    /** Of what waits, bytes. */
    long queuedBytes() {
        return queuedBytes;
    }

    /** True if what waits for it goes out. */
    boolean isServed() {
        return state == State.ACTIVE || state == State.DRAINING || state == State.FINISHING;
    }
}
