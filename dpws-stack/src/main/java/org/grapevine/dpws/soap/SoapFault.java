package org.grapevine.dpws.soap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;

/**
 * A SOAP 1.2 fault.
 *
 * @param code the outermost code
 * @param subcodes from the outer to the inner, at most {@value #MAX_SUBCODES}
 * @param reason what went wrong, in one English sentence
 * @param detail the elements inside the Detail, each declaring every namespace it needs
 * @param headerBlocks header blocks that belong to the fault (Upgrade, NotUnderstood)
 */
public record SoapFault(
        Code code, List<QName> subcodes, String reason, Optional<String> detail, List<String> headerBlocks) {

    /** Subcodes inside each other; no specification of DPWS uses more than two. */
    public static final int MAX_SUBCODES = 8;

    /** Action of the faults that DPWS itself defines. */
    public static final String DPWS_FAULT_ACTION = Namespaces.DPWS + "/fault";

    /** Action of the faults that WS-Discovery defines. */
    public static final String DISCOVERY_FAULT_ACTION = Namespaces.WSD + "/fault";

    /** Action of the faults that WS-Eventing of the W3C defines. */
    public static final String W3C_EVENTING_FAULT_ACTION = Namespaces.WS_EVT + "/fault";

    /** The fault codes of SOAP 1.2 Part 1, 5.4.6. */
    public enum Code {
        SENDER("Sender"),
        RECEIVER("Receiver"),
        VERSION_MISMATCH("VersionMismatch"),
        MUST_UNDERSTAND("MustUnderstand"),
        DATA_ENCODING_UNKNOWN("DataEncodingUnknown");

        private final String localName;

        Code(String localName) {
            this.localName = localName;
        }

        public QName qname() {
            return new QName(Namespaces.S12, localName, "s12");
        }
    }

    public static final QName FAULT = name("Fault");

    private static final QName CODE = name("Code");
    private static final QName SUBCODE = name("Subcode");
    private static final QName VALUE = name("Value");
    private static final QName REASON = name("Reason");
    private static final QName TEXT = name("Text");
    private static final QName DETAIL = name("Detail");
    private static final QName INVALID_ADDRESSING_HEADER = Wsa.name("InvalidAddressingHeader");

    public SoapFault {
        subcodes = List.copyOf(subcodes);
        headerBlocks = List.copyOf(headerBlocks);
        if (subcodes.size() > MAX_SUBCODES) {
            throw new IllegalArgumentException(
                    "fault subcodes: " + subcodes.size() + " (expected: <= " + MAX_SUBCODES + ")");
        }
    }

    /** A fault that the sender of the message caused, such as a body that is not as described. */
    public static SoapFault sender(String reason, QName... subcodes) {
        return new SoapFault(Code.SENDER, List.of(subcodes), reason, Optional.empty(), List.of());
    }

    /** A fault that has nothing to do with the message's content. */
    public static SoapFault receiver(String reason, QName... subcodes) {
        return new SoapFault(Code.RECEIVER, List.of(subcodes), reason, Optional.empty(), List.of());
    }

    public static SoapFault versionMismatch() {
        XmlWriter upgrade = new XmlWriter().start(name("Upgrade")).start(name("SupportedEnvelope"));
        upgrade.attribute("qname", upgrade.prefixed(name("Envelope"))).end().end();
        return new SoapFault(
                Code.VERSION_MISMATCH,
                List.of(),
                "Only SOAP 1.2 envelopes are understood.",
                Optional.empty(),
                List.of(upgrade.toXml()));
    }

    /**
     * The answer to header blocks that must be understood (SOAP 1.2 Part 1, 5.4.8).
     *
     * @param notUnderstood their names
     */
    public static SoapFault mustUnderstand(Collection<QName> notUnderstood) {
        List<String> blocks = new ArrayList<>();
        for (QName header : notUnderstood) {
            XmlWriter block = new XmlWriter().start(name("NotUnderstood"));
            blocks.add(block.attribute("qname", block.prefixed(header)).end().toXml());
        }
        return new SoapFault(
                Code.MUST_UNDERSTAND,
                List.of(),
                "A header block that must be understood is not.",
                Optional.empty(),
                blocks);
    }

    /** WS-Addressing 1.0 SOAP Binding, 6.4.2. */
    public static SoapFault messageAddressingHeaderRequired(QName header) {
        return sender("A required header block is not there.", Wsa.name("MessageAddressingHeaderRequired"))
                .withDetail(problemHeader(header));
    }

    /**
     * A header block of WS-Addressing that is not as it should be (WS-Addressing 1.0 SOAP Binding, 6.4.1).
     *
     * @param what local name of the inner subcode: InvalidAddress, InvalidEPR, InvalidCardinality, MissingAddressInEPR,
     *     DuplicateMessageID, ActionMismatch and so on
     */
    public static SoapFault invalidAddressingHeader(String what, QName header) {
        return sender("A header block is not valid.", INVALID_ADDRESSING_HEADER, Wsa.name(what))
                .withDetail(problemHeader(header));
    }

    /** The answer to a reply endpoint that the back channel is not (DPWS R0031). */
    public static SoapFault onlyAnonymousAddressSupported(QName header) {
        return invalidAddressingHeader("OnlyAnonymousAddressSupported", header);
    }

    /** WS-Addressing 1.0 SOAP Binding, 6.4.3. */
    public static SoapFault destinationUnreachable(String address) {
        XmlWriter detail = new XmlWriter().element(Wsa.name("ProblemIRI"), address);
        return sender("No route leads to the destination.", Wsa.name("DestinationUnreachable"))
                .withDetail(detail.toXml());
    }

    /** WS-Addressing 1.0 SOAP Binding, 6.4.4. */
    public static SoapFault actionNotSupported(String action) {
        XmlWriter detail = new XmlWriter()
                .start(Wsa.name("ProblemAction"))
                .element(Wsa.ACTION, action)
                .end();
        return sender("The action is not offered here.", Wsa.name("ActionNotSupported"))
                .withDetail(detail.toXml());
    }

    /**
     * WS-Addressing 1.0 SOAP Binding, 6.4.5.
     *
     * @param retryAfterMs when to try again, in ms; at least 0
     */
    public static SoapFault endpointUnavailable(long retryAfterMs) {
        if (retryAfterMs < 0) {
            throw new IllegalArgumentException("retryAfterMs: " + retryAfterMs + " (expected: >= 0)");
        }
        XmlWriter detail = new XmlWriter().element(Wsa.name("RetryAfter"), Long.toString(retryAfterMs));
        return receiver("The endpoint cannot take the message now.", Wsa.name("EndpointUnavailable"))
                .withDetail(detail.toXml());
    }

    /**
     * The answer to a unicast Probe with a matching rule of which the device knows nothing (WS-Discovery 1.1, 5.3).
     *
     * @param supportedRules URIs of the rules that it knows
     */
    public static SoapFault matchingRuleNotSupported(List<String> supportedRules) {
        XmlWriter detail = new XmlWriter()
                .element(new QName(Namespaces.WSD, "SupportedMatchingRules"), String.join(" ", supportedRules));
        return sender(
                        "The matching rule is not supported.",
                        new QName(Namespaces.WSD, "MatchingRuleNotSupported", "wsd"))
                .withDetail(detail.toXml());
    }

    /** The answer to bytes that are no proper envelope, where an answer is due at all. */
    public static SoapFault of(MalformedEnvelopeException problem) {
        return switch (problem.reason()) {
            case WRONG_ENVELOPE_VERSION -> versionMismatch();
            case DUPLICATE_HEADER ->
                problem.header()
                        .map(header -> invalidAddressingHeader("InvalidCardinality", header))
                        .orElseGet(() -> sender(oneLine(problem)));
            case MISSING_ADDRESS ->
                problem.header()
                        .map(header -> invalidAddressingHeader("MissingAddressInEPR", header))
                        .orElseGet(() -> sender(oneLine(problem)));
            default -> sender(oneLine(problem));
        };
    }

    /**
     * The same fault with a detail.
     *
     * @param elements elements for the Detail, each declaring every namespace it needs
     */
    public SoapFault withDetail(String elements) {
        return new SoapFault(code, subcodes, reason, Optional.of(elements), headerBlocks);
    }

    /** Status of the HTTP response that carries the fault (SOAP 1.2 Part 2, 7.5.2.2). */
    public int httpStatus() {
        return code == Code.SENDER ? 400 : 500;
    }

    /** {@code wsa:Action} of the fault: whose subcode it bears decides. */
    public String action() {
        if (subcodes.isEmpty()) {
            return Wsa.SOAP_FAULT_ACTION;
        }
        return switch (subcodes.get(0).getNamespaceURI()) {
            // WS-Eventing of 2004 reuses the action of WS-Addressing.
            case Namespaces.WSA, Namespaces.WSE -> Wsa.FAULT_ACTION;
            case Namespaces.WS_EVT -> W3C_EVENTING_FAULT_ACTION;
            case Namespaces.DPWS -> DPWS_FAULT_ACTION;
            case Namespaces.WSD -> DISCOVERY_FAULT_ACTION;
            default -> Wsa.SOAP_FAULT_ACTION;
        };
    }

    /**
     * The fault as an envelope for the anonymous endpoint.
     *
     * @param messageId id of the fault message
     * @param request id of the message that is answered, if it is known (DPWS R0040)
     */
    public byte[] toEnvelope(String messageId, Optional<String> request) {
        EnvelopeWriter envelope = EnvelopeWriter.forAction(action())
                .messageId(messageId)
                .to(EndpointReference.ANONYMOUS)
                .body(body());
        request.filter(id -> !id.isEmpty()).ifPresent(envelope::relatesTo);
        headerBlocks.forEach(envelope::header);
        return envelope.toBytes();
    }

    public static boolean isFault(Envelope envelope) {
        return envelope.bodyName().filter(FAULT::equals).isPresent();
    }

    /** Reads the fault in the Body; unknown children are ignored, of several reasons the first counts. */
    public static SoapFault read(Envelope envelope) throws MalformedEnvelopeException {
        Code code = null;
        List<QName> subcodes = new ArrayList<>();
        String reason = "";
        StringBuilder detail = new StringBuilder();
        try (XmlReader reader = envelope.openBody(FAULT)) {
            while (reader.nextChild()) {
                if (reader.is(CODE)) {
                    code = readCode(reader, subcodes);
                } else if (reader.is(REASON)) {
                    reason = readReason(reader);
                } else if (reader.is(DETAIL)) {
                    while (reader.nextChild()) {
                        detail.append(reader.standalone());
                    }
                } else {
                    reader.skip();
                }
            }
        }
        if (code == null) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, "Fault: has no Code");
        }
        List<String> headerBlocks = new ArrayList<>();
        for (HeaderBlock block : envelope.headerBlocks()) {
            if (block.name().equals(name("NotUnderstood")) || block.name().equals(name("Upgrade"))) {
                headerBlocks.add(envelope.headerElement(block));
            }
        }
        return new SoapFault(
                code,
                subcodes,
                reason,
                detail.isEmpty() ? Optional.empty() : Optional.of(detail.toString()),
                headerBlocks);
    }

    private byte[] body() {
        XmlWriter fault = new XmlWriter().start(FAULT).start(CODE);
        fault.start(VALUE).qnames(List.of(code.qname())).end();
        for (QName subcode : subcodes) {
            fault.start(SUBCODE).start(VALUE).qnames(List.of(subcode)).end();
        }
        subcodes.forEach(subcode -> fault.end());
        fault.end();
        fault.start(REASON)
                .start(TEXT)
                .attribute(new QName(Namespaces.XML, "lang"), "en")
                .text(reason)
                .end()
                .end();
        detail.ifPresent(elements -> fault.start(DETAIL).raw(elements).end());
        return fault.end().toBytes();
    }

    /** Code or Subcode: a Value and perhaps a Subcode; adds subcodes from the outer to the inner. */
    private static Code readCode(XmlReader reader, List<QName> subcodes) throws MalformedEnvelopeException {
        QName value = readValue(reader, subcodes);
        for (Code code : Code.values()) {
            if (code.qname().equals(value)) {
                return code;
            }
        }
        throw new MalformedEnvelopeException(
                Reason.INVALID_VALUE, "fault code: " + XmlReader.shown(value) + " (expected: a code of SOAP 1.2)");
    }

    private static QName readValue(XmlReader reader, List<QName> subcodes) throws MalformedEnvelopeException {
        QName value = null;
        while (reader.nextChild()) {
            if (reader.is(VALUE)) {
                List<QName> values = reader.qnames();
                value = values.size() == 1 ? values.get(0) : null;
            } else if (reader.is(SUBCODE)) {
                if (subcodes.size() == MAX_SUBCODES) {
                    throw new MalformedEnvelopeException(
                            Reason.LIMIT, "fault: has more than " + MAX_SUBCODES + " subcodes");
                }
                int place = subcodes.size();
                // The place is taken before the inner subcodes are read, so the outer comes first.
                subcodes.add(SUBCODE);
                subcodes.set(place, readValue(reader, subcodes));
            } else {
                reader.skip();
            }
        }
        if (value == null) {
            throw new MalformedEnvelopeException(
                    Reason.MISSING_CONTENT, "fault code: has no Value (expected: one qualified name)");
        }
        return value;
    }

    private static String readReason(XmlReader reader) throws MalformedEnvelopeException {
        String first = null;
        while (reader.nextChild()) {
            if (reader.is(TEXT) && first == null) {
                first = reader.text();
            } else {
                reader.skip();
            }
        }
        return first == null ? "" : first;
    }

    private static String problemHeader(QName header) {
        return new XmlWriter()
                .start(Wsa.name("ProblemHeaderQName"))
                .qnames(List.of(header))
                .end()
                .toXml();
    }

    /** What a stranger wrote may stand in the message; the fault repeats only what XML can hold. */
    private static String oneLine(MalformedEnvelopeException problem) {
        String message = String.valueOf(problem.getMessage());
        StringBuilder legal = new StringBuilder(message.length());
        message.codePoints()
                .filter(c -> c >= 0x20 && (c < 0xD800 || c > 0xDFFF) && c != 0xFFFE && c != 0xFFFF)
                .forEach(legal::appendCodePoint);
        return legal.toString();
    }

    private static QName name(String local) {
        return new QName(Namespaces.S12, local, "s12");
    }
}
