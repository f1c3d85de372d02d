package org.grapevine.core.membership;

/** Why something that came from outside was refused. */
public enum MembershipDrop {
    /** The message claims to come from this device. */
    OWN_MESSAGE,
    /** The sender's address, or that of an entry or a rumour, can be nobody's. */
    IMPOSSIBLE_ADDRESS,
    /** The entry names this device. */
    OWN_ENTRY,
    /** The sender speaks of itself by another address, or makes its own entry older than it is. */
    FORGED_SENDER,
    /** More entries, rumours or shares than a message may have. */
    TOO_MANY_ENTRIES,
    /** The same peer twice in one message. */
    REPEATED_ENTRY,
    /** The peer is known to be gone, and somebody else names it. */
    STALE_ENTRY,
    /** More from one source than its share of the view. */
    SOURCE_EXHAUSTED,
    /** No room for what was not asked for. */
    TABLE_FULL,
    /** An answer to nothing that was asked. */
    UNASKED,
    /** A rumour from the future, or an epoch that is not the present one. */
    WRONG_TIME,
    /** Numbers that no honest device can come to. */
    IMPOSSIBLE_VALUE,
    /** The sender asks for more than a device may ask in that time. */
    TOO_OFTEN
}
