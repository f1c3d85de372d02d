package org.grapevine.gossip.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.ask.Ask;
import org.grapevine.gossip.driver.StylesheetCodec;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.gossip.shadow.ClientLimits;
import org.grapevine.gossip.shadow.OriginSequence;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.Order;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Variant;

/**
 * A message that is about to go to some entries: its operation is known, and every parameter is settled, by the client's choice or
 * by the policy. The same for all entries but for its address.
 *
 * @param attributes of {@code g:Gossip}, all of them
 * @param replyMillis how long the shadow will take for an answer; 0 for a one-way message
 */
record Outgoing(
        ClientMessage message,
        ServiceDescription.Operation operation,
        Map<String, String> attributes,
        long replyMillis) {

    private static final String ORIGIN_TIME = "origin-time";
    private static final String NONE = "none";
    private static final String AUTO = "auto";

    private static final Set<QName> WRITTEN_HERE =
            Set.of(Wsa.ACTION, Wsa.MESSAGE_ID, Wsa.TO, Wsa.FROM, Gossip1.GOSSIP, Gossip1.HOP, Gossip1.STYLESHEET);

    /** Settles everything; see {@link GossipClient#send} for what it throws. */
    static Outgoing of(List<GossipEntry> entries, ClientMessage message, long nowMillis) {
        if (entries.isEmpty() || entries.size() > GossipClient.MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries: " + entries.size() + " (expected: 1.." + GossipClient.MOST_ENTRIES + ")");
        }
        GossipEntry first = entries.get(0);
        ServiceDescription.Operation operation = operation(first, message);
        EffectiveGossip policy = operation
                .policy()
                .orElseThrow(() -> new IllegalArgumentException(
                        "operation " + operation.name() + ": not gossiped (expected: one that its policy gossips)"));
        Map<String, String> attributes = attributes(policy, nowMillis);
        attributes.putAll(message.choice().attributes());
        inMode(attributes, policy, message.choice());
        long replyMillis = 0;
        for (GossipEntry entry : entries) {
            if (!entry.name().equals(first.name())) {
                throw new IllegalArgumentException("entry " + entry.shadow() + ": a shadow of " + entry.name()
                        + " (expected: of " + first.name() + ", as " + first.shadow() + ")");
            }
            EffectiveGossip own = entry.operation(operation.action())
                    .flatMap(ServiceDescription.Operation::policy)
                    .orElseThrow(() -> new IllegalArgumentException("entry " + entry.shadow() + ": does not gossip "
                            + operation.action() + " (expected: as " + first.shadow() + " does)"));
            boolean pulls = entry.portType().operations().stream()
                    .flatMap(each -> each.policy().stream())
                    .anyMatch(each -> each.variant().isPulled());
            replyMillis = Math.max(replyMillis, requireAllowed(attributes, own, pulls, nowMillis));
        }
        return new Outgoing(message, operation, attributes, replyMillis);
    }

    private static ServiceDescription.Operation operation(GossipEntry entry, ClientMessage message) {
        List<ServiceDescription.Operation> all = entry.portType().operations();
        Optional<String> action = message.action();
        if (action.isPresent()) {
            return entry.operation(action.get())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "action: " + action.get() + " (expected: one of " + GossipClient.shown(all) + ")"));
        }
        return entry.operation(message.envelope().bodyName())
                .orElseThrow(() -> new IllegalArgumentException("body element: "
                        + message.envelope().bodyName().map(QName::toString).orElse("none") + " (expected: one of "
                        + all.stream()
                                .flatMap(operation -> operation.element().stream())
                                .map(QName::toString)
                                .toList()
                        + ")"));
    }

    /** The policy in the words of the header; a shadow whose own policy differs would else fill in other values. */
    private static Map<String, String> attributes(EffectiveGossip policy, long nowMillis) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("variant", policy.variant().wireName());
        attributes.put("binding", policy.binding().wireName());
        attributes.put("priority", policy.priority().wireName());
        if (policy.variant() == Variant.LAZY_PUSH) {
            boolean auto = policy.eagerHops() == Gossip.AUTO_EAGER_HOPS;
            attributes.put("eager-hops", auto ? AUTO : Integer.toString(policy.eagerHops()));
        }
        if (policy.order() != Order.NONE) {
            attributes.put("order", policy.order().wireName());
        }
        attributes.put("fanout", orAuto(policy.fanout()));
        attributes.put("rounds", orAuto(policy.rounds()));
        attributes.put(ORIGIN_TIME, Long.toString(nowMillis));
        attributes.put("lifetime", Long.toString(policy.lifetime().toMillis()));
        boolean repaired = !policy.repair().equals(GossipPolicy.NO_REPAIR);
        attributes.put("repair", repaired ? Long.toString(policy.repair().toMillis()) : NONE);
        attributes.put("replies", policy.replies().wireName());
        String function = policy.aggregation();
        if (policy.replies() != Replies.NONE) {
            if (function != null) {
                attributes.put("aggregation", function);
            }
            attributes.put("min-replies", Integer.toString(policy.minReplies()));
            attributes.put("partial", Boolean.toString(policy.partial()));
            attributes.put("timeout", Long.toString(policy.timeout().toMillis()));
        }
        return attributes;
    }

    /** A floor or a number of answers that the policy sets for one mode makes no sense in another one. */
    private static void inMode(Map<String, String> attributes, EffectiveGossip policy, GossipChoice choice) {
        boolean first = Replies.FIRST.wireName().equals(attributes.get("replies"));
        if (first && choice.get("enough").isEmpty()) {
            attributes.put("enough", Integer.toString(policy.enough()));
        }
        if (first
                && policy.replies() != Replies.FIRST
                && choice.get("min-replies").isEmpty()) {
            attributes.put("min-replies", "0");
        }
    }

    private static String orAuto(int number) {
        return number == Gossip.AUTO ? AUTO : Integer.toString(number);
    }

    /**
     * Reads the attributes as the shadow will.
     *
     * @return the time for all replies, ms
     */
    private static long requireAllowed(
            Map<String, String> attributes, EffectiveGossip policy, boolean pulls, long nowMillis) {
        GossipParameters defaults =
                new GossipParameters(0, 0, nowMillis, policy.lifetime().toMillis(), 0, null);
        try {
            Envelope probe = new EnvelopeReader(EnvelopeLimits.http())
                    .readWhole(EnvelopeWriter.forAction(Gossip1.NAMESPACE)
                            .header(block(attributes))
                            .toBytes());
            GossipParameters parameters =
                    GossipHeader.parameters(probe, defaults).orElseThrow();
            ClientLimits.require(policy, pulls, parameters, GossipHeader.priority(probe, policy.priority()));
            ReplyTerms replies = parameters.replies();
            return replies == null ? 0 : replies.timeoutMillis();
        } catch (MalformedGossipException | MalformedEnvelopeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static byte[] block(Map<String, String> attributes) {
        XmlWriter block = new XmlWriter().start(Gossip1.GOSSIP);
        attributes.forEach(block::attribute);
        return block.end().toBytes();
    }

    void requirePushed() {
        if (operation.style() != ServiceDescription.Style.ONE_WAY) {
            throw new IllegalArgumentException(
                    "operation " + operation.name() + ": " + operation.style() + " (expected: one-way)");
        }
    }

    void requireAnswered() {
        if (operation.style() != ServiceDescription.Style.REQUEST_RESPONSE || !operation.isAnswered()) {
            throw new IllegalArgumentException("operation " + operation.name() + ": " + operation.style()
                    + (operation.isAnswered() ? "" : " without replies")
                    + " (expected: request-response whose policy brings answers)");
        }
    }

    /** The question that a shadow is to ask by itself. */
    Ask ask(Repetition repetition) {
        Map<String, String> choice = new LinkedHashMap<>(attributes);
        choice.remove(ORIGIN_TIME);
        try {
            Optional<String> body = message.envelope().bodyName().isPresent()
                    ? Optional.of(new String(message.envelope().bodyElement(), UTF_8))
                    : Optional.empty();
            return new Ask(
                    repetition.every(),
                    repetition.runs(),
                    Optional.of(operation.action()),
                    choice,
                    message.stylesheet().map(text -> new String(StylesheetCodec.element(text), UTF_8)),
                    body);
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException("body: " + e.getMessage(), e);
        }
    }

    /** The same at its place in the sequence of its origin, if messages of it must not overtake each other. */
    Outgoing inOrder(OriginSequence sequence, long nowMillis) {
        boolean wanted = Order.ORIGIN.wireName().equals(attributes.get("order"));
        if (!wanted || attributes.containsKey("sequence")) {
            return this;
        }
        OriginOrder place = sequence.next(nowMillis, millis(ORIGIN_TIME) + millis("lifetime"));
        Map<String, String> placed = new LinkedHashMap<>(attributes);
        placed.put("sequence", Long.toString(place.number()));
        placed.put("floor", Long.toString(place.floor()));
        placed.put("wait-until", Long.toString(place.waitUntilMillis()));
        return new Outgoing(message, operation, placed, replyMillis);
    }

    /** A time that was checked as the shadow will check it. */
    private long millis(String attribute) {
        return Long.parseLong(attributes.getOrDefault(attribute, "0").strip());
    }

    /** Whose message it is. */
    String origin(String self) {
        return message.envelope().from().map(EndpointReference::address).orElse(self);
    }

    /** The same, published at another time. */
    Outgoing at(long nowMillis) {
        Map<String, String> later = new LinkedHashMap<>(attributes);
        if (message.choice().get(ORIGIN_TIME).isEmpty()) {
            later.put(ORIGIN_TIME, Long.toString(nowMillis));
        }
        return new Outgoing(message, operation, later, replyMillis);
    }

    /**
     * The message for one entry.
     *
     * @param self the origin, if the message names none: the same at all entries, for limits are shared out among origins
     */
    byte[] envelope(URI to, String id, String self) {
        EndpointReference origin = message.envelope().from().orElse(EndpointReference.of(self));
        return new EnvelopeSplice(message.envelope(), WRITTEN_HERE)
                .with(
                        new XmlWriter().element(Wsa.ACTION, operation.action()).toBytes(),
                        new XmlWriter().element(Wsa.MESSAGE_ID, id).toBytes(),
                        new XmlWriter().element(Wsa.TO, to.toString()).toBytes(),
                        new XmlWriter().endpointReference(Wsa.FROM, origin).toBytes(),
                        block(attributes),
                        message.stylesheet().map(StylesheetCodec::element).orElse(new byte[0]));
    }
}
