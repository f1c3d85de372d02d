package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/**
 * A peer as devices tell each other of it.
 *
 * @param address where it takes datagrams
 * @param httpPort port at which the same host takes HTTP at the same path; 0 if it does not
 * @param age shuffle periods since the peer itself made the entry, 0..{@value #MAX_AGE}
 */
public record PeerEntry(PeerAddress address, int httpPort, int age) {

    /** An entry does not get older than this; it says no more then than that it is old. */
    public static final int MAX_AGE = 9_999;

    public PeerEntry {
        if (httpPort < 0 || httpPort > 65_535) {
            throw new IllegalArgumentException("httpPort: " + httpPort + " (expected: 0..65535)");
        }
        if (age < 0 || age > MAX_AGE) {
            throw new IllegalArgumentException("age: " + age + " (expected: 0.." + MAX_AGE + ")");
        }
    }

    /** The same peer with another age; one above the highest is the highest. */
    public PeerEntry aged(int newAge) {
        return new PeerEntry(address, httpPort, Math.min(MAX_AGE, newAge));
    }
}
