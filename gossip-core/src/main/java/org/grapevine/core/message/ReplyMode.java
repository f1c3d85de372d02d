package org.grapevine.core.message;

/** What becomes of the answers on their way to the initiator. */
public enum ReplyMode {

    /** Each device merges its own answer and those below it into one. */
    AGGREGATE,

    /**
     * The first so many answers are enough: a device answers its parent as soon as it has them. With one enough the answer is that of
     * one device as it stands; with more the function merges them.
     */
    FIRST,

    /** Every answer reaches the initiator as its device gave it, as soon as it can. */
    COLLECT
}
