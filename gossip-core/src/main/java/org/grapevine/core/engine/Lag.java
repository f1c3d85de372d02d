package org.grapevine.core.engine;

import org.grapevine.core.message.GossipMessage;

/**
 * How late this device sees what is sent to it, because it waits in queues here or because this device stood still. What was published
 * since is no difference between two devices yet.
 */
final class Lag {

    /** Few messages say little: their origin's clock may be wrong, or they come by a detour. */
    static final int LEAST_MESSAGES = 8;

    /** Whatever messages say; a clock that is wrong, or a liar, must not put off repair for long. */
    static final long MOST_MILLIS = 5_000;

    private long youngestMillis = Long.MAX_VALUE;
    private int messages;
    private long millis;

    /** A message came that nobody had been asked for. */
    void came(long now, GossipMessage message) {
        youngestMillis = Math.min(youngestMillis, now - message.parameters().originTimeMillis());
        messages++;
    }

    /**
     * A comparison begins.
     *
     * @param lateMillis how much later than it should have
     */
    void compare(long lateMillis) {
        // The youngest one: some may have been on their way for long, but a queue holds up all.
        long age = messages < LEAST_MESSAGES ? 0 : youngestMillis;
        millis = Math.max(0, Math.min(MOST_MILLIS, Math.max(lateMillis, age)));
        youngestMillis = Long.MAX_VALUE;
        messages = 0;
    }

    /** As of the last comparison; 0 if nothing tells. */
    long millis() {
        return millis;
    }
}
