package org.grapevine.core.engine;

/**
 * How many ids repair may be asking for at once. What was only late would be sent to this device alone, and make it and others later
 * still; so the window shrinks as soon as repair asks in vain, and grows by what it does bring, as the congestion window of TCP does.
 */
final class RepairWindow {

    /** So much is always asked for: too little to hurt anybody, and enough to find out that the trouble is over. */
    static final int LEAST = 16;

    /** About one digest. */
    static final int START = 64;

    private final int most;
    private final long pauseMillis;
    private int size;
    private int open;
    private long shrunkAt = Long.MIN_VALUE;

    /**
     * Nothing is asked for yet.
     *
     * @param most ids asked for at once, whatever comes of it
     * @param pauseMillis all that goes wrong within it has one cause, and halves the window once
     */
    RepairWindow(int most, long pauseMillis) {
        this.most = Math.max(1, most);
        this.pauseMillis = pauseMillis;
        this.size = Math.min(START, this.most);
    }

    /** Ids that may be asked for now. */
    int room() {
        return Math.max(0, size - open);
    }

    /** More is asked for than may be. */
    boolean isOverdrawn() {
        return open > size;
    }

    void asked() {
        open++;
    }

    /** One of those asked for is not waited for any longer. */
    void closed() {
        open--;
    }

    /** The one that was asked has sent what was needed. A window of which little is used says nothing about a larger one. */
    void answered() {
        if (2 * (open + 1) >= size) {
            size = Math.min(most, size + 1);
        }
    }

    /** It did not come in time, or came from somebody else: it was on its way anyway. */
    void inVain(long now) {
        if (shrunkAt == Long.MIN_VALUE || now - shrunkAt >= pauseMillis) {
            shrunkAt = now;
            size = Math.max(Math.min(LEAST, most), size / 2);
        }
    }

    /** A comparison begins. What nothing is asked for any longer says nothing about the next trouble. */
    void rest(long now) {
        if (open == 0 && (shrunkAt == Long.MIN_VALUE || now - shrunkAt >= 2 * pauseMillis)) {
            size = Math.min(START, most);
        }
    }

    int size() {
        return size;
    }
}
