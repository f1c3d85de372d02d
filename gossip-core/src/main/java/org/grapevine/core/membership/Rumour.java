package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/**
 * What a device has heard of a peer's health; travels with pings and their answers (SWIM; Das, Gupta, Motivala 2002, section 4).
 *
 * @param about the peer
 * @param state what it is said to be
 * @param incarnation of the peer, by which the newer of two rumours is told: when it started or last contradicted a rumour, ms since
 *     the epoch
 * @param from who first said so; confirmations of a suspicion count once for each
 */
public record Rumour(PeerAddress about, State state, long incarnation, PeerAddress from) {

    /** Of two rumours with the same incarnation, the one whose state comes later holds. */
    public enum State {
        ALIVE,
        SUSPECT,
        DEAD
    }

    public Rumour {
        if (incarnation < 0) {
            throw new IllegalArgumentException("incarnation: " + incarnation + " (expected: >= 0)");
        }
    }
}
