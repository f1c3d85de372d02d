package org.grapevine.cli.client;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryVersion;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.dpws.transport.InterfaceChoice;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LocalInterface;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.ServiceDescription;
import org.jspecify.annotations.Nullable;

/**
 * The network as one command sees it: requests over HTTP at once, discovery from the moment it is first needed. For one thread.
 */
final class Network implements AutoCloseable {

    /** How long a device may take for metadata and WSDL, and to accept a message. */
    static final Duration HTTP_TIMEOUT = Duration.ofSeconds(10);

    /** A host may have hundreds of devices, and all of them are asked at once. */
    private static final int MAX_WAITING = 16_384;

    private static final int TICK_MILLIS = 50;

    private static final Duration LONGEST_WIDER_LOOK = Duration.ofSeconds(3);

    private final Session session;
    private final DiscoveryMode mode;
    private final Optional<TlsSettings> tls;
    private final HttpSender sender;
    private final MessageIds ids = MessageIds.uuids(new SecureRandom());
    private final DpwsClient client;
    private @Nullable DeviceHost host;

    /**
     * A device that answered.
     *
     * @param metadata empty if it was not asked for, or failed
     * @param failure why there is no metadata though it was asked for
     */
    record Found(DeviceAnnouncement device, Optional<Metadata> metadata, Optional<String> failure) {}

    Network(Session session, DiscoveryMode mode, Optional<TlsSettings> tls) {
        this.session = session;
        this.mode = mode;
        this.tls = tls;
        HttpSenderOptions options = HttpSenderOptions.defaults().withWaiting(MAX_WAITING, MAX_WAITING);
        this.sender = HttpSender.open(tls.map(options::withTls).orElse(options));
        this.client = new DpwsClient(sender, ids);
    }

    DpwsClient client() {
        return client;
    }

    /** Knows shadows, and what they shadow. */
    GossipClient gossip() {
        return new GossipClient(client, ids, System::currentTimeMillis);
    }

    MessageIds ids() {
        return ids;
    }

    /** A host without devices, to ask and to be answered. */
    DeviceHost host() {
        DeviceHost open = host;
        if (open == null) {
            HostSettings settings = session.hostSettings();
            open = start(tls.map(settings::withClientTls).orElse(settings));
        }
        return open;
    }

    /**
     * As {@link #host}, but what it serves is served by HTTPS; before the host is needed for anything else.
     *
     * @throws UsageException if there is no certificate
     */
    DeviceHost secureHost() {
        try {
            return start(session.hostSettings().withTls(tls.orElseGet(TlsSettings::none)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--cert: " + e.getMessage(), e);
        }
    }

    private DeviceHost start(HostSettings settings) {
        try {
            DeviceHost started = DeviceHost.start(settings);
            host = started;
            started.discovery().operate(mode).join();
            return started;
        } catch (IOException e) {
            throw new UsageException(
                    String.valueOf(e.getMessage()) + "; --interface and --discovery-port say where", e);
        }
    }

    /** The networks that were looked on, with what went over each; none if nothing was. */
    List<Link> links() {
        return host == null ? List.of() : host.links();
    }

    /**
     * Finds out why a search found nobody. May ask once more, without types and scopes and in both versions.
     *
     * @param search the one that is over
     */
    List<Diagnosis.Finding> diagnose(Probe probe, Duration window, Search search) {
        List<LocalInterface> interfaces = InterfaceChoice.ofThisMachine().interfaces();
        List<Diagnosis.Looked> looked = host().links().stream()
                .map(link -> new Diagnosis.Looked(
                        link.interfaceName(),
                        link.address(),
                        interfaces.stream()
                                .anyMatch(each -> each.name().equals(link.interfaceName()) && each.multicast()),
                        link.counters()))
                .toList();
        List<String> elsewhere = interfaces.stream()
                .filter(each -> each.up()
                        && each.multicast()
                        && !each.loopback()
                        && !each.addresses().isEmpty()
                        && looked.stream().noneMatch(link -> link.name().equals(each.name())))
                .map(LocalInterface::name)
                .toList();
        Discovery.Dropped dropped = await(host().discovery().dropped(), HTTP_TIMEOUT, "discovery");
        boolean narrowed = !probe.types().isEmpty() || !probe.scopes().isEmpty();
        List<DeviceAnnouncement> anybody =
                search.isDirected() || (!narrowed && mode.legacy()) ? List.of() : anybody(window);
        int ofLegacy = mode.legacy()
                ? 0
                : (int) anybody.stream()
                        .filter(device -> device.generation() == DiscoveryVersion.WSD_2005_04)
                        .count();
        int without = narrowed ? anybody.size() - ofLegacy : 0;
        return Diagnosis.of(new Diagnosis.Facts(
                looked,
                elsewhere,
                dropped,
                window,
                without,
                ofLegacy,
                mode.proxy().map(URI::toString),
                search.unreached(),
                search.isDirected()));
    }

    private List<DeviceAnnouncement> anybody(Duration window) {
        Duration wider = window.compareTo(LONGEST_WIDER_LOOK) < 0 ? window : LONGEST_WIDER_LOOK;
        Discovery discovery = host().discovery();
        CompletableFuture<List<DeviceAnnouncement>> answers = discovery
                .operate(mode.withLegacy(true))
                .thenCompose(done -> discovery.probe(Probe.of(List.of(), List.of()), wider, match -> {}));
        return await(answers, wider.plus(HTTP_TIMEOUT), "discovery");
    }

    /** Asks for one device by its stable identity. */
    DeviceAnnouncement resolve(String endpoint, Duration window) {
        try (Progress progress = session.progress("resolve", window.toMillis())) {
            CompletableFuture<Optional<DeviceAnnouncement>> answer =
                    host().discovery().resolve(EndpointReference.of(endpoint), window);
            return await(answer, window.plus(HTTP_TIMEOUT.multipliedBy(2)), endpoint, progress)
                    .orElseThrow(() -> new FailedException(endpoint + ": no device of that endpoint answered within "
                            + seconds(window) + "; " + whereToLook()));
        }
    }

    /** What to check when nobody answers. */
    String whereToLook() {
        return "looked on --interface "
                + session.interfaceWords() + " and --discovery-port " + session.discoveryPort()
                + "; is it running there?";
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** A question to the whole network. */
    Search search(Probe probe, Duration window, boolean withMetadata) {
        return new Search(List.of(), probe, window, withMetadata);
    }

    /** A question to these addresses only, by HTTP. */
    Search search(List<URI> addresses, Probe probe, Duration window, boolean withMetadata) {
        return new Search(addresses, probe, window, withMetadata);
    }

    /** The answers to a Probe, as they come. */
    final class Search implements AutoCloseable {

        private final Duration window;
        private final boolean withMetadata;
        private final long startedNanos = System.nanoTime();
        private final Progress progress;

        /** Bounded by what discovery takes in for one question; an empty one is the last. */
        private final BlockingQueue<Optional<Found>> answers = new LinkedBlockingQueue<>();

        private final Queue<CompletableFuture<Void>> underWay = new ConcurrentLinkedQueue<>();
        private final boolean directed;
        private final Map<String, String> unreached = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> end;

        private Search(List<URI> addresses, Probe probe, Duration window, boolean withMetadata) {
            this.window = window;
            this.withMetadata = withMetadata;
            this.directed = !addresses.isEmpty();
            this.progress = session.progress("discover", window.toMillis());
            Discovery discovery = host().discovery();
            CompletableFuture<?> asked = directed
                    ? discovery
                            .probeDirectly(addresses, probe, window, this::onMatch)
                            .thenAccept(answers -> answers.failures()
                                    .forEach((address, failure) ->
                                            unreached.put(address.toString(), reason(address.toString(), failure))))
                    : discovery.probe(probe, window, this::onMatch);
            this.end = asked.thenCompose(all -> CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)))
                    .whenComplete((done, failure) -> answers.add(Optional.empty()));
        }

        private void onMatch(DeviceAnnouncement device) {
            if (!withMetadata) {
                answers.add(Optional.of(new Found(device, Optional.empty(), Optional.empty())));
                return;
            }
            underWay.add(metadata(device)
                    .handle((metadata, failure) -> failure == null
                            ? new Found(device, Optional.of(metadata), Optional.empty())
                            : new Found(
                                    device,
                                    Optional.empty(),
                                    Optional.of(reason(device.epr().address(), failure))))
                    .thenAccept(found -> answers.add(Optional.of(found))));
        }

        /** Whether addresses were asked one by one. */
        boolean isDirected() {
            return directed;
        }

        /** What went wrong at which address, after the last device. */
        Map<String, String> unreached() {
            return Map.copyOf(unreached);
        }

        /** Waits for the next device; empty when the time is over. */
        Optional<Found> next() {
            try {
                while (true) {
                    Optional<Found> found = answers.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                    if (found != null) {
                        if (found.isEmpty() && end.isCompletedExceptionally()) {
                            await(end, window, "discovery", progress);
                        }
                        return found;
                    }
                    progress.at(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos));
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        @Override
        public void close() {
            progress.close();
        }
    }

    /** Fetches what a device says of itself. */
    private CompletableFuture<Metadata> metadata(DeviceAnnouncement device) {
        if (device.generation() == DiscoveryVersion.WSD_2005_04) {
            return CompletableFuture.failedFuture(new FailedException(unspoken(device)));
        }
        return host().client().inspect(device, HTTP_TIMEOUT).thenApply(RemoteDevice::metadata);
    }

    /** Why a device of the older generation is not asked. */
    static String unspoken(DeviceAnnouncement device) {
        return device.epr().address() + " at "
                + (device.xAddrs().isEmpty() ? "no address" : String.join(" ", device.xAddrs()))
                + ": speaks WS-Discovery 2005/04 and so no DPWS 1.1; it can be found, not talked to";
    }

    /** As {@link #metadata}, waited for. */
    Metadata metadataOf(DeviceAnnouncement device) {
        return await(
                metadata(device), HTTP_TIMEOUT.multipliedBy(4), device.epr().address());
    }

    /** Fetches and reads the WSDL of a hosted service. */
    CompletableFuture<ServiceDescription> describe(URI address) {
        return client.wsdl(address, HTTP_TIMEOUT).thenApply(wsdl -> ServiceDescription.read(wsdl, address.toString()));
    }

    <T> T await(CompletableFuture<T> future, Duration longest, String subject) {
        try (Progress progress = session.progress("wait", longest.toMillis())) {
            return await(future, longest, subject, progress);
        }
    }

    /**
     * Waits for an answer.
     *
     * @param subject whom to name if there is none
     * @throws FailedException saying why there is none
     */
    <T> T await(CompletableFuture<T> future, Duration longest, String subject, Progress progress) {
        long startedNanos = System.nanoTime();
        try {
            while (true) {
                try {
                    return future.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
                    if (elapsed > longest.toMillis()) {
                        throw new FailedException(subject + ": no answer within " + seconds(longest), e);
                    }
                    progress.at(elapsed);
                }
            }
        } catch (ExecutionException | CancellationException e) {
            throw new FailedException(reason(subject, e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static FailedException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new FailedException("interrupted", e);
    }

    /** Why something failed, in a line that names whom it is about. */
    static String reason(String subject, Throwable failure) {
        Throwable cause = cause(failure);
        String message = cause.getMessage();
        if (cause instanceof FaultException) {
            return subject + " answered with a fault: " + message;
        }
        if (cause instanceof ConnectException) {
            String what = message == null ? "connection refused" : message;
            boolean refused = what.toLowerCase(Locale.ROOT).contains("refused");
            return subject + (refused ? ": nobody listens there (" : ": cannot be reached (") + what + ")";
        }
        if (cause instanceof HttpTimeoutException || message == null) {
            return subject + ": " + (message == null ? cause.getClass().getSimpleName() : message);
        }
        return message.startsWith(subject) ? message : subject + ": " + message;
    }

    /** True if nobody was reached, so that another question would fare no better. */
    static boolean isUnreachable(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof ConnectException || cause instanceof HttpTimeoutException;
    }

    /** The fault that somebody answered with, if that is what happened. */
    static Optional<SoapFault> faultIn(@Nullable Throwable failure) {
        return failure != null && cause(failure) instanceof FaultException fault
                ? Optional.of(fault.fault())
                : Optional.empty();
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    @Override
    public void close() {
        sender.close();
        if (host != null) {
            host.close();
        }
    }
}
