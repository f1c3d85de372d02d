package org.grapevine.dpws.eventing;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * To which addresses an event source sends. Whoever subscribes says where the notifications go, so without a rule anybody could make a
 * device post to services that only the device can reach. Sent is to unicast addresses by HTTP; to loopback only by a device that is on
 * loopback itself, and to link-local ones only by a device with a link-local address. Immutable.
 */
public final class SinkAddresses {

    /** Octets of an address (DPWS, MAX_URI_SIZE). */
    private static final int MAX_URI_SIZE = 2_048;

    private static final Pattern IPV4_LITERAL = Pattern.compile("[0-9.]+");

    /** A digit or hexadecimal label last is a number in disguise for some resolvers, and the name of no host for any. */
    private static final Pattern NUMBER_IN_DISGUISE = Pattern.compile("(?:.*\\.)?(?:0x[0-9a-f]*|[0-9]+)\\.?");

    private final Supplier<List<InetAddress>> own;
    private final boolean names;

    private SinkAddresses(Supplier<List<InetAddress>> own, boolean names) {
        this.own = own;
        this.names = names;
    }

    /**
     * What a device may send to.
     *
     * @param own the addresses at which the device is reached; asked each time, since they may change
     * @param names whether host names are allowed; they are resolved when something is sent, and not looked at again
     */
    public static SinkAddresses of(Supplier<List<InetAddress>> own, boolean names) {
        return new SinkAddresses(own, names);
    }

    private boolean isOnLoopback() {
        return own.get().stream().anyMatch(InetAddress::isLoopbackAddress);
    }

    private boolean isOnALinkLocalAddress() {
        return own.get().stream().anyMatch(InetAddress::isLinkLocalAddress);
    }

    /** The address as it can be sent to, or nothing if none is sent there. */
    public Optional<URI> usable(String address) {
        // Each character is at least one octet, so the length is enough for those who keep to ASCII, as URIs do.
        if (address.length() > MAX_URI_SIZE) {
            return Optional.empty();
        }
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            // A stranger's mistake: answered by the fault for addresses that are not understood.
            return Optional.empty();
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        boolean http = scheme.equals("http") || scheme.equals("https");
        if (!http || host == null || uri.getUserInfo() != null || uri.getFragment() != null || !isPort(uri.getPort())) {
            return Optional.empty();
        }
        return isAllowed(host.toLowerCase(Locale.ROOT)) ? Optional.of(uri) : Optional.empty();
    }

    private static boolean isPort(int port) {
        return port == -1 || (port >= 1 && port <= 65_535);
    }

    private boolean isAllowed(String host) {
        boolean literal = host.startsWith("[") || IPV4_LITERAL.matcher(host).matches();
        if (!literal) {
            boolean local = host.equals("localhost") || host.endsWith(".localhost") || host.equals("localhost.");
            return names
                    && (!local || isOnLoopback())
                    && !NUMBER_IN_DISGUISE.matcher(host).matches();
        }
        InetAddress address;
        try {
            // A literal: nobody is asked.
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return false;
        }
        if (address.isMulticastAddress() || address.isAnyLocalAddress() || isBroadcast(address)) {
            return false;
        }
        return (!address.isLoopbackAddress() || isOnLoopback())
                && (!address.isLinkLocalAddress() || isOnALinkLocalAddress());
    }

    private static boolean isBroadcast(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != 4) {
            return false;
        }
        // 240/4 is reserved and ends with the broadcast address; 0/8 is "this network".
        return (bytes[0] & 0xF0) == 0xF0 || bytes[0] == 0;
    }
}
