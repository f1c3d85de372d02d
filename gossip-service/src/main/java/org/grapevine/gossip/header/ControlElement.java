package org.grapevine.gossip.header;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/** What all messages between shadows that carry no payload have in common: one element of this namespace, and its attributes. */
final class ControlElement {

    private static final String ACTION_PREFIX = Gossip1.NAMESPACE + ":";

    private ControlElement() {}

    /** Reads what is inside the start tag. */
    @FunctionalInterface
    interface Content<T> {
        T read(String name, XmlReader body) throws MalformedEnvelopeException, MalformedGossipException;
    }

    /** The element's name, for an action of this namespace. */
    static Optional<String> nameIn(String action) {
        return action.startsWith(ACTION_PREFIX)
                ? Optional.of(action.substring(ACTION_PREFIX.length()))
                : Optional.empty();
    }

    /** An envelope around one finished element. */
    static byte[] envelope(String name, XmlWriter body, PeerAddress to, PeerAddress from, String messageId) {
        return EnvelopeWriter.forAction(ACTION_PREFIX + name)
                .messageId(messageId)
                .to(to.value())
                .from(EndpointReference.of(from.value()))
                .body(body.toBytes())
                .toBytes();
    }

    /** Reads the element of an envelope whose action must be its own. */
    static <T> T read(Envelope envelope, Content<T> content) throws MalformedGossipException {
        try (XmlReader body = envelope.openBody()) {
            QName name = body.name();
            String expected = ACTION_PREFIX + name.getLocalPart();
            if (!name.getNamespaceURI().equals(Gossip1.NAMESPACE)
                    || !envelope.action().orElse("").equals(expected)) {
                throw new MalformedGossipException(
                        "control message: action " + envelope.action().orElse("absent") + " with body " + name
                                + " (expected: action " + expected + ")");
            }
            return content.read(name.getLocalPart(), body);
        } catch (MalformedEnvelopeException | IllegalArgumentException e) {
            throw new MalformedGossipException("control message: " + e.getMessage());
        }
    }

    static XmlWriter start(XmlWriter body, String name, Segment segment) {
        return body.start(Gossip1.name(name)).attribute("segment", segment.scope());
    }

    static Segment segment(XmlReader body) throws MalformedGossipException {
        return new Segment(required(body, "segment"));
    }

    static boolean flag(XmlReader body, String name) throws MalformedGossipException {
        String value = required(body, name);
        if (!value.equals("true") && !value.equals("false")) {
            throw new MalformedGossipException(name + ": " + value + " (expected: true or false)");
        }
        return value.equals("true");
    }

    static long number(XmlReader body, String name, long max) throws MalformedGossipException {
        return number(name, required(body, name), max);
    }

    static long number(String name, String value, long max) throws MalformedGossipException {
        long number = -1;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            number = -1;
        }
        if (number < 0 || number > max) {
            throw new MalformedGossipException(name + ": " + value + " (expected: 0.." + max + ")");
        }
        return number;
    }

    static String required(XmlReader body, String name) throws MalformedGossipException {
        Optional<String> value = body.attribute(name).map(String::strip);
        if (value.isEmpty() || value.get().isEmpty()) {
            throw new MalformedGossipException(
                    "g:" + body.name().getLocalPart() + " " + name + ": absent (expected: a value)");
        }
        return value.get();
    }
}
