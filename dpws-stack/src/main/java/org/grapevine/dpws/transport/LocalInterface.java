package org.grapevine.dpws.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network interface of this machine, as it was when it was looked at.
 *
 * @param name {@code eth0}
 * @param up whether it is switched on
 * @param multicast whether it says that it does multicast; loopback often does without saying so
 * @param loopback whether it leads back to this machine
 * @param pointToPoint whether it has one other end only, such as a tunnel
 * @param addresses all its addresses; link-local ones of IPv6 with their zone
 */
public record LocalInterface(
        String name,
        boolean up,
        boolean multicast,
        boolean loopback,
        boolean pointToPoint,
        List<InetAddress> addresses) {

    public LocalInterface {
        addresses = List.copyOf(addresses);
    }

    /** All that this machine has now. */
    static List<LocalInterface> ofThisMachine() throws SocketException {
        List<LocalInterface> found = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            found.add(new LocalInterface(
                    each.getName(),
                    each.isUp(),
                    each.supportsMulticast(),
                    each.isLoopback(),
                    each.isPointToPoint(),
                    each.inetAddresses().toList()));
        }
        return List.copyOf(found);
    }

    /**
     * The addresses to be present at on this interface: one of each IP version, IPv4 first. One that reaches beyond the link
     * goes before a link-local one, which strangers can use only with a zone of their own.
     */
    List<InetAddress> presence() {
        List<InetAddress> chosen = new ArrayList<>();
        best(false).ifPresent(chosen::add);
        best(true).ifPresent(chosen::add);
        return chosen;
    }

    private Optional<InetAddress> best(boolean ipv6) {
        List<InetAddress> candidates = addresses.stream()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .toList();
        return candidates.stream()
                .filter(address -> !address.isLinkLocalAddress())
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    /** {@code eth0 (192.0.2.2, fd00::2)}. */
    @Override
    public String toString() {
        String what = addresses.isEmpty()
                ? "no address"
                : String.join(", ", addresses.stream().map(AddressText::of).toList());
        return name + " (" + (up ? "" : "down, ") + what + ")";
    }
}
