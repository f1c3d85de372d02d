package org.grapevine.benchmarks;

/**
 * When a message was with the first, with half and with the last of those who were to get it, ms behind the call of the publisher.
 * Infinite for what did not happen.
 */
record TodayTimes(double first, double half, double last) {

    /**
     * Of one message.
     *
     * @param begunNanos when the publisher was told
     * @param arrivalNanos when each device had it that has it, the earliest first
     * @param expected devices that were to get it
     */
    static TodayTimes of(long begunNanos, long[] arrivalNanos, int expected) {
        return new TodayTimes(
                after(begunNanos, arrivalNanos, 1),
                after(begunNanos, arrivalNanos, (expected + 1) / 2),
                after(begunNanos, arrivalNanos, expected));
    }

    private static double after(long begunNanos, long[] arrivalNanos, int devices) {
        return arrivalNanos.length < devices
                ? Double.POSITIVE_INFINITY
                : (arrivalNanos[devices - 1] - begunNanos) / 1e6;
    }
}
