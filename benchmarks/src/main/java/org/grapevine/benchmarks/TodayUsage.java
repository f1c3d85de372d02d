package org.grapevine.benchmarks;

/**
 * What a publisher and its devices have used, or did use within a time.
 *
 * @param nanos time by the clock
 * @param publisherMillis processor time of the publisher's process
 * @param deviceMillis processor time of the processes of all devices together
 * @param sent bytes that the publisher wrote into connections and datagrams
 * @param received bytes that it read
 */
record TodayUsage(double nanos, double publisherMillis, double deviceMillis, double sent, double received) {

    static final TodayUsage NOTHING = new TodayUsage(0, 0, 0, 0, 0);

    TodayUsage plus(TodayUsage other) {
        return new TodayUsage(
                nanos + other.nanos,
                publisherMillis + other.publisherMillis,
                deviceMillis + other.deviceMillis,
                sent + other.sent,
                received + other.received);
    }

    TodayUsage minus(TodayUsage other) {
        return plus(other.times(-1));
    }

    TodayUsage times(double factor) {
        return new TodayUsage(
                factor * nanos, factor * publisherMillis, factor * deviceMillis, factor * sent, factor * received);
    }

    /** What was used beyond what the same time at rest takes; the time is 0 then. */
    TodayUsage beyond(TodayUsage rest) {
        return minus(rest.times(nanos / rest.nanos));
    }

    TodayUsage perSecond() {
        return times(1e9 / nanos);
    }
}
