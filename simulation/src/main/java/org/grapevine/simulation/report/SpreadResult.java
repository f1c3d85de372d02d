package org.grapevine.simulation.report;

import org.grapevine.core.message.GossipVariant;
import org.jspecify.annotations.Nullable;

/**
 * How far one message came, by gossip or by the baseline.
 *
 * @param id its message id
 * @param from index of the device that published it
 * @param atMicros when, µs
 * @param devices those up at its publication that some path of segments joins to the publisher, itself included
 * @param reached how many of them a hosted service got it, the publisher's own included
 * @param owed those among {@code devices} that stayed up until it expired or the run ended
 * @param reachedOfOwed how many of these got it
 * @param t50Micros until half of {@code devices} had it, from publication, µs; -1 if never
 * @param t99Micros the same for 99 of 100
 * @param t100Micros the same for all
 * @param lastHop hops of the delivery that took most
 * @param copies copies sent of it, a multicast counted once
 * @param repaired deliveries of copies that had been asked for: by repair, or, where the variant is lazy or pulls, as it should be
 */
public record SpreadResult(
        String id,
        int from,
        long atMicros,
        int devices,
        int reached,
        int owed,
        int reachedOfOwed,
        long t50Micros,
        long t99Micros,
        long t100Micros,
        int lastHop,
        long copies,
        int repaired,
        Effort effort) {

    /**
     * What it took beside the copies sent.
     *
     * @param variant null for the baseline
     * @param received copies that arrived
     * @param advertised ids of it that were sent in IHave
     * @param contacts from its publication until all had it: pulls whose sender held it where that one may offer it
     *     (push-pull), and pulls that met somebody who held it. As many transmissions as the random phone call model counts,
     *     where nobody compares before sending
     * @param meanMicros mean time of the first deliveries, the publisher's own left out, µs; 0 if there were none
     * @param lastMicros time of the last of them, µs
     */
    public record Effort(
            @Nullable GossipVariant variant,
            long received,
            long advertised,
            long contacts,
            double meanMicros,
            long lastMicros) {}

    /** Share of the devices reached. */
    public double coverage() {
        return devices == 0 ? 0 : (double) reached / devices;
    }

    /** Copies sent for each delivery but the publisher's own; NaN if there was none. */
    public double payloadsPerDelivery() {
        return perDelivery(copies);
    }

    /** Ids advertised for each such delivery; NaN if there was none. */
    public double idsPerDelivery() {
        return perDelivery(effort.advertised());
    }

    /**
     * Relative message redundancy: copies received for each such delivery beyond the one that is needed. 0 for a perfect tree,
     * fanout - 1 for an eager push that reaches all; NaN if there was no delivery.
     */
    public double redundancy() {
        return perDelivery(effort.received()) - 1;
    }

    private double perDelivery(long count) {
        return reached <= 1 || count < 0 ? Double.NaN : (double) count / (reached - 1);
    }
}
