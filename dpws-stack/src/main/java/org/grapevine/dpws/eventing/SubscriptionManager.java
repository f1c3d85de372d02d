package org.grapevine.dpws.eventing;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * The event source and subscription manager of one hosted service: who has subscribed to what until when, and which notification goes
 * to whom next. Both dialects are subscribed to at the same address.
 *
 * <p>Notifications of one subscription go one after the other, so that their order is kept; those of different subscriptions go side
 * by side, so many to one host and port as {@link EventingLimits} allow. A sink that answers with a status of 400 to 499 wants none of
 * it, and its subscription ends; after any other failure the notification is tried again. When too many notifications wait for a slow
 * sink its subscription ends too: a subscriber who is told can subscribe again and ask for the present state, one who is silently
 * given less cannot.
 *
 * <p>For one thread. Times are in ms since the epoch by a clock that never jumps. After each call the owner takes {@link #deliveries}
 * and performs them, and calls {@link #advance} at {@link #nextDue}.
 */
public final class SubscriptionManager {

    private static final String SHUTTING_DOWN = "The event source stops.";

    /** When so much is to be sent to one peer that there is no room, room comes soon. */
    private static final long BUSY_PAUSE_MILLIS = 20;

    /** How often a SubscriptionEnd is offered again for want of room. */
    private static final int MAX_BUSY_ENDS = 100;

    private final Function<Optional<String>, URI> addresses;
    private final Set<String> actions;
    private final EventingLimits limits;
    private final SubscriptionTerms terms;
    private final MessageIds ids;

    private final Map<String, SourceSubscription> subscriptions = new LinkedHashMap<>();
    private final Map<String, Integer> perHost = new HashMap<>();
    private final TreeSet<SourceSubscription> wakeups = new TreeSet<>(
            Comparator.comparingLong((SourceSubscription s) -> s.wakeAt).thenComparingLong(s -> s.serial));
    private final Lanes<SourceSubscription> lanes;
    private final Map<Long, Flight> flights = new LinkedHashMap<>();
    private final List<Long> unanswered = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private int endings;
    private long serial;
    private boolean stopping;

    private long granted;
    private long renewed;
    private long unsubscribed;
    private long expired;
    private long ended;
    private long refusedAtLimit;
    private long accepted;
    private long failed;
    private long postponed;
    private long overflowed;
    private long dropped;
    private long droppedEnds;
    private long queued;

    /**
     * What goes back to a subscriber.
     *
     * @param action {@code wsa:Action} of the answer
     * @param body empty for an empty SOAP body
     */
    public record Answer(String action, Optional<byte[]> body) {}

    /**
     * A subscriber of its own kind was taken.
     *
     * @param identifier names its subscription
     */
    public record Granted(String identifier, Answer answer) {}

    /**
     * What waits for one sink.
     *
     * @param bytes of bodies and of the header blocks that came with them
     */
    public record Waiting(int notifications, long bytes) {}

    /**
     * One message to be posted; the owner says by {@link #delivered} what came of it.
     *
     * @param number names it
     * @param to where to
     * @param envelope what
     * @param question the question that it asks, whose answer comes back by HTTP; empty for what nobody answers
     * @param timeoutMillis how long it may take
     */
    @SuppressWarnings("ArrayRecordComponent") // A hand-over of bytes; copies would serve nobody.
    public record Delivery(long number, URI to, byte[] envelope, OptionalLong question, long timeoutMillis) {}

    /** What came of a delivery. */
    public enum Outcome {
        /** A status of 200 to 299. */
        ACCEPTED,
        /** A status of 400 to 499: the sink does not want it, and will not later. */
        REFUSED,
        /** Any other status, no connection, no answer in time. */
        FAILED,
        /** It did not even leave, for want of room on our side: no failure of the sink. */
        BUSY;

        /** What an HTTP status means. */
        public static Outcome ofStatus(int status) {
            return status / 100 == 2 ? ACCEPTED : status / 100 == 4 ? REFUSED : FAILED;
        }
    }

    private record Flight(SourceSubscription subscription, String peer, boolean isEnd, long question, long since) {}

    /**
     * An event source without subscribers.
     *
     * @param addresses from {@code wsa:To} of a Subscribe to the address of the hosted service that the subscriber can use; its
     *     subscription is managed there too
     * @param actions of the events that it has
     * @param ids of messages and subscriptions; whoever guesses an id of a subscription can end it
     */
    public SubscriptionManager(
            Function<Optional<String>, URI> addresses,
            Set<String> actions,
            EventingLimits limits,
            SinkAddresses sinks,
            MessageIds ids) {
        this.addresses = addresses;
        this.actions = Set.copyOf(actions);
        this.limits = limits;
        this.terms = new SubscriptionTerms(this.actions, limits, sinks);
        this.lanes = new Lanes<>(limits.maxUnderWayPerPeer());
        this.ids = ids;
    }

    /** The actions of its events. */
    public Set<String> actions() {
        return actions;
    }

    /**
     * Acts on a message of a subscriber.
     *
     * @throws EventingFault to answer with a fault
     */
    public Answer handle(long now, EventingDialect.Request request, Envelope envelope) throws EventingFault {
        advance(now);
        EventingDialect dialect = request.dialect();
        try {
            return switch (request.verb()) {
                case SUBSCRIBE -> {
                    SubscribeRequest asked = EventingCodec.readSubscribe(dialect, envelope);
                    yield subscribe(now, asked, terms.granted(now, asked), envelope.to(), false)
                            .answer();
                }
                case RENEW -> renew(now, dialect, envelope);
                case GET_STATUS -> getStatus(now, dialect, envelope);
                case UNSUBSCRIBE -> unsubscribe(dialect, envelope);
            };
        } catch (MalformedEnvelopeException e) {
            throw EventingFault.invalidMessage(dialect, e.getMessage());
        }
    }

    /**
     * Acts on a Subscribe of somebody who gets what concerns nobody else ({@link #tell}), and nothing of what goes to all. What its
     * filter says, the owner has judged.
     *
     * @throws EventingFault to answer with a fault
     */
    public Granted subscribe(long now, SubscribeRequest request, Optional<String> to) throws EventingFault {
        advance(now);
        return subscribe(now, request, terms.granted(now, request, Set.of()), to, true);
    }

    private Granted subscribe(
            long now,
            SubscribeRequest request,
            SubscriptionTerms.Granted granting,
            Optional<String> to,
            boolean addressed)
            throws EventingFault {
        EventingDialect dialect = request.dialect();
        EndpointReference notifyTo = request.notifyTo().orElseThrow();
        if (stopping) {
            throw EventingFault.unableToProcess(dialect, "The event source stops.");
        }
        String host = hostOf(granting.sink());
        if (subscriptions.size() >= limits.maxSubscriptions()) {
            refusedAtLimit++;
            throw EventingFault.unableToProcess(
                    dialect,
                    "The event source has " + limits.maxSubscriptions() + " subscriptions, and takes no more.");
        }
        if (perHost.getOrDefault(host, 0) >= limits.maxSubscriptionsPerHost()) {
            refusedAtLimit++;
            throw EventingFault.unableToProcess(
                    dialect,
                    "The event source has " + limits.maxSubscriptionsPerHost()
                            + " subscriptions for this host, and takes no more.");
        }
        String identifier = ids.next();
        EndpointReference manager = new EndpointReference(
                SubscriptionAddress.of(addresses.apply(to).toString(), identifier),
                List.of(new XmlWriter()
                        .element(dialect.identifier(), identifier)
                        .toXml()));
        SourceSubscription subscription = new SourceSubscription(
                serial++,
                identifier,
                dialect,
                manager,
                granting.sink(),
                EnvelopeWriter.echoOf(notifyTo),
                request.endTo(),
                granting.actions(),
                granting.until(),
                addressed);
        subscriptions.put(identifier, subscription);
        perHost.merge(host, 1, Integer::sum);
        wake(subscription);
        granted++;
        return new Granted(
                identifier,
                new Answer(
                        dialect.responseAction(EventingDialect.Verb.SUBSCRIBE),
                        Optional.of(EventingCodec.writeSubscribeResponse(
                                dialect,
                                new EventingCodec.SubscribeResponse(
                                        manager, granting.until().expiry(now))))));
    }

    private Optional<SourceSubscription> subscription(EventingDialect dialect, Envelope envelope) {
        return EventingCodec.identifier(envelope)
                .map(subscriptions::get)
                .filter(subscription -> subscription.dialect == dialect);
    }

    private Answer renew(long now, EventingDialect dialect, Envelope envelope)
            throws EventingFault, MalformedEnvelopeException {
        EventingCodec.RenewRequest request = EventingCodec.readRenew(dialect, envelope);
        Optional<SourceSubscription> found = subscription(dialect, envelope);
        if (found.isEmpty()) {
            throw EventingFault.unableToRenew(dialect);
        }
        SubscriptionTerms.Grant grant = terms.grant(now, dialect, request.expires(), request.bestEffort());
        SourceSubscription subscription = found.get();
        subscription.deadline = grant.deadline();
        wake(subscription);
        renewed++;
        return answer(dialect, EventingDialect.Verb.RENEW, grant.expiry(now));
    }

    private Answer getStatus(long now, EventingDialect dialect, Envelope envelope) throws EventingFault {
        requireBody(dialect, EventingDialect.Verb.GET_STATUS, envelope);
        Optional<SourceSubscription> found = subscription(dialect, envelope);
        if (found.isEmpty()) {
            throw EventingFault.unknownSubscription(dialect);
        }
        SubscriptionTerms.Grant grant = new SubscriptionTerms.Grant(found.get().deadline, found.get().asMoment);
        return answer(dialect, EventingDialect.Verb.GET_STATUS, grant.expiry(now));
    }

    private static Answer answer(EventingDialect dialect, EventingDialect.Verb verb, Expiry expiry) {
        return new Answer(dialect.responseAction(verb), Optional.of(EventingCodec.writeExpires(dialect, verb, expiry)));
    }

    private Answer unsubscribe(EventingDialect dialect, Envelope envelope) throws EventingFault {
        requireBody(dialect, EventingDialect.Verb.UNSUBSCRIBE, envelope);
        Optional<SourceSubscription> found = subscription(dialect, envelope);
        if (found.isEmpty()) {
            throw EventingFault.unknownSubscription(dialect);
        }
        forget(found.get());
        unsubscribed++;
        // In 2004 the answer is an empty Body; the W3C wants an element.
        return new Answer(
                dialect.responseAction(EventingDialect.Verb.UNSUBSCRIBE),
                dialect == EventingDialect.W3C_2011
                        ? Optional.of(new XmlWriter()
                                .start(dialect.name("UnsubscribeResponse"))
                                .end()
                                .toBytes())
                        : Optional.empty());
    }

    private static void requireBody(EventingDialect dialect, EventingDialect.Verb verb, Envelope envelope)
            throws EventingFault {
        if (envelope.bodyName().filter(dialect.name(verb.element())::equals).isEmpty()) {
            throw EventingFault.invalidMessage(
                    dialect, "Body: is not that of a " + verb.element() + " (expected: " + verb.element() + ")");
        }
    }

    /**
     * Something happened: queues a notification for each subscription that wants it.
     *
     * @param body one element in UTF-8 that declares every namespace it needs, or none; shared, not copied
     * @return for how many subscriptions
     * @throws IllegalArgumentException if the action is that of no event
     */
    public int notify(long now, String action, byte[] body) {
        if (!actions.contains(action)) {
            throw new IllegalArgumentException("event action: " + action + " (expected: one of " + actions + ")");
        }
        return queue(now, new SourceSubscription.Event(action, body));
    }

    /**
     * Asks each subscription that wants the action. A question stands in line with the notifications of its subscription, but is not
     * tried again, and what becomes of it does not end the subscription: it only may stay without an answer.
     *
     * @param question names it; not used before
     * @param until when nobody waits for answers any more, ms since the epoch
     * @return how many subscriptions are asked: for each there comes a delivery with an answer that the owner reads from the reply, or
     *     one entry in {@link #takeUnanswered}
     * @throws IllegalArgumentException as {@link #notify}
     */
    public int ask(long now, long question, String action, byte[] body, long until) {
        if (!actions.contains(action)) {
            throw new IllegalArgumentException("event action: " + action + " (expected: one of " + actions + ")");
        }
        return queue(now, new SourceSubscription.Event(action, body, question, until));
    }

    /** The questions that some subscription will not answer, once for each of them; each call gives those since the last one. */
    public List<Long> takeUnanswered() {
        List<Long> taken = List.copyOf(unanswered);
        unanswered.clear();
        return taken;
    }

    /**
     * Queues a notification for one subscription. If too many wait for its sink already, it ends.
     *
     * @param header more blocks of the message's header, one after the other, each with every namespace declaration that it needs
     * @param body as for {@link #notify}
     * @return false if there is no such subscription, any more or from now on
     */
    public boolean tell(long now, String identifier, String action, byte[] header, byte[] body) {
        advance(now);
        SourceSubscription subscription = subscriptions.get(identifier);
        if (subscription == null || subscription.state != SourceSubscription.State.ACTIVE) {
            return false;
        }
        if (subscription.queue.size() >= limits.maxQueued()) {
            overflow(subscription);
            return false;
        }
        subscription.add(new SourceSubscription.Event(action, header, body));
        queued++;
        offer(subscription);
        return true;
    }

    /** What waits for the sink of a subscription; nothing if there is no such subscription. */
    public Waiting waiting(String identifier) {
        SourceSubscription subscription = subscriptions.get(identifier);
        return subscription == null
                ? new Waiting(0, 0)
                : new Waiting(subscription.queue.size(), subscription.queuedBytes());
    }

    /** The source has no more for a subscription: it ends when what waits is out, and who wants to know is told. */
    public void finish(long now, String identifier, String reason) {
        advance(now);
        SourceSubscription subscription = subscriptions.get(identifier);
        if (subscription != null && subscription.state == SourceSubscription.State.ACTIVE) {
            subscription.state = SourceSubscription.State.FINISHING;
            subscription.lastWord = reason;
            endIfDrained(subscription);
        }
    }

    /** Ends a subscription at once, whatever waits for it, and tells who wants to know. */
    public void end(long now, String identifier, EndStatus status, String reason) {
        advance(now);
        SourceSubscription subscription = subscriptions.get(identifier);
        if (subscription != null) {
            end(subscription, status, reason);
        }
    }

    /** Those of {@link #subscribe} that are no longer subscribed, for whatever reason; each call gives those since the last one. */
    public List<String> takeGone() {
        List<String> taken = List.copyOf(gone);
        gone.clear();
        return taken;
    }

    private int queue(long now, SourceSubscription.Event event) {
        advance(now);
        String action = event.action();
        int reached = 0;
        List<SourceSubscription> overflowing = new ArrayList<>();
        for (SourceSubscription subscription : subscriptions.values()) {
            if (subscription.state != SourceSubscription.State.ACTIVE || !subscription.actions.contains(action)) {
                continue;
            }
            if (subscription.queue.size() >= limits.maxQueued()) {
                overflowing.add(subscription);
                continue;
            }
            subscription.add(event);
            queued++;
            reached++;
            offer(subscription);
        }
        overflowing.forEach(this::overflow);
        return reached;
    }

    private void overflow(SourceSubscription subscription) {
        overflowed++;
        end(
                subscription,
                EndStatus.DELIVERY_FAILURE,
                limits.maxQueued() + " notifications were waiting, and there is room for no more.");
    }

    /** The messages that may go out now, in the order in which they should. */
    public List<Delivery> deliveries(long now) {
        List<Delivery> starting = new ArrayList<>();
        while (true) {
            Optional<Lanes.Next<SourceSubscription>> next = lanes.start();
            if (next.isEmpty()) {
                return starting;
            }
            SourceSubscription subscription = next.get().waiting();
            if (subscription.end == null) {
                dropLateQuestions(now, subscription);
            }
            if (subscription.end == null && subscription.queue.isEmpty()) {
                lanes.landed(next.get().peer());
                endIfDrained(subscription);
            } else {
                starting.add(start(now, next.get().peer(), subscription));
            }
        }
    }

    private void dropLateQuestions(long now, SourceSubscription subscription) {
        while (!subscription.queue.isEmpty()
                && subscription.queue.getFirst().isQuestion()
                && subscription.queue.getFirst().until() <= now) {
            unanswered.add(subscription.removeFirst().question());
            queued--;
        }
    }

    private void endIfDrained(SourceSubscription subscription) {
        if (!subscription.queue.isEmpty()) {
            return;
        }
        if (subscription.state == SourceSubscription.State.DRAINING) {
            end(subscription, EndStatus.SOURCE_SHUTTING_DOWN, SHUTTING_DOWN);
        } else if (subscription.state == SourceSubscription.State.FINISHING) {
            end(subscription, EndStatus.SOURCE_CANCELLING, subscription.lastWord);
        }
    }

    private Delivery start(long now, String peer, SourceSubscription subscription) {
        long number = serial++;
        byte[] end = subscription.end;
        long timeout = limits.deliveryTimeout().toMillis();
        if (end != null) {
            flights.put(number, new Flight(subscription, peer, true, SourceSubscription.Event.NO_QUESTION, now));
            URI endTo = URI.create(
                    subscription.endTo.map(EndpointReference::address).orElseThrow());
            return new Delivery(number, endTo, end, OptionalLong.empty(), timeout);
        }
        subscription.underWay = true;
        SourceSubscription.Event event = subscription.queue.getFirst();
        flights.put(number, new Flight(subscription, peer, false, event.question(), now));
        EnvelopeWriter envelope = EnvelopeWriter.forAction(event.action())
                .messageId(ids.next())
                .to(subscription.notifyTo.toString())
                .header(subscription.echo)
                .header(event.header())
                .body(event.body());
        if (!event.isQuestion()) {
            return new Delivery(number, subscription.notifyTo, envelope.toBytes(), OptionalLong.empty(), timeout);
        }
        return new Delivery(
                number,
                subscription.notifyTo,
                envelope.replyTo(EndpointReference.ANONYMOUS).toBytes(),
                OptionalLong.of(event.question()),
                Math.max(1, Math.min(timeout, event.until() - now)));
    }

    /** What came of a delivery; of one that is not under way any more nothing is noted. */
    public void delivered(long now, long number, Outcome outcome) {
        Flight flight = flights.remove(number);
        if (flight != null) {
            land(now, flight, outcome);
        }
        advance(now);
    }

    private void land(long now, Flight flight, Outcome outcome) {
        SourceSubscription subscription = flight.subscription();
        if (flight.isEnd() && outcome == Outcome.BUSY && subscription.busyEnds < MAX_BUSY_ENDS) {
            subscription.busyEnds++;
            postpone(now, subscription);
        } else if (flight.isEnd()) {
            endings--;
            subscription.state = SourceSubscription.State.GONE;
        } else {
            subscription.underWay = false;
            if (subscription.isServed()) {
                noteOutcome(now, subscription, outcome);
            } else if (flight.question() != SourceSubscription.Event.NO_QUESTION && outcome != Outcome.ACCEPTED) {
                unanswered.add(flight.question()); // Its subscription ended meanwhile.
            }
        }
        lanes.landed(flight.peer());
    }

    private void noteOutcome(long now, SourceSubscription subscription, Outcome outcome) {
        if (outcome == Outcome.ACCEPTED) {
            accepted++;
            subscription.failures = 0;
            subscription.removeFirst();
            queued--;
            endIfDrained(subscription);
            offer(subscription);
            return;
        }
        if (outcome == Outcome.BUSY) {
            postpone(now, subscription);
            return;
        }
        failed++;
        if (subscription.queue.getFirst().isQuestion()) {
            unanswered.add(subscription.removeFirst().question());
            queued--;
            endIfDrained(subscription);
            offer(subscription);
            return;
        }
        subscription.failures++;
        if (subscription.state == SourceSubscription.State.DRAINING) {
            end(subscription, EndStatus.SOURCE_SHUTTING_DOWN, SHUTTING_DOWN);
        } else if (outcome == Outcome.REFUSED) {
            end(subscription, EndStatus.DELIVERY_FAILURE, "The sink refused a notification.");
        } else if (subscription.failures > limits.retries()) {
            end(
                    subscription,
                    EndStatus.DELIVERY_FAILURE,
                    "A notification was not delivered in " + subscription.failures + " attempts.");
        } else {
            subscription.retryAt = now + (limits.retryDelay().toMillis() << (subscription.failures - 1));
            wake(subscription);
        }
    }

    private void postpone(long now, SourceSubscription subscription) {
        postponed++;
        subscription.retryAt = now + BUSY_PAUSE_MILLIS;
        wake(subscription);
    }

    /** Lets what is due happen: subscriptions expire without a word, notifications are tried again. */
    public void advance(long now) {
        while (!wakeups.isEmpty() && wakeups.first().wakeAt <= now) {
            SourceSubscription subscription = wakeups.first();
            if (subscription.state == SourceSubscription.State.ENDING) {
                wakeups.remove(subscription);
                offerEnd(subscription);
            } else if (subscription.deadline <= now) {
                forget(subscription);
                expired++;
            } else {
                subscription.retryAt = 0;
                wake(subscription);
                offer(subscription);
            }
        }
        // Whoever delivers may have lost one, and its place must not be taken for ever.
        Iterator<Map.Entry<Long, Flight>> eldest = flights.entrySet().iterator();
        List<Flight> lost = new ArrayList<>();
        while (eldest.hasNext()) {
            Flight flight = eldest.next().getValue();
            if (flight.since() + longestFlight() > now) {
                break;
            }
            eldest.remove();
            lost.add(flight);
        }
        lost.forEach(flight -> land(now, flight, Outcome.FAILED));
    }

    private long longestFlight() {
        return 2 * limits.deliveryTimeout().toMillis();
    }

    /** When {@link #advance} has something to do next; empty if nothing waits for a time. */
    public OptionalLong nextDue() {
        long next = wakeups.isEmpty() ? Long.MAX_VALUE : wakeups.first().wakeAt;
        if (!flights.isEmpty()) {
            next = Math.min(next, flights.values().iterator().next().since() + longestFlight());
        }
        return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /** Ends every subscription for a reason of the source's own, such as an operator's, telling those who want to know. */
    public void cancelAll(long now, String reason) {
        advance(now);
        for (SourceSubscription subscription : List.copyOf(subscriptions.values())) {
            end(subscription, EndStatus.SOURCE_CANCELLING, reason);
        }
    }

    /** The source stops: takes no more subscribers, and ends each subscription as soon as what waits for it is out. */
    public void shutDown(long now) {
        advance(now);
        stopping = true;
        for (SourceSubscription subscription : List.copyOf(subscriptions.values())) {
            if (subscription.queue.isEmpty() || subscription.failures > 0) {
                end(subscription, EndStatus.SOURCE_SHUTTING_DOWN, SHUTTING_DOWN);
            } else {
                subscription.state = SourceSubscription.State.DRAINING;
            }
        }
    }

    /** True if there are neither subscriptions nor messages on their way. */
    public boolean isIdle() {
        return subscriptions.isEmpty() && flights.isEmpty() && endings == 0;
    }

    public EventingCounters counters() {
        return new EventingCounters(
                subscriptions.size(),
                granted,
                renewed,
                unsubscribed,
                expired,
                ended,
                refusedAtLimit,
                terms.refusedSinks(),
                accepted,
                failed,
                postponed,
                overflowed,
                dropped,
                droppedEnds,
                queued);
    }

    private void end(SourceSubscription subscription, EndStatus status, String reason) {
        forget(subscription);
        ended++;
        Optional<EndpointReference> endTo = subscription.endTo;
        if (endTo.isEmpty()) {
            return;
        }
        if (endings >= limits.maxSubscriptions()) {
            droppedEnds++;
            return;
        }
        endings++;
        subscription.state = SourceSubscription.State.ENDING;
        subscription.end = EnvelopeWriter.forAction(subscription.dialect.endAction())
                .messageId(ids.next())
                .to(endTo.get())
                .body(EventingCodec.writeEnd(subscription.dialect, subscription.manager, status, reason))
                .toBytes();
        offerEnd(subscription);
    }

    private void offerEnd(SourceSubscription subscription) {
        URI to = URI.create(subscription.endTo.map(EndpointReference::address).orElseThrow());
        lanes.offer(peerOf(to), subscription);
    }

    /** Without a word to anybody. */
    private void forget(SourceSubscription subscription) {
        subscriptions.remove(subscription.identifier);
        if (subscription.addressed) {
            gone.add(subscription.identifier);
        }
        wakeups.remove(subscription);
        perHost.computeIfPresent(hostOf(subscription.notifyTo), (host, count) -> count == 1 ? null : count - 1);
        subscription.state = SourceSubscription.State.GONE;
        dropped += subscription.queue.size();
        queued -= subscription.queue.size();
        if (subscription.underWay) {
            subscription.removeFirst(); // What becomes of it is known when it has landed.
        }
        subscription.queue.stream()
                .filter(SourceSubscription.Event::isQuestion)
                .forEach(event -> unanswered.add(event.question()));
        subscription.queue.clear();
        lanes.withdraw(peerOf(subscription.notifyTo), subscription);
    }

    /** Puts it in line if it has something to send. */
    private void offer(SourceSubscription subscription) {
        if (!subscription.underWay && subscription.retryAt == 0 && !subscription.queue.isEmpty()) {
            lanes.offer(peerOf(subscription.notifyTo), subscription);
        }
    }

    private void wake(SourceSubscription subscription) {
        wakeups.remove(subscription);
        long retryAt = subscription.retryAt > 0 ? subscription.retryAt : Long.MAX_VALUE;
        // What ended has no deadline any more.
        subscription.wakeAt = subscription.state == SourceSubscription.State.ENDING
                ? retryAt
                : Math.min(retryAt, subscription.deadline);
        wakeups.add(subscription);
    }

    private static String hostOf(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    private static String peerOf(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return hostOf(uri) + ":" + port;
    }
}
