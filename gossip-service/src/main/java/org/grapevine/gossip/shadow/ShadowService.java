package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.view.FullMembershipView;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.device.ServiceMetadata;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.hosting.InvocationReply;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.HeaderCheck;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.driver.GossipHost;
import org.grapevine.gossip.driver.SegmentGroups;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;
import org.grapevine.policy.Binding;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.ShadowRelation;
import org.grapevine.policy.Variant;
import org.grapevine.policy.WsdlDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/**
 * The gossiping twin of a hosted service: the same port type at another address. What reaches it without a gossip header starts a
 * dissemination here; what has one continues it. Either way the original gets it once.
 *
 * <p>Any thread.
 */
public final class ShadowService {

    private static final Logger LOG = LoggerFactory.getLogger(ShadowService.class);

    private static final Set<QName> UNDERSTOOD = Set.of(Gossip1.GOSSIP, Gossip1.HOP);
    private static final HeaderCheck DATAGRAM_CHECK = new HeaderCheck(UNDERSTOOD);

    /** Peers of one segment; the view of a larger one is a matter of another kind of view. */
    private static final int PEERS_PER_SEGMENT = 10_000;

    /** What a waiting client gets on top of the request's own budget, for the last merge and the way back. */
    private static final long CLIENT_GRACE_MILLIS = 1_000;

    private final Device device;
    private final DeviceHost host;
    private final HostedService original;
    private final GossipPlan plan;
    private final Aggregations aggregations;
    private final URI address;
    private final PeerAddress self;
    private final String path;
    private final GossipDriver driver;
    private final ServiceMetadata metadata;
    private final List<Segment> segments;
    private final Optional<ShadowEvents> events;
    private final PeerService.Following following;
    private final List<SegmentGroups.Membership> memberships;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder failedDeliveries = new LongAdder();

    /**
     * What a shadow has done besides gossip.
     *
     * @param malformed envelopes that reached it and made no sense
     * @param failedDeliveries one-way messages that the original answered with a fault
     * @param lostEvents events that found the event loop full
     */
    public record Trouble(long malformed, long failedDeliveries, long lostEvents) {}

    ShadowService(
            Device device,
            HostedService original,
            GossipPlan plan,
            GossipConfig config,
            Aggregations aggregations,
            PeerService peers,
            GossipHost gossip) {
        this.device = device;
        this.host = device.host();
        this.original = original;
        this.plan = plan;
        this.aggregations = aggregations;
        this.path = original.path() + "/gossip";
        this.address = host.httpAddress(path);
        this.self = new PeerAddress(host.udpAddress(path).toString());
        this.segments = segments(device.scopes(), plan);
        this.metadata = new ServiceMetadata(hosted(), address, host.messageIds());
        FullMembershipView view = new FullMembershipView(self, segments, PEERS_PER_SEGMENT);
        this.driver = new GossipDriver(
                self,
                gossip,
                device.epr().address(),
                new GossipEngine(config, view, host.newRandom()),
                view,
                new Original(),
                aggregations);
        this.events = original.events().map(source -> new ShadowEvents(source, host, new EventEntry()));
        this.memberships = usesMulticast(plan)
                ? segments.stream()
                        .map(segment -> gossip.groups().join(segment, new Member()))
                        .toList()
                : List.of();
        driver.recogniseCopies(List.of(original.portType(), plan));
        driver.start();
        publish();
        this.following = peers.follow(original.portType(), segments, new ViewFeed());
    }

    private static boolean usesMulticast(GossipPlan plan) {
        return plan.operations().values().stream().anyMatch(gossip -> gossip.variant() == Variant.MULTICAST);
    }

    /** A device's scopes are its segments, unless the policy names some. */
    private static List<Segment> segments(List<String> scopes, GossipPlan plan) {
        List<Segment> segments = new ArrayList<>();
        for (String scope : scopes) {
            boolean wanted = plan.operations().values().stream().anyMatch(gossip -> isIn(scope, gossip.scopes()));
            if (wanted) {
                segments.add(new Segment(scope));
            }
        }
        return segments;
    }

    private static boolean isIn(String scope, @Nullable Scopes wanted) {
        if (wanted == null) {
            return true;
        }
        String matchBy = wanted.matchBy() == null ? ScopeRule.RFC3986.uri() : wanted.matchBy();
        return ScopeRule.of(matchBy)
                .map(rule -> wanted.uris().stream().anyMatch(uri -> rule.matches(List.of(scope), List.of(uri))))
                .orElseThrow(() -> new IllegalArgumentException(
                        "scopes MatchBy: " + matchBy + " (expected: one of " + ScopeRule.uris() + ")"));
    }

    private void publish() {
        original.decorateWsdl(
                wsdl -> decorated(wsdl, ShadowRelation.shadowedBy(address.toString())),
                plan.policies().toString());
        SoapDoor door =
                new SoapDoor(host.httpReader(), UNDERSTOOD, new Door(), host.messageIds(), () -> Optional.of(wsdl()));
        host.route(path, door);
        host.routeDatagrams(path, this::onDatagram);
    }

    private byte[] wsdl() {
        Document document = decorated(
                original.wsdlAt(address),
                ShadowRelation.shadowOf(original.address().toString()));
        return WsdlDocument.of(document, address.toString()).toBytes();
    }

    private Document decorated(Document wsdl, ShadowRelation relation) {
        plan.policies().forEach((portType, policy) -> GossipWsdl.write(wsdl, portType, policy.withRelation(relation)));
        return wsdl;
    }

    Hosted hosted() {
        return new Hosted(
                List.of(EndpointReference.of(address.toString()), EndpointReference.of(self.value())),
                types(),
                original.serviceId() + ":gossip");
    }

    private List<QName> types() {
        List<QName> types = new ArrayList<>(List.of(original.portType(), Gossip1.SHADOW_TYPE));
        original.events()
                .map(ServiceEvents::portType)
                .filter(plan.policies()::containsKey)
                .filter(type -> !types.contains(type))
                .ifPresent(types::add);
        return types;
    }

    /** The device that it is on. */
    public Device device() {
        return device;
    }

    /** The service that it shadows. */
    public HostedService original() {
        return original;
    }

    /** HTTP address. */
    public URI address() {
        return address;
    }

    /** Datagram address, by which peers know it. */
    public PeerAddress peerAddress() {
        return self;
    }

    /** The segments into which it sends. */
    public List<Segment> segments() {
        return segments;
    }

    /** Its engine at work. */
    public GossipDriver driver() {
        return driver;
    }

    public Trouble trouble() {
        long unread = events.map(ShadowEvents::undelivered).orElse(0L);
        return new Trouble(malformed.sum(), failedDeliveries.sum() + unread, driver.lost());
    }

    void withdraw() {
        following.close();
        memberships.forEach(SegmentGroups.Membership::close);
        driver.stop();
        events.ifPresent(ShadowEvents::close);
        host.unroute(path);
        host.unrouteDatagrams(path);
        original.decorateWsdl(wsdl -> wsdl, "");
    }

    /** Brings the Peer Service's news to the view. */
    private final class ViewFeed implements PeerService.PeerListener {
        @Override
        public void joined(Segment segment, Peer peer) {
            driver.join(segment, peer.address(), peer.http());
        }

        @Override
        public void left(Segment segment, Peer peer) {
            driver.leave(segment, peer.address());
        }
    }

    /** Takes what is sent to all of a segment. */
    private final class Member implements SegmentGroups.Member {
        @Override
        public QName portType() {
            return original.portType();
        }

        @Override
        public Optional<GossipEvent.Received> read(Envelope envelope) throws MalformedGossipException {
            if (DATAGRAM_CHECK.check(envelope, HeaderCheck.Exchange.UDP).isPresent()) {
                throw new MalformedGossipException("header: not that of a datagram (expected: one-way, understood)");
            }
            return gossipOperation(envelope).isPresent() ? Optional.of(received(envelope)) : Optional.empty();
        }

        @Override
        public GossipDriver driver() {
            return driver;
        }
    }

    /** Calls the service behind this shadow. */
    private final class Original implements GossipDriver.Application {
        @Override
        public void deliver(EnvelopePayload message) {
            if (events.isPresent() && events.get().deliver(message)) {
                return;
            }
            InvocationReply reply = original.invoke(message.wholeBytes());
            if (reply.isFault()) {
                failedDeliveries.increment();
                LOG.warn(
                        "{} answered one-way message {} with a fault: {}",
                        original.address(),
                        message.envelope().messageId().orElse("?"),
                        reason(reply));
            }
        }

        @Override
        public Optional<byte[]> answer(EnvelopePayload request) throws GossipDriver.ApplicationFaultException {
            InvocationReply reply = original.invoke(request.wholeBytes());
            if (reply.isFault()) {
                throw new GossipDriver.ApplicationFaultException(reason(reply));
            }
            if (reply.envelope().isEmpty()) {
                return Optional.empty();
            }
            try {
                Envelope envelope =
                        host.replyReader().readWhole(reply.envelope().get());
                return envelope.bodyName().isPresent() ? Optional.of(envelope.bodyElement()) : Optional.empty();
            } catch (MalformedEnvelopeException e) {
                throw new GossipDriver.ApplicationFaultException(e.getMessage());
            }
        }

        private String reason(InvocationReply reply) {
            try {
                byte[] envelope = reply.envelope().orElse(new byte[0]);
                return SoapFault.read(host.replyReader().readWhole(envelope)).reason();
            } catch (MalformedEnvelopeException e) {
                return e.getMessage();
            }
        }
    }

    // From peers

    private void onDatagram(Envelope envelope, InetSocketAddress from) {
        if (DATAGRAM_CHECK.check(envelope, HeaderCheck.Exchange.UDP).isPresent()) {
            malformed.increment();
            return;
        }
        try {
            if (isCopy(envelope)) {
                driver.tellRead(received(envelope));
            } else if (!onPeerMessage(envelope)) {
                onClientDatagram(envelope);
            }
        } catch (MalformedGossipException | FaultException e) {
            // Datagrams are not answered with faults: that would make an amplifier of every device.
            malformed.increment();
            LOG.debug("datagram from {}: {}", from, e.getMessage());
        }
    }

    /** True if the message came from a peer, and was taken. */
    private boolean onPeerMessage(Envelope envelope) throws MalformedGossipException {
        if (ControlCodec.isControl(envelope.action().orElse(""))) {
            PeerAddress from = sender(envelope);
            driver.tell(new GossipEvent.ControlReceived(from, ControlCodec.read(envelope)));
            return true;
        }
        if (!isCopy(envelope)) {
            return false;
        }
        driver.tell(received(envelope));
        return true;
    }

    private static boolean isCopy(Envelope envelope) {
        return envelope.headerBlock(Gossip1.HOP).isPresent()
                && !ControlCodec.isControl(envelope.action().orElse(""));
    }

    private GossipEvent.Received received(Envelope envelope) throws MalformedGossipException {
        GossipHeader.Arrival arrival = GossipHeader.arrival(envelope)
                .orElseThrow(() -> new MalformedGossipException("g:Hop: absent (expected in a copy)"));
        Operation operation = gossipOperation(envelope)
                .orElseThrow(() -> new MalformedGossipException(
                        "action: " + envelope.action().orElse("absent") + " (expected: one that gossips)"));
        EffectiveGossip policy = policy(operation);
        GossipParameters defaults = GossipPlan.parameters(policy, driver.nowMillis());
        GossipParameters parameters = GossipHeader.parameters(envelope, defaults)
                .orElseThrow(() -> new MalformedGossipException("g:Gossip: absent (expected beside g:Hop)"));
        requireStyle(operation, parameters);
        EnvelopePayload payload = payload(
                envelope,
                GossipHeader.binding(envelope, policy.binding()),
                GossipHeader.priority(envelope, policy.priority()));
        MessageId id = messageId(envelope.messageId().orElse(""));
        GossipMessage message = new GossipMessage(id, sender(envelope), parameters, payload);
        return new GossipEvent.Received(arrival.from(), arrival.hop(), message);
    }

    private EnvelopePayload payload(Envelope envelope, Binding binding, Priority priority) {
        return new EnvelopePayload(envelope, binding, priority, host.settings().maxDatagramBytes());
    }

    private static MessageId messageId(String value) throws MalformedGossipException {
        try {
            return new MessageId(value);
        } catch (IllegalArgumentException e) {
            throw new MalformedGossipException("wsa:MessageID: " + e.getMessage());
        }
    }

    private static PeerAddress sender(Envelope envelope) throws MalformedGossipException {
        return new PeerAddress(envelope.from()
                .map(EndpointReference::address)
                .orElseThrow(() -> new MalformedGossipException("wsa:From: absent (expected: the sender or origin)")));
    }

    private static void requireStyle(Operation operation, GossipParameters parameters) throws MalformedGossipException {
        boolean request = operation.isAnswered();
        if (request != (parameters.replies() != null)) {
            throw new MalformedGossipException("g:Gossip replies: " + (request ? "none" : "aggregate") + " for "
                    + operation.name() + " (expected: " + (request ? "aggregate" : "none") + ")");
        }
    }

    /** The operation of a message that goes from peer to peer. */
    private Optional<Operation> gossipOperation(Envelope envelope) {
        return original.operation(envelope, Optional.empty())
                .or(() -> events.flatMap(each -> each.operation(envelope)))
                .filter(operation -> plan.of(operation).isPresent());
    }

    private EffectiveGossip policy(Operation operation) {
        return plan.of(operation).orElseThrow(() -> new IllegalStateException(operation.name() + " does not gossip"));
    }

    // From clients

    private void onClientDatagram(Envelope envelope) throws MalformedGossipException, FaultException {
        Optional<Operation> operation = gossipOperation(envelope);
        if (operation.isEmpty() || operation.get().style() != Operation.Style.ONE_WAY) {
            throw new MalformedGossipException("action: " + envelope.action().orElse("absent")
                    + " (expected: a one-way operation that gossips; requests come by HTTP)");
        }
        driver.tell(new GossipEvent.Published(entering(envelope, operation.get())));
    }

    /** The HTTP side. */
    private final class Door implements EnvelopeHandler {
        @Override
        public boolean servesUnaddressed() {
            return true;
        }

        @Override
        public boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException {
            if (metadata.isFor(envelope) || original.isForEvents(envelope, httpAction)) {
                return true;
            }
            boolean fromPeer = ControlCodec.isControl(envelope.action().orElse(""))
                    || envelope.headerBlock(Gossip1.HOP).isPresent();
            return !fromPeer && operation(envelope, httpAction).style() == Operation.Style.REQUEST_RESPONSE;
        }

        @Override
        public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
            if (metadata.isFor(envelope)) {
                return Optional.of(metadata.answer(envelope));
            }
            if (original.isForEvents(envelope, httpAction)) {
                return Optional.of(original.answerSubscriber(envelope, httpAction));
            }
            try {
                if (onPeerMessage(envelope)) {
                    return Optional.empty();
                }
                Operation operation = operation(envelope, httpAction);
                if (plan.of(operation).isEmpty()) {
                    return original.answer(envelope, operation, host.replyReader());
                }
                GossipMessage message = entering(envelope, operation);
                if (operation.style() == Operation.Style.REQUEST_RESPONSE) {
                    return Optional.of(await(message, operation));
                }
                if (!driver.tell(new GossipEvent.Published(message))) {
                    throw new FaultException(SoapFault.endpointUnavailable(CLIENT_GRACE_MILLIS));
                }
                return Optional.empty();
            } catch (MalformedGossipException e) {
                malformed.increment();
                throw new FaultException(SoapFault.sender(e.getMessage()));
            }
        }

        private Operation operation(Envelope envelope, Optional<String> httpAction) throws FaultException {
            return original.operation(envelope, httpAction)
                    .orElseThrow(() -> new FaultException(SoapFault.actionNotSupported(
                            envelope.action().or(() -> httpAction).orElse(""))));
        }

        private Answer await(GossipMessage message, Operation operation) throws FaultException {
            ReplyTerms terms = message.parameters().replies();
            long budget = terms == null ? 0 : terms.timeoutMillis();
            CompletableFuture<org.grapevine.gossip.driver.Answer> pending = driver.request(message);
            org.grapevine.gossip.driver.Answer answer;
            try {
                answer = pending.get(budget + CLIENT_GRACE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                driver.abandon(message.id());
                throw new FaultException(SoapFault.endpointUnavailable(CLIENT_GRACE_MILLIS));
            } catch (ExecutionException | TimeoutException e) {
                driver.abandon(message.id());
                throw new FaultException(SoapFault.receiver("no answer within the timeout of " + budget + " ms"));
            }
            byte[] completeness = ControlCodec.completenessBlock(answer.completeness());
            if (answer.element().isEmpty()) {
                String reason = answer.failure().orElse("no device gave a value");
                throw new FaultException(SoapFault.receiver(reason).withDetail(new String(completeness, UTF_8)));
            }
            return new Reply(operation.outputAction().orElse(""), answer.element(), completeness);
        }
    }

    /** Where what the service emits begins to spread. */
    private final class EventEntry implements ShadowEvents.Entry {
        @Override
        public boolean gossips(Operation operation) {
            return plan.of(operation).isPresent();
        }

        @Override
        public void publish(Envelope envelope, Operation operation) throws MalformedGossipException, FaultException {
            if (!driver.tell(new GossipEvent.Published(entering(envelope, operation)))) {
                throw new RejectedExecutionException(
                        operation.name() + ": the event loop is full (expected: room for one more message)");
            }
        }
    }

    /** A client's message as it goes through the network: with all that peers need to read in its header. */
    private GossipMessage entering(Envelope envelope, Operation operation)
            throws MalformedGossipException, FaultException {
        EffectiveGossip policy = policy(operation);
        GossipParameters defaults = GossipPlan.parameters(policy, driver.nowMillis());
        GossipParameters parameters =
                GossipHeader.parameters(envelope, defaults).orElse(defaults);
        requireStyle(operation, parameters);
        requireKnownFunction(parameters.replies());
        Binding binding = GossipHeader.binding(envelope, policy.binding());
        Priority priority = GossipHeader.priority(envelope, policy.priority());
        Map<QName, byte[]> blocks = new LinkedHashMap<>();
        blocks.put(Gossip1.GOSSIP, GossipHeader.gossipBlock(parameters, binding, priority));
        String action = envelope.action().filter(text -> !text.isEmpty()).orElse(operation.inputAction());
        MessageId id =
                messageId(envelope.messageId().filter(text -> !text.isEmpty()).orElseGet(host.messageIds()::next));
        EndpointReference origin = envelope.from().orElse(EndpointReference.of(self.value()));
        blocks.put(Wsa.ACTION, new XmlWriter().element(Wsa.ACTION, action).toBytes());
        blocks.put(
                Wsa.MESSAGE_ID,
                new XmlWriter().element(Wsa.MESSAGE_ID, id.value()).toBytes());
        blocks.put(Wsa.FROM, new XmlWriter().endpointReference(Wsa.FROM, origin).toBytes());
        byte[] bytes = new EnvelopeSplice(envelope, blocks.keySet())
                .with(blocks.values().toArray(byte[][]::new));
        try {
            // Within the limits of its parts; what it may not exceed as a whole is checked below, where the message is
            // clearer.
            Envelope entering = host.replyReader().readWhole(bytes);
            EnvelopePayload payload = payload(entering, binding, priority);
            requireSize(payload);
            return new GossipMessage(id, new PeerAddress(origin.address()), parameters, payload);
        } catch (MalformedEnvelopeException e) {
            throw new FaultException(SoapFault.of(e));
        }
    }

    private void requireKnownFunction(@Nullable ReplyTerms terms) throws MalformedGossipException {
        if (terms != null) {
            try {
                aggregations.byUri(terms.aggregation());
            } catch (AggregationException e) {
                throw new MalformedGossipException("g:Gossip aggregation: " + e.getMessage());
            }
        }
    }

    /** Refused at the entry, where somebody hears of it, rather than at a relay. */
    private void requireSize(EnvelopePayload payload) throws FaultException {
        String longest = segments.stream().map(Segment::scope).reduce("", (a, b) -> a.length() >= b.length() ? a : b);
        Hop hop = new Hop(new Segment(longest), Hop.MAX_COUNT, Hop.MAX_COUNT, Hop.MAX_BUDGET_MILLIS);
        int size = GossipHeader.copy(payload, self, hop, self).length;
        int allowed = host.settings().maxEnvelopeBytes();
        if (size > allowed) {
            throw new FaultException(SoapFault.sender(
                    "envelope: " + size + " octets with its gossip header (expected: at most " + allowed + ")"));
        }
    }
}
