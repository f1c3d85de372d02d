package org.grapevine.gossip.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.gossip.ask.Ask;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.MalformedGossipException;

/** Questions to all devices, by one entry after the other until one of them takes it. Any thread. */
final class Questions {

    /** What a shadow gets on top of a request's own time, for the last merge and the way back. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A shadow answers a Subscribe after it has looked at the stylesheet, if there is one. */
    private static final Duration SUBSCRIBING = Duration.ofSeconds(15);

    /** It is overloaded, or its device has gone while others still answer at that address. */
    private static final Set<QName> OF_THE_ENTRY = Set.of(
            new QName(Namespaces.WSA, "EndpointUnavailable"), new QName(Namespaces.WSA, "DestinationUnreachable"));

    private final DpwsClient client;
    private final MessageIds ids;
    private final LongSupplier nowMillis;
    private final String self;

    Questions(DpwsClient client, MessageIds ids, LongSupplier nowMillis, String self) {
        this.client = client;
        this.ids = ids;
        this.nowMillis = nowMillis;
        this.self = self;
    }

    private Outgoing asked(List<GossipEntry> entries, ClientMessage message) {
        Outgoing outgoing = Outgoing.of(entries, message, nowMillis.getAsLong());
        outgoing.requireAnswered();
        return outgoing;
    }

    private static List<URI> shadows(List<GossipEntry> entries) {
        return entries.stream().map(GossipEntry::shadow).distinct().toList();
    }

    CompletableFuture<GossipAnswer> ask(List<GossipEntry> entries, ClientMessage message) {
        Outgoing outgoing = asked(entries, message);
        Optional<String> given = message.id();
        List<URI> shadows = shadows(entries);
        Map<URI, Throwable> failed = new LinkedHashMap<>();
        return first(shadows, 0, failed, shadow -> {
            String id = given.filter(own -> shadow.equals(shadows.get(0))).orElseGet(ids::next);
            long began = System.nanoTime();
            Outgoing fresh = outgoing.at(nowMillis.getAsLong());
            Duration timeout = Duration.ofMillis(fresh.replyMillis()).plus(GRACE);
            return client.call(shadow, fresh.envelope(shadow, id, self), timeout)
                    .thenApply(answer -> new GossipAnswer(
                            Optional.of(body(shadow, answer)),
                            completeness(shadow, answer),
                            ControlCodec.isPartial(answer),
                            Duration.ofNanos(System.nanoTime() - began),
                            shadow,
                            id,
                            failed));
        });
    }

    CompletableFuture<AskSubscription> every(
            NotificationSink sink,
            List<GossipEntry> entries,
            ClientMessage message,
            Repetition repetition,
            AskListener listener) {
        Outgoing outgoing = asked(entries, message);
        Ask ask = outgoing.ask(repetition);
        return first(
                shadows(entries),
                0,
                new LinkedHashMap<>(),
                shadow -> AskSubscription.at(shadow, sink, ask, repetition, SUBSCRIBING, listener));
    }

    Collecting collect(
            NotificationSink sink, List<GossipEntry> entries, ClientMessage message, Consumer<DeviceSample> samples) {
        CompletableFuture<GossipAnswer> end = new CompletableFuture<>();
        CompletableFuture<RunAnswer> last = new CompletableFuture<>();
        CompletableFuture<AskSubscription> subscribed =
                every(sink, entries, message, Repetition.ONCE, new AskListener() {
                    @Override
                    public void onSample(DeviceSample sample) {
                        samples.accept(sample);
                    }

                    @Override
                    public void onRun(RunAnswer run) {
                        last.complete(run);
                    }
                });
        CompletableFuture<Void> unused = subscribed
                .thenCompose(asked ->
                        asked.ended().thenApply(how -> collected(asked, how, Optional.ofNullable(last.getNow(null)))))
                .handle((answer, failure) ->
                        failure == null ? end.complete(answer) : end.completeExceptionally(cause(failure)))
                .thenAccept(done -> {});
        return new Collecting(end, () -> {
            CompletableFuture<Void> unusedEnd = subscribed.thenCompose(AskSubscription::unsubscribe);
        });
    }

    private static GossipAnswer collected(AskSubscription asked, AskSubscription.Ended how, Optional<RunAnswer> last) {
        Optional<String> why = last.flatMap(RunAnswer::failure).or(how::failure);
        if (last.isEmpty() || why.isPresent()) {
            throw failed(asked.entry(), why.orElse("given up before all values had come"));
        }
        RunAnswer run = last.get();
        return new GossipAnswer(
                run.value(), run.completeness(), run.partial(), run.elapsed(), asked.entry(), "", Map.of());
    }

    /** Tries one entry after the other, as long as it was the entry's fault. */
    private static <T> CompletableFuture<T> first(
            List<URI> shadows, int index, Map<URI, Throwable> failed, Function<URI, CompletableFuture<T>> attempt) {
        URI shadow = shadows.get(index);
        return attempt.apply(shadow).exceptionallyCompose(failure -> {
            Throwable cause = cause(failure);
            if (index + 1 == shadows.size() || !isOfTheEntry(cause)) {
                failed.values().stream().filter(before -> before != cause).forEach(cause::addSuppressed);
                return CompletableFuture.failedFuture(cause);
            }
            failed.put(shadow, cause);
            return first(shadows, index + 1, failed, attempt);
        });
    }

    /** True if another entry may do better. */
    private static boolean isOfTheEntry(Throwable failure) {
        if (failure instanceof FaultException fault) {
            return fault.fault().subcodes().stream().anyMatch(OF_THE_ENTRY::contains);
        }
        return failure instanceof IOException || failure instanceof RejectedExecutionException;
    }

    private static byte[] body(URI shadow, Envelope answer) {
        try {
            return answer.bodyElement();
        } catch (MalformedEnvelopeException e) {
            throw failed(shadow, e.getMessage());
        }
    }

    private static Completeness completeness(URI shadow, Envelope answer) {
        try {
            return ControlCodec.completeness(answer)
                    .orElseThrow(() -> failed(
                            shadow, "its answer does not say whom it covers (expected: a g:Completeness header)"));
        } catch (MalformedGossipException e) {
            throw failed(shadow, e.getMessage());
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static CompletionException failed(URI address, String what) {
        return new CompletionException(new IOException(address + ": " + what));
    }
}
