package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** When a datagram is sent again, byte for byte the same (SOAP-over-UDP 1.1, appendix I). */
public final class DatagramRepeat {

    private DatagramRepeat() {}

    /** For a datagram to a multicast group. */
    public static List<Integer> ofMulticast(DiscoveryTiming timing, RandomGenerator random) {
        return offsetsMs(timing.multicastRepeat(), timing, random);
    }

    /** For a datagram to one receiver. */
    public static List<Integer> ofUnicast(DiscoveryTiming timing, RandomGenerator random) {
        return offsetsMs(timing.unicastRepeat(), timing, random);
    }

    /** When each repetition is due, in ms after the first transmission. */
    static List<Integer> offsetsMs(int repeat, DiscoveryTiming timing, RandomGenerator random) {
        List<Integer> offsets = new ArrayList<>(repeat);
        int gap = random.nextInt(timing.minDelayMs(), timing.maxDelayMs() + 1);
        int offset = 0;
        for (int i = 0; i < repeat; i++) {
            offset += gap;
            offsets.add(offset);
            gap = Math.min(2 * gap, timing.upperDelayMs());
        }
        return List.copyOf(offsets);
    }
}
