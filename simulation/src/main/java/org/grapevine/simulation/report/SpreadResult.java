package org.grapevine.simulation.report;

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
 * @param copies copies sent of it
 * @param repaired deliveries that repair brought
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
        int repaired) {

    /** Share of the devices reached. */
    public double coverage() {
        return devices == 0 ? 0 : (double) reached / devices;
    }
}
