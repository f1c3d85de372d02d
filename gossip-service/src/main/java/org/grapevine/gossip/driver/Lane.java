package org.grapevine.gossip.driver;

import org.grapevine.policy.Priority;

/**
 * The classes in which work waits, each with a bound of its own. The first one that waits goes first, as long as it has credit;
 * when no lane that waits has credit left, all get theirs again. So an alarm waits for one event at the most, and in every hundred
 * events or so each lane that waits has its turn.
 */
public enum Lane {
    /** Messages whose priority is {@code alarm}. */
    ALARM(0, 64),
    /** Who is there: views, and the search for failed peers. Apart from all else, or a flood would look like failures. */
    MEMBERSHIP(1, 32),
    /** What keeps gossip itself going: control messages, digests. */
    PROTOCOL(2, 32),
    /** Messages whose priority is {@code control}. */
    CONTROL(3, 16),
    /** Messages whose priority is {@code normal}. */
    NORMAL(4, 8),
    /** Messages whose priority is {@code bulk}. */
    BULK(5, 1);

    private final int rank;
    private final int credit;

    Lane(int rank, int credit) {
        this.rank = rank;
        this.credit = credit;
    }

    /** Its place, from 0: who waits in a lower one goes first. */
    int rank() {
        return rank;
    }

    /** Turns that it may have before all others have had theirs. */
    int credit() {
        return credit;
    }

    /** The lane of messages with that priority. */
    static Lane of(Priority priority) {
        return switch (priority) {
            case ALARM -> ALARM;
            case CONTROL -> CONTROL;
            case NORMAL -> NORMAL;
            case BULK -> BULK;
        };
    }
}
