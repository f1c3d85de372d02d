package org.grapevine.dpws.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.LegacyDiscovery;
import org.grapevine.dpws.discovery.ManagedMode;
import org.grapevine.dpws.discovery.MatchCollector;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;

/**
 * The client side of discovery: Probes and Resolves that may still be answered, by the proxy if there is one, else by the network. On
 * the event loop of discovery.
 */
final class Questions {

    private static final int QUESTIONS_AT_ONCE = 1_000;
    private static final int MATCHES_PER_QUESTION = 100_000;
    private static final long LONGEST_WINDOW_MILLIS = 600_000;

    /** A Probe or Resolve, and who waits for the answers. */
    record Asked(
            DiscoveryMessage message,
            Duration window,
            Consumer<DeviceAnnouncement> each,
            boolean firstIsEnough,
            CompletableFuture<List<DeviceAnnouncement>> answers) {}

    /** One that was asked and has not ended. */
    private static final class Open {
        private final Asked asked;
        private final String id;
        private final Set<String> legacyIds = new LinkedHashSet<>();
        private @Nullable MatchCollector collector; // null as long as only a proxy was asked
        private LoopTimer timer;
        private ManagedMode.@Nullable Proxy proxy; // the last one asked

        Open(Asked asked, String id, LoopTimer timer) {
            this.asked = asked;
            this.id = id;
            this.timer = timer;
        }
    }

    private final EventLoop loop;
    private final DiscoveryTiming timing;
    private final MessageIds ids;
    private final DiscoverySender sender;
    private final Consumer<DiscoveryMessage> learn;
    private final Map<String, Open> open = new LinkedHashMap<>(); // by id
    private final Map<String, Open> legacy = new LinkedHashMap<>(); // by the ids of their envelopes of 2005/04
    private ManagedMode managed;
    private @Nullable UnicastDiscovery unicast;
    private long unsolicited;
    private long overflowed;

    /**
     * No questions.
     *
     * @param learn told what was answered to a question, after whoever asked
     */
    Questions(
            EventLoop loop,
            DiscoveryTiming timing,
            MessageIds ids,
            DiscoverySender sender,
            ManagedMode managed,
            Consumer<DiscoveryMessage> learn) {
        this.loop = loop;
        this.timing = timing;
        this.ids = ids;
        this.sender = sender;
        this.managed = managed;
        this.learn = learn;
    }

    void attach(UnicastDiscovery client) {
        unicast = client;
    }

    void operate(ManagedMode mode) {
        managed = mode;
    }

    long unsolicited() {
        return unsolicited;
    }

    long overflowed() {
        return overflowed;
    }

    /** Any thread: what is wrong with a question, if anything. */
    Optional<IllegalArgumentException> check(DiscoveryMessage message, Duration window) {
        if (window.compareTo(Duration.ofMillis(1)) < 0
                || window.compareTo(Duration.ofMillis(LONGEST_WINDOW_MILLIS)) > 0) {
            return Optional.of(new IllegalArgumentException("window: " + window + " (expected: 1 ms to 10 min)"));
        }
        int size = DiscoveryCodec.multicast(message, ids.next()).length;
        if (size > EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE) {
            return Optional.of(new IllegalArgumentException(message.getClass().getSimpleName() + ": " + size
                    + " octets (expected: <= " + EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE + ")"));
        }
        return Optional.empty();
    }

    /** Asks the proxy that is used now, and otherwise the network. */
    void ask(Asked asked) {
        if (open.size() >= QUESTIONS_AT_ONCE) {
            overflowed++;
            throw new RejectedExecutionException(
                    "discovery: " + QUESTIONS_AT_ONCE + " questions are under way (expected: fewer)");
        }
        String id = ids.next();
        Optional<ManagedMode.Proxy> proxy = managed.proxy(now());
        if (proxy.isPresent() && unicast != null) {
            Open question = new Open(asked, id, timer(managed.mode().dpMaxTimeoutMs(), () -> onSilence(id)));
            open.put(id, question);
            askProxy(question, proxy.get());
        } else {
            Open question = new Open(asked, id, timer(asked.window().toMillis(), () -> end(id)));
            open.put(id, question);
            multicast(question);
        }
    }

    private LoopTimer timer(long delayMillis, Runnable task) {
        return loop.schedule(delayMillis, task)
                .orElseThrow(() -> new RejectedExecutionException("discovery: no timer left for a question"));
    }

    private void askProxy(Open question, ManagedMode.Proxy proxy) {
        UnicastDiscovery client = unicast;
        if (client == null) {
            return;
        }
        question.proxy = proxy;
        Duration patience = Duration.ofMillis(managed.mode().dpMaxTimeoutMs());
        CompletableFuture<Void> unused = client.ask(
                        proxy.addresses(), proxy.destination(), question.asked.message(), patience)
                .handle((answer, failure) -> {
                    // A loop that is full drops it; the timer of the question then takes it for silence.
                    loop.offer(() -> {
                        if (failure == null) {
                            onProxy(question.id, answer);
                        } else {
                            onProxyFailed(question.id, proxy, failure);
                        }
                    });
                    return null;
                });
    }

    private void onProxy(String id, List<DeviceAnnouncement> matches) {
        Open question = open.get(id);
        if (question == null) {
            return;
        }
        ProbeMatches answer = new ProbeMatches(matches, Optional.empty());
        onAnswer(question, answer);
        end(id); // A proxy knows all or nothing.
    }

    private void onProxyFailed(String id, ManagedMode.Proxy proxy, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof FaultException) {
            fallBack(id); // It is there, and does not like this question.
        } else {
            managed.failed(proxy, now());
            fallBack(id);
        }
    }

    /** No word from the proxy within DP_MAX_TIMEOUT. */
    private void onSilence(String id) {
        Open question = open.get(id);
        if (question != null && question.proxy != null) {
            managed.failed(question.proxy, now());
        }
        fallBack(id);
    }

    private void fallBack(String id) {
        Open question = open.get(id);
        if (question == null || question.collector != null) {
            return;
        }
        question.timer.cancel();
        Optional<LoopTimer> timer = loop.schedule(question.asked.window().toMillis(), () -> end(id));
        if (timer.isEmpty()) {
            open.remove(id);
            question.asked
                    .answers()
                    .completeExceptionally(new RejectedExecutionException("discovery: no timer left for a question"));
            return;
        }
        question.timer = timer.get();
        multicast(question);
    }

    /** The proxy in use said Bye: nobody waits for its answer any longer. */
    void onProxyLeft() {
        if (managed.proxy(now()).isPresent()) {
            return;
        }
        List<String> waiting = open.values().stream()
                .filter(question -> question.collector == null)
                .map(question -> question.id)
                .toList();
        waiting.forEach(this::fallBack);
    }

    private void multicast(Open question) {
        Asked asked = question.asked;
        question.collector = new MatchCollector(
                question.id,
                now(),
                timing.withMatchTimeoutMs((int) asked.window().toMillis()),
                MATCHES_PER_QUESTION);
        send(DiscoveryCodec.multicast(asked.message(), question.id));
        if (!managed.mode().legacy()) {
            return;
        }
        List<byte[]> envelopes = new ArrayList<>();
        if (asked.message() instanceof Probe probe) {
            LegacyDiscovery.translated(probe)
                    .forEach(each -> envelopes.add(LegacyDiscovery.probe(each, legacyId(question))));
        } else if (asked.message() instanceof Resolve resolve) {
            envelopes.add(LegacyDiscovery.resolve(resolve.epr(), legacyId(question)));
        }
        envelopes.stream()
                .filter(envelope -> envelope.length <= EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE)
                .forEach(this::send);
    }

    private String legacyId(Open question) {
        String id = ids.next();
        question.legacyIds.add(id);
        legacy.put(id, question);
        return id;
    }

    private void send(byte[] envelope) {
        List<LoopTimer> unused = sender.send(new DiscoveryAction.SendMulticast(envelope, 0), () -> {});
    }

    /** Matches from the network. */
    void onMatches(String relatesTo, String relation, boolean ofLegacy, DiscoveryMessage message) {
        Open question = (ofLegacy ? legacy : open).get(relatesTo);
        if (question == null || question.collector == null || !relation.equals(Wsa.REPLY_RELATION)) {
            unsolicited++;
        } else if (!onAnswer(question, message)) {
            unsolicited++;
        }
    }

    private boolean onAnswer(Open question, DiscoveryMessage message) {
        MatchCollector collector = question.collector;
        if (collector == null) {
            collector = new MatchCollector(question.id, now(), timing, MATCHES_PER_QUESTION);
            question.collector = collector;
        }
        int before = collector.matches().size();
        if (!collector.onRelated(message, now())) {
            return false;
        }
        List<DeviceAnnouncement> matches = collector.matches();
        matches.subList(before, matches.size()).forEach(match -> Discovery.tell(question.asked.each(), match));
        learn.accept(message);
        if (question.asked.firstIsEnough() && !matches.isEmpty()) {
            end(question.id);
        }
        return true;
    }

    /** A proxy wants this question for itself; once is enough. */
    void onSuppression(String relatesTo, ManagedMode.Proxy proxy) {
        Open question = open.get(relatesTo);
        if (question != null && question.proxy == null) {
            askProxy(question, proxy);
        }
    }

    private void end(String id) {
        Open question = open.remove(id);
        if (question == null) {
            return;
        }
        question.legacyIds.forEach(legacy::remove);
        question.timer.cancel();
        MatchCollector collector = question.collector;
        overflowed += collector == null ? 0 : collector.overflowed();
        question.asked.answers().complete(collector == null ? List.of() : collector.matches());
    }

    private Instant now() {
        return Instant.ofEpochMilli(loop.nowMillis());
    }
}
