package org.grapevine.cli.console;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.transport.InterfaceChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * One run of the command: the options that every command has, and where its output goes. Commands get it when they are made, and
 * may ask it once the arguments were read.
 */
public final class Session {

    private static final String DEFAULT_INTERFACE = "127.0.0.1";
    private static final String DEFAULT_TTL = "1";

    private final Screen screen;
    private @Nullable Reporter reporter;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Write JSON, one object per line, in place of text for people.")
    private boolean json;

    @Option(
            names = "--interface",
            paramLabel = "NAME|ADDRESS",
            scope = ScopeType.INHERIT,
            description = {
                "Network interface: a name, an address of this machine, loopback, or all; several with commas, or repeated",
                "(default: " + DEFAULT_INTERFACE + ")."
            })
    private List<String> interfaces = new ArrayList<>();

    @Option(
            names = "--ttl",
            paramLabel = "N",
            defaultValue = DEFAULT_TTL,
            scope = ScopeType.INHERIT,
            description = "Routers that a multicast may cross; 1 keeps it on the link (default: ${DEFAULT-VALUE}).")
    private String ttl = DEFAULT_TTL;

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

    /** True if {@code --interface} was given. */
    public boolean hasInterfaces() {
        return !interfaces.isEmpty();
    }

    /** What {@code --interface} says, as it was typed. */
    public String interfaceWords() {
        return interfaces.isEmpty() ? DEFAULT_INTERFACE : String.join(",", interfaces);
    }

    /**
     * The addresses of {@code --interface}, at least one.
     *
     * @throws UsageException if one is not of this machine
     */
    public List<InetAddress> networkInterfaces() {
        return addresses("--", interfaceWords());
    }

    /** The addresses that some words stand for, as {@link #networkInterfaces}; the option or key is {@code <prefix>interface}. */
    public static List<InetAddress> addresses(String prefix, String words) {
        try {
            return InterfaceChoice.ofThisMachine().choose(words);
        } catch (IllegalArgumentException e) {
            throw new UsageException(prefix + e.getMessage(), e);
        }
    }

    /** The first address of {@code --interface}. */
    public InetAddress networkInterface() {
        return networkInterfaces().get(0);
    }

    /** The number of {@code --ttl}. */
    public int ttl() {
        return (int) Values.integer("--ttl", ttl, 0, 255);
    }

    /** The port of {@code --discovery-port}. */
    public int discoveryPort() {
        return (int) Values.integer("--discovery-port", discoveryPort, 1, 65_535);
    }

    /** A host on the chosen interfaces and discovery port, with free HTTP ports and the times of DPWS. */
    public HostSettings hostSettings() {
        return hostSettings(networkInterfaces());
    }

    /** As {@link #hostSettings()}, on these addresses. */
    public HostSettings hostSettings(List<InetAddress> addresses) {
        List<InetSocketAddress> binds = addresses.stream()
                .map(address -> new InetSocketAddress(address, 0))
                .toList();
        return HostSettings.on(binds, new SecureRandom().nextLong())
                .withGroups(group(WsDiscovery.IPV4_GROUP), group(WsDiscovery.IPV6_GROUP))
                .withMulticastTtl(ttl());
    }

    private InetSocketAddress group(String address) {
        return new InetSocketAddress(address, discoveryPort());
    }
}
