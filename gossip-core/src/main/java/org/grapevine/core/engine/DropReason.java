package org.grapevine.core.engine;

/** Why an engine did not act on something; each has its counter. */
public enum DropReason {
    /** The id is in the seen-table. The normal fate of most copies. */
    DUPLICATE,
    /** Past its lifetime. */
    EXPIRED,
    /** Published later than this device's clock and the allowed clock error can explain. */
    FROM_THE_FUTURE,
    /** More hops left than the origin allowed. */
    LEFT_ABOVE_ROUNDS,
    /** Not in the seen-table, but older than something of that origin that had to be forgotten early: it may have been seen. */
    MAYBE_SEEN,
    /** A payload left the repair buffer before its time, for want of room. It was delivered, but cannot be handed on. */
    BUFFER_FULL,
    /** A digest or a request for payloads from a device that no view knows. */
    UNKNOWN_PEER,
    /** A digest or a request for payloads that names a segment which this device is not in, and cannot send through. */
    FOREIGN_SEGMENT,
    /** More ids in a digest than a digest may have. */
    DIGEST_TOO_LONG,
    /** An advertised id was not asked for, since too many are being asked for already, all in all or of this peer. */
    TOO_MANY_WANTS,
    /** A missing id was not asked for again: repair asks for too much in vain. The next comparison may find it once more. */
    REPAIR_HELD_BACK,
    /** A comparison was not answered: this device has not come to all that it covers. */
    BEHIND,
    /** A further advertiser of an id that enough others offer. */
    SPARE_ADVERTISER,
    /** An id that was asked for as often as allowed; its payload did not come. */
    NEVER_CAME,
    /** A peer that gives no answer, or a stranger that wants something, is not looked after: too many others are. */
    TOO_MANY_DOUBTS,
    /** A peer lacks more than one answer to its pull may bring; it gets the rest by later pulls. */
    PULL_ANSWER_FULL,
    /** A peer offered itself as a link of the tree, but there are enough. */
    TOO_MANY_LINKS,
    /** An advertised id is not waited for any longer, for want of room. Repair may bring it. */
    TOO_MANY_MISSING,
    /** What a peer said it has was forgotten, for want of room: it gets a copy too many. */
    TOO_MANY_TOLD,
    /** No room to wait until another device carries a message into a LAN: it was carried over at once. */
    TOO_MANY_BRIDGED,
    /** A later message of that origin has been handed to the application already. */
    OVERTAKEN,
    /** Too much waits for the order of its origin already: it comes again, by repair, or is lost. */
    ORDER_FULL,
    /** The place that an origin's sequence has reached was forgotten, for want of room. */
    ORDER_FORGOTTEN,
    /** The application could not take it before its lifetime ended. */
    UNDELIVERED,
    /** No room for a further query or its tombstone. */
    TOO_MANY_QUERIES,
    /** A reply for a query that nobody remembers, or from somebody who was not asked. */
    UNASKED_REPLY,
    /** A reply after its slot was closed. */
    LATE_REPLY,
    /** An answer of the application, or a merge, that came after the deadline. */
    LATE_ANSWER,
    /** A child of a request that stays silent is not waited for any longer. */
    SILENT_CHILD,
    /** A reply or samples that contradict the request, or themselves. */
    IMPLAUSIBLE,
    /** No room for samples that a child sent; it sends them again. */
    SAMPLES_HELD_OFF,
    /** A sample that did not get to the parent, or had no room here at all. The answer tells it as truncated or failed. */
    SAMPLE_LOST,
    /** A sample of a device that there is one of already: the device was asked again in the place of a lost one. */
    SECOND_SAMPLE
}
