package org.grapevine.dpws.device;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.Bye;
import org.grapevine.dpws.discovery.DatagramRepeat;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.DuplicateFilter;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.MatchCollector;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ResolveMatches;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TargetServices;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.Links;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery of one host, both ways: its devices answer others, and what others say of themselves is remembered and told to
 * listeners. One multicast listener for each link and one event loop serve any number of devices.
 *
 * <p>Any thread may call; listeners are called on the event loop and must not block.
 */
public final class Discovery {

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private static final EnvelopeReader WHOLE =
            new EnvelopeReader(EnvelopeLimits.udp(EnvelopeLimits.MAX_ENVELOPE_SIZE));
    private static final int REMEMBERED_IDS = 50_000;
    private static final int QUESTIONS_AT_ONCE = 1_000;
    private static final int MATCHES_PER_QUESTION = 100_000;
    private static final long LONGEST_WINDOW_MILLIS = 600_000;

    /** A Probe or Resolve that may still be answered. */
    private record Question(
            MatchCollector collector,
            Consumer<DeviceAnnouncement> each,
            boolean firstIsEnough,
            LoopTimer timer,
            CompletableFuture<List<DeviceAnnouncement>> answers) {}

    private final EventLoop loop;
    private final DiscoveryTiming timing;
    private final MessageIds ids;
    private final RandomGenerator random;

    // Whoever waits for the loop is told when it closes: it drops what it has not done yet without a word.
    private final Set<Runnable> awaited = ConcurrentHashMap.newKeySet();

    // All below belongs to the event loop.
    private final TargetServices targets = new TargetServices();
    private final Map<EndpointReference, List<LoopTimer>> hellos = new LinkedHashMap<>();
    private final KnownDevices known;
    private final DuplicateFilter duplicates;
    private final Map<String, Question> questions = new LinkedHashMap<>();
    private final List<Consumer<KnownDevices.Event>> listeners = new ArrayList<>();
    private long malformed;
    private long unsolicited;
    private long overflowed;

    private volatile @Nullable Links links;

    /**
     * What discovery has dropped so far.
     *
     * @param malformed messages that were not what their action says
     * @param duplicates datagrams that came again
     * @param unsolicited matches to which nobody waits any longer, or which nobody asked for
     * @param outdated messages older than what was known
     * @param evicted known devices that had to make room
     * @param overflowed questions that were refused, and answers to a question beyond those it may have
     */
    public record Dropped(
            long malformed, long duplicates, long unsolicited, long outdated, long evicted, long overflowed) {}

    Discovery(EventLoop loop, DiscoveryTiming timing, MessageIds ids, RandomGenerator random, int maxKnownDevices) {
        this.loop = loop;
        this.timing = timing;
        this.ids = ids;
        this.random = random;
        this.known = new KnownDevices(maxKnownDevices);
        this.duplicates = new DuplicateFilter(REMEMBERED_IDS, Duration.ofMillis(4L * timing.upperDelayMs() + 1));
    }

    /** The datagrams leave on these; set once, before anything is sent. */
    void attach(Links hostLinks) {
        links = hostLinks;
    }

    public DiscoveryTiming timing() {
        return timing;
    }

    /** The event loop on which listeners are called; a good home for what they keep. */
    public EventLoop loop() {
        return loop;
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
     * Asks the network for devices.
     *
     * @param window how long answers are waited for, 1 ms to 10 min; DPWS 1.1 says MATCH_TIMEOUT
     * @param each called on the event loop for each device when it first answers
     * @return the devices that answered within the window; fails with IllegalArgumentException for an impossible question, and
     *     with RejectedExecutionException if there are too many or the host closes meanwhile
     */
    public CompletableFuture<List<DeviceAnnouncement>> probe(
            Probe probe, Duration window, Consumer<DeviceAnnouncement> each) {
        return ask(probe, window, each, false);
    }

    /**
     * Asks the network for the transport addresses of one device.
     *
     * @param window as for {@link #probe}
     * @return completed as soon as it answers; fails as for {@link #probe}
     */
    public CompletableFuture<Optional<DeviceAnnouncement>> resolve(EndpointReference epr, Duration window) {
        return ask(new Resolve(epr), window, match -> {}, true)
                .thenApply(all -> all.stream().findFirst());
    }

    private CompletableFuture<List<DeviceAnnouncement>> ask(
            DiscoveryMessage message, Duration window, Consumer<DeviceAnnouncement> each, boolean firstIsEnough) {
        CompletableFuture<List<DeviceAnnouncement>> answers = new CompletableFuture<>();
        String id = ids.next();
        byte[] envelope = DiscoveryCodec.multicast(message, id);
        if (window.compareTo(Duration.ofMillis(1)) < 0
                || window.compareTo(Duration.ofMillis(LONGEST_WINDOW_MILLIS)) > 0) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("window: " + window + " (expected: 1 ms to 10 min)"));
        }
        if (envelope.length > EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException(message.getClass().getSimpleName() + ": " + envelope.length
                            + " octets (expected: <= " + EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE + ")"));
        }
        onLoop(answers, () -> {
            if (questions.size() >= QUESTIONS_AT_ONCE) {
                overflowed++;
                throw new RejectedExecutionException(
                        "discovery: " + QUESTIONS_AT_ONCE + " questions are under way (expected: fewer)");
            }
            LoopTimer timer = loop.schedule(window.toMillis(), () -> end(id))
                    .orElseThrow(() -> new RejectedExecutionException("discovery: no timer left for a question"));
            MatchCollector collector = new MatchCollector(
                    id, now(), timing.withMatchTimeoutMs((int) window.toMillis()), MATCHES_PER_QUESTION);
            questions.put(id, new Question(collector, each, firstIsEnough, timer, answers));
            send(new DiscoveryAction.SendMulticast(envelope, 0), () -> {});
        });
        return answers;
    }

    private void end(String id) {
        Question question = questions.remove(id);
        if (question != null) {
            question.timer().cancel();
            overflowed += question.collector().overflowed();
            question.answers().complete(question.collector().matches());
        }
    }

    /** The devices known at this moment; completed on the event loop. */
    public CompletableFuture<List<DeviceAnnouncement>> known() {
        return call(known::devices);
    }

    public CompletableFuture<Dropped> dropped() {
        return call(() -> new Dropped(
                malformed, duplicates.duplicates(), unsolicited, known.outdated(), known.evicted(), overflowed));
    }

    /**
     * A device to be announced by {@link #start}.
     *
     * @param instanceId higher than at any start before
     * @throws IllegalArgumentException if it cannot be announced
     */
    TargetService prepare(DeviceAnnouncement device, long instanceId) {
        return new TargetService(device, instanceId, timing, ids, random);
    }

    /** Announces a device and answers for it from now on. */
    CompletableFuture<Void> start(TargetService service) {
        return call(() -> {
            targets.add(service);
            List<LoopTimer> timers = new ArrayList<>();
            service.start().forEach(hello -> timers.addAll(send(hello, () -> {})));
            hellos.put(service.device().epr(), timers);
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
            targets.get(device.epr()).ifPresent(service -> {
                List<DiscoveryAction> news = service.changed(device);
                if (!news.isEmpty()) {
                    // What is still to come of an earlier Hello is out of date.
                    Optional.ofNullable(hellos.remove(device.epr()))
                            .orElse(List.of())
                            .forEach(LoopTimer::cancel);
                    List<LoopTimer> timers = new ArrayList<>();
                    news.forEach(hello -> timers.addAll(send(hello, () -> {})));
                    hellos.put(device.epr(), timers);
                }
            });
            return null;
        });
    }

    /** Says Bye for a device; completed when that was said for the last time. */
    CompletableFuture<Void> stop(EndpointReference epr) {
        CompletableFuture<Void> said = new CompletableFuture<>();
        onLoop(said, () -> {
            // A Hello that is still to come, or to come again, must not follow the Bye.
            Optional.ofNullable(hellos.remove(epr)).orElse(List.of()).forEach(LoopTimer::cancel);
            List<DiscoveryAction> byes =
                    targets.remove(epr).map(TargetService::stop).orElse(List.of());
            if (byes.isEmpty()) {
                said.complete(null);
            }
            byes.forEach(bye -> send(bye, () -> said.complete(null)));
        });
        return said;
    }

    /** Says Bye for every device on one link, which the host is about to leave; completed when that was said for the last time. */
    CompletableFuture<Void> leave(Link link) {
        CompletableFuture<Void> said = new CompletableFuture<>();
        onLoop(said, () -> {
            List<DiscoveryAction> byes = targets.all().stream()
                    .flatMap(target -> target.leaveNetwork().stream())
                    .toList();
            AtomicInteger left = new AtomicInteger(byes.size());
            if (byes.isEmpty()) {
                said.complete(null);
            }
            Runnable afterLast = () -> {
                if (left.decrementAndGet() == 0) {
                    said.complete(null);
                }
            };
            byes.forEach(bye -> send(bye, link, afterLast));
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
        Optional<String> id = envelope.messageId().filter(text -> !text.isEmpty());
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
            message = DiscoveryCodec.read(WHOLE.readWhole(envelope.bytes(), envelope.offset(), envelope.length()));
        } catch (MalformedEnvelopeException e) {
            malformed++;
            return;
        }
        if (message.isEmpty()) {
            malformed++;
        } else if (message.get() instanceof Hello || message.get() instanceof Bye) {
            tell(known.on(message.get()));
        } else if (message.get() instanceof ProbeMatches || message.get() instanceof ResolveMatches) {
            onMatches(envelope, message.get());
        } else {
            SoapUdpAddress source = SoapUdpAddress.of(from.getAddress().getHostAddress(), from.getPort());
            targets.onMessage(envelope, message.get(), source).forEach(answer -> send(answer, link, () -> {}));
        }
    }

    private void onMatches(Envelope envelope, DiscoveryMessage message) {
        String id = envelope.relatesTo().orElse("");
        Question question = questions.get(id);
        if (question == null) {
            unsolicited++;
            return;
        }
        int before = question.collector().matches().size();
        if (!question.collector().on(envelope, message, now())) {
            unsolicited++;
            return;
        }
        List<DeviceAnnouncement> matches = question.collector().matches();
        matches.subList(before, matches.size()).forEach(match -> tell(question.each(), match));
        tell(known.on(message));
        if (question.firstIsEnough() && !matches.isEmpty()) {
            end(id);
        }
    }

    private void tell(List<KnownDevices.Event> events) {
        for (KnownDevices.Event event : events) {
            listeners.forEach(listener -> tell(listener, event));
        }
    }

    /** A listener that fails is wrong, but the others are not. */
    private static <T> void tell(Consumer<T> listener, T news) {
        try {
            listener.accept(news);
        } catch (RuntimeException e) {
            LOG.error("a listener of discovery failed at {}", news, e);
        }
    }

    private List<LoopTimer> send(DiscoveryAction action, Runnable afterLast) {
        return send(action, null, afterLast);
    }

    /**
     * Sends and repeats.
     *
     * @param link where to; without one, a multicast goes to every link
     * @param afterLast run behind the last repetition
     * @return what is still to come
     */
    private List<LoopTimer> send(DiscoveryAction action, @Nullable Link link, Runnable afterLast) {
        List<Integer> offsets = new ArrayList<>();
        offsets.add(0);
        offsets.addAll(
                action instanceof DiscoveryAction.SendMulticast
                        ? DatagramRepeat.ofMulticast(timing, random)
                        : DatagramRepeat.ofUnicast(timing, random));
        List<LoopTimer> timers = new ArrayList<>();
        for (int i = 0; i < offsets.size(); i++) {
            Runnable next = i < offsets.size() - 1 ? () -> {} : afterLast;
            Runnable transmission = () -> {
                transmit(action, link);
                next.run();
            };
            int delay = action.delayMs() + offsets.get(i);
            Optional<LoopTimer> timer = delay == 0 ? Optional.empty() : loop.schedule(delay, transmission);
            timer.ifPresent(timers::add);
            if (timer.isEmpty()) {
                // Due already, or no timer is left: now is better than never.
                transmission.run();
            }
        }
        return timers;
    }

    private void transmit(DiscoveryAction action, @Nullable Link link) {
        Links all = links;
        if (all == null) {
            throw new IllegalStateException("discovery sends before it has a link");
        }
        if (action instanceof DiscoveryAction.SendMulticast multicast) {
            if (link == null) {
                all.sendMulticast(multicast.envelope());
            } else {
                link.sendMulticast(multicast.envelope());
            }
        } else if (action instanceof DiscoveryAction.SendTo unicast) {
            InetSocketAddress to = literal(unicast.address());
            if (link == null) {
                all.send(to, unicast.envelope());
            } else {
                link.send(to, unicast.envelope());
            }
        } else {
            throw new AssertionError("unhandled: " + action);
        }
    }

    /** Answers go where a datagram came from, which is always a literal address. */
    private static InetSocketAddress literal(SoapUdpAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address: " + address + " (expected: a literal address)", e);
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
