package org.grapevine.simulation.world;

import java.util.BitSet;
import org.grapevine.core.message.Payload;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * The value of an answer, or of merged answers: which devices are inside, so that nobody can be inside twice unseen, and what their
 * values add up to.
 *
 * @param who indexes of the devices; nobody changes it once it is in here
 * @param sum of the values of all that were merged: a device that is merged twice counts twice, whatever {@code who} says
 * @param sizeBytes as a real answer would have; merged answers are as large as one, since values merge to one value
 */
public record CountedDevices(BitSet who, long sum, int sizeBytes) implements Payload {

    /** Of a million devices no sum comes near the end of a long, and no two sets of a few devices are likely to have the same one. */
    private static final long MOST = 1L << 40;

    /** The answer of one device. */
    public static CountedDevices of(int device, int sizeBytes) {
        BitSet self = new BitSet();
        self.set(device);
        return new CountedDevices(self, valueOf(device), sizeBytes);
    }

    /** What the hosted service of a device has to add to a sum; always the same. */
    public static long valueOf(int device) {
        return Math.floorMod(SeededRandom.mix(device + 1L), MOST);
    }

    /** What the values of the devices inside add up to, each once. */
    public long expectedSum() {
        return who.stream().mapToLong(CountedDevices::valueOf).sum();
    }
}
