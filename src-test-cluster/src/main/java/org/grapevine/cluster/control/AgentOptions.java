package org.grapevine.cluster.control;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How an agent joins its cluster.
 *
 * @param name of the cluster
 * @param discovery how its coordinator is found
 * @param bind this process's own address for the control plane
 * @param port of the control plane; 0 for a free one
 * @param seat which child of its coordinator this is, from 0; {@link #NO_SEAT} for an agent that comes by itself
 * @param folder for journals
 * @param joinWithin how long to look for a coordinator
 * @param graceTime how long a coordinator that is out of reach is waited for
 */
public record AgentOptions(
        String name,
        Discovery discovery,
        InetAddress bind,
        int port,
        int seat,
        Path folder,
        Duration joinWithin,
        Duration graceTime) {

    public static final int NO_SEAT = -1;
    public static final String DEFAULT_NAME = "grapevine";
    public static final Duration JOIN_WITHIN = Duration.ofSeconds(60);
    public static final Duration GRACE_TIME = Duration.ofSeconds(10);

    private static final int ARGUMENTS = 6;

    /** @throws IllegalArgumentException for a number out of its range, or a name that is none */
    public AgentOptions {
        requireName(name);
        if (seat < NO_SEAT || seat >= ClusterOptions.MOST_AGENTS) {
            throw new IllegalArgumentException(
                    "seat: " + seat + " (expected: -1.." + (ClusterOptions.MOST_AGENTS - 1) + ")");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }

    /** An agent that joins the coordinator found at an address. */
    public static AgentOptions joining(InetSocketAddress coordinator, InetAddress bind, Path folder) {
        return new AgentOptions(
                DEFAULT_NAME,
                new Discovery.Hosts(List.of(coordinator)),
                bind,
                0,
                NO_SEAT,
                folder,
                JOIN_WITHIN,
                GRACE_TIME);
    }

    public AgentOptions withName(String value) {
        return new AgentOptions(value, discovery, bind, port, seat, folder, joinWithin, graceTime);
    }

    public AgentOptions withDiscovery(Discovery value) {
        return new AgentOptions(name, value, bind, port, seat, folder, joinWithin, graceTime);
    }

    public AgentOptions withPatience(Duration join, Duration grace) {
        return new AgentOptions(name, discovery, bind, port, seat, folder, join, grace);
    }

    /** Whether the end of standard input means that the coordinator is gone. */
    public boolean isChild() {
        return seat != NO_SEAT;
    }

    /** A name that no other cluster has. */
    static String newName() {
        return DEFAULT_NAME + "-" + UUID.randomUUID();
    }

    static void requireName(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "name: '" + name
                            + "' (expected: at most 64 letters, digits, dots, hyphens and underscores, a letter or digit first)");
        }
    }

    /** The arguments that a child process is started with. */
    static List<String> childArguments(
            String name, InetSocketAddress coordinator, int seat, Path folder, Duration joinWithin) {
        List<String> arguments = new ArrayList<>();
        arguments.add(name);
        arguments.add(coordinator.getAddress().getHostAddress());
        arguments.add(Integer.toString(coordinator.getPort()));
        arguments.add(Integer.toString(seat));
        arguments.add(folder.toString());
        arguments.add(Long.toString(joinWithin.toMillis()));
        return arguments;
    }

    /**
     * What the main class of a child process makes of its arguments.
     *
     * @throws IllegalArgumentException for arguments that no coordinator gives
     */
    public static AgentOptions ofChild(String... arguments) {
        if (arguments.length != ARGUMENTS) {
            throw new IllegalArgumentException("arguments: " + List.of(arguments)
                    + " (expected: name, address, port, seat, folder and ms, as a coordinator gives them)");
        }
        try {
            InetAddress address = InetAddress.getByName(arguments[1]);
            return new AgentOptions(
                    arguments[0],
                    new Discovery.Hosts(List.of(new InetSocketAddress(address, Integer.parseInt(arguments[2])))),
                    address,
                    0,
                    Integer.parseInt(arguments[3]),
                    Path.of(arguments[4]),
                    Duration.ofMillis(Long.parseLong(arguments[5])),
                    GRACE_TIME);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address: " + arguments[1] + " (expected: a coordinator's)", e);
        }
    }
}
