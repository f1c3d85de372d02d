package org.grapevine.cli.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.cluster.control.Discovery;
import picocli.CommandLine.Option;

/** How the processes of a cluster find each other: what the commands for coordinators and for agents have in common. */
final class ControlOptions {

    private static final String GROUP = "239.255.75.55";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "grapevine",
            description = "Name of the cluster; agents of another name do not join (default: ${DEFAULT-VALUE}).")
    private String name = "grapevine";

    @Option(
            names = "--multicast",
            paramLabel = "GROUP:PORT",
            arity = "0..1",
            defaultValue = "",
            fallbackValue = GROUP + ":" + Discovery.MULTICAST_PORT,
            description =
                    "Coordinator and agents find each other by this multicast group (${FALLBACK-VALUE} if none is named).")
    private String multicast = "";

    @Option(
            names = "--dns",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "They find each other by the addresses of this name in the DNS; all have the same --join-port then.")
    private String dns = "";

    String name() {
        return name;
    }

    boolean isGiven() {
        return !multicast.isEmpty() || !dns.isEmpty();
    }

    /**
     * What was asked for.
     *
     * @param join addresses of coordinators; none if they are found otherwise
     */
    Discovery discovery(List<InetSocketAddress> join) {
        int ways = (multicast.isEmpty() ? 0 : 1) + (dns.isEmpty() ? 0 : 1) + (join.isEmpty() ? 0 : 1);
        if (ways > 1) {
            throw new UsageException("--join, --multicast, --dns: several (expected: one of them)");
        }
        try {
            if (!multicast.isEmpty()) {
                InetSocketAddress group = address("--multicast", multicast);
                return new Discovery.Multicast(group.getAddress(), group.getPort());
            }
            return dns.isEmpty() ? new Discovery.Hosts(join) : new Discovery.Dns(dns);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Addresses that an option was given, one by one or with commas. */
    static List<InetSocketAddress> addresses(String option, List<String> given) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String texts : given) {
            for (String text : texts.split(",", -1)) {
                addresses.add(address(option, text));
            }
        }
        return addresses;
    }

    private static InetSocketAddress address(String option, String text) {
        int colon = text.lastIndexOf(':');
        String expected = "HOST:PORT";
        if (colon < 1) {
            throw UsageException.of(option, "'" + text + "'", expected);
        }
        int port = (int) Values.integer(option, text.substring(colon + 1), 1, 65_535);
        return new InetSocketAddress(host(option, text.substring(0, colon)), port);
    }

    /** The address that a name or literal stands for. */
    static InetAddress host(String option, String text) {
        try {
            return InetAddress.getByName(text.replaceFirst("^\\[(.*)]$", "$1"));
        } catch (UnknownHostException e) {
            throw new UsageException(option + ": '" + text + "' (expected: a host that is known)", e);
        }
    }
}
