package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.jspecify.annotations.Nullable;

/**
 * WS-Discovery of April 2005 over WS-Addressing of August 2004, as far as a client needs it: what such devices say of themselves is
 * read, and questions to them are written, in envelopes that hold nothing of the newer versions. Their questions are not read, since
 * nobody here answers them. For any number of threads.
 */
public final class LegacyDiscovery {

    public static final String WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
    public static final String WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing";

    /** {@code wsa:To} of its multicasts. */
    public static final String AD_HOC_ADDRESS = "urn:schemas-xmlsoap-org:ws:2005:04:discovery";

    /** The type that every device of DPWS 1.0 has. */
    public static final QName DEVICE_TYPE =
            new QName("http://schemas.xmlsoap.org/ws/2006/02/devprof", "Device", "wsdp");

    private static final String ANONYMOUS = WSA + "/role/anonymous";
    private static final QName ACTION = new QName(WSA, "Action");
    private static final QName MESSAGE_ID = new QName(WSA, "MessageID");
    private static final QName RELATES_TO = new QName(WSA, "RelatesTo");
    private static final QName ADDRESS = new QName(WSA, "Address");
    private static final QName ENDPOINT_REFERENCE = new QName(WSA, "EndpointReference");
    private static final QName APP_SEQUENCE = name("AppSequence");

    /** Rules that the draft has under the same last step of their URI. */
    private static final Set<ScopeRule> SAME_RULES = Set.of(ScopeRule.UUID, ScopeRule.LDAP, ScopeRule.STRCMP0);

    private LegacyDiscovery() {}

    /** True if the action is one of this version, whether it is read here or not. */
    public static boolean isFor(Envelope envelope) {
        return header(envelope, ACTION)
                .filter(action -> action.startsWith(WSD + "/"))
                .isPresent();
    }

    public static Optional<String> messageId(Envelope envelope) {
        return header(envelope, MESSAGE_ID);
    }

    public static Optional<String> relatesTo(Envelope envelope) {
        return header(envelope, RELATES_TO);
    }

    /**
     * What a device says of itself.
     *
     * @return empty if it is a question or no message of this version
     * @throws MalformedEnvelopeException if the body is not what the action promises
     */
    public static Optional<DiscoveryMessage> read(Envelope envelope) throws MalformedEnvelopeException {
        String action = header(envelope, ACTION).orElse("");
        DiscoveryMessage message = null;
        if (action.equals(WSD + "/Hello")) {
            message = new Hello(one(envelope, "Hello"), appSequence(envelope));
        } else if (action.equals(WSD + "/Bye")) {
            message = new Bye(one(envelope, "Bye"), appSequence(envelope));
        } else if (action.equals(WSD + "/ProbeMatches")) {
            message = new ProbeMatches(matches(envelope, "Probe"), appSequence(envelope));
        } else if (action.equals(WSD + "/ResolveMatches")) {
            message = new ResolveMatches(matches(envelope, "Resolve").stream().findFirst(), appSequence(envelope));
        }
        return Optional.ofNullable(message);
    }

    /**
     * The Probes that ask the same of devices of this version. One for any type becomes two: some devices answer only to a Probe that
     * names a type, and others are no DPWS devices.
     *
     * @return empty if the draft cannot ask so
     */
    public static List<Probe> translated(Probe probe) {
        Optional<String> rule = ScopeRule.of(probe.matchBy()).flatMap(LegacyDiscovery::uriOf);
        if (rule.isEmpty()) {
            return List.of();
        }
        List<QName> types = new ArrayList<>();
        probe.types().forEach(type -> types.add(type.equals(WsDiscovery.DEVICE_TYPE) ? DEVICE_TYPE : type));
        List<Probe> probes = new ArrayList<>();
        probes.add(new Probe(types, probe.scopes(), rule.get()));
        if (types.isEmpty()) {
            probes.add(new Probe(List.of(DEVICE_TYPE), probe.scopes(), rule.get()));
        }
        return probes;
    }

    /** A multicast envelope for one of {@link #translated}. */
    public static byte[] probe(Probe probe, String messageId) {
        XmlWriter envelope = envelope("/Probe", messageId).start(name("Probe"));
        if (!probe.types().isEmpty()) {
            envelope.start(name("Types")).qnames(probe.types()).end();
        }
        if (!probe.scopes().isEmpty()) {
            envelope.start(name("Scopes"))
                    .attribute("MatchBy", probe.matchBy())
                    .text(String.join(" ", probe.scopes()))
                    .end();
        }
        return envelope.end().end().end().toBytes();
    }

    /** A multicast envelope. */
    public static byte[] resolve(EndpointReference epr, String messageId) {
        return envelope("/Resolve", messageId)
                .start(name("Resolve"))
                .start(ENDPOINT_REFERENCE)
                .element(ADDRESS, epr.address())
                .end()
                .end()
                .end()
                .end()
                .toBytes();
    }

    private static XmlWriter envelope(String action, String messageId) {
        return new XmlWriter()
                .start(Namespaces.S12, "Envelope")
                .start(Namespaces.S12, "Header")
                .element(ACTION, WSD + action)
                .element(MESSAGE_ID, messageId)
                .element(new QName(WSA, "To"), AD_HOC_ADDRESS)
                .start(new QName(WSA, "ReplyTo"))
                .element(ADDRESS, ANONYMOUS)
                .end()
                .end()
                .start(Namespaces.S12, "Body");
    }

    private static Optional<String> uriOf(ScopeRule rule) {
        if (rule == ScopeRule.RFC3986) {
            return Optional.of(WSD + "/rfc2396");
        }
        return SAME_RULES.contains(rule)
                ? Optional.of(WSD + rule.uri().substring(Namespaces.WSD.length()))
                : Optional.empty();
    }

    private static Optional<String> header(Envelope envelope, QName name) {
        return envelope.headerBlock(name)
                .flatMap(HeaderBlock::text)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** Half of these devices count in milliseconds or not at all; what cannot be used says nothing. */
    private static Optional<AppSequence> appSequence(Envelope envelope) {
        Optional<HeaderBlock> block = envelope.headerBlock(APP_SEQUENCE);
        if (block.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AppSequence(
                    XmlReader.unsignedInt(
                            "InstanceId", block.get().attribute("InstanceId").orElse("")),
                    block.get().attribute("SequenceId").map(String::strip),
                    XmlReader.unsignedInt(
                            "MessageNumber",
                            block.get().attribute("MessageNumber").orElse(""))));
        } catch (MalformedEnvelopeException e) {
            return Optional.empty();
        }
    }

    private static DeviceAnnouncement one(Envelope envelope, String element) throws MalformedEnvelopeException {
        try (XmlReader reader = envelope.openBody(name(element))) {
            return announcement(reader);
        }
    }

    private static List<DeviceAnnouncement> matches(Envelope envelope, String what) throws MalformedEnvelopeException {
        List<DeviceAnnouncement> matches = new ArrayList<>();
        try (XmlReader reader = envelope.openBody(name(what + "Matches"))) {
            while (reader.nextChild()) {
                if (reader.is(name(what + "Match"))) {
                    matches.add(announcement(reader));
                } else {
                    reader.skip();
                }
            }
        }
        return matches;
    }

    private static DeviceAnnouncement announcement(XmlReader reader) throws MalformedEnvelopeException {
        String element = reader.name().getLocalPart();
        EndpointReference epr = null;
        List<QName> types = List.of();
        List<String> scopes = List.of();
        List<String> xAddrs = List.of();
        long version = 0;
        while (reader.nextChild()) {
            if (reader.is(ENDPOINT_REFERENCE)) {
                epr = endpointReference(reader);
            } else if (reader.is(name("Types"))) {
                types = reader.qnames();
            } else if (reader.is(name("Scopes"))) {
                scopes = reader.tokens();
            } else if (reader.is(name("XAddrs"))) {
                xAddrs = reader.tokens();
            } else if (reader.is(name("MetadataVersion"))) {
                version = reader.unsignedInt();
            } else {
                reader.skip();
            }
        }
        if (epr == null) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, element + ": has no wsa:EndpointReference");
        }
        return new DeviceAnnouncement(epr, types, scopes, xAddrs, version, DiscoveryVersion.WSD_2005_04);
    }

    private static @Nullable EndpointReference endpointReference(XmlReader reader) throws MalformedEnvelopeException {
        String address = "";
        while (reader.nextChild()) {
            if (reader.is(ADDRESS)) {
                address = reader.token();
            } else {
                reader.skip();
            }
        }
        return address.isEmpty() ? null : EndpointReference.of(address);
    }

    private static QName name(String local) {
        return new QName(WSD, local);
    }
}
