package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Sample;

/**
 * Samples of one query at a relay, in the order in which they came. Those that the parent has taken stay, as long as there is room:
 * another device may take its place, and gets all of them.
 */
final class SampleQueue {

    private final List<Sample> held = new ArrayList<>();
    private long bytes;
    /** Of those held, from the first on: the parent has them. */
    private int taken;
    /** The next ones: on their way in a batch. */
    private int flying;

    private int number;
    /** Samples that this parent has taken in all. */
    private int told;
    /** Samples that left when a parent had taken them. */
    private int left;

    int size() {
        return held.size();
    }

    long bytes() {
        return bytes;
    }

    void add(Sample sample) {
        held.add(sample);
        bytes += sample.value().sizeBytes();
    }

    /** Lets the oldest go that the parent has taken. Returns its bytes, -1 if there is none. */
    long makeRoom() {
        if (taken == 0) {
            return -1;
        }
        taken--;
        left++;
        int size = held.remove(0).value().sizeBytes();
        bytes -= size;
        return size;
    }

    boolean isFlying() {
        return flying > 0;
    }

    boolean hasMore() {
        return taken + flying < held.size();
    }

    int number() {
        return number;
    }

    /** The batch on its way. */
    List<Sample> flying() {
        return held.subList(taken, taken + flying);
    }

    /** Makes the next batch of what waits. */
    void nextBatch(int batchBytes) {
        long size = 0;
        while (flying < Control.Samples.MOST_SAMPLES && hasMore()) {
            int next = held.get(taken + flying).value().sizeBytes();
            if (flying > 0 && size + next > batchBytes) {
                return;
            }
            flying++;
            size += next;
        }
    }

    /** The parent has the batch on its way. */
    void batchTaken() {
        taken += flying;
        told += flying;
        flying = 0;
        number++;
    }

    /** Samples that this parent has taken. */
    int told() {
        return told;
    }

    /** Samples that it has not. */
    int untold() {
        return held.size() - taken;
    }

    /** Another parent is to have everything. Returns how many samples it cannot have. */
    int startAgain() {
        int gone = left;
        left = 0;
        taken = 0;
        flying = 0;
        number = 0;
        told = 0;
        return gone;
    }
}
