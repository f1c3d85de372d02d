package org.grapevine.gossip.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How often a question is asked.
 *
 * @param every from the beginning of one run to that of the next; empty for once. A shadow has a least period
 * @param runs after how many it ends; empty for never; only with a period
 */
public record Repetition(Optional<Duration> every, OptionalInt runs) {

    public static final Repetition ONCE = new Repetition(Optional.empty(), OptionalInt.empty());

    /** Until it is unsubscribed. */
    public static Repetition every(Duration period) {
        return new Repetition(Optional.of(period), OptionalInt.empty());
    }

    /** The same, so many times. */
    public Repetition times(int most) {
        return new Repetition(every, OptionalInt.of(most));
    }

    /** True if that was the last run. */
    boolean isLast(int run) {
        return every.isEmpty() || (runs.isPresent() && run >= runs.getAsInt());
    }
}
