package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.jspecify.annotations.Nullable;

/**
 * Discovery messages as envelopes and back. Reading takes elements in any order and ignores those it does not know; writing
 * keeps the order of the schema. For any number of threads.
 */
public final class DiscoveryCodec {

    private static final QName HELLO = name("Hello");
    private static final QName BYE = name("Bye");
    private static final QName PROBE = name("Probe");
    private static final QName PROBE_MATCHES = name("ProbeMatches");
    private static final QName PROBE_MATCH = name("ProbeMatch");
    private static final QName RESOLVE = name("Resolve");
    private static final QName RESOLVE_MATCHES = name("ResolveMatches");
    private static final QName RESOLVE_MATCH = name("ResolveMatch");
    private static final QName TYPES = name("Types");
    private static final QName SCOPES = name("Scopes");
    private static final QName X_ADDRS = name("XAddrs");
    private static final QName METADATA_VERSION = name("MetadataVersion");

    private DiscoveryCodec() {}

    /**
     * Reads a message by its action.
     *
     * @return empty if the action is none of discovery
     * @throws MalformedEnvelopeException if the body is not what the action promises
     */
    public static Optional<DiscoveryMessage> read(Envelope envelope) throws MalformedEnvelopeException {
        DiscoveryMessage message =
                switch (envelope.action().orElse("")) {
                    case WsDiscovery.HELLO_ACTION ->
                        new Hello(announcement(envelope, HELLO, true), AppSequence.read(envelope));
                    case WsDiscovery.BYE_ACTION ->
                        new Bye(announcement(envelope, BYE, false), AppSequence.read(envelope));
                    case WsDiscovery.PROBE_ACTION -> readProbe(envelope);
                    case WsDiscovery.PROBE_MATCHES_ACTION ->
                        new ProbeMatches(matches(envelope, PROBE_MATCHES, PROBE_MATCH), AppSequence.read(envelope));
                    case WsDiscovery.RESOLVE_ACTION -> readResolve(envelope);
                    case WsDiscovery.RESOLVE_MATCHES_ACTION -> readResolveMatches(envelope);
                    default -> null;
                };
        return Optional.ofNullable(message);
    }

    /** An envelope for the multicast group. */
    public static byte[] multicast(DiscoveryMessage message, String messageId) {
        return envelope(message)
                .messageId(messageId)
                .to(WsDiscovery.AD_HOC_ADDRESS)
                .toBytes();
    }

    /**
     * An answer for whoever asked.
     *
     * @param relatesTo id of the Probe or Resolve
     */
    public static byte[] reply(DiscoveryMessage message, String messageId, String relatesTo) {
        return envelope(message)
                .messageId(messageId)
                .relatesTo(relatesTo)
                .to(EndpointReference.ANONYMOUS)
                .toBytes();
    }

    /** An answer whose body is written already. */
    static byte[] reply(String action, AppSequence sequence, byte[] body, String messageId, String relatesTo) {
        return EnvelopeWriter.forAction(action)
                .header(sequence.toHeaderBlock())
                .messageId(messageId)
                .relatesTo(relatesTo)
                .to(EndpointReference.ANONYMOUS)
                .body(body)
                .toBytes();
    }

    /** Action, AppSequence and body are set; the caller adds the rest of the addressing. */
    public static EnvelopeWriter envelope(DiscoveryMessage message) {
        EnvelopeWriter envelope = EnvelopeWriter.forAction(message.action());
        appSequence(message).ifPresent(sequence -> envelope.header(sequence.toHeaderBlock()));
        return envelope.body(body(message));
    }

    private static Optional<AppSequence> appSequence(DiscoveryMessage message) {
        if (message instanceof Hello hello) {
            return hello.appSequence();
        } else if (message instanceof Bye bye) {
            return bye.appSequence();
        } else if (message instanceof ProbeMatches matches) {
            return matches.appSequence();
        } else if (message instanceof ResolveMatches matches) {
            return matches.appSequence();
        }
        return Optional.empty();
    }

    /** The one element in the Body. */
    static byte[] body(DiscoveryMessage message) {
        XmlWriter writer = new XmlWriter();
        if (message instanceof Hello hello) {
            write(writer, HELLO, hello.device(), true);
        } else if (message instanceof Bye bye) {
            write(writer, BYE, bye.device(), bye.device().metadataVersion() > 0);
        } else if (message instanceof Probe probe) {
            writer.start(PROBE);
            writeTypes(writer, probe.types());
            boolean defaultRule = probe.matchBy().equals(ScopeRule.RFC3986.uri());
            if (!probe.scopes().isEmpty() || !defaultRule) {
                writer.start(SCOPES);
                if (!defaultRule) {
                    writer.attribute("MatchBy", probe.matchBy());
                }
                writer.text(String.join(" ", probe.scopes())).end();
            }
            writer.end();
        } else if (message instanceof ProbeMatches matches) {
            writer.start(PROBE_MATCHES);
            matches.matches().forEach(match -> write(writer, PROBE_MATCH, match, true));
            writer.end();
        } else if (message instanceof Resolve resolve) {
            writer.start(RESOLVE)
                    .endpointReference(Wsa.ENDPOINT_REFERENCE, resolve.epr())
                    .end();
        } else if (message instanceof ResolveMatches matches) {
            writer.start(RESOLVE_MATCHES);
            matches.match().ifPresent(match -> write(writer, RESOLVE_MATCH, match, true));
            writer.end();
        } else {
            throw new AssertionError("unhandled: " + message);
        }
        return writer.toBytes();
    }

    /** A Hello inside of another document. */
    static void writeHello(XmlWriter writer, DeviceAnnouncement device) {
        write(writer, HELLO, device, true);
    }

    /** Reads a Hello whose start tag is under the cursor. */
    static DeviceAnnouncement readHello(XmlReader reader) throws MalformedEnvelopeException {
        if (!reader.is(HELLO)) {
            throw new MalformedEnvelopeException(
                    Reason.UNEXPECTED_CONTENT, "element " + reader.name() + " (expected: " + HELLO + ")");
        }
        return announcement(reader, true);
    }

    private static void write(XmlWriter writer, QName element, DeviceAnnouncement device, boolean version) {
        writer.start(element).endpointReference(Wsa.ENDPOINT_REFERENCE, device.epr());
        writeTypes(writer, device.types());
        writeList(writer, SCOPES, device.scopes());
        writeList(writer, X_ADDRS, device.xAddrs());
        if (version) {
            writer.element(METADATA_VERSION, Long.toString(device.metadataVersion()));
        }
        writer.end();
    }

    private static void writeTypes(XmlWriter writer, List<QName> types) {
        if (!types.isEmpty()) {
            writer.start(TYPES).qnames(types).end();
        }
    }

    private static void writeList(XmlWriter writer, QName element, List<String> items) {
        if (!items.isEmpty()) {
            writer.element(element, String.join(" ", items));
        }
    }

    private static DeviceAnnouncement announcement(Envelope envelope, QName element, boolean versionRequired)
            throws MalformedEnvelopeException {
        try (XmlReader reader = envelope.openBody(element)) {
            return announcement(reader, versionRequired);
        }
    }

    private static DeviceAnnouncement announcement(XmlReader reader, boolean versionRequired)
            throws MalformedEnvelopeException {
        String element = reader.name().getLocalPart();
        EndpointReference epr = null;
        List<QName> types = List.of();
        List<String> scopes = List.of();
        List<String> xAddrs = List.of();
        long version = -1;
        while (reader.nextChild()) {
            if (reader.is(Wsa.ENDPOINT_REFERENCE)) {
                epr = reader.endpointReference();
            } else if (reader.is(TYPES)) {
                types = reader.qnames();
            } else if (reader.is(SCOPES)) {
                scopes = reader.tokens();
            } else if (reader.is(X_ADDRS)) {
                xAddrs = reader.tokens();
            } else if (reader.is(METADATA_VERSION)) {
                version = reader.unsignedInt();
            } else {
                reader.skip();
            }
        }
        if (version < 0 && versionRequired) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, element + ": has no MetadataVersion");
        }
        return new DeviceAnnouncement(required(element, epr), types, scopes, xAddrs, Math.max(0, version));
    }

    private static Probe readProbe(Envelope envelope) throws MalformedEnvelopeException {
        List<QName> types = List.of();
        List<String> scopes = List.of();
        String matchBy = ScopeRule.RFC3986.uri();
        try (XmlReader reader = envelope.openBody(PROBE)) {
            while (reader.nextChild()) {
                if (reader.is(TYPES)) {
                    types = reader.qnames();
                } else if (reader.is(SCOPES)) {
                    matchBy = reader.attribute("MatchBy").map(String::strip).orElse(matchBy);
                    scopes = reader.tokens();
                } else {
                    reader.skip();
                }
            }
        }
        return new Probe(types, scopes, matchBy);
    }

    private static Resolve readResolve(Envelope envelope) throws MalformedEnvelopeException {
        EndpointReference epr = null;
        try (XmlReader reader = envelope.openBody(RESOLVE)) {
            while (reader.nextChild()) {
                if (reader.is(Wsa.ENDPOINT_REFERENCE)) {
                    epr = reader.endpointReference();
                } else {
                    reader.skip();
                }
            }
        }
        return new Resolve(required("Resolve", epr));
    }

    private static ResolveMatches readResolveMatches(Envelope envelope) throws MalformedEnvelopeException {
        List<DeviceAnnouncement> matches = matches(envelope, RESOLVE_MATCHES, RESOLVE_MATCH);
        if (matches.size() > 1) {
            throw new MalformedEnvelopeException(
                    Reason.UNEXPECTED_CONTENT, "ResolveMatches: " + matches.size() + " matches (expected: 0 or 1)");
        }
        return new ResolveMatches(matches.stream().findFirst(), AppSequence.read(envelope));
    }

    private static List<DeviceAnnouncement> matches(Envelope envelope, QName element, QName match)
            throws MalformedEnvelopeException {
        List<DeviceAnnouncement> matches = new ArrayList<>();
        try (XmlReader reader = envelope.openBody(element)) {
            while (reader.nextChild()) {
                if (reader.is(match)) {
                    // A sloppy peer leaves out the version; better found without it than not found.
                    matches.add(announcement(reader, false));
                } else {
                    reader.skip();
                }
            }
        }
        return matches;
    }

    private static EndpointReference required(String element, @Nullable EndpointReference epr)
            throws MalformedEnvelopeException {
        if (epr == null) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, element + ": has no wsa:EndpointReference");
        }
        return epr;
    }

    private static QName name(String local) {
        return new QName(Namespaces.WSD, local, "wsd");
    }
}
