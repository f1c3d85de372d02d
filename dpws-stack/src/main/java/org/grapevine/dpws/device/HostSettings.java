package org.grapevine.dpws.device;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.transport.Links;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.dpws.transport.TransportFaults;

/**
 * How a {@link DeviceHost} is set up. Every number but the address is a bound; defaults that no specification gives are guesses
 * that fit a host with some thousand devices.
 *
 * @param binds addresses and ports of the HTTP server and of the datagrams, one for each link; each address also names the
 *     network interface for its multicasts. Port 0 takes a free one for each; a given port is that of both, so that peers find the
 *     same addresses after a restart. 1..64, each address once
 * @param ipv4Group multicast group and port of discovery on links of IPv4
 * @param ipv6Group the same for IPv6; no zone, since every link has its own
 * @param multicastTtl routers that a multicast may cross, 0..255; 1 keeps it on the link
 * @param timing times of discovery
 * @param maxDatagramBytes largest envelope in a datagram; what is larger goes by HTTP. 4,096 by DPWS 1.1, which is also the least,
 *     since announcements may be so large; at most 32,767
 * @param maxEnvelopeBytes largest envelope by HTTP; 32,767 by DPWS 1.1
 * @param eventLoops threads that own engines
 * @param inboxCapacity events that may wait for one loop
 * @param timerCapacity timers that may be pending on one loop
 * @param applicationThreads threads on which hosted services are called for gossip
 * @param applicationQueue calls that may wait for them
 * @param httpWorkers threads on which HTTP requests are answered
 * @param maxKnownDevices devices of the network that are remembered
 * @param stateFile what must be remembered over restarts is kept there (see {@link HostState}); empty: nowhere
 * @param stateWriter writes that file, and those of Discovery Proxies; {@link StateWriter#FILES} outside of tests
 * @param eventing what event sources do for their subscribers
 * @param faults put into datagrams and requests; {@link TransportFaults#NONE} outside of tests
 * @param tls speaks HTTPS in place of HTTP: the addresses of devices and services are https then, and so may those of peers be
 * @param clientTls the same for the requests of this host only, in place of {@code tls}: for a host that asks others by HTTPS and
 *     serves HTTP, and so may do without a certificate
 * @param clock what all devices of the host take for the time of day: expiry, origin times of messages, instance ids and metadata
 *     versions. Event loops read it when they start and go on with a clock that never jumps. Certificates are checked by the clock of
 *     the machine
 * @param seed of every random choice of the host: delays, draws of peers, message ids are drawn from generators derived from it
 */
public record HostSettings(
        List<InetSocketAddress> binds,
        InetSocketAddress ipv4Group,
        InetSocketAddress ipv6Group,
        int multicastTtl,
        DiscoveryTiming timing,
        int maxDatagramBytes,
        int maxEnvelopeBytes,
        int eventLoops,
        int inboxCapacity,
        int timerCapacity,
        int applicationThreads,
        int applicationQueue,
        int httpWorkers,
        int maxKnownDevices,
        Optional<Path> stateFile,
        StateWriter stateWriter,
        EventingLimits eventing,
        TransportFaults faults,
        Optional<TlsSettings> tls,
        Optional<TlsSettings> clientTls,
        InstantSource clock,
        long seed) {

    public HostSettings {
        binds = List.copyOf(binds);
        require("binds", binds.size(), 1, Links.MAX_LINKS);
        Set<InetSocketAddress> addresses = new HashSet<>();
        for (InetSocketAddress bind : binds) {
            if (bind.isUnresolved()
                    || bind.getAddress().isAnyLocalAddress()
                    || bind.getAddress().isMulticastAddress()) {
                throw new IllegalArgumentException(
                        "bind: " + bind + " (expected: the address of one network interface)");
            }
            if (!addresses.add(new InetSocketAddress(bind.getAddress(), 0))) {
                throw new IllegalArgumentException("bind: " + bind + " (expected: each address once)");
            }
        }
        requireGroup("ipv4Group", ipv4Group, false);
        requireGroup("ipv6Group", ipv6Group, true);
        require("multicastTtl", multicastTtl, 0, 255);
        require(
                "maxDatagramBytes",
                maxDatagramBytes,
                EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE,
                EnvelopeLimits.MAX_ENVELOPE_SIZE);
        require("maxEnvelopeBytes", maxEnvelopeBytes, maxDatagramBytes, EnvelopeLimits.HIGHEST_MAX_BYTES);
        require("eventLoops", eventLoops, 1, 256);
        require("inboxCapacity", inboxCapacity, 1, 10_000_000);
        require("timerCapacity", timerCapacity, 1, 10_000_000);
        require("applicationThreads", applicationThreads, 1, 1_000);
        require("applicationQueue", applicationQueue, 1, 10_000_000);
        require("httpWorkers", httpWorkers, 1, 1_000);
        require("maxKnownDevices", maxKnownDevices, 1, 10_000_000);
        tls.ifPresent(TlsSettings::requireFitForServer);
    }

    /**
     * Standard discovery at an address.
     *
     * @param seed from a secure source outside of tests: message ids must not be guessed
     */
    public static HostSettings on(InetSocketAddress bind, long seed) {
        return on(List.of(bind), seed);
    }

    /** Standard discovery at several addresses, as {@link #on(InetSocketAddress, long)}; the first names the host to its peers. */
    public static HostSettings on(List<InetSocketAddress> binds, long seed) {
        return new HostSettings(
                binds,
                new InetSocketAddress(WsDiscovery.IPV4_GROUP, WsDiscovery.DISCOVERY_PORT),
                new InetSocketAddress(WsDiscovery.IPV6_GROUP, WsDiscovery.DISCOVERY_PORT),
                1,
                DiscoveryTiming.defaults(),
                EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE,
                EnvelopeLimits.MAX_ENVELOPE_SIZE,
                2,
                100_000,
                200_000,
                4,
                10_000,
                16,
                20_000,
                Optional.empty(),
                StateWriter.FILES,
                EventingLimits.defaults(),
                TransportFaults.NONE,
                Optional.empty(),
                Optional.empty(),
                InstantSource.system(),
                seed);
    }

    /** The first address and port, which names the host to its gossip peers and stays as long as the host. */
    public InetSocketAddress bind() {
        return binds.get(0);
    }

    /** The multicast group and port of discovery that goes with an address. */
    public InetSocketAddress groupFor(InetAddress address) {
        return isIpv6(address) ? ipv6Group : ipv4Group;
    }

    /** The same addresses with another port for HTTP and datagrams; 0 takes free ones. */
    public HostSettings withPort(int port) {
        return withBinds(binds.stream()
                .map(bind -> new InetSocketAddress(bind.getAddress(), port))
                .toList());
    }

    /** Other addresses and ports, one for each link. */
    public HostSettings withBinds(List<InetSocketAddress> newBinds) {
        return with(changed -> changed.binds = newBinds);
    }

    /**
     * Another group and other times of discovery.
     *
     * @param group for the links of its IP version; those of the other one keep their group, at the same port as this
     */
    public HostSettings withDiscovery(InetSocketAddress group, DiscoveryTiming times) {
        if (group.isUnresolved() || !group.getAddress().isMulticastAddress()) {
            throw new IllegalArgumentException("discoveryGroup: " + group + " (expected: a multicast address)");
        }
        boolean ipv6 = isIpv6(group.getAddress());
        InetSocketAddress other = new InetSocketAddress((ipv6 ? ipv4Group : ipv6Group).getAddress(), group.getPort());
        return with(changed -> {
            changed.ipv4Group = ipv6 ? other : group;
            changed.ipv6Group = ipv6 ? group : other;
            changed.timing = times;
        });
    }

    /** Other groups of discovery, one for each IP version. */
    public HostSettings withGroups(InetSocketAddress ipv4, InetSocketAddress ipv6) {
        return with(changed -> {
            changed.ipv4Group = ipv4;
            changed.ipv6Group = ipv6;
        });
    }

    /** Routers that a multicast may cross; needs groups that are not link-local to be of use. */
    public HostSettings withMulticastTtl(int ttl) {
        return with(changed -> changed.multicastTtl = ttl);
    }

    /** Faults of the network, which may change while the host runs; {@link org.grapevine.dpws.transport.NetworkConditions} are some. */
    public HostSettings withFaults(TransportFaults faults) {
        return with(changed -> changed.faults = faults);
    }

    /** HTTPS, with a certificate for this host and whom to trust. */
    public HostSettings withTls(TlsSettings settings) {
        return with(changed -> changed.tls = Optional.of(settings));
    }

    /** HTTPS for the requests of this host, whatever it serves itself. */
    public HostSettings withClientTls(TlsSettings settings) {
        return with(changed -> changed.clientTls = Optional.of(settings));
    }

    /** Other bounds on the application calls that gossip makes. */
    public HostSettings withApplication(int threads, int queue) {
        return with(changed -> {
            changed.applicationThreads = threads;
            changed.applicationQueue = queue;
        });
    }

    public HostSettings withMaxDatagramBytes(int bytes) {
        return with(changed -> changed.maxDatagramBytes = bytes);
    }

    public HostSettings withMaxEnvelopeBytes(int bytes) {
        return with(changed -> changed.maxEnvelopeBytes = bytes);
    }

    public HostSettings withStateFile(Path file) {
        return with(changed -> changed.stateFile = Optional.of(file));
    }

    /** Another way to write what is remembered, such as a disk that can be full ({@link StateWriter#unlessFull}). */
    public HostSettings withStateWriter(StateWriter writer) {
        return with(changed -> changed.stateWriter = writer);
    }

    /** Another clock than that of the machine. */
    public HostSettings withClock(InstantSource source) {
        return with(changed -> changed.clock = source);
    }

    /**
     * The clock of the machine with an error, for all devices of the host.
     *
     * @param millis ahead of it, ms; below 0 for behind
     */
    public HostSettings withClockError(long millis) {
        InstantSource machine = InstantSource.system();
        return withClock(() -> machine.instant().plusMillis(millis));
    }

    /** Other bounds on what event sources do for their subscribers. */
    public HostSettings withEventing(EventingLimits limits) {
        return with(changed -> changed.eventing = limits);
    }

    public HostSettings withMaxKnownDevices(int devices) {
        return with(changed -> changed.maxKnownDevices = devices);
    }

    /** Other event loops, with so many events and timers for each. */
    public HostSettings withEventLoops(int loops, int inbox, int timers) {
        return with(changed -> {
            changed.eventLoops = loops;
            changed.inboxCapacity = inbox;
            changed.timerCapacity = timers;
        });
    }

    public HostSettings withHttpWorkers(int threads) {
        return with(changed -> changed.httpWorkers = threads);
    }

    private HostSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy in which single fields can be set. */
    private static final class Draft {
        private List<InetSocketAddress> binds;
        private InetSocketAddress ipv4Group;
        private InetSocketAddress ipv6Group;
        private int multicastTtl;
        private DiscoveryTiming timing;
        private int maxDatagramBytes;
        private int maxEnvelopeBytes;
        private int eventLoops;
        private int inboxCapacity;
        private int timerCapacity;
        private int applicationThreads;
        private int applicationQueue;
        private int httpWorkers;
        private int maxKnownDevices;
        private Optional<Path> stateFile;
        private StateWriter stateWriter;
        private EventingLimits eventing;
        private TransportFaults faults;
        private Optional<TlsSettings> tls;
        private Optional<TlsSettings> clientTls;
        private InstantSource clock;
        private final long seed;

        private Draft(HostSettings from) {
            this.binds = from.binds;
            this.ipv4Group = from.ipv4Group;
            this.ipv6Group = from.ipv6Group;
            this.multicastTtl = from.multicastTtl;
            this.timing = from.timing;
            this.maxDatagramBytes = from.maxDatagramBytes;
            this.maxEnvelopeBytes = from.maxEnvelopeBytes;
            this.eventLoops = from.eventLoops;
            this.inboxCapacity = from.inboxCapacity;
            this.timerCapacity = from.timerCapacity;
            this.applicationThreads = from.applicationThreads;
            this.applicationQueue = from.applicationQueue;
            this.httpWorkers = from.httpWorkers;
            this.maxKnownDevices = from.maxKnownDevices;
            this.stateFile = from.stateFile;
            this.stateWriter = from.stateWriter;
            this.eventing = from.eventing;
            this.faults = from.faults;
            this.tls = from.tls;
            this.clientTls = from.clientTls;
            this.clock = from.clock;
            this.seed = from.seed;
        }

        private HostSettings finished() {
            return new HostSettings(
                    binds,
                    ipv4Group,
                    ipv6Group,
                    multicastTtl,
                    timing,
                    maxDatagramBytes,
                    maxEnvelopeBytes,
                    eventLoops,
                    inboxCapacity,
                    timerCapacity,
                    applicationThreads,
                    applicationQueue,
                    httpWorkers,
                    maxKnownDevices,
                    stateFile,
                    stateWriter,
                    eventing,
                    faults,
                    tls,
                    clientTls,
                    clock,
                    seed);
        }
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    private static void requireGroup(String name, InetSocketAddress group, boolean ipv6) {
        if (group.isUnresolved() || !group.getAddress().isMulticastAddress() || isIpv6(group.getAddress()) != ipv6) {
            throw new IllegalArgumentException(
                    name + ": " + group + " (expected: a multicast address of " + (ipv6 ? "IPv6" : "IPv4") + ")");
        }
    }

    private static void require(String name, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
