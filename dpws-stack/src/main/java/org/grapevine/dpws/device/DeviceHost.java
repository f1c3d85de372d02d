package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.hosting.CxfRuntime;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.dpws.transport.EventLoops;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LinkOptions;
import org.grapevine.dpws.transport.Links;
import org.grapevine.dpws.transport.UdpTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime that carries one or thousands of devices in a JVM: at each of its links one HTTP port, one unicast and one
 * multicast socket; a few event loops, and a bounded pool for calls of hosted services. No thread is for one device or one link
 * alone. Any thread.
 */
public final class DeviceHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceHost.class);

    private static final long HIGHEST_METADATA_VERSION = 0xFFFF_FFFFL;
    private static final String CLIENT_SINK = "/notifications-of-the-client";
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;
    private static final int QUEUED_HTTP_REQUESTS = 1_000;

    private final HostSettings settings;
    private final List<DeviceExtension> extensions;
    private final RandomGenerator random;
    private final MessageIds ids;
    private final EnvelopeReader httpReader;
    private final EnvelopeReader replyReader =
            new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES));
    private final String computerName = localName();

    private final HostState state;
    private final OpenParts open = new OpenParts();
    private final RunningDevices running;
    private final CxfRuntime cxf;
    private final HttpSender httpSender;
    private final EventLoops loops;
    private final Discovery discovery;
    private final DatagramDoor datagrams;
    private final Links links;
    private final DpwsClient client;
    private final ApplicationPool application;
    private final HttpServer http;

    private final Object linkChange = new Object(); // one change of the links at a time; taken before lock
    private volatile List<Presence> presences; // in the order of the links; replaced under linkChange

    private final Set<NotificationSink> sinks = ConcurrentHashMap.newKeySet(); // those that are open

    private final Object lock = new Object();
    private @Nullable NotificationSink clientSink; // guarded by lock
    private boolean closed; // guarded by lock

    /**
     * What the host dropped so far.
     *
     * @param malformedDatagrams datagrams that are no envelope
     * @param misaddressedDatagrams envelopes for nobody here
     * @param refusedCalls calls of hosted services for which there was no room
     * @param failedWrites times that the state file could not be written ({@link HostState#failedWrites})
     */
    public record Dropped(long malformedDatagrams, long misaddressedDatagrams, long refusedCalls, long failedWrites) {}

    /** A link, and where HTTP is served on it. */
    private record Presence(Link link, InetSocketAddress http) {}

    private DeviceHost(HostSettings settings, List<DeviceExtension> extensions) throws IOException {
        this.settings = settings;
        this.extensions = List.copyOf(extensions);
        // java.util.Random is shared safely by threads, and every generator of the host is derived from this one.
        this.random = new Random(settings.seed());
        this.ids = MessageIds.uuids(new KeyedRandom(settings.seed()));
        this.httpReader = new EnvelopeReader(EnvelopeLimits.http(settings.maxEnvelopeBytes()));
        this.state = state(settings);
        try {
            // The last to be opened is the first to be closed: what takes requests goes before what serves them.
            this.cxf = open.add(CxfRuntime.start());
            this.running = new RunningDevices(this, cxf, state, this.extensions);
            HttpSenderOptions sending = settings.clientTls()
                    .or(settings::tls)
                    .map(HttpSenderOptions.defaults()::withTls)
                    .orElseGet(HttpSenderOptions::defaults)
                    .withFaults(settings.faults());
            this.httpSender = open.add(HttpSender.open(sending));
            // An answer may take its time, and a few open questions to a host must not hold up what is posted to it.
            HttpSender asking = open.add(HttpSender.open(sending));
            this.loops = open.add(EventLoops.start(
                    "grapevine-loop",
                    settings.eventLoops(),
                    settings.inboxCapacity(),
                    settings.timerCapacity(),
                    settings.clock()));
            this.discovery = new Discovery(
                    loops.assign("discovery"), settings.timing(), ids, newRandom(), settings.maxKnownDevices());
            this.datagrams =
                    new DatagramDoor(new EnvelopeReader(EnvelopeLimits.udp(settings.maxDatagramBytes())), discovery);
            this.application =
                    open.add(new ApplicationPool(settings.applicationThreads(), settings.applicationQueue()));
            this.links = open.add(Links.open(
                    new LinkOptions(
                            settings.ipv4Group(),
                            settings.ipv6Group(),
                            settings.maxDatagramBytes(),
                            settings.multicastTtl(),
                            settings.faults()),
                    datagrams));
            this.client = new DpwsClient(asking, ids, discovery, this::clientSink);
            discovery.attach(links, client);
            List<Presence> opened = new ArrayList<>();
            opened.add(new Presence(links.add(settings.bind()), settings.bind()));
            HttpServerOptions httpOptions = HttpServerOptions.on(settings.bind())
                    .withMaxRequestBytes(settings.maxEnvelopeBytes())
                    .withWorkers(settings.httpWorkers(), QUEUED_HTTP_REQUESTS);
            this.http = open.add(
                    HttpServer.start(settings.tls().map(httpOptions::withTls).orElse(httpOptions)));
            opened.set(0, new Presence(opened.get(0).link(), http.address()));
            for (InetSocketAddress bind :
                    settings.binds().subList(1, settings.binds().size())) {
                opened.add(new Presence(links.add(bind), http.listen(bind)));
            }
            this.presences = List.copyOf(opened);
        } catch (IOException | RuntimeException e) {
            open.close().forEach(e::addSuppressed);
            throw e;
        }
    }

    /**
     * Starts a host without devices.
     *
     * @param extensions look at every device that starts
     * @throws IOException if an address or port cannot be had, naming it; nothing is left open then
     */
    public static DeviceHost start(HostSettings settings, DeviceExtension... extensions) throws IOException {
        return new DeviceHost(settings, List.of(extensions));
    }

    private static HostState state(HostSettings settings) throws IOException {
        LongSupplier seconds = () -> settings.clock().millis() / 1_000;
        int capacity = settings.maxKnownDevices();
        return settings.stateFile().isPresent()
                ? HostState.inFile(settings.stateFile().get(), capacity, seconds, settings.stateWriter())
                : HostState.inMemory(capacity, seconds);
    }

    private static String localName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A computer without a name in any table still has one address at which its devices answer.
            return "localhost";
        }
    }

    public HostSettings settings() {
        return settings;
    }

    public Discovery discovery() {
        return discovery;
    }

    /** The event loops; whoever owns an engine keeps it on one of them. */
    public EventLoops loops() {
        return loops;
    }

    /** Sends to anywhere, from the host's unicast address on the first link. */
    public UdpTransport udp() {
        return presences.get(0).link().udp();
    }

    /** The networks at which the host is present now, with what went over each; the first is the one of {@link HostSettings#bind}. */
    public List<Link> links() {
        return presences.stream().map(Presence::link).toList();
    }

    /**
     * Becomes present at one more address of this machine: HTTP and datagrams are served there, and every device announces itself
     * with its new address on all links (WS-Discovery 1.1, 4.1). HTTP and datagrams take the port of the settings, or free ones.
     * Waits until that is under way, which takes no network.
     *
     * @throws IOException if the address or port cannot be had, naming it; nothing has changed then
     * @throws IllegalArgumentException if the host is there already, at {@link Links#MAX_LINKS} others, or the announcement of a
     *     device would not fit a datagram any longer, naming it; nothing has changed then
     * @throws IllegalStateException if the host is closed, or on the event loop of discovery
     */
    public Link join(InetAddress address) throws IOException {
        requireOffLoop("join of " + AddressText.of(address));
        synchronized (linkChange) {
            requireOpen();
            InetSocketAddress bind =
                    new InetSocketAddress(address, settings.bind().getPort());
            OpenParts parts = new OpenParts();
            List<Presence> before = presences;
            Link link;
            try {
                link = links.add(bind);
                parts.add(() -> links.remove(link));
                InetSocketAddress served = http.listen(bind);
                parts.add(() -> http.stopListening(served));
                List<Presence> more = new ArrayList<>(before);
                more.add(new Presence(link, served));
                presences = List.copyOf(more);
                // Every one of them before the first Hello, which cannot be taken back.
                devices()
                        .forEach(device -> TargetService.requireAnnounceable(
                                running.told(device).withMetadataVersion(HIGHEST_METADATA_VERSION)));
            } catch (IOException | RuntimeException e) {
                presences = before;
                parts.close().forEach(e::addSuppressed);
                throw e;
            }
            announceAll();
            return link;
        }
    }

    /**
     * Is no longer present at an address: every device says Bye there, unless another address of the host is on the same network,
     * and announces itself on all other links without it (WS-Discovery 1.1, 4.2). Waits until Bye was said and repeated.
     *
     * @throws IllegalArgumentException if the host is not there, or it is its first address, which names it to its gossip peers
     * @throws IllegalStateException if the host is closed, or on the event loop of discovery
     */
    public void leave(InetAddress address) {
        requireOffLoop("leave of " + AddressText.of(address));
        synchronized (linkChange) {
            requireOpen();
            Presence leaving = furtherPresence(address);
            List<Presence> fewer = new ArrayList<>(presences);
            fewer.remove(leaving);
            presences = List.copyOf(fewer);
            Link link = leaving.link();
            if (links().stream().noneMatch(link::isOnTheNetworkOf)) {
                sayBye(link);
            }
            links.remove(link);
            announceAll();
            http.stopListening(leaving.http());
        }
    }

    private void sayBye(Link link) {
        try {
            discovery.leave(link).join();
        } catch (CompletionException e) {
            LOG.warn("not every Bye was said on {}: {}", link, e.toString());
        }
    }

    private Presence furtherPresence(InetAddress address) {
        Optional<Link> link = links.at(address);
        for (Presence presence : presences.subList(1, presences.size())) {
            if (link.filter(presence.link()::equals).isPresent()) {
                return presence;
            }
        }
        String others = String.join(
                ", ",
                presences.stream()
                        .skip(1)
                        .map(presence -> AddressText.of(presence.link().address()))
                        .toList());
        throw new IllegalArgumentException("leave: " + AddressText.of(address)
                + " (expected: an address of the host but its first: " + (others.isEmpty() ? "none" : others) + ")");
    }

    /** Lets every device announce its addresses of this moment, and waits until that is under way; failures are logged. */
    private void announceAll() {
        CompletableFuture<?>[] said = devices().stream()
                .map(device -> running.announce(device).exceptionally(logged -> null))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(said).join();
    }

    /** Where it is waited for the event loop of discovery, that must not be the one who waits. */
    void requireOffLoop(String what) {
        if (discovery.loop().isCurrent()) {
            throw new IllegalStateException(what + ": on the event loop of discovery (expected: on another thread)");
        }
    }

    /** For what is posted and answered at once: gossip, notifications. The {@link #client} has one of its own, for its calls. */
    public HttpSender httpSender() {
        return httpSender;
    }

    /** Ids of new messages, for any thread. */
    public MessageIds messageIds() {
        return ids;
    }

    /** A generator of its own for somebody on this host, derived from the host's seed. */
    public RandomGenerator newRandom() {
        return new Random(random.nextLong());
    }

    /** Runs calls of hosted services; throws RejectedExecutionException when it is full, which is counted. */
    public Executor applicationCalls() {
        return application;
    }

    /** Reads requests that came by HTTP, within the host's limits. */
    public EnvelopeReader httpReader() {
        return httpReader;
    }

    /** Reads what this host's own services answer, which is trusted to be large. */
    public EnvelopeReader replyReader() {
        return replyReader;
    }

    /** The client of the host, which shares its connections and its discovery. */
    public DpwsClient client() {
        return client;
    }

    /** The instance of whoever starts under this address now; higher than at any start before. */
    long instanceOf(EndpointReference epr) {
        return state.instanceOf(epr);
    }

    /** HTTP address of a path of this host, on the first link. */
    public URI httpAddress(String path) {
        return httpAddresses(path).get(0);
    }

    /** HTTP addresses of a path of this host on all links, in their order; without zones, which strangers could not use. */
    public List<URI> httpAddresses(String path) {
        String scheme = settings.tls().isPresent() ? "https://" : "http://";
        return presences.stream()
                .map(presence -> URI.create(scheme + AddressText.authority(presence.http()) + path))
                .toList();
    }

    /** Datagram address of a path of this host, on the first link. */
    public SoapUdpAddress udpAddress(String path) {
        InetSocketAddress local = udp().localAddress();
        return new SoapUdpAddress(AddressText.of(local.getAddress()), local.getPort(), path);
    }

    /** Answers envelopes, and GET with a WSDL if there is one, at a path. */
    public void route(String path, SoapDoor door) {
        http.route(path, Set.of("POST", "GET"), door);
    }

    public void unroute(String path) {
        http.unroute(path);
    }

    /** Says nothing at a path and at those below it, or again what there is to say; see {@link HttpServer#silence}. */
    void silence(String path, boolean silent) {
        if (silent) {
            boolean unused = http.silence(path); // A host with that many crashed devices answers 404 for further ones.
        } else {
            http.unsilence(path);
        }
    }

    /** Takes the datagrams whose {@code wsa:To} has this path. */
    public void routeDatagrams(String path, DatagramEndpoint endpoint) {
        datagrams.route(path, endpoint);
    }

    public void unrouteDatagrams(String path) {
        datagrams.unroute(path);
    }

    /**
     * Hands an envelope that came inside a datagram to whoever takes the path of its {@code wsa:To}, as if it had come alone.
     *
     * @return false if nobody does
     */
    public boolean dispatchDatagram(Envelope envelope, InetSocketAddress from) {
        return datagrams.dispatch(envelope, from);
    }

    /** Shows unicasts to somebody before they are read; one at a time. */
    public void recogniseDatagrams(DatagramRecogniser recogniser) {
        datagrams.recognise(recogniser);
    }

    /** Calls back on the receive thread whenever it has handed over what had come in so far; as long as the host lives. */
    public void afterDatagrams(Runnable listener) {
        datagrams.onTurnEnd(listener);
    }

    /**
     * Hears a multicast group on the first link, through a socket of its own: envelopes whose {@code wsa:To} is the group's
     * {@code soap.udp} address go to the endpoint. Whoever sends to it may be anybody.
     *
     * @param group of the IP version of the first link
     * @throws IOException if the link has no multicast, or no socket can be had
     */
    public void joinGroup(InetSocketAddress group, DatagramEndpoint endpoint) throws IOException {
        udp().join(group, datagrams.ofGroup(group, endpoint));
    }

    /** Hears a group no longer. */
    public void leaveGroup(InetSocketAddress group) {
        udp().leave(group);
    }

    /** The HTTP paths that are served now, in alphabetical order. */
    public List<String> paths() {
        return http.paths();
    }

    /** The devices that run now, in the order in which they were started. */
    public List<Device> devices() {
        return running.devices();
    }

    /** Starts, changes and stops them. */
    RunningDevices running() {
        return running;
    }

    public Dropped dropped() {
        return new Dropped(
                datagrams.malformed(), datagrams.misaddressed(), application.refused(), state.failedWrites());
    }

    String computerName() {
        return computerName;
    }

    private void requireOpen() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("device host: closed (expected: open)");
            }
        }
    }

    /** Where what the host's own client has subscribed to comes in. */
    private NotificationSink clientSink() {
        synchronized (lock) {
            requireOpen();
            NotificationSink known = clientSink;
            if (known == null) {
                known = NotificationSink.open(this, CLIENT_SINK);
                clientSink = known;
            }
            return known;
        }
    }

    void opened(NotificationSink sink) {
        sinks.add(sink);
    }

    void closed(NotificationSink sink) {
        sinks.remove(sink);
    }

    /** Stops every device, says Bye for each and repeats it, ends every subscription, and ends all threads. Safe to call again. */
    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        List<CompletableFuture<Void>> goodbyes = new ArrayList<>();
        sinks.forEach(sink -> goodbyes.add(sink.unsubscribeAll()));
        goodbyes.addAll(running.close());
        try {
            CompletableFuture.allOf(goodbyes.toArray(CompletableFuture<?>[]::new))
                    .get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("not everybody was told before the host closed: {}", e.toString());
        }
        state.flush();
        open.close().forEach(failure -> LOG.warn("closing a part of the host failed", failure));
        discovery.closed();
    }
}
