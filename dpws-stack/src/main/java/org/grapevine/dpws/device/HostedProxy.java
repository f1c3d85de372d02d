package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DiscoveryProxy;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProxyEntry;
import org.grapevine.dpws.discovery.ProxySettings;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Discovery Proxy on a {@link DeviceHost}: takes Hello, Bye, Probe and Resolve by HTTP at a path of the host, announces itself, asks
 * devices of which it has heard nothing for long, and keeps what it knows in a file. Any thread.
 *
 * <pre>{@code
 * HostedProxy.Options options = HostedProxy.Options.of(host).withStateFile(Path.of("proxy.state"));
 * try (HostedProxy proxy = HostedProxy.start(host, options)) {
 *     ...
 * }
 * }</pre>
 */
public final class HostedProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostedProxy.class);

    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    /**
     * What somebody says about a proxy.
     *
     * @param epr its stable identity
     * @param path of its HTTP address; begins with a slash
     * @param stateFile where it keeps its entries; without one it starts with none
     */
    public record Options(EndpointReference epr, String path, ProxySettings settings, Optional<Path> stateFile) {

        public Options {
            if (!path.startsWith("/") || path.length() < 2) {
                throw new IllegalArgumentException("proxy path: '" + path + "' (expected: /...)");
            }
        }

        /** At {@code /proxy}, with an identity derived from the name of this computer. */
        public static Options of(DeviceHost host) {
            byte[] unique = (host.computerName() + "/discovery-proxy").getBytes(StandardCharsets.UTF_8);
            EndpointReference epr = EndpointReference.of("urn:uuid:" + UUID.nameUUIDFromBytes(unique));
            return new Options(epr, "/proxy", ProxySettings.defaults(), Optional.empty());
        }

        public Options withEndpoint(EndpointReference identity) {
            return new Options(identity, path, settings, stateFile);
        }

        public Options withPath(String other) {
            return new Options(epr, other, settings, stateFile);
        }

        public Options withSettings(ProxySettings other) {
            return new Options(epr, path, other, stateFile);
        }

        public Options withStateFile(Path file) {
            return new Options(epr, path, settings, Optional.of(file));
        }
    }

    /**
     * What the proxy has done so far.
     *
     * @param proxy the messages
     * @param saved times that the state was written
     * @param failedSaves times that it could not be; tried again
     */
    public record Counters(DiscoveryProxy.Counters proxy, long saved, long failedSaves) {}

    private final DeviceHost host;
    private final Discovery discovery;
    private final EventLoop loop;
    private final Options options;
    private final URI address;
    private final DiscoveryProxy proxy; // belongs to the event loop of discovery
    private final Optional<ProxyStateFile> state;
    private final Optional<Path> setAside;
    private final LongAdder saved = new LongAdder();
    private final LongAdder failedSaves = new LongAdder();
    private final AtomicBoolean unsaved = new AtomicBoolean(); // since the last save that failed
    private boolean dirty; // of the event loop
    private long snapshots; // of the event loop
    private volatile boolean closed;

    private HostedProxy(DeviceHost host, Options options) throws IOException {
        this.host = host;
        this.discovery = host.discovery();
        this.loop = discovery.loop();
        this.options = options;
        this.address = host.httpAddress(options.path());
        this.state = options.stateFile()
                .map(file -> new ProxyStateFile(file, host.settings().stateWriter()));
        List<ProxyEntry> remembered = List.of();
        Optional<Path> aside = Optional.empty();
        if (state.isPresent()) {
            ProxyStateFile.Loaded loaded = state.get().load(options.settings().capacity());
            remembered = loaded.entries().stream().map(this::notFromTheFuture).toList();
            aside = loaded.setAside();
            // Whether it can be written shows now, and not when there is something to lose.
            state.get().save(0, remembered);
        }
        this.setAside = aside;
        this.proxy = new DiscoveryProxy(
                options.epr(),
                host.httpAddresses(options.path()).stream().map(URI::toString).toList(),
                host.instanceOf(options.epr()),
                options.settings(),
                remembered,
                discovery.timing(),
                host.messageIds(),
                host.newRandom());
    }

    /** The clock may have been set back since; a device would be believed until it has caught up. */
    private ProxyEntry notFromTheFuture(ProxyEntry entry) {
        Instant now = now();
        return entry.heard().isAfter(now) ? new ProxyEntry(entry.device(), entry.appSequence(), now) : entry;
    }

    /**
     * Starts a proxy: it answers, and Hello goes out within APP_MAX_DELAY.
     *
     * @throws IOException naming the state file, if it cannot be read or written
     * @throws IllegalArgumentException if the path or the identity is taken
     */
    public static HostedProxy start(DeviceHost host, Options options) throws IOException {
        HostedProxy started = new HostedProxy(host, options);
        EnvelopeHandler handler = started.new Handler();
        host.route(
                options.path(),
                new SoapDoor(
                        host.httpReader(),
                        Set.of(WsDiscovery.APP_SEQUENCE),
                        handler,
                        host.messageIds(),
                        Optional::empty));
        try {
            started.discovery.start(started.proxy).join();
        } catch (RuntimeException e) {
            host.unroute(options.path());
            throw e.getCause() instanceof IllegalArgumentException cause ? cause : e;
        }
        started.scheduleTick();
        return started;
    }

    /** What comes by HTTP; the action of the envelope counts, whatever the HTTP header says. */
    private final class Handler implements EnvelopeHandler {

        /** A Hello names the proxy, a Probe the proxy or anybody. */
        @Override
        public boolean isFor(String to, String path) {
            return to.equals(WsDiscovery.AD_HOC_ADDRESS)
                    || to.equals(options.epr().address())
                    || EnvelopeHandler.super.isFor(to, path);
        }

        @Override
        public boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException {
            String action = envelope.action().orElse("");
            boolean taken = action.equals(WsDiscovery.PROBE_ACTION)
                    || action.equals(WsDiscovery.RESOLVE_ACTION)
                    || !DiscoveryProxy.isRequest(action);
            if (!taken) {
                throw new FaultException(SoapFault.actionNotSupported(action));
            }
            return DiscoveryProxy.isRequest(action);
        }

        @Override
        public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
            Optional<TargetService.DirectedAnswer> answer =
                    OnLoop.await(discovery.call(() -> proxy.onHttp(envelope, now())));
            return answer.map(whole -> new Whole(whole.httpStatus(), whole.envelope()));
        }
    }

    private void scheduleTick() {
        boolean scheduled = loop.schedule(proxy.checkEvery().toMillis(), () -> {
                    if (!closed) {
                        tick();
                        scheduleTick();
                    }
                })
                .isPresent();
        if (!scheduled && !closed) {
            LOG.error("discovery proxy {}: no timer left; dead devices stay, and nothing is saved", options.epr());
        }
    }

    private void tick() {
        proxy.due(now()).forEach(this::check);
        dirty |= proxy.takeChanged();
        if (dirty && state.isPresent()) {
            dirty = false;
            save(state.get());
        }
    }

    private void check(DiscoveryProxy.Check check) {
        CompletableFuture<Void> unused = discovery
                .unicast()
                .ask(check.addresses(), check.epr(), Probe.of(List.of(), List.of()), CHECK_TIMEOUT)
                .handle((answers, failure) -> {
                    // If the loop is full the engine asks again after a while.
                    loop.offer(() -> proxy.onChecked(check.epr(), failure == null ? answers : List.of(), now()));
                    return null;
                });
    }

    private void save(ProxyStateFile file) {
        List<ProxyEntry> entries = proxy.entries();
        long number = ++snapshots;
        try {
            host.applicationCalls().execute(() -> write(file, number, entries));
        } catch (RejectedExecutionException e) {
            failedSaves.increment();
            dirty = true;
        }
    }

    private void write(ProxyStateFile file, long number, List<ProxyEntry> entries) {
        try {
            file.save(number, entries);
            saved.increment();
            if (unsaved.getAndSet(false)) {
                LOG.info("discovery proxy {}: its entries are saved again", options.epr());
            }
        } catch (IOException e) {
            failedSaves.increment();
            if (!unsaved.getAndSet(true)) {
                LOG.error(
                        "discovery proxy {}: {}; it goes on, and tries again every {} ms",
                        options.epr(),
                        e.getMessage(),
                        proxy.checkEvery().toMillis());
            }
            loop.offer(() -> dirty = true);
        }
    }

    /** Its stable identity. */
    public EndpointReference epr() {
        return options.epr();
    }

    /** Where it takes requests, on the first link of the host; what clients and devices are configured with. */
    public URI address() {
        return address;
    }

    /** Where a state file that could not be read was put when the proxy started. */
    public Optional<Path> setAside() {
        return setAside;
    }

    /** The devices that it knows, those last heard of at the end. */
    public CompletableFuture<List<ProxyEntry>> entries() {
        return discovery.call(proxy::entries);
    }

    public CompletableFuture<Counters> counters() {
        return discovery.call(() -> new Counters(proxy.counters(), saved.sum(), failedSaves.sum()));
    }

    /** Says Bye, repeats it, and saves what it knows. Before the host is closed, and not on its event loops. Safe to call again. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            discovery.stop(proxy).get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            host.unroute(options.path());
            if (state.isPresent()) {
                List<ProxyEntry> entries = entries().get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
                write(state.get(), Long.MAX_VALUE, entries);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("discovery proxy {}: closed without the last word: {}", options.epr(), e.toString());
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(loop.nowMillis());
    }
}
