package org.grapevine.core.contract;

import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** What an engine wants to be reminded of. It ignores a timer that has lost its meaning, so drivers never cancel one. */
public sealed interface GossipTimer {

    /** Compare digests. */
    record Repair() implements GossipTimer {}

    /** Ask a random peer for what this device lacks. */
    record Pull() implements GossipTimer {}

    /** Advertise what has gathered for links that get ids only. */
    record Advertise() implements GossipTimer {}

    /** A payload that was advertised along the tree's spare links has not come. */
    record Graft(MessageId id) implements GossipTimer {}

    /** Carry a message by multicast into another segment, unless somebody else has. */
    record Bridge(MessageId id, Segment segment) implements GossipTimer {}

    /** Wait no longer for what is missing before the next message of an origin. */
    record OrderDue(PeerAddress origin) implements GossipTimer {}

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
