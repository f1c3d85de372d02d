package org.grapevine.dpws.hosting;

import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Attachment;

/**
 * What came of a call of {@link ServiceEndpoint#invoke}.
 *
 * @param envelope the SOAP 1.2 envelope to answer with, in UTF-8; empty after a one-way message that went well
 * @param faultCode code of the fault that the envelope carries (SOAP 1.2 Part 1, 5.4.6), empty when it carries none. After
 *     a one-way message a fault is for the caller to know, the sender waits for none.
 * @param attachments what the envelope includes; only from services that send by MTOM
 */
public record InvocationReply(Optional<byte[]> envelope, Optional<QName> faultCode, List<Attachment> attachments) {

    public InvocationReply {
        attachments = List.copyOf(attachments);
    }

    InvocationReply(Optional<byte[]> envelope, Optional<QName> faultCode) {
        this(envelope, faultCode, List.of());
    }

    public boolean isFault() {
        return faultCode.isPresent();
    }

    /** The HTTP status that goes with it: SOAP 1.2 Part 2, table 20, and DPWS 1.1 R0030 for one-way messages. */
    public int httpStatus() {
        return faultCode
                .map(code -> code.getLocalPart().equals("Sender") ? 400 : 500)
                .orElse(envelope.isPresent() ? 200 : 202);
    }

    @Override
    public String toString() {
        return "InvocationReply[" + faultCode.map(QName::getLocalPart).orElse("no fault") + ", "
                + envelope.map(bytes -> bytes.length + " bytes").orElse("empty") + "]";
    }
}
