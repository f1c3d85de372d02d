package org.grapevine.cluster.report;

import java.util.List;
import org.grapevine.core.message.Completeness;
import org.jspecify.annotations.Nullable;

/**
 * What one request came to, and who is missing.
 *
 * @param message its number in the work plan
 * @param from device that asked
 * @param atMicros when, µs since the start of the run
 * @param elapsedMicros until it was over, µs; -1 if it never was
 * @param counted devices inside
 * @param live devices that were up from the request until it was over, the one that asked included
 * @param missing the first {@value #SHOWN} of the live ones that are not inside
 * @param missingInAll how many there are
 * @param completeness what the answer says of itself; null if there was none
 * @param failure why it failed; null if it did not
 * @param isSumRight true if the answer's sum is that of the devices inside, each once
 * @param isWholeWanted true if nobody may be missing from an answer that says it is whole: all answers were wanted, not the first few
 */
public record Answer(
        int message,
        int from,
        long atMicros,
        long elapsedMicros,
        int counted,
        int live,
        List<Integer> missing,
        int missingInAll,
        @Nullable Completeness completeness,
        @Nullable String failure,
        boolean isSumRight,
        boolean isWholeWanted) {

    /** So many missing devices are named. */
    public static final int SHOWN = 20;

    public Answer {
        missing = List.copyOf(missing);
    }

    /** Live devices that are inside. */
    public int countedLive() {
        return live - missingInAll;
    }

    /** True if it says that nobody is missing. */
    public boolean saysWhole() {
        return completeness != null && completeness.isWhole();
    }

    /** True if it counts whom it has, each once, and does not say that it is whole while a live device is missing. */
    public boolean isHonest() {
        return completeness == null
                || (isSumRight
                        && completeness.counted() == counted
                        && !(isWholeWanted && saysWhole() && missingInAll > 0));
    }
}
