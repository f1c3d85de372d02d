package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.List;

/** When devices were up, as a record tells it. Times in µs since the start of the run. */
final class Lives {

    private static final class Life {
        private final long fromMicros;
        private long untilMicros = Long.MAX_VALUE;

        private Life(long fromMicros) {
            this.fromMicros = fromMicros;
        }
    }

    private final List<List<Life>> lives;

    Lives(int devices) {
        lives = new ArrayList<>(devices);
        for (int i = 0; i < devices; i++) {
            lives.add(new ArrayList<>(1));
        }
    }

    /** In the order of time. */
    void started(int device, long atMicros) {
        stopped(device, atMicros);
        lives.get(device).add(new Life(atMicros));
    }

    void stopped(int device, long atMicros) {
        List<Life> all = lives.get(device);
        if (!all.isEmpty()) {
            Life last = all.get(all.size() - 1);
            last.untilMicros = Math.min(last.untilMicros, atMicros);
        }
    }

    /** True if it was up without an end between the two times. */
    boolean spans(int device, long fromMicros, long untilMicros) {
        for (Life life : lives.get(device)) {
            if (life.fromMicros <= fromMicros && life.untilMicros > untilMicros) {
                return true;
            }
        }
        return false;
    }
}
