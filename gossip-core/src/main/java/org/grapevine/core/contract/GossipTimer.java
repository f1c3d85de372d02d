package org.grapevine.core.contract;

import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;

/** What an engine wants to be reminded of. It ignores a timer that has lost its meaning, so drivers never cancel one. */
public sealed interface GossipTimer {

    /** Compare digests. */
    record Repair() implements GossipTimer {}

    /** Forget what has expired. */
    record Purge() implements GossipTimer {}

    /** Ask again for payloads that did not come. */
    record RepeatWants() implements GossipTimer {}

    /** Offer the message to the application once more. */
    record Redeliver(GossipMessage message) implements GossipTimer {}

    /** Ask silent children again. */
    record RepeatRequests(MessageId request) implements GossipTimer {}

    /** No child's reply is waited for any longer. */
    record GatheringEnds(MessageId request) implements GossipTimer {}

    /** The parent waits no longer; whatever is still being merged comes too late. */
    record AnswerDue(MessageId request) implements GossipTimer {}

    /** Send the reply again, for want of an acknowledgement. */
    record RepeatReply(MessageId request) implements GossipTimer {}

    /** The tombstone of a request may go. */
    record Forget(MessageId request) implements GossipTimer {}
}
