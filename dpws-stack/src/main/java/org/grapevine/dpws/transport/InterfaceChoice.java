package org.grapevine.dpws.transport;

import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what a user says to the addresses at which a host is present. Looks at the interfaces anew at every call. Any thread.
 */
public final class InterfaceChoice {

    private static final String ALL = "all";
    private static final String LOOPBACK = "loopback";

    private final Source source;

    /** Where the interfaces of a machine are listed. */
    @FunctionalInterface
    public interface Source {

        List<LocalInterface> interfaces() throws SocketException;
    }

    /** A choice among what the source lists; outside of tests that is {@link #ofThisMachine}. */
    public InterfaceChoice(Source source) {
        this.source = source;
    }

    public static InterfaceChoice ofThisMachine() {
        return new InterfaceChoice(LocalInterface::ofThisMachine);
    }

    /**
     * Everything this machine has, whether it can be chosen or not.
     *
     * @throws IllegalStateException if the machine does not say
     */
    public List<LocalInterface> interfaces() {
        try {
            return List.copyOf(source.interfaces());
        } catch (SocketException e) {
            throw new IllegalStateException("interfaces: not listed by this machine: " + e.getMessage(), e);
        }
    }

    /**
     * Turns words into addresses to bind.
     *
     * @param words separated by commas, each the name of an interface ({@code eth0}), a literal address of this machine
     *     ({@code 192.0.2.2}, {@code ::1}, {@code fe80::1%eth0}), {@code loopback}, or {@code all}: every interface that is up
     *     and does multicast, but loopback and tunnels, which have to be named. An interface stands for one address of
     *     each IP version. Names are never looked up.
     * @return in the order of the words, none twice, at least one, at most {@link Links#MAX_LINKS}
     * @throws IllegalArgumentException {@code interface: eth9 (expected: ...)}, naming the word and what this machine has
     */
    public List<InetAddress> choose(String words) {
        List<LocalInterface> present = interfaces();
        List<InetAddress> chosen = new ArrayList<>();
        for (String word : words.split(",", -1)) {
            List<InetAddress> addresses = choose(word.strip(), present);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("interface: " + printable(word.strip()) + " (expected: "
                        + expected(word.strip(), present) + ")");
            }
            for (InetAddress address : addresses) {
                if (chosen.stream().noneMatch(other -> Links.same(address, other))) {
                    chosen.add(address);
                }
            }
        }
        Arguments.require(
                chosen.size() <= Links.MAX_LINKS,
                "interface: %s addresses (expected: at most %s)",
                chosen.size(),
                Links.MAX_LINKS);
        return List.copyOf(chosen);
    }

    private static List<InetAddress> choose(String word, List<LocalInterface> present) {
        List<InetAddress> chosen = new ArrayList<>();
        for (LocalInterface each : present) {
            boolean meant = word.equals(each.name())
                    || (word.equals(LOOPBACK) && each.loopback())
                    || (word.equals(ALL) && each.multicast() && !each.loopback() && !each.pointToPoint());
            if (meant && each.up()) {
                chosen.addAll(each.presence());
            }
        }
        if (chosen.isEmpty()) {
            literal(word).flatMap(address -> own(address, present)).ifPresent(chosen::add);
        }
        return chosen;
    }

    /** The machine's own form of an address, which has its zone; empty if it is not of this machine, or of one that is down. */
    private static Optional<InetAddress> own(InetAddress address, List<LocalInterface> present) {
        List<LocalInterface> usable =
                present.stream().filter(LocalInterface::up).toList();
        Optional<InetAddress> listed = usable.stream()
                .flatMap(each -> each.addresses().stream())
                .filter(candidate -> Links.same(candidate, address))
                .findFirst();
        // All of 127.0.0.0/8 leads back to this machine, but only one address of it is listed.
        boolean unlisted = listed.isEmpty()
                && address.isLoopbackAddress()
                && address.getAddress().length == 4
                && usable.stream().anyMatch(LocalInterface::loopback);
        return unlisted ? Optional.of(address) : listed;
    }

    private static Optional<InetAddress> literal(String word) {
        boolean ipv4 = word.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        boolean ipv6 = word.indexOf(':') >= 0 && word.matches("[0-9a-fA-F:][0-9a-fA-F:.]*(%.+)?");
        if (!ipv4 && !ipv6) {
            return Optional.empty(); // Anything else would be looked up.
        }
        try {
            return Optional.of(InetAddress.getByName(word));
        } catch (UnknownHostException e) {
            return Optional.empty(); // It only looked like one; whoever said it is told what is expected.
        }
    }

    private static String expected(String word, List<LocalInterface> present) {
        String wanted = word.equals(ALL)
                ? "an interface that is up and does multicast"
                : "all, loopback, or the name or an address of an interface that is up";
        List<String> listed = present.stream().map(LocalInterface::toString).toList();
        return wanted + "; this machine has " + (listed.isEmpty() ? "none" : String.join(", ", listed));
    }

    private static String printable(String word) {
        String line = word.replaceAll("[^\\x20-\\x7E]", "?");
        return line.isEmpty() ? "''" : line.substring(0, Math.min(80, line.length()));
    }
}
