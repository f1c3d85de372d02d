package org.grapevine.dpws.eventing;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.jspecify.annotations.Nullable;

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

    private final String address;
    private final Set<String> actions;
    private final EventingLimits limits;
    private final SinkAddresses sinks;
    private final MessageIds ids;

    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final Map<String, Integer> perHost = new HashMap<>();
    private final TreeSet<Subscription> wakeups =
            new TreeSet<>(Comparator.comparingLong((Subscription s) -> s.wakeAt).thenComparingLong(s -> s.serial));
    private final Map<String, Lane> lanes = new HashMap<>();
    private final LinkedHashSet<Lane> readyLanes = new LinkedHashSet<>();
    private final Map<Long, Flight> flights = new LinkedHashMap<>();
    private int endings;
    private long serial;
    private boolean stopping;

    private long granted;
    private long renewed;
    private long unsubscribed;
    private long expired;
    private long ended;
    private long refusedAtLimit;
    private long refusedSinks;
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
     * One message to be posted; the owner says by {@link #delivered} what came of it.
     *
     * @param number names it
     * @param to where to
     * @param envelope what
     */
    @SuppressWarnings("ArrayRecordComponent") // A hand-over of bytes; copies would serve nobody.
    public record Delivery(long number, URI to, byte[] envelope) {}

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

    private enum State {
        ACTIVE,
        /** The source stops: what waits goes out, then the end is told. */
        DRAINING,
        /** Only its SubscriptionEnd has still to go. */
        ENDING,
        GONE
    }

    @SuppressWarnings("ArrayRecordComponent") // Shared by all who get it; never compared.
    private record Event(String action, byte[] body) {}

    private static final class Subscription {
        private final long serial;
        private final String identifier;
        private final EventingDialect dialect;
        private final EndpointReference manager;
        private final URI notifyTo;
        private final byte[] echo;
        private final Optional<EndpointReference> endTo;
        private final Set<String> actions;
        private final boolean asMoment;
        private final ArrayDeque<Event> queue = new ArrayDeque<>();
        private State state = State.ACTIVE;
        private long deadline;
        private long retryAt;
        private long wakeAt;
        private int failures;
        private int busyEnds;
        private boolean underWay;
        private byte @Nullable [] end;

        Subscription(
                long serial,
                String identifier,
                EventingDialect dialect,
                EndpointReference manager,
                URI notifyTo,
                byte[] echo,
                Optional<EndpointReference> endTo,
                Set<String> actions,
                Grant grant) {
            this.serial = serial;
            this.identifier = identifier;
            this.dialect = dialect;
            this.manager = manager;
            this.notifyTo = notifyTo;
            this.echo = echo;
            this.endTo = endTo;
            this.actions = actions;
            this.asMoment = grant.asMoment();
            this.deadline = grant.deadline();
        }
    }

    /** Those whose messages go to one host and port. */
    private static final class Lane {
        private final String peer;
        private final LinkedHashSet<Subscription> ready = new LinkedHashSet<>();
        private int underWay;

        Lane(String peer) {
            this.peer = peer;
        }
    }

    private record Flight(Subscription subscription, Lane lane, boolean isEnd, long since) {}

    private record Grant(long deadline, boolean asMoment) {

        Expiry expiry(long now) {
            return asMoment ? new Expiry.At(deadline) : new Expiry.After(Math.max(0, deadline - now));
        }
    }

    /**
     * An event source without subscribers.
     *
     * @param address of the hosted service, where its subscriptions are managed too
     * @param actions of the events that it has
     * @param ids of messages and subscriptions; whoever guesses an id of a subscription can end it
     */
    public SubscriptionManager(
            String address, Set<String> actions, EventingLimits limits, SinkAddresses sinks, MessageIds ids) {
        this.address = address;
        this.actions = Set.copyOf(actions);
        this.limits = limits;
        this.sinks = sinks;
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
                case SUBSCRIBE -> subscribe(now, EventingCodec.readSubscribe(dialect, envelope));
                case RENEW -> renew(now, dialect, envelope);
                case GET_STATUS -> getStatus(now, dialect, envelope);
                case UNSUBSCRIBE -> unsubscribe(dialect, envelope);
            };
        } catch (MalformedEnvelopeException e) {
            throw EventingFault.invalidMessage(dialect, e.getMessage());
        }
    }

    private Answer subscribe(long now, SubscribeRequest request) throws EventingFault {
        EventingDialect dialect = request.dialect();
        if (request.notifyTo().isEmpty()) {
            throw dialect == EventingDialect.W3C_2011
                    ? EventingFault.noDeliveryMechanism(dialect)
                    : EventingFault.invalidMessage(dialect, "Delivery: has no NotifyTo");
        }
        String onlyMode = dialect == EventingDialect.W3C_2011 ? EventingCodec.UNWRAPPED : EventingCodec.PUSH;
        if (!request.mode().orElse(onlyMode).equals(onlyMode)) {
            throw dialect == EventingDialect.W3C_2011
                    ? EventingFault.deliveryFormatUnavailable(dialect)
                    : EventingFault.deliveryModeUnavailable(dialect);
        }
        EndpointReference notifyTo = request.notifyTo().get();
        URI sink = usable(dialect, notifyTo);
        if (request.endTo().isPresent()) {
            usable(dialect, request.endTo().get());
        }
        Grant grant = grant(now, dialect, request.expires(), request.bestEffort());
        Set<String> wanted = wanted(dialect, request.filter());
        if (stopping) {
            throw EventingFault.unableToProcess(dialect, "The event source stops.");
        }
        String host = hostOf(sink);
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
                SubscriptionAddress.of(address, identifier),
                List.of(new XmlWriter()
                        .element(dialect.identifier(), identifier)
                        .toXml()));
        Subscription subscription = new Subscription(
                serial++,
                identifier,
                dialect,
                manager,
                sink,
                EnvelopeWriter.echoOf(notifyTo),
                request.endTo(),
                wanted,
                grant);
        subscriptions.put(identifier, subscription);
        perHost.merge(host, 1, Integer::sum);
        wake(subscription);
        granted++;
        return new Answer(
                dialect.responseAction(EventingDialect.Verb.SUBSCRIBE),
                Optional.of(EventingCodec.writeSubscribeResponse(
                        dialect, new EventingCodec.SubscribeResponse(manager, grant.expiry(now)))));
    }

    private URI usable(EventingDialect dialect, EndpointReference sink) throws EventingFault {
        Optional<URI> uri = sinks.usable(sink.address());
        if (uri.isEmpty() || sink.isAnonymous() || sink.isNone() || !areHarmless(sink.referenceParameters())) {
            refusedSinks++;
            throw EventingFault.unusableAddress(dialect, sink.address());
        }
        int bytes = 0;
        for (String parameter : sink.referenceParameters()) {
            bytes += parameter.getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > limits.maxReferenceParameterBytes()) {
            refusedSinks++;
            throw EventingFault.unableToProcess(
                    dialect,
                    "Reference parameters: " + bytes + " octets (expected: at most "
                            + limits.maxReferenceParameterBytes() + ").");
        }
        return uri.get();
    }

    /** Who subscribes writes header blocks of the notifications: those by which SOAP and addressing work are not for it. */
    private static boolean areHarmless(List<String> referenceParameters) {
        for (String parameter : referenceParameters) {
            try (XmlReader reader = XmlReader.ofFragment(parameter)) {
                String namespace = reader.name().getNamespaceURI();
                if (namespace.equals(Namespaces.WSA) || namespace.equals(Namespaces.S12)) {
                    return false;
                }
            } catch (MalformedEnvelopeException e) {
                return false;
            }
        }
        return true;
    }

    private Grant grant(long now, EventingDialect dialect, Optional<String> asked, boolean bestEffort)
            throws EventingFault {
        if (asked.isEmpty()) {
            return new Grant(now + limits.defaultExpiry().toMillis(), false);
        }
        Optional<Expiry> expiry = Expiry.parse(asked.get());
        if (expiry.isEmpty()) {
            throw EventingFault.invalidExpiration(dialect);
        }
        boolean isMoment = expiry.get() instanceof Expiry.At;
        boolean forever = dialect == EventingDialect.W3C_2011 && expiry.get().equals(new Expiry.After(0));
        long deadline = forever ? Long.MAX_VALUE : expiry.get().deadline(now);
        long longest = now + limits.maxExpiry().toMillis();
        if (deadline <= now || (deadline > longest && !bestEffort)) {
            throw EventingFault.invalidExpiration(dialect);
        }
        return new Grant(Math.min(deadline, longest), isMoment);
    }

    /** Only what is offered is kept of a filter, so that it cannot be larger than the offer. */
    private Set<String> wanted(EventingDialect dialect, Optional<SubscribeRequest.Filter> filter) throws EventingFault {
        if (filter.isEmpty()) {
            return actions;
        }
        if (!filter.get().dialect().orElse("").equals(EventingCodec.ACTION_FILTER)) {
            throw EventingFault.filteringUnavailable(dialect);
        }
        Set<String> wanted = new LinkedHashSet<>(filter.get().actions());
        wanted.retainAll(actions);
        if (wanted.isEmpty()) {
            throw EventingFault.filterActionNotSupported();
        }
        return wanted.equals(actions) ? actions : wanted;
    }

    private Optional<Subscription> subscription(EventingDialect dialect, Envelope envelope) {
        return EventingCodec.identifier(envelope)
                .map(subscriptions::get)
                .filter(subscription -> subscription.dialect == dialect);
    }

    private Answer renew(long now, EventingDialect dialect, Envelope envelope)
            throws EventingFault, MalformedEnvelopeException {
        EventingCodec.RenewRequest request = EventingCodec.readRenew(dialect, envelope);
        Optional<Subscription> found = subscription(dialect, envelope);
        if (found.isEmpty()) {
            throw EventingFault.unableToRenew(dialect);
        }
        Grant grant = grant(now, dialect, request.expires(), request.bestEffort());
        Subscription subscription = found.get();
        subscription.deadline = grant.deadline();
        wake(subscription);
        renewed++;
        return answer(dialect, EventingDialect.Verb.RENEW, grant.expiry(now));
    }

    private Answer getStatus(long now, EventingDialect dialect, Envelope envelope) throws EventingFault {
        requireBody(dialect, EventingDialect.Verb.GET_STATUS, envelope);
        Optional<Subscription> found = subscription(dialect, envelope);
        if (found.isEmpty()) {
            throw EventingFault.unknownSubscription(dialect);
        }
        Grant grant = new Grant(found.get().deadline, found.get().asMoment);
        return answer(dialect, EventingDialect.Verb.GET_STATUS, grant.expiry(now));
    }

    private static Answer answer(EventingDialect dialect, EventingDialect.Verb verb, Expiry expiry) {
        return new Answer(dialect.responseAction(verb), Optional.of(EventingCodec.writeExpires(dialect, verb, expiry)));
    }

    private Answer unsubscribe(EventingDialect dialect, Envelope envelope) throws EventingFault {
        requireBody(dialect, EventingDialect.Verb.UNSUBSCRIBE, envelope);
        Optional<Subscription> found = subscription(dialect, envelope);
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
        advance(now);
        Event event = new Event(action, body);
        int reached = 0;
        List<Subscription> overflowing = new ArrayList<>();
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.state != State.ACTIVE || !subscription.actions.contains(action)) {
                continue;
            }
            if (subscription.queue.size() >= limits.maxQueued()) {
                overflowing.add(subscription);
                continue;
            }
            subscription.queue.add(event);
            queued++;
            reached++;
            offer(subscription);
        }
        for (Subscription subscription : overflowing) {
            overflowed++;
            end(
                    subscription,
                    EndStatus.DELIVERY_FAILURE,
                    limits.maxQueued() + " notifications were waiting, and there is room for no more.");
        }
        return reached;
    }

    /** The messages that may go out now, in the order in which they should. */
    public List<Delivery> deliveries(long now) {
        List<Delivery> starting = new ArrayList<>();
        while (!readyLanes.isEmpty()) {
            Lane lane = readyLanes.iterator().next();
            readyLanes.remove(lane);
            Subscription next = lane.ready.iterator().next();
            lane.ready.remove(next);
            starting.add(start(now, lane, next));
            noteReadiness(lane);
        }
        return starting;
    }

    private Delivery start(long now, Lane lane, Subscription subscription) {
        long number = serial++;
        byte[] end = subscription.end;
        lane.underWay++;
        flights.put(number, new Flight(subscription, lane, end != null, now));
        if (end != null) {
            return new Delivery(
                    number,
                    URI.create(
                            subscription.endTo.map(EndpointReference::address).orElseThrow()),
                    end);
        }
        subscription.underWay = true;
        Event event = subscription.queue.getFirst();
        byte[] envelope = EnvelopeWriter.forAction(event.action())
                .messageId(ids.next())
                .to(subscription.notifyTo.toString())
                .header(subscription.echo)
                .body(event.body())
                .toBytes();
        return new Delivery(number, subscription.notifyTo, envelope);
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
        Lane lane = flight.lane();
        Subscription subscription = flight.subscription();
        lane.underWay--;
        if (flight.isEnd() && outcome == Outcome.BUSY && subscription.busyEnds < MAX_BUSY_ENDS) {
            subscription.busyEnds++;
            postpone(now, subscription);
        } else if (flight.isEnd()) {
            endings--;
            subscription.state = State.GONE;
        } else {
            subscription.underWay = false;
            if (subscription.state == State.ACTIVE || subscription.state == State.DRAINING) {
                noteOutcome(now, subscription, outcome);
            }
        }
        noteReadiness(lane);
    }

    private void noteOutcome(long now, Subscription subscription, Outcome outcome) {
        if (outcome == Outcome.ACCEPTED) {
            accepted++;
            subscription.failures = 0;
            subscription.queue.removeFirst();
            queued--;
            if (subscription.state == State.DRAINING && subscription.queue.isEmpty()) {
                end(subscription, EndStatus.SOURCE_SHUTTING_DOWN, SHUTTING_DOWN);
            } else {
                offer(subscription);
            }
            return;
        }
        if (outcome == Outcome.BUSY) {
            postpone(now, subscription);
            return;
        }
        failed++;
        subscription.failures++;
        if (subscription.state == State.DRAINING) {
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

    private void postpone(long now, Subscription subscription) {
        postponed++;
        subscription.retryAt = now + BUSY_PAUSE_MILLIS;
        wake(subscription);
    }

    /** Lets what is due happen: subscriptions expire without a word, notifications are tried again. */
    public void advance(long now) {
        while (!wakeups.isEmpty() && wakeups.first().wakeAt <= now) {
            Subscription subscription = wakeups.first();
            if (subscription.state == State.ENDING) {
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
        for (Subscription subscription : List.copyOf(subscriptions.values())) {
            end(subscription, EndStatus.SOURCE_CANCELLING, reason);
        }
    }

    /** The source stops: takes no more subscribers, and ends each subscription as soon as what waits for it is out. */
    public void shutDown(long now) {
        advance(now);
        stopping = true;
        for (Subscription subscription : List.copyOf(subscriptions.values())) {
            if (subscription.queue.isEmpty() || subscription.failures > 0) {
                end(subscription, EndStatus.SOURCE_SHUTTING_DOWN, SHUTTING_DOWN);
            } else {
                subscription.state = State.DRAINING;
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
                refusedSinks,
                accepted,
                failed,
                postponed,
                overflowed,
                dropped,
                droppedEnds,
                queued);
    }

    private void end(Subscription subscription, EndStatus status, String reason) {
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
        subscription.state = State.ENDING;
        subscription.end = EnvelopeWriter.forAction(subscription.dialect.endAction())
                .messageId(ids.next())
                .to(endTo.get())
                .body(EventingCodec.writeEnd(subscription.dialect, subscription.manager, status, reason))
                .toBytes();
        offerEnd(subscription);
    }

    private void offerEnd(Subscription subscription) {
        Lane lane = laneOf(
                URI.create(subscription.endTo.map(EndpointReference::address).orElseThrow()));
        lane.ready.add(subscription);
        noteReadiness(lane);
    }

    /** Without a word to anybody. */
    private void forget(Subscription subscription) {
        subscriptions.remove(subscription.identifier);
        wakeups.remove(subscription);
        perHost.computeIfPresent(hostOf(subscription.notifyTo), (host, count) -> count == 1 ? null : count - 1);
        subscription.state = State.GONE;
        dropped += subscription.queue.size();
        queued -= subscription.queue.size();
        subscription.queue.clear();
        Lane lane = lanes.get(peerOf(subscription.notifyTo));
        if (lane != null) {
            lane.ready.remove(subscription);
            noteReadiness(lane);
        }
    }

    /** Puts it in line if it has something to send. */
    private void offer(Subscription subscription) {
        if (!subscription.underWay && subscription.retryAt == 0 && !subscription.queue.isEmpty()) {
            Lane lane = laneOf(subscription.notifyTo);
            lane.ready.add(subscription);
            noteReadiness(lane);
        }
    }

    private Lane laneOf(URI uri) {
        return lanes.computeIfAbsent(peerOf(uri), Lane::new);
    }

    private void noteReadiness(Lane lane) {
        if (!lane.ready.isEmpty() && lane.underWay < limits.maxUnderWayPerPeer()) {
            readyLanes.add(lane);
        } else {
            readyLanes.remove(lane);
        }
        if (lane.ready.isEmpty() && lane.underWay == 0) {
            lanes.remove(lane.peer, lane);
        }
    }

    private void wake(Subscription subscription) {
        wakeups.remove(subscription);
        long retryAt = subscription.retryAt > 0 ? subscription.retryAt : Long.MAX_VALUE;
        // What ended has no deadline any more.
        subscription.wakeAt = subscription.state == State.ENDING ? retryAt : Math.min(retryAt, subscription.deadline);
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
