package org.grapevine.cluster.record;

import java.util.BitSet;
import java.util.List;
import org.grapevine.core.message.Completeness;

/**
 * Something that happened at one device.
 *
 * <p>Times are µs since the start of the run, by the agent's clock as corrected by the coordinator, whatever clock error the run puts
 * on its devices. Devices are numbered as in the scenario, pushes and requests in the order of the work plan, from 0.
 */
public sealed interface Entry {

    long atMicros();

    int device();

    /** The device is up: its Hello is about to be said. */
    record Started(long atMicros, int device) implements Entry {}

    /** The device is gone, with a Bye or without. */
    record Stopped(long atMicros, int device, boolean bye) implements Entry {}

    /** A client hands a push or a request to the device's shadow. */
    record Published(long atMicros, int device, int message) implements Entry {}

    /**
     * The hosted service was called with a push or a request.
     *
     * @param hops copies that it took to come here; 0 where it was published
     */
    record Delivered(long atMicros, int device, int message, int hops) implements Entry {}

    /**
     * A request is over at its initiator, with a value or with all that was collected.
     *
     * @param who devices whose answers are inside, as the value itself says
     * @param sum what the value says that their answers add up to
     */
    record Completed(long atMicros, int device, int message, BitSet who, long sum, Completeness completeness)
            implements Entry {
        public Completed {
            who = (BitSet) who.clone();
        }

        @Override
        public BitSet who() {
            return (BitSet) who.clone();
        }
    }

    /** Values of a request that collects came to its initiator, from these devices, in that order. */
    record Collected(long atMicros, int device, int message, List<Integer> from) implements Entry {
        public Collected {
            from = List.copyOf(from);
        }
    }

    /** A request is over at its initiator, without a value. */
    record Failed(long atMicros, int device, int message, String reason) implements Entry {}
}
