package org.grapevine.dpws.eventing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * The bodies of WS-Eventing, read and written. Reading takes elements in any order and ignores those it does not know; writing keeps
 * the order of the schema. For any number of threads.
 */
public final class EventingCodec {

    /** The delivery mode that DPWS asks for (R3009), and the default. */
    public static final String PUSH = Namespaces.WSE + "/DeliveryModes/Push";

    /** The W3C's delivery format in which a notification is the event itself, and the default. */
    public static final String UNWRAPPED = EventingDialect.W3C_2011.namespace() + "/DeliveryFormats/Unwrap";

    /** The filter dialect of DPWS: a list of action URIs, of which one has to be that of the event (R3008). */
    public static final String ACTION_FILTER = Namespaces.DPWS + "/Action";

    private EventingCodec() {}

    /**
     * What answers a Subscribe.
     *
     * @param manager where Renew, GetStatus and Unsubscribe go
     * @param expires what was granted
     */
    public record SubscribeResponse(EndpointReference manager, Expiry expires) {}

    /**
     * What tells a subscriber of the end.
     *
     * @param manager the subscription manager of the subscription; the W3C leaves it out
     * @param status a URI, see {@link EndStatus#of}
     * @param reason for people; of several languages the first
     */
    public record SubscriptionEnd(Optional<EndpointReference> manager, String status, Optional<String> reason) {}

    /** Reads the body of a Subscribe. */
    public static SubscribeRequest readSubscribe(EventingDialect dialect, Envelope envelope)
            throws MalformedEnvelopeException {
        Optional<EndpointReference> notifyTo = Optional.empty();
        Optional<EndpointReference> endTo = Optional.empty();
        Optional<String> mode = Optional.empty();
        Optional<String> expires = Optional.empty();
        boolean bestEffort = dialect == EventingDialect.SUBMISSION_2004;
        Optional<SubscribeRequest.Filter> filter = Optional.empty();
        boolean delivery = false;
        try (XmlReader reader = envelope.openBody(dialect.name("Subscribe"))) {
            while (reader.nextChild()) {
                if (reader.is(dialect.name("EndTo"))) {
                    endTo = Optional.of(reader.endpointReference());
                } else if (reader.is(dialect.name("Delivery"))) {
                    delivery = true;
                    if (dialect == EventingDialect.SUBMISSION_2004) {
                        mode = reader.attribute("Mode").map(String::strip);
                    }
                    while (reader.nextChild()) {
                        if (reader.is(dialect.name("NotifyTo"))) {
                            notifyTo = Optional.of(reader.endpointReference());
                        } else {
                            reader.skip();
                        }
                    }
                } else if (reader.is(dialect.name("Format")) && dialect == EventingDialect.W3C_2011) {
                    mode = reader.attribute("Name").map(String::strip);
                    reader.skip();
                } else if (reader.is(dialect.name("Expires"))) {
                    if (dialect == EventingDialect.W3C_2011) {
                        String best = reader.attribute("BestEffort").orElse("").strip();
                        bestEffort = best.equals("true") || best.equals("1");
                    }
                    expires = Optional.of(reader.token());
                } else if (reader.is(dialect.name("Filter"))) {
                    filter = Optional.of(readFilter(reader));
                } else {
                    reader.skip();
                }
            }
        }
        if (!delivery) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, "Subscribe: has no Delivery");
        }
        return new SubscribeRequest(dialect, notifyTo, endTo, mode, expires, bestEffort, filter);
    }

    /** The content counts only if the dialect is ours: an XPath is no list, and other languages may have elements. */
    private static SubscribeRequest.Filter readFilter(XmlReader reader) throws MalformedEnvelopeException {
        Optional<String> language = reader.attribute("Dialect").map(String::strip);
        if (language.filter(ACTION_FILTER::equals).isEmpty()) {
            return new SubscribeRequest.Filter(language, List.of(), onlyChild(reader.standalone()));
        }
        return new SubscribeRequest.Filter(language, reader.tokens());
    }

    private static Optional<String> onlyChild(String filter) {
        try (XmlReader reader = XmlReader.ofFragment(filter)) {
            Optional<String> first = reader.nextChild() ? Optional.of(reader.standalone()) : Optional.empty();
            return first.isPresent() && reader.nextChild() ? Optional.empty() : first;
        } catch (MalformedEnvelopeException e) {
            return Optional.empty(); // Text, such as an XPath.
        }
    }

    public static byte[] writeSubscribe(SubscribeRequest request) {
        EventingDialect dialect = request.dialect();
        XmlWriter writer = new XmlWriter().start(dialect.name("Subscribe"));
        request.endTo().ifPresent(endTo -> writer.endpointReference(dialect.name("EndTo"), endTo));
        writer.start(dialect.name("Delivery"));
        if (dialect == EventingDialect.SUBMISSION_2004) {
            request.mode().ifPresent(mode -> writer.attribute("Mode", mode));
        }
        request.notifyTo().ifPresent(notifyTo -> writer.endpointReference(dialect.name("NotifyTo"), notifyTo));
        writer.end();
        if (dialect == EventingDialect.W3C_2011) {
            request.mode().ifPresent(format -> writer.start(dialect.name("Format"))
                    .attribute("Name", format)
                    .end());
        }
        request.expires().ifPresent(expires -> {
            writer.start(dialect.name("Expires"));
            if (dialect == EventingDialect.W3C_2011 && request.bestEffort()) {
                writer.attribute("BestEffort", "true");
            }
            writer.text(expires).end();
        });
        request.filter().ifPresent(filter -> {
            writer.start(dialect.name("Filter"));
            filter.dialect().ifPresent(language -> writer.attribute("Dialect", language));
            filter.element().ifPresentOrElse(writer::raw, () -> writer.text(String.join(" ", filter.actions())));
            writer.end();
        });
        return writer.end().toBytes();
    }

    public static byte[] writeSubscribeResponse(EventingDialect dialect, SubscribeResponse response) {
        return new XmlWriter()
                .start(dialect.name("SubscribeResponse"))
                .endpointReference(dialect.name("SubscriptionManager"), response.manager())
                .element(dialect.grantedExpires(), response.expires().toXml())
                .end()
                .toBytes();
    }

    public static SubscribeResponse readSubscribeResponse(EventingDialect dialect, Envelope envelope)
            throws MalformedEnvelopeException {
        EndpointReference manager = null;
        Expiry expires = null;
        try (XmlReader reader = envelope.openBody(dialect.name("SubscribeResponse"))) {
            while (reader.nextChild()) {
                if (reader.is(dialect.name("SubscriptionManager"))) {
                    manager = reader.endpointReference();
                } else if (reader.is(dialect.grantedExpires())) {
                    expires = expiry(reader.token());
                } else {
                    reader.skip();
                }
            }
        }
        if (manager == null || expires == null) {
            throw new MalformedEnvelopeException(
                    Reason.MISSING_CONTENT,
                    "SubscribeResponse: has no "
                            + (manager == null
                                    ? "SubscriptionManager"
                                    : dialect.grantedExpires().getLocalPart()));
        }
        return new SubscribeResponse(manager, expires);
    }

    private static Expiry expiry(String text) throws MalformedEnvelopeException {
        Optional<Expiry> expiry = Expiry.parse(text);
        if (expiry.isEmpty()) {
            throw new MalformedEnvelopeException(
                    Reason.INVALID_VALUE, "Expires: '" + text + "' (expected: a duration or a dateTime)");
        }
        return expiry.get();
    }

    /** Body of a Renew, a GetStatus or an Unsubscribe; a shorter time will do. */
    public static byte[] writeRequest(EventingDialect dialect, EventingDialect.Verb verb, Optional<Expiry> expires) {
        XmlWriter writer = new XmlWriter().start(dialect.name(verb.element()));
        expires.ifPresent(expiry -> {
            writer.start(dialect.name("Expires"));
            if (dialect == EventingDialect.W3C_2011) {
                writer.attribute("BestEffort", "true");
            }
            writer.text(expiry.toXml()).end();
        });
        return writer.end().toBytes();
    }

    /** What a Renew asks for, as it was written. */
    record RenewRequest(Optional<String> expires, boolean bestEffort) {}

    static RenewRequest readRenew(EventingDialect dialect, Envelope envelope) throws MalformedEnvelopeException {
        Optional<String> expires = Optional.empty();
        boolean bestEffort = dialect == EventingDialect.SUBMISSION_2004;
        try (XmlReader reader = envelope.openBody(dialect.name("Renew"))) {
            while (reader.nextChild()) {
                if (reader.is(dialect.name("Expires"))) {
                    String best = reader.attribute("BestEffort").orElse("").strip();
                    bestEffort |= best.equals("true") || best.equals("1");
                    expires = Optional.of(reader.token());
                } else {
                    reader.skip();
                }
            }
        }
        return new RenewRequest(expires, bestEffort);
    }

    /** Body of a RenewResponse or GetStatusResponse. */
    static byte[] writeExpires(EventingDialect dialect, EventingDialect.Verb verb, Expiry expires) {
        return new XmlWriter()
                .start(dialect.name(verb.element() + "Response"))
                .element(dialect.grantedExpires(), expires.toXml())
                .end()
                .toBytes();
    }

    /** What a RenewResponse or GetStatusResponse says; it may say nothing. */
    public static Optional<Expiry> readExpires(EventingDialect dialect, EventingDialect.Verb verb, Envelope envelope)
            throws MalformedEnvelopeException {
        Optional<Expiry> expires = Optional.empty();
        try (XmlReader reader = envelope.openBody(dialect.name(verb.element() + "Response"))) {
            while (reader.nextChild()) {
                if (reader.is(dialect.grantedExpires())) {
                    expires = Optional.of(expiry(reader.token()));
                } else {
                    reader.skip();
                }
            }
        }
        return expires;
    }

    static byte[] writeEnd(EventingDialect dialect, EndpointReference manager, EndStatus status, String reason) {
        XmlWriter writer = new XmlWriter().start(dialect.name("SubscriptionEnd"));
        if (dialect == EventingDialect.SUBMISSION_2004) {
            writer.endpointReference(dialect.name("SubscriptionManager"), manager);
        }
        return writer.element(dialect.name("Status"), status.uri(dialect))
                .start(dialect.name("Reason"))
                .attribute(new QName(Namespaces.XML, "lang"), "en")
                .text(reason)
                .end()
                .end()
                .toBytes();
    }

    /** Reads the body of a SubscriptionEnd. */
    public static SubscriptionEnd readEnd(EventingDialect dialect, Envelope envelope)
            throws MalformedEnvelopeException {
        Optional<EndpointReference> manager = Optional.empty();
        String status = null;
        List<String> reasons = new ArrayList<>();
        try (XmlReader reader = envelope.openBody(dialect.name("SubscriptionEnd"))) {
            while (reader.nextChild()) {
                if (reader.is(dialect.name("SubscriptionManager"))) {
                    manager = Optional.of(reader.endpointReference());
                } else if (reader.is(dialect.name("Status"))) {
                    status = reader.token();
                } else if (reader.is(dialect.name("Reason")) && reasons.isEmpty()) {
                    reasons.add(reader.text());
                } else {
                    reader.skip();
                }
            }
        }
        if (status == null) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, "SubscriptionEnd: has no Status");
        }
        return new SubscriptionEnd(manager, status, reasons.stream().findFirst());
    }

    /**
     * The identifier that a client echoes, in the header of whichever dialect: it is what the manager's reference says. A client that
     * echoes nothing tells it by the manager's address.
     */
    public static Optional<String> identifier(Envelope envelope) {
        for (EventingDialect dialect : EventingDialect.values()) {
            Optional<String> found = envelope.headerBlock(dialect.identifier())
                    .flatMap(HeaderBlock::text)
                    .map(String::strip);
            if (found.isPresent()) {
                return found;
            }
        }
        return envelope.to().flatMap(SubscriptionAddress::subscription);
    }
}
