package org.grapevine.gossip.driver;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * How the drivers of a device host work. Defaults that no specification gives are guesses that fit a host with some thousand
 * devices.
 *
 * @param laneCapacity events that may wait for the engines of one event loop in each {@link Lane}
 * @param bundleWithinMillis how long an envelope may be held back for others to the same peer, ms; only while there is other work.
 *     0 sends each alone
 * @param groupBase first of the multicast groups that segments may have, an address of 239.0.0.0/8
 * @param groupBits so many low bits of the base are taken from the segment's scope, 0..24
 * @param groupPort port of all these groups
 * @param maxGroups groups that one host joins at the most
 */
public record DriverOptions(
        int laneCapacity, long bundleWithinMillis, InetAddress groupBase, int groupBits, int groupPort, int maxGroups) {

    /** Where segments have their groups unless told otherwise: in the organization-local scope of RFC 2365. */
    public static final String GROUP_BASE = "239.192.0.0";

    public static final int GROUP_PORT = 37_020;

    public DriverOptions {
        require(laneCapacity >= 1, "laneCapacity", laneCapacity, ">= 1");
        require(bundleWithinMillis >= 0 && bundleWithinMillis <= 2, "bundleWithin", bundleWithinMillis, "0..2 ms");
        require(groupBits >= 0 && groupBits <= 24, "groupBits", groupBits, "0..24");
        require(groupPort >= 1 && groupPort <= 65_535, "groupPort", groupPort, "1..65535");
        require(maxGroups >= 0, "maxGroups", maxGroups, ">= 0");
        byte[] base = groupBase.getAddress();
        require(
                base.length == 4 && base[0] == (byte) 239,
                "groupBase",
                groupBase.getHostAddress(),
                "an address of 239.0.0.0/8");
        int number = ((base[1] & 0xFF) << 16) | ((base[2] & 0xFF) << 8) | (base[3] & 0xFF);
        require(
                (number & ((1 << groupBits) - 1)) == 0,
                "groupBase",
                groupBase.getHostAddress(),
                "one whose last " + groupBits + " bits are 0");
    }

    public static DriverOptions defaults() {
        try {
            return new DriverOptions(8_192, 2, InetAddress.getByName(GROUP_BASE), 18, GROUP_PORT, 256);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // A literal address is not looked up.
        }
    }

    /** Other bounds on what waits. */
    public DriverOptions withLaneCapacity(int capacity) {
        return new DriverOptions(capacity, bundleWithinMillis, groupBase, groupBits, groupPort, maxGroups);
    }

    /** Holds envelopes back for so long at the most, ms; 0 makes no bundles. */
    public DriverOptions withBundles(long withinMillis) {
        return new DriverOptions(laneCapacity, withinMillis, groupBase, groupBits, groupPort, maxGroups);
    }

    /** Other multicast groups. */
    public DriverOptions withGroups(InetAddress base, int bits, int port) {
        return new DriverOptions(laneCapacity, bundleWithinMillis, base, bits, port, maxGroups);
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
