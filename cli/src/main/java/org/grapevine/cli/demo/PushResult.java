package org.grapevine.cli.demo;

import java.util.List;

/**
 * A tariff's way through the grid.
 *
 * @param devices how many there are
 * @param delivered how many were handed the tariff
 * @param missed names of the others
 * @param duplicatesToApplication how often a device was handed it once too often
 * @param t50Millis when half of the devices had it, ms after it was pushed; NaN if that never came
 * @param t99Millis the same for 99 of 100
 * @param t100Millis the same for all
 * @param envelopesPerDevice envelopes sent for it, control messages included, divided by the devices
 * @param duplicateCopies copies that devices had already, and stopped
 * @param repaired devices that got it by repair, since all pushes to them were lost
 */
record PushResult(
        int devices,
        int delivered,
        List<String> missed,
        int duplicatesToApplication,
        double t50Millis,
        double t99Millis,
        double t100Millis,
        double envelopesPerDevice,
        long duplicateCopies,
        long repaired) {

    boolean isExact() {
        return delivered == devices && duplicatesToApplication == 0;
    }
}
