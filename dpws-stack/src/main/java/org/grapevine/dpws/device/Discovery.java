package org.grapevine.dpws.device;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.Bye;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryProxy;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.DuplicateFilter;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.LegacyDiscovery;
import org.grapevine.dpws.discovery.ManagedMode;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.Links;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery of one host, both ways: its devices answer others, and what others say of themselves is remembered and told to
 * listeners. One multicast listener for each link and one event loop serve any number of devices. Ad hoc unless {@link #operate} says otherwise.
 *
 * <p>Any thread may call; listeners are called on the event loop and must not block.
 */
public final class Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private static final EnvelopeReader WHOLE =
            new EnvelopeReader(EnvelopeLimits.udp(EnvelopeLimits.MAX_ENVELOPE_SIZE));
    private static final int REMEMBERED_IDS = 50_000;
    private static final int DIRECTED_AT_ONCE = 32;

    /** What is left of a window may be too short for a Resolve, which is answered without delay. */
    private static final long SHORTEST_RESOLVE_MILLIS = 500;

    private final EventLoop loop;
    private final DiscoveryTiming timing;
    private final MessageIds ids;
    private final DiscoverySender sender;

    // Whoever waits for the loop is told when it closes: it drops what it has not done yet without a word.
    private final Set<Runnable> awaited = ConcurrentHashMap.newKeySet();

    // All below belongs to the event loop.
    private final KnownDevices known;
    private final DuplicateFilter duplicates;
    private final Questions questions;
    private final Announcer announcer;
    private final List<Consumer<KnownDevices.Event>> listeners = new ArrayList<>();
    private ManagedMode managed = new ManagedMode(DiscoveryMode.adHoc());
    private long malformed;
    private long legacyQuestions;

    private volatile @Nullable UnicastDiscovery unicast;

    /**
     * What discovery has dropped so far.
     *
     * @param malformed messages that were not what their action says
     * @param duplicates datagrams that came again
     * @param unsolicited matches to which nobody waits any longer, or which nobody asked for
     * @param outdated messages older than what was known
     * @param evicted known devices that had to make room
     * @param overflowed questions that were refused, and answers to a question beyond those it may have
     * @param proxiesRefused announcements of Discovery Proxies that the mode does not trust
     * @param untold Hellos and Byes that the Discovery Proxy in use did not take
     * @param legacyQuestions Probes and Resolves of WS-Discovery 2005/04, which are never answered
     */
    public record Dropped(
            long malformed,
            long duplicates,
            long unsolicited,
            long outdated,
            long evicted,
            long overflowed,
            long proxiesRefused,
            long untold,
            long legacyQuestions) {}

    Discovery(EventLoop loop, DiscoveryTiming timing, MessageIds ids, RandomGenerator random, int maxKnownDevices) {
        this.loop = loop;
        this.timing = timing;
        this.ids = ids;
        this.sender = new DiscoverySender(loop, timing, random);
        this.known = new KnownDevices(maxKnownDevices);
        this.duplicates = new DuplicateFilter(REMEMBERED_IDS, Duration.ofMillis(4L * timing.upperDelayMs() + 1));
        this.questions = new Questions(loop, timing, ids, sender, managed, message -> tell(known.on(message)));
        this.announcer = new Announcer(loop, timing, ids, random, sender, managed);
    }

    /** The datagrams leave on these links, and requests by this client; set once, before anything is sent. */
    void attach(Links links, DpwsClient client) {
        UnicastDiscovery byHttp = new UnicastDiscovery(client, ids);
        sender.attach(links);
        questions.attach(byHttp);
        announcer.attach(byHttp);
        unicast = byHttp;
    }

    /** The client for questions by HTTP. */
    UnicastDiscovery unicast() {
        UnicastDiscovery client = unicast;
        if (client == null) {
            throw new IllegalStateException("discovery asks before it has a client");
        }
        return client;
    }

    /** True if the envelope is a message of discovery, of whichever version. */
    static boolean isFor(Envelope envelope) {
        return envelope.action().orElse("").startsWith(Namespaces.WSD + "/") || LegacyDiscovery.isFor(envelope);
    }

    public DiscoveryTiming timing() {
        return timing;
    }

    /** The event loop on which listeners are called; a good home for what they keep. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Changes between ad hoc and managed mode. Questions under way are not asked again; devices that run are told to the proxy, which
     * takes a moment. A proxy that was used before keeps what it was told until it finds out by itself.
     *
     * @return completed when the mode holds
     */
    public CompletableFuture<Void> operate(DiscoveryMode mode) {
        return call(() -> {
            managed = new ManagedMode(mode);
            questions.operate(managed);
            announcer.operate(managed);
            return null;
        });
    }

    /** Calls the listener for every change from now on, after telling it all that is known already. */
    public void listen(Consumer<KnownDevices.Event> listener) {
        boolean taken = loop.offer(() -> {
            known.devices().forEach(device -> tell(listener, new KnownDevices.Event.Appeared(device)));
            listeners.add(listener);
        });
        if (!taken) {
            throw unavailable();
        }
    }

    /**
     * Asks for devices: the network, or in managed mode the proxy.
     *
     * @param window how long answers of the network are waited for, 1 ms to 10 min; DPWS 1.1 says MATCH_TIMEOUT. A proxy's answer is
     *     waited for before that, up to DP_MAX_TIMEOUT; if it comes, nobody else is asked
     * @param each called on the event loop for each device when it first answers
     * @return the devices that answered within the window; fails with IllegalArgumentException for an impossible question, and
     *     with RejectedExecutionException if there are too many or the host closes meanwhile
     */
    public CompletableFuture<List<DeviceAnnouncement>> probe(
            Probe probe, Duration window, Consumer<DeviceAnnouncement> each) {
        return ask(probe, window, each, false);
    }

    /**
     * As {@link #probe}, for those who need transport addresses: a device that leaves them out of its match is asked by Resolve, as
     * far as the window allows, and half a second at least.
     *
     * @param each called when the addresses of a device are there, or were not to be had
     */
    public CompletableFuture<List<DeviceAnnouncement>> probeWithAddresses(
            Probe probe, Duration window, Consumer<DeviceAnnouncement> each) {
        List<CompletableFuture<DeviceAnnouncement>> located = new ArrayList<>(); // filled on the loop
        long endMillis = loop.nowMillis() + window.toMillis();
        return ask(probe, window, match -> located.add(located(match, endMillis, each)), false)
                .thenCompose(all -> CompletableFuture.allOf(located.toArray(CompletableFuture<?>[]::new)))
                .thenApply(done -> located.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<DeviceAnnouncement> located(
            DeviceAnnouncement match, long endMillis, Consumer<DeviceAnnouncement> each) {
        if (!match.xAddrs().isEmpty()) {
            each.accept(match);
            return CompletableFuture.completedFuture(match);
        }
        Duration left = Duration.ofMillis(Math.max(SHORTEST_RESOLVE_MILLIS, endMillis - loop.nowMillis()));
        // A Resolve for which there is no room leaves the match as it is.
        return resolve(match.epr(), left).handle((resolved, failure) -> {
            DeviceAnnouncement device = failure == null ? resolved.orElse(match) : match;
            tell(each, device);
            return device;
        });
    }

    /**
     * Asks for the transport addresses of one device: the network, or in managed mode the proxy.
     *
     * @param window as for {@link #probe}
     * @return completed as soon as it answers; fails as for {@link #probe}
     */
    public CompletableFuture<Optional<DeviceAnnouncement>> resolve(EndpointReference epr, Duration window) {
        return ask(new Resolve(epr), window, match -> {}, true)
                .thenApply(all -> all.stream().findFirst());
    }

    /**
     * A directed Probe by HTTP (DPWS R1015), which needs no multicast. What it finds is known to this host from then on.
     *
     * @param address HTTP address of a device, or of a Discovery Proxy
     * @return those at this address that match, mostly one or none; fails as {@link DpwsClient#call} does
     */
    public CompletableFuture<List<DeviceAnnouncement>> probeDirectly(URI address, Probe probe, Duration timeout) {
        return unicast().probe(address, probe, timeout).whenComplete((matches, failure) -> {
            if (failure == null) {
                // A full loop drops it, as it would a datagram; whoever asked has it.
                loop.offer(() -> tell(known.on(new ProbeMatches(matches, Optional.empty()))));
            }
        });
    }

    /**
     * Directed Probes to a list of addresses, some at a time.
     *
     * @param timeout for each of them
     * @param each called for each device when it first answers, on a thread that must not be blocked, and by several at once
     * @return what every address answered; an address that failed has no device and its failure
     */
    public CompletableFuture<DirectedProbes> probeDirectly(
            Collection<URI> addresses, Probe probe, Duration timeout, Consumer<DeviceAnnouncement> each) {
        DirectedProbes.Run run =
                new DirectedProbes.Run(addresses, address -> probeDirectly(address, probe, timeout), each);
        return run.start(DIRECTED_AT_ONCE);
    }

    private CompletableFuture<List<DeviceAnnouncement>> ask(
            DiscoveryMessage message, Duration window, Consumer<DeviceAnnouncement> each, boolean firstIsEnough) {
        Optional<IllegalArgumentException> problem = questions.check(message, window);
        if (problem.isPresent()) {
            return CompletableFuture.failedFuture(problem.get());
        }
        CompletableFuture<List<DeviceAnnouncement>> answers = new CompletableFuture<>();
        onLoop(answers, () -> questions.ask(new Questions.Asked(message, window, each, firstIsEnough, answers)));
        return answers;
    }

    /** The devices known at this moment; completed on the event loop. */
    public CompletableFuture<List<DeviceAnnouncement>> known() {
        return call(known::devices);
    }

    public CompletableFuture<Dropped> dropped() {
        return call(() -> new Dropped(
                malformed,
                duplicates.duplicates(),
                questions.unsolicited(),
                known.outdated(),
                known.evicted(),
                questions.overflowed(),
                managed.refused() + managed.evicted(),
                announcer.untold(),
                legacyQuestions));
    }

    /**
     * A device to be announced by {@link #start}.
     *
     * @param instanceId higher than at any start before
     * @throws IllegalArgumentException if it cannot be announced
     */
    TargetService prepare(DeviceAnnouncement device, long instanceId) {
        return announcer.prepare(device, instanceId);
    }

    /** Announces a device and answers for it from now on. */
    CompletableFuture<Void> start(TargetService service) {
        return call(() -> {
            announcer.start(service);
            return null;
        });
    }

    /**
     * A device tells something else now.
     *
     * @return completed when its Hello is on its way; fails as {@link TargetService#changed} does
     */
    CompletableFuture<Void> changed(DeviceAnnouncement device) {
        return call(() -> {
            announcer.changed(device);
            return null;
        });
    }

    /** Says Bye for a device; completed when that was said for the last time. */
    CompletableFuture<Void> stop(EndpointReference epr) {
        return said(() -> announcer.stop(epr));
    }

    /** A device is gone without a word; completed when nobody finds it any more. */
    CompletableFuture<Void> crash(EndpointReference epr) {
        return call(() -> {
            announcer.crash(epr);
            return null;
        });
    }

    /** Says Bye for every device on one link, which the host is about to leave; completed when that was said for the last time. */
    CompletableFuture<Void> leave(Link link) {
        return said(() -> announcer.leave(link));
    }

    /** Answers as a Discovery Proxy, too, and announces it. */
    CompletableFuture<Void> start(DiscoveryProxy proxy) {
        return call(() -> {
            announcer.start(proxy);
            return null;
        });
    }

    /** Completed when Bye was said for the last time. */
    CompletableFuture<Void> stop(DiscoveryProxy proxy) {
        return said(() -> announcer.stop(proxy));
    }

    private CompletableFuture<Void> said(Supplier<CompletableFuture<Void>> bye) {
        CompletableFuture<Void> said = new CompletableFuture<>();
        onLoop(said, () -> {
            CompletableFuture<Void> unused = bye.get().thenRun(() -> said.complete(null));
        });
        return said;
    }

    CompletableFuture<TargetService.DirectedAnswer> directedProbe(TargetService service, Envelope request) {
        return call(() -> service.onDirectedProbe(request));
    }

    /** Its loop is closed: whoever still waits for something is told so. */
    void closed() {
        awaited.forEach(Runnable::run);
    }

    /** A datagram whose action is one of discovery; any thread. */
    void onDatagram(Link link, Envelope envelope, InetSocketAddress from) {
        // A full loop drops it, as the network might have done; the loop counts that.
        loop.offer(() -> onMessage(link, envelope, from));
    }

    private void onMessage(Link link, Envelope envelope, InetSocketAddress from) {
        boolean legacy = LegacyDiscovery.isFor(envelope);
        Optional<String> id = legacy
                ? LegacyDiscovery.messageId(envelope)
                : envelope.messageId().filter(text -> !text.isEmpty());
        // Nobody can be answered at port 0, which only a forged datagram names.
        if (id.isEmpty() || from.getPort() == 0) {
            malformed++;
            return;
        }
        if (!duplicates.isNew(id.get(), now())) {
            return;
        }
        Optional<DiscoveryMessage> message;
        try {
            // So far its header was read, and two envelopes in one datagram are none (SOAP-over-UDP 1.1, 3).
            Envelope whole = WHOLE.readWhole(envelope.bytes(), envelope.offset(), envelope.length());
            message = legacy ? LegacyDiscovery.read(whole) : DiscoveryCodec.read(whole);
        } catch (MalformedEnvelopeException e) {
            malformed++;
            return;
        }
        if (message.isEmpty()) {
            malformed += legacy ? 0 : 1;
            legacyQuestions += legacy ? 1 : 0;
        } else if (legacy) {
            String relatesTo = LegacyDiscovery.relatesTo(envelope).orElse("");
            onAnnouncement(message.get(), relatesTo, Wsa.REPLY_RELATION, true);
        } else {
            SoapUdpAddress source = SoapUdpAddress.of(from.getAddress().getHostAddress(), from.getPort());
            announcer.onMessage(envelope, message.get(), source, link);
            onAnnouncement(message.get(), envelope.relatesTo().orElse(""), envelope.relationshipType(), false);
        }
    }

    private void onAnnouncement(DiscoveryMessage message, String relatesTo, String relation, boolean legacy) {
        if (message instanceof Hello hello) {
            onHello(hello, relatesTo, relation);
        } else if (message instanceof Bye bye) {
            if (!legacy) {
                managed.onBye(bye, now());
                questions.onProxyLeft();
            }
            tell(known.on(bye));
        } else if (!(message instanceof Probe) && !(message instanceof Resolve)) {
            questions.onMatches(relatesTo, relation, legacy, message);
        }
    }

    private void onHello(Hello hello, String relatesTo, String relation) {
        Optional<ManagedMode.Proxy> news = managed.onHello(hello, now());
        if (news.isPresent()) {
            announcer.onProxy();
        }
        boolean suppression = relation.equals(WsDiscovery.SUPPRESSION_RELATION);
        if (suppression && managed.mode().trust() == DiscoveryMode.Trust.ANNOUNCED) {
            // It leads to the proxy that said it, for that is the one heard last.
            managed.proxy(now()).ifPresent(proxy -> questions.onSuppression(relatesTo, proxy));
        }
        tell(known.on(hello));
    }

    private void tell(List<KnownDevices.Event> events) {
        for (KnownDevices.Event event : events) {
            listeners.forEach(listener -> tell(listener, event));
        }
    }

    /** A listener that fails is wrong, but the others are not. */
    static <T> void tell(Consumer<T> listener, T news) {
        try {
            listener.accept(news);
        } catch (RuntimeException e) {
            LOG.error("a listener of discovery failed at {}", news, e);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(loop.nowMillis());
    }

    /**
     * Asks the event loop for something that listeners keep there.
     *
     * @return completed on the event loop; fails with what the task throws, and with RejectedExecutionException if the loop is
     *     full or closes before it has come to the task
     */
    public <T extends @Nullable Object> CompletableFuture<T> call(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        onLoop(result, () -> result.complete(task.get()));
        return result;
    }

    private void onLoop(CompletableFuture<?> result, Runnable task) {
        Runnable giveUp = () -> result.completeExceptionally(unavailable());
        awaited.add(giveUp);
        boolean taken = loop.offer(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // It goes to whoever asked, who can name what was wrong.
                result.completeExceptionally(e);
            }
        });
        if (!taken) {
            giveUp.run();
        }
        CompletableFuture<?> unused = result.whenComplete((value, failure) -> awaited.remove(giveUp));
    }

    private static RejectedExecutionException unavailable() {
        return new RejectedExecutionException("discovery: its event loop is full or closed");
    }
}
