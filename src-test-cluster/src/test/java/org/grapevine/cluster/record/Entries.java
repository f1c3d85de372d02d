package org.grapevine.cluster.record;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.simulation.kernel.SeededRandom;

/** Entries drawn at random. */
final class Entries {

    private final SeededRandom random;

    Entries(long seed) {
        random = SeededRandom.of(seed);
    }

    List<Entry> some(int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(one());
        }
        return entries;
    }

    Entry one() {
        long at = random.nextLong(-10_000_000, 1L << random.nextInt(25, 60));
        int device = random.nextInt(1 << random.nextInt(1, 23));
        int message = random.nextInt(1 << random.nextInt(1, 31));
        return switch (random.nextInt(7)) {
            case 0 -> new Entry.Started(at, device);
            case 1 -> new Entry.Stopped(at, device, random.nextInt(2) == 0);
            case 2 -> new Entry.Published(at, device, message);
            case 3 -> new Entry.Delivered(at, device, message, random.nextInt(200));
            case 4 ->
                new Entry.Completed(at, device, message, devices(), random.nextLong(-1L << 40, 1L << 62), outcome());
            case 5 ->
                new Entry.Collected(
                        at, device, message, devices().stream().boxed().toList());
            default -> new Entry.Failed(at, device, message, "zu spät \uD83D\uDE00 ".repeat(random.nextInt(5)));
        };
    }

    private BitSet devices() {
        BitSet devices = new BitSet();
        for (int i = random.nextInt(100); i > 0; i--) {
            devices.set(random.nextInt(5_000));
        }
        return devices;
    }

    private Completeness outcome() {
        int failed = random.nextInt(3);
        Faults faults = failed == 0 ? Faults.NONE : new Faults(new TreeMap<>(Map.of("busy", failed)));
        return new Completeness(
                random.nextInt(1_000),
                random.nextInt(1_000),
                failed,
                random.nextInt(10),
                random.nextInt(10),
                random.nextInt(2) == 0 ? Completeness.NONE : random.nextLong(1L << 41),
                faults);
    }
}
