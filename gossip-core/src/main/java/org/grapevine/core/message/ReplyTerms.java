package org.grapevine.core.message;

/**
 * How the replies to a request come back.
 *
 * @param mode what becomes of them on the way
 * @param aggregation name of the function that merges them ({@code urn:sha256:...}); opaque to the engines. {@link #NO_FUNCTION}
 *     where nothing is merged on the way
 * @param minReplies floor for success at the initiator: fewer devices counted is a failure. It never ends a query early
 * @param partial an answer below that floor is given all the same, and says so; else it is a failure
 * @param enough of {@link ReplyMode#FIRST}: how many answers end the query; 1 in the other modes, where it means nothing
 * @param timeoutMillis the initiator's whole budget, ms
 * @param marginMillis what each level of the tree takes off the budget before it passes it on, ms. A fixed decrement, neither
 *     the same deadline on every level nor a share of it: both lose most answers as soon as one device is silent
 */
public record ReplyTerms(
        ReplyMode mode,
        String aggregation,
        int minReplies,
        boolean partial,
        int enough,
        long timeoutMillis,
        long marginMillis) {

    /** Nothing is merged. */
    public static final String NO_FUNCTION = "";

    /** Characters in the name of a function with its parameters, at most. */
    public static final int LONGEST_AGGREGATION = 512;

    /** Levels of the tree that a budget is cut into unless told otherwise: three segments of three levels each, and three to spare. */
    public static final int DEFAULT_LEVELS = 12;

    public ReplyTerms {
        if (minReplies < 0) {
            throw new IllegalArgumentException("minReplies: " + minReplies + " (expected: >= 0)");
        }
        if (enough < 1) {
            throw new IllegalArgumentException("enough: " + enough + " (expected: >= 1)");
        }
        if (timeoutMillis < 1) {
            throw new IllegalArgumentException("timeout: " + timeoutMillis + " ms (expected: >= 1 ms)");
        }
        if (marginMillis < 1 || marginMillis > timeoutMillis) {
            throw new IllegalArgumentException(
                    "margin: " + marginMillis + " ms (expected: 1.." + timeoutMillis + " ms, the timeout)");
        }
        if (aggregation.equals(NO_FUNCTION) && (mode == ReplyMode.AGGREGATE || enough > 1)) {
            throw new IllegalArgumentException(
                    "aggregation: none (expected: a function, because several answers become one)");
        }
    }

    /** Terms of an aggregation. */
    public ReplyTerms(String aggregation, int minReplies, long timeoutMillis, long marginMillis) {
        this(ReplyMode.AGGREGATE, aggregation, minReplies, false, 1, timeoutMillis, marginMillis);
    }

    /** Terms of an aggregation whose margin lets {@value #DEFAULT_LEVELS} levels answer one after the other. */
    public static ReplyTerms of(String aggregation, int minReplies, long timeoutMillis) {
        return new ReplyTerms(aggregation, minReplies, timeoutMillis, defaultMargin(timeoutMillis));
    }

    /** The first so many answers; {@code aggregation} may be {@link #NO_FUNCTION} if one is enough. */
    public static ReplyTerms first(int enough, String aggregation, long timeoutMillis) {
        return new ReplyTerms(
                ReplyMode.FIRST, aggregation, 0, false, enough, timeoutMillis, defaultMargin(timeoutMillis));
    }

    /** All answers, each as it is. */
    public static ReplyTerms collect(int minReplies, long timeoutMillis) {
        return new ReplyTerms(
                ReplyMode.COLLECT, NO_FUNCTION, minReplies, false, 1, timeoutMillis, defaultMargin(timeoutMillis));
    }

    /** The margin that lets {@value #DEFAULT_LEVELS} levels answer one after the other, ms. */
    public static long defaultMargin(long timeoutMillis) {
        return Math.max(1, timeoutMillis / (DEFAULT_LEVELS + 1));
    }

    /** True if answers become one on their way, so that every device needs the function. */
    public boolean merges() {
        return mode == ReplyMode.AGGREGATE || (mode == ReplyMode.FIRST && enough > 1);
    }

    /**
     * As a request travels: without a function where nothing is merged on the way, since only the initiator may need it then.
     */
    public ReplyTerms onTheWay() {
        return merges()
                ? this
                : new ReplyTerms(mode, NO_FUNCTION, minReplies, partial, enough, timeoutMillis, marginMillis);
    }

    /** The same, with a partial answer in place of a failure. */
    public ReplyTerms givingPartial() {
        return new ReplyTerms(mode, aggregation, minReplies, true, enough, timeoutMillis, marginMillis);
    }
}
