package org.grapevine.dpws.device;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What came of a question to subscribers.
 *
 * @param answers what they said, in the order of arrival; one at most if answers were merged on their way
 * @param coverage whom the answers cover
 */
public record Solicited<T>(List<T> answers, Coverage coverage) {

    /**
     * Whom answers cover. Counted are subscribers, or devices if the question went through a shadow to the subscribers of many.
     *
     * @param counted those whose answer is inside
     * @param failed those that answered with a fault, with nothing, or with what makes no sense
     * @param silent those that did not answer in time; through a shadow this counts requests, and bounds the devices from above
     * @param truncated devices that had no time or rounds left to ask others; 0 without a shadow
     */
    public record Coverage(int counted, int failed, int silent, int truncated) {

        /** True if nobody is known to be missing. */
        public boolean isWhole() {
            return failed == 0 && silent == 0 && truncated == 0;
        }
    }

    public Solicited {
        answers = List.copyOf(answers);
    }

    /** The same in another form; who answered what cannot be brought into it has failed. */
    <R> Solicited<R> read(Function<T, R> reader) {
        List<R> read = new ArrayList<>();
        int unreadable = 0;
        for (T answer : answers) {
            try {
                read.add(reader.apply(answer));
            } catch (IllegalArgumentException e) {
                unreadable++;
            }
        }
        return new Solicited<>(
                read,
                new Coverage(
                        Math.max(0, coverage.counted() - unreadable),
                        coverage.failed() + unreadable,
                        coverage.silent(),
                        coverage.truncated()));
    }
}
