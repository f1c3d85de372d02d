package org.grapevine.core.message;

/**
 * How the replies to a request come back.
 *
 * @param aggregation name of the function that merges them ({@code urn:sha256:...}); opaque to the engines
 * @param minReplies floor for success at the initiator: fewer devices counted is a failure. It never ends a query early
 * @param timeoutMillis the initiator's whole budget, ms
 * @param marginMillis what each level of the tree takes off the budget before it passes it on, ms. A fixed decrement, neither
 *     the same deadline on every level nor a share of it: both lose most answers as soon as one device is silent
 */
public record ReplyTerms(String aggregation, int minReplies, long timeoutMillis, long marginMillis) {

    /** Levels of the tree that a budget is cut into unless told otherwise: three segments of three levels each, and three to spare. */
    public static final int DEFAULT_LEVELS = 12;

    public ReplyTerms {
        if (minReplies < 0) {
            throw new IllegalArgumentException("minReplies: " + minReplies + " (expected: >= 0)");
        }
        if (timeoutMillis < 1) {
            throw new IllegalArgumentException("timeout: " + timeoutMillis + " ms (expected: >= 1 ms)");
        }
        if (marginMillis < 1 || marginMillis > timeoutMillis) {
            throw new IllegalArgumentException(
                    "margin: " + marginMillis + " ms (expected: 1.." + timeoutMillis + " ms, the timeout)");
        }
    }

    /** Terms whose margin lets {@value #DEFAULT_LEVELS} levels answer one after the other. */
    public static ReplyTerms of(String aggregation, int minReplies, long timeoutMillis) {
        return new ReplyTerms(
                aggregation, minReplies, timeoutMillis, Math.max(1, timeoutMillis / (DEFAULT_LEVELS + 1)));
    }
}
