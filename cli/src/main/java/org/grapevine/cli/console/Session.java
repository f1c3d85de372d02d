package org.grapevine.cli.console;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.List;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * One run of the command: the options that every command has, and where its output goes. Commands get it when they are made, and
 * may ask it once the arguments were read.
 */
public final class Session {

    private final Screen screen;
    private @Nullable Reporter reporter;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Write JSON, one object per line, in place of text for people.")
    private boolean json;

    @Option(
            names = "--interface",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            scope = ScopeType.INHERIT,
            description = "Address of the network interface that datagrams leave through (default: ${DEFAULT-VALUE}).")
    private String networkInterface = "127.0.0.1";

    @Option(
            names = "--discovery-port",
            paramLabel = "PORT",
            defaultValue = "" + WsDiscovery.DISCOVERY_PORT,
            scope = ScopeType.INHERIT,
            description = "UDP port of WS-Discovery (default: ${DEFAULT-VALUE}).")
    private String discoveryPort = "" + WsDiscovery.DISCOVERY_PORT;

    public Session(Screen screen) {
        this.screen = screen;
    }

    /** Writes what the command has to say. */
    public synchronized Reporter reporter() {
        Reporter known = reporter;
        if (known == null) {
            known = new Reporter(screen, json);
            reporter = known;
        }
        return known;
    }

    /** A bar for something that may take over a second. */
    public Progress progress(String task, long total) {
        return new Progress(reporter(), task, total, System::nanoTime);
    }

    /**
     * The address of {@code --interface}.
     *
     * @throws UsageException if it is not one of this machine
     */
    public InetAddress networkInterface() {
        boolean literal = networkInterface.matches("[0-9.]+") || networkInterface.indexOf(':') >= 0;
        try {
            // A name would be looked up, and may stand for several addresses.
            InetAddress address = literal ? InetAddress.getByName(networkInterface) : null;
            if (address != null && NetworkInterface.getByInetAddress(address) != null) {
                return address;
            }
        } catch (UnknownHostException | SocketException e) {
            throw new UsageException("--interface: " + networkInterface + " (expected: " + ownAddresses() + ")", e);
        }
        throw UsageException.of("--interface", networkInterface, ownAddresses());
    }

    private static String ownAddresses() {
        try {
            List<String> addresses = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(InetAddress::getHostAddress)
                    .sorted()
                    .toList();
            return "an address of this machine: " + String.join(", ", addresses);
        } catch (SocketException e) {
            // Only the list is missing; what is wrong is said all the same.
            return "an address of this machine";
        }
    }

    /** The port of {@code --discovery-port}. */
    public int discoveryPort() {
        return (int) Values.integer("--discovery-port", discoveryPort, 1, 65_535);
    }

    /** A host on the chosen interface and discovery port, with a free HTTP port and the times of DPWS. */
    public HostSettings hostSettings() {
        InetAddress address = networkInterface();
        boolean ipv4 = address.getAddress().length == 4;
        InetSocketAddress group =
                new InetSocketAddress(ipv4 ? WsDiscovery.IPV4_GROUP : WsDiscovery.IPV6_GROUP, discoveryPort());
        return HostSettings.on(new InetSocketAddress(address, 0), new SecureRandom().nextLong())
                .withDiscovery(group, DiscoveryTiming.defaults());
    }
}
