package org.grapevine.dpws.soap;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * Decides whether the header of a received message allows it to be processed. Faults come in the order that DPWS asks for
 * (R2024): VersionMismatch was found by {@link EnvelopeReader} already (see {@link SoapFault#of}), then MustUnderstand, then
 * WS-Addressing. Immutable; for any number of threads.
 */
public final class HeaderCheck {

    /** How the message came, which decides what its header must hold. */
    public enum Exchange {
        /** HTTP POST that is answered by a message. */
        HTTP_REQUEST,
        /** HTTP POST that is answered by 202. */
        HTTP_ONE_WAY,
        /** A datagram; needs an id because it may come twice (SOAP-over-UDP 1.1, 4). */
        UDP
    }

    private final Set<QName> understood;

    /**
     * A check for one kind of node.
     *
     * @param understood header blocks that it processes beside those of WS-Addressing
     */
    public HeaderCheck(Set<QName> understood) {
        this.understood = Set.copyOf(understood);
    }

    /** The fault that the message deserves, if any. */
    public Optional<SoapFault> check(Envelope envelope, Exchange exchange) {
        Set<QName> notUnderstood = new LinkedHashSet<>();
        for (HeaderBlock block : envelope.headerBlocks()) {
            if (block.mustUnderstand() && !isUnderstood(block.name())) {
                notUnderstood.add(block.name());
            }
        }
        if (!notUnderstood.isEmpty()) {
            return Optional.of(SoapFault.mustUnderstand(notUnderstood));
        }
        Optional<SoapFault> tooLong = tooLong(envelope);
        if (tooLong.isPresent()) {
            return tooLong;
        }
        if (isMissing(envelope.action())) {
            return Optional.of(SoapFault.messageAddressingHeaderRequired(Wsa.ACTION));
        }
        if (exchange != Exchange.HTTP_ONE_WAY && isMissing(envelope.messageId())) {
            return Optional.of(SoapFault.messageAddressingHeaderRequired(Wsa.MESSAGE_ID));
        }
        boolean elsewhere = envelope.replyTo().map(epr -> !epr.isAnonymous()).orElse(false);
        if (exchange == Exchange.HTTP_REQUEST && elsewhere) {
            return Optional.of(SoapFault.onlyAnonymousAddressSupported(Wsa.REPLY_TO)); // R0031
        }
        return Optional.empty();
    }

    /**
     * The fault that a message deserves which {@link EnvelopeReader} refused, whatever else is wrong with it: only the version comes
     * before what must be understood.
     */
    public SoapFault check(MalformedEnvelopeException problem, EnvelopeReader.Remains remains) {
        Set<QName> notUnderstood = new LinkedHashSet<>(remains.mustUnderstand());
        notUnderstood.removeIf(this::isUnderstood);
        SoapFault fault = SoapFault.of(problem);
        return notUnderstood.isEmpty() || fault.code() == SoapFault.Code.VERSION_MISMATCH
                ? fault
                : SoapFault.mustUnderstand(notUnderstood);
    }

    /** R0025: larger URIs need not be processed, and whoever sends one is better told. */
    private static Optional<SoapFault> tooLong(Envelope envelope) {
        Map<QName, Optional<String>> uris = new LinkedHashMap<>();
        uris.put(Wsa.TO, envelope.to());
        uris.put(Wsa.ACTION, envelope.action());
        uris.put(Wsa.MESSAGE_ID, envelope.messageId());
        uris.put(Wsa.REPLY_TO, envelope.replyTo().map(EndpointReference::address));
        uris.put(Wsa.FAULT_TO, envelope.faultTo().map(EndpointReference::address));
        for (Map.Entry<QName, Optional<String>> uri : uris.entrySet()) {
            if (uri.getValue().filter(HeaderCheck::isTooLong).isPresent()) {
                return Optional.of(SoapFault.invalidAddressingHeader("InvalidAddress", uri.getKey()));
            }
        }
        return Optional.empty();
    }

    private static boolean isTooLong(String uri) {
        // A character has at most three octets, so most need not be counted.
        return uri.length() > EnvelopeLimits.MAX_URI_SIZE / 3
                && uri.getBytes(StandardCharsets.UTF_8).length > EnvelopeLimits.MAX_URI_SIZE;
    }

    private boolean isUnderstood(QName header) {
        return header.getNamespaceURI().equals(Namespaces.WSA) || understood.contains(header);
    }

    private static boolean isMissing(Optional<String> value) {
        return value.map(String::isEmpty).orElse(true);
    }
}
