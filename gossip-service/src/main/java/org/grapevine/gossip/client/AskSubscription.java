package org.grapevine.gossip.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.ask.Ask;
import org.grapevine.gossip.ask.RunHeader;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.MalformedGossipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A question that a shadow asks all devices for a subscriber, once or again and again. Any thread. */
public final class AskSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(AskSubscription.class);

    private final URI entry;
    private final Repetition repetition;
    private final AskListener listener;
    private final LongAdder unreadable = new LongAdder();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();
    private volatile @Nullable Subscription subscription;

    // Of one notification at a time.
    private volatile int lastRun;
    private RunHeader.@Nullable Taken lastTaken;
    private int lastTakenRun;

    /**
     * How it ended.
     *
     * @param runs the number of the last run that was told
     * @param failure why it ended before its time; empty if it did not, or if the subscriber wanted no more
     */
    public record Ended(int runs, Optional<String> failure) {}

    private AskSubscription(URI entry, Repetition repetition, AskListener listener) {
        this.entry = entry;
        this.repetition = repetition;
        this.listener = listener;
    }

    static CompletableFuture<AskSubscription> at(
            URI entry, NotificationSink sink, Ask ask, Repetition repetition, Duration timeout, AskListener listener) {
        AskSubscription asked = new AskSubscription(entry, repetition, listener);
        SubscriptionOptions options =
                SubscriptionOptions.toFilter(Ask.DIALECT, ask.toBytes()).withTimeout(timeout);
        return sink.subscribe(entry, options, asked::onNotification).thenApply(granted -> {
            asked.subscription = granted;
            CompletableFuture<Void> unused = granted.ended().thenAccept(asked::onEnd);
            return asked;
        });
    }

    /** The shadow that asks. */
    public URI entry() {
        return entry;
    }

    /** Completed after the listener has had everything; never fails. */
    public CompletableFuture<Ended> ended() {
        return ended.copy();
    }

    /** Notifications that could not be read, and were left out. */
    public long unreadable() {
        return unreadable.sum();
    }

    /** Wants no more; the future tells whether the shadow knows. */
    public CompletableFuture<Void> unsubscribe() {
        Subscription granted = subscription;
        return granted == null ? CompletableFuture.completedFuture(null) : granted.unsubscribe();
    }

    private void onNotification(Notification notification) {
        Envelope envelope = notification.envelope();
        try {
            RunHeader.Run run = RunHeader.run(envelope);
            Optional<RunHeader.Taken> taken = RunHeader.taken(envelope);
            if (taken.isPresent()) {
                onSample(run, taken.get(), envelope);
            } else if (run.number() > lastRun) {
                RunAnswer answer = answer(notification, run);
                lastRun = run.number();
                listener.onRun(answer);
            }
        } catch (MalformedGossipException | MalformedEnvelopeException e) {
            unreadable.increment();
            LOG.warn("{}: a notification is left out: {}", entry, e.getMessage());
        }
    }

    /** One that came twice, because the shadow did not hear that it had come, is the same as the one before. */
    private void onSample(RunHeader.Run run, RunHeader.Taken taken, Envelope envelope)
            throws MalformedEnvelopeException {
        if (taken.equals(lastTaken) && run.number() == lastTakenRun) {
            return;
        }
        lastTaken = taken;
        lastTakenRun = run.number();
        listener.onSample(new DeviceSample(run.number(), taken.device(), taken.takenMillis(), envelope.bodyElement()));
    }

    private static RunAnswer answer(Notification notification, RunHeader.Run run)
            throws MalformedGossipException, MalformedEnvelopeException {
        Envelope envelope = notification.envelope();
        Completeness completeness = ControlCodec.completeness(envelope)
                .orElseThrow(
                        () -> new MalformedGossipException("g:Completeness: absent (expected at the end of a run)"));
        boolean valued = !notification.action().equals(RunHeader.END_ACTION);
        return new RunAnswer(
                run.number(),
                valued ? Optional.of(envelope.bodyElement()) : Optional.empty(),
                completeness,
                ControlCodec.isPartial(envelope),
                Duration.ofMillis(run.elapsedMillis()),
                valued ? Optional.empty() : RunHeader.failure(envelope));
    }

    private void onEnd(Subscription.Ended how) {
        boolean wanted = how.reason() == Subscription.Reason.UNSUBSCRIBED
                || (how.reason() == Subscription.Reason.SOURCE_CANCELLING && lastRun > 0 && repetition.isLast(lastRun));
        String words = how.reason().name().toLowerCase(Locale.ROOT).replace('_', '-')
                + (how.text().isEmpty() ? "" : ", " + how.text());
        ended.complete(new Ended(lastRun, wanted ? Optional.empty() : Optional.of(words)));
    }
}
