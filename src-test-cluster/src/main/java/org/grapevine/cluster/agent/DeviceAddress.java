package org.grapevine.cluster.agent;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.simulation.kernel.SeededRandom;

/**
 * The stable identities of the devices of a run: each tells its number, and so its agent, to those of the same run. A device that
 * comes back has the same.
 */
record DeviceAddress(long run, Placement placement) {

    private static final String PREFIX = "urn:uuid:";
    private static final long VERSION_4 = 0x4000L;
    private static final long VERSION_BITS = 0xF000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** Of a device. */
    String of(int device) {
        return PREFIX + new UUID(ofRun(), VARIANT | device);
    }

    private long ofRun() {
        return (SeededRandom.mix(run + 1) & ~VERSION_BITS) | VERSION_4;
    }

    /** The number of the device with that identity; empty if it is none of this run. */
    OptionalInt deviceOf(String address) {
        if (!address.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
            return OptionalInt.empty();
        }
        try {
            UUID id = UUID.fromString(address.substring(PREFIX.length()));
            long device = id.getLeastSignificantBits() & ~VARIANT;
            boolean known = id.getMostSignificantBits() == ofRun() && device < placement.devices();
            return known ? OptionalInt.of((int) device) : OptionalInt.empty();
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty(); // Anybody may announce anything.
        }
    }

    int agentOf(int device) {
        return placement.agentOf(device);
    }

    /** Literal address and port of an HTTP address; empty if it has none. */
    Optional<InetSocketAddress> socketOf(String http) {
        try {
            URI uri = URI.create(http);
            String host = uri.getHost();
            if (host == null || uri.getPort() < 0 || !host.matches("[0-9.]+|\\[[0-9A-Fa-f:]+]")) {
                return Optional.empty();
            }
            return Optional.of(new InetSocketAddress(InetAddress.getByName(host), uri.getPort()));
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}
