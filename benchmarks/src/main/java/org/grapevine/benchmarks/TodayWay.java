package org.grapevine.benchmarks;

/** How a message is brought to all devices. */
enum TodayWay {
    EAGER("gossip, eager push"),
    TREE("gossip, tree"),
    EVENTS("WS-Eventing"),
    ONE_BY_ONE("HTTP, one by one"),
    MANY("HTTP, 32 at a time");

    /** Calls of {@link #MANY} under way at the most. */
    static final int AT_ONCE = 32;

    private final String words;

    TodayWay(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /** Whether the publisher itself sends to each device and waits for its answer. */
    boolean calls() {
        return this == ONE_BY_ONE || this == MANY;
    }
}
