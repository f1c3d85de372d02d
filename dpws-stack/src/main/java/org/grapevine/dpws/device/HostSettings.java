package org.grapevine.dpws.device;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.transport.DatagramFaults;
import org.grapevine.dpws.transport.TlsSettings;

/**
 * How a {@link DeviceHost} is set up. Every number but the address is a bound; defaults that no specification gives are guesses
 * that fit a host with some thousand devices.
 *
 * @param bind address and port of the HTTP server and of the datagrams; the address also names the network interface for
 *     multicasts. Port 0 takes a free one for each; a given port is that of both, so that peers find the same addresses after a
 *     restart
 * @param discoveryGroup multicast group and port of discovery
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
 * @param faults put into every datagram sent; {@link DatagramFaults#NONE} outside of tests
 * @param tls speaks HTTPS in place of HTTP: the addresses of devices and services are https then, and so may those of peers be
 * @param seed of every random choice of the host: delays, draws of peers, message ids are drawn from generators derived from it
 */
public record HostSettings(
        InetSocketAddress bind,
        InetSocketAddress discoveryGroup,
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
        DatagramFaults faults,
        Optional<TlsSettings> tls,
        long seed) {

    public HostSettings {
        if (bind.isUnresolved() || bind.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("bind: " + bind + " (expected: the address of one network interface)");
        }
        if (discoveryGroup.isUnresolved() || !discoveryGroup.getAddress().isMulticastAddress()) {
            throw new IllegalArgumentException(
                    "discoveryGroup: " + discoveryGroup + " (expected: a multicast address)");
        }
        if (isIpv6(bind) != isIpv6(discoveryGroup)) {
            throw new IllegalArgumentException(
                    "discoveryGroup: " + discoveryGroup + " (expected: the IP version of " + bind + ")");
        }
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
     * @param bind its IP version decides which discovery group is joined
     * @param seed from a secure source outside of tests: message ids must not be guessed
     */
    public static HostSettings on(InetSocketAddress bind, long seed) {
        String group = isIpv6(bind) ? WsDiscovery.IPV6_GROUP : WsDiscovery.IPV4_GROUP;
        return new HostSettings(
                bind,
                new InetSocketAddress(group, WsDiscovery.DISCOVERY_PORT),
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
                DatagramFaults.NONE,
                Optional.empty(),
                seed);
    }

    /** The same address with another port for HTTP and datagrams; 0 takes free ones. */
    public HostSettings withPort(int port) {
        return new Draft(this).finished(new InetSocketAddress(bind.getAddress(), port), seed);
    }

    public HostSettings withDiscovery(InetSocketAddress group, DiscoveryTiming times) {
        return with(changed -> {
            changed.discoveryGroup = group;
            changed.timing = times;
        });
    }

    public HostSettings withFaults(DatagramFaults faults) {
        return with(changed -> changed.faults = faults);
    }

    /** HTTPS, with a certificate for this host and whom to trust. */
    public HostSettings withTls(TlsSettings settings) {
        return with(changed -> changed.tls = Optional.of(settings));
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
        return draft.finished(bind, seed);
    }

    /** A copy in which single fields can be set. */
    private static final class Draft {
        private InetSocketAddress discoveryGroup;
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
        private DatagramFaults faults;
        private Optional<TlsSettings> tls;

        private Draft(HostSettings from) {
            this.discoveryGroup = from.discoveryGroup;
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
            this.faults = from.faults;
            this.tls = from.tls;
        }

        private HostSettings finished(InetSocketAddress bind, long seed) {
            return new HostSettings(
                    bind,
                    discoveryGroup,
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
                    faults,
                    tls,
                    seed);
        }
    }

    private static boolean isIpv6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    private static void require(String name, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
