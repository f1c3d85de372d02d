package org.grapevine.gossip.shadow;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.Binding;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.Order;
import org.grapevine.policy.Priority;
import org.grapevine.policy.Replies;

/** Makes messages of the envelopes that reach one shadow: of copies that come from peers, and of what clients bring. Any thread. */
final class MessageReader {

    /** As wide as the numbers of a sequence get. */
    private static final OriginOrder WIDEST_ORDER =
            new OriginOrder(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);

    private final DeviceHost host;
    private final EventLoop loop;
    private final PeerAddress self;
    private final RequestFunctions functions;
    private final OriginSequence sequence;

    MessageReader(DeviceHost host, EventLoop loop, PeerAddress self, RequestFunctions functions) {
        this.host = host;
        this.loop = loop;
        this.self = self;
        this.functions = functions;
        this.sequence = new OriginSequence(loop.nowMillis());
    }

    /** A copy that came from a peer. */
    GossipEvent.Received received(Envelope envelope, Operation operation, EffectiveGossip policy)
            throws MalformedGossipException {
        GossipHeader.Arrival arrival = GossipHeader.arrival(envelope)
                .orElseThrow(() -> new MalformedGossipException("g:Hop: absent (expected in a copy)"));
        // Of replies nothing is left out between peers: what is absent there is not wanted.
        GossipParameters defaults =
                GossipPlan.parameters(policy, loop.nowMillis()).withReplies(null);
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

    /**
     * A client's message as it goes through the network: with all that peers need to read in its header.
     *
     * @param pulled whether the devices pull
     * @param segments into which it is sent
     * @throws MalformedGossipException if its own gossip header asks for what makes no sense, or more than the policy allows
     * @throws FaultException if it would be too large
     */
    Entering entering(
            Envelope envelope, Operation operation, EffectiveGossip policy, boolean pulled, List<Segment> segments)
            throws MalformedGossipException, FaultException {
        GossipParameters defaults = GossipPlan.parameters(policy, loop.nowMillis());
        Optional<GossipParameters> asked = GossipHeader.parameters(envelope, defaults);
        GossipParameters parameters = asked.orElse(defaults);
        requireStyle(operation, parameters);
        Binding binding = GossipHeader.binding(envelope, policy.binding());
        Priority priority = GossipHeader.priority(envelope, policy.priority());
        if (asked.isPresent()) {
            ClientLimits.require(policy, pulled, parameters, priority);
        }
        Optional<String> function = functions.require(envelope, parameters.replies());
        ReplyTerms terms = parameters.replies();
        parameters = terms == null ? parameters : parameters.withReplies(terms.onTheWay());
        boolean ordered = GossipHeader.order(envelope, policy.order()) == Order.ORIGIN && parameters.replies() == null;
        boolean countedByTheClient = parameters.order() != null;
        if (countedByTheClient && envelope.from().isEmpty()) {
            throw new MalformedGossipException(
                    "g:Gossip sequence: without wsa:From (expected: the origin that counts)");
        }
        // Whose messages it counts, that is their origin.
        boolean countedHere = ordered && !countedByTheClient;
        EndpointReference own = EndpointReference.of(self.value());
        EndpointReference origin = countedHere ? own : envelope.from().orElse(own);
        String action = envelope.action().filter(text -> !text.isEmpty()).orElse(operation.inputAction());
        MessageId id =
                messageId(envelope.messageId().filter(text -> !text.isEmpty()).orElseGet(host.messageIds()::next));
        Map<QName, byte[]> blocks = new LinkedHashMap<>();
        blocks.put(Wsa.ACTION, new XmlWriter().element(Wsa.ACTION, action).toBytes());
        blocks.put(
                Wsa.MESSAGE_ID,
                new XmlWriter().element(Wsa.MESSAGE_ID, id.value()).toBytes());
        blocks.put(Wsa.FROM, new XmlWriter().endpointReference(Wsa.FROM, origin).toBytes());
        if (countedHere) {
            // A message that is refused must not leave a gap for which others wait: so with the widest numbers first.
            EnvelopePayload widest =
                    withBlocks(envelope, blocks, parameters.withOrder(WIDEST_ORDER), binding, priority);
            requireSize(widest, segments);
            parameters = parameters.withOrder(sequence.next(loop.nowMillis(), parameters.expiresAtMillis()));
        }
        EnvelopePayload payload = withBlocks(envelope, blocks, parameters, binding, priority);
        requireSize(payload, segments);
        return new Entering(new GossipMessage(id, new PeerAddress(origin.address()), parameters, payload), function);
    }

    /**
     * A message that enters.
     *
     * @param function what merges the answers to it, on the way or where it began; empty if nothing does
     */
    record Entering(GossipMessage message, Optional<String> function) {}

    private EnvelopePayload withBlocks(
            Envelope envelope,
            Map<QName, byte[]> addressing,
            GossipParameters parameters,
            Binding binding,
            Priority priority)
            throws FaultException {
        Map<QName, byte[]> blocks = new LinkedHashMap<>();
        blocks.put(Gossip1.GOSSIP, GossipHeader.gossipBlock(parameters, binding, priority));
        blocks.putAll(addressing);
        Set<QName> replaced = new HashSet<>(blocks.keySet());
        replaced.add(Gossip1.STYLESHEET); // For this device; the others ask for it if they lack it.
        byte[] bytes =
                new EnvelopeSplice(envelope, replaced).with(blocks.values().toArray(byte[][]::new));
        try {
            // Within the limits of its parts; what it may not exceed as a whole is checked later, where the message is
            // clearer.
            return payload(host.replyReader().readWhole(bytes), binding, priority);
        } catch (MalformedEnvelopeException e) {
            throw new FaultException(SoapFault.of(e));
        }
    }

    /** Refused at the entry, where somebody hears of it, rather than at a relay. */
    private void requireSize(EnvelopePayload payload, List<Segment> segments) throws FaultException {
        String longest = segments.stream().map(Segment::scope).reduce("", (a, b) -> a.length() >= b.length() ? a : b);
        Hop hop = new Hop(new Segment(longest), Hop.MAX_COUNT, Hop.MAX_COUNT, Hop.MAX_BUDGET_MILLIS, self);
        int size = GossipHeader.copy(payload, self, hop, self).length;
        int allowed = host.settings().maxEnvelopeBytes();
        if (size > allowed) {
            throw new FaultException(SoapFault.sender(
                    "envelope: " + size + " octets with its gossip header (expected: at most " + allowed + ")"));
        }
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

    /** Who sent it, or is its origin. */
    static PeerAddress sender(Envelope envelope) throws MalformedGossipException {
        return new PeerAddress(envelope.from()
                .map(EndpointReference::address)
                .orElseThrow(() -> new MalformedGossipException("wsa:From: absent (expected: the sender or origin)")));
    }

    private static void requireStyle(Operation operation, GossipParameters parameters) throws MalformedGossipException {
        ReplyTerms replies = parameters.replies();
        boolean request = operation.isAnswered();
        if (request != (replies != null)) {
            String given = replies == null
                    ? Replies.NONE.wireName()
                    : Replies.valueOf(replies.mode().name()).wireName();
            throw new MalformedGossipException("g:Gossip replies: " + given + " for " + operation.name()
                    + " (expected: " + (request ? "first, collect or aggregate" : "none") + ")");
        }
    }
}
