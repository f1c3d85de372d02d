package org.grapevine.cluster.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** How the processes of a cluster find each other. */
public sealed interface Discovery {

    /** The port of {@link Multicast} unless another one is named. */
    int MULTICAST_PORT = 7_555;

    /**
     * By a list of addresses that somebody of the cluster may be found at; an agent names its coordinator. None for the coordinator,
     * which waits to be found.
     */
    record Hosts(List<InetSocketAddress> hosts) implements Discovery {
        public Hosts {
            hosts = List.copyOf(hosts);
        }

        @Override
        public String toString() {
            return hosts.stream()
                    .map(host -> host.getHostString() + ":" + host.getPort())
                    .collect(Collectors.joining(", "));
        }
    }

    /** By a multicast group. Whoever is to meet has the same group, port and cluster name. */
    record Multicast(InetAddress group, int port) implements Discovery {
        /** @throws IllegalArgumentException for a group that is none */
        public Multicast {
            if (!group.isMulticastAddress()) {
                throw new IllegalArgumentException(
                        "group: " + group.getHostAddress() + " (expected: a multicast address)");
            }
        }

        @Override
        public String toString() {
            return group.getHostAddress() + ":" + port;
        }
    }

    /** By the addresses that a name stands for in the DNS. All processes then need the same fixed port. */
    record Dns(String name) implements Discovery {
        /** @throws IllegalArgumentException for no name */
        public Dns {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name: '' (expected: a name of the DNS)");
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Nobody to look for: others come by themselves. */
    static Discovery none() {
        return new Hosts(List.of());
    }
}
