package org.grapevine.cluster.soak;

/**
 * Which messages of each origin have come to one device. Every origin numbers its messages from 0. Kept for each is the lowest number
 * that is still waited for, and a bit for each of some numbers from there on, so that memory does not grow with the messages. Any
 * thread.
 */
final class Arrivals {

    private final int patience;
    private final int words;
    private final int[] floor;
    private final int[] top;
    private final long[] bits; // number n of an origin has bit n mod (64 words)
    private long delivered;
    private long again;
    private long lost;

    /**
     * Nothing has come yet.
     *
     * @param origins devices that publish
     * @param patience a message is lost once one has come that its origin published so many later, 1..1,000,000
     */
    Arrivals(int origins, int patience) {
        if (patience < 1 || patience > 1_000_000) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: 1..1000000)");
        }
        this.patience = patience;
        this.words = (patience + 1 + 63) / 64;
        this.floor = new int[origins];
        this.top = new int[origins];
        this.bits = new long[origins * words];
    }

    /**
     * What has come.
     *
     * @param delivered messages, each counted once
     * @param again deliveries of messages that were here already, or given up
     * @param lost messages that were given up
     */
    record Count(long delivered, long again, long lost) {}

    synchronized void delivered(int origin, int number) {
        if (number < floor[origin]) {
            again++;
            return;
        }
        giveUpBefore(origin, number - patience);
        int word = word(origin, number);
        long bit = 1L << number;
        if ((bits[word] & bit) != 0) {
            again++;
            return;
        }
        bits[word] |= bit;
        top[origin] = Math.max(top[origin], number + 1);
        delivered++;
        while (floor[origin] < top[origin] && isHere(origin, floor[origin])) {
            forget(origin);
        }
    }

    /** Gives up what an origin has published and has not come: after the last message. */
    synchronized void published(int origin, int messages) {
        giveUpBefore(origin, messages);
    }

    synchronized Count count() {
        return new Count(delivered, again, lost);
    }

    private void giveUpBefore(int origin, int number) {
        while (floor[origin] < Math.min(number, top[origin])) {
            if (!isHere(origin, floor[origin])) {
                lost++;
            }
            forget(origin);
        }
        if (floor[origin] < number) {
            lost += number - floor[origin];
            floor[origin] = number;
            top[origin] = number;
        }
    }

    private boolean isHere(int origin, int number) {
        return (bits[word(origin, number)] & (1L << number)) != 0;
    }

    private void forget(int origin) {
        bits[word(origin, floor[origin])] &= ~(1L << floor[origin]);
        floor[origin]++;
    }

    private int word(int origin, int number) {
        return origin * words + (number / 64) % words;
    }
}
