package org.grapevine.dpws.hosting;

import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.OutputStream;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.apache.cxf.binding.soap.Soap12;
import org.apache.cxf.binding.soap.SoapFault;
import org.apache.cxf.binding.soap.SoapHeader;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.interceptor.AbstractSoapInterceptor;
import org.apache.cxf.binding.soap.interceptor.ReadHeadersInterceptor;
import org.apache.cxf.binding.soap.interceptor.SoapOutInterceptor;
import org.apache.cxf.headers.Header;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.FaultMode;
import org.apache.cxf.phase.Phase;

/** Interceptors that make CXF keep the rules of DPWS for envelopes and faults. */
final class EnvelopeGuards {

    private static final String NOT_A_REQUEST = "The message is not a request of this service";

    private EnvelopeGuards() {}

    /**
     * Refuses what is not a SOAP 1.2 envelope with a SOAP 1.2 fault (DPWS 1.1 R0034). CXF would take SOAP 1.1 at a SOAP 1.2
     * endpoint, and answer unknown versions in SOAP 1.1.
     */
    static final class OnlySoap12 extends AbstractSoapInterceptor {

        OnlySoap12() {
            super(Phase.READ);
            addBefore(ReadHeadersInterceptor.class.getName());
        }

        @Override
        public void handleMessage(SoapMessage message) {
            XMLStreamReader reader = message.getContent(XMLStreamReader.class);
            if (reader == null) {
                throw new IllegalStateException("a message without an XML reader (expected: one with an envelope)");
            }
            try {
                if (reader.getEventType() != XMLStreamConstants.START_ELEMENT) {
                    reader.nextTag();
                }
            } catch (XMLStreamException e) {
                throw new SoapFault(
                        "The message is not a well-formed SOAP envelope",
                        e,
                        Soap12.getInstance().getSender());
            }
            QName root = reader.getName();
            if (!root.equals(Soap12.getInstance().getEnvelope())) {
                throw new SoapFault(
                        "Envelope " + root + " (expected: "
                                + Soap12.getInstance().getEnvelope() + ")",
                        Soap12.getInstance().getVersionMismatch());
            }
        }
    }

    /**
     * Counts headers as understood that others deal with before a message comes here or after it left: addressing, gossip,
     * discovery. CXF matches by name, these namespaces are ours as a whole.
     */
    static final class HeadersOfTheStack extends AbstractSoapInterceptor {

        private static final Set<String> NAMESPACES = Set.of(
                "http://www.w3.org/2005/08/addressing",
                "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01",
                "urn:org.grapevine:gossip:1");

        HeadersOfTheStack() {
            super(Phase.READ);
            addAfter(ReadHeadersInterceptor.class.getName());
        }

        @Override
        public void handleMessage(SoapMessage message) {
            for (Header header : message.getHeaders()) {
                if (header instanceof SoapHeader soapHeader
                        && NAMESPACES.contains(header.getName().getNamespaceURI())) {
                    soapHeader.setMustUnderstand(false);
                }
            }
        }
    }

    /** Refuses a body that is no operation of the service: CXF calls that a failure of the receiver. */
    static final class OnlyRequestsOfTheService extends AbstractSoapInterceptor {

        OnlyRequestsOfTheService() {
            super(Phase.PRE_INVOKE);
        }

        @Override
        public void handleMessage(SoapMessage message) {
            if (message.getExchange().getBindingOperationInfo() == null) {
                throw new SoapFault(NOT_A_REQUEST, Soap12.getInstance().getSender());
            }
            InMemoryTransport.Call.of(message.getExchange()).understood();
        }
    }

    /** Whose fault it is. CXF blames the receiver also when it stumbles over what it reads. */
    static SoapFault classified(Exception failure, Exchange exchange) {
        Fault fault = failure instanceof Fault known ? known : new Fault(failure);
        SoapFault soapFault = SoapFault.createFault(fault, Soap12.getInstance());
        boolean blamesReceiver =
                soapFault.getFaultCode().equals(Soap12.getInstance().getReceiver());
        return blamesReceiver && !InMemoryTransport.Call.of(exchange).isUnderstood()
                ? new SoapFault(NOT_A_REQUEST, failure, Soap12.getInstance().getSender())
                : soapFault;
    }

    /**
     * Looks at each fault on its way out: notes its code for the caller, and keeps to itself what went wrong inside. What a
     * service says on purpose, by a declared exception, a ServiceFaultException or a SOAPFaultException, goes out as it is.
     */
    static final class DiscreetFaults extends AbstractSoapInterceptor {

        private static final int MAX_REASON = 256;

        DiscreetFaults() {
            super(Phase.SETUP);
        }

        @Override
        public void handleMessage(SoapMessage message) {
            Exception failure = message.getContent(Exception.class);
            SoapFault fault = failure.getCause() instanceof ServiceFaultException own
                    ? inItsWords(own)
                    : classified(failure, message.getExchange());
            QName code = fault.getFaultCode();
            if (failure.getCause() instanceof ServiceFaultException) {
                message.setContent(Exception.class, fault);
            } else if (!isDeliberate(message, failure)) {
                message.setContent(Exception.class, new SoapFault(reason(fault, code), code));
            }
            message.setVersion(Soap12.getInstance());
            startAfresh(message);
            InMemoryTransport.Call.of(message.getExchange()).faulted(code);
        }

        private static SoapFault inItsWords(ServiceFaultException own) {
            Soap12 soap = Soap12.getInstance();
            return new SoapFault(
                    String.valueOf(own.getMessage()), own.blamesSender() ? soap.getSender() : soap.getReceiver());
        }

        /** CXF reuses a response that broke off half-way, with the writer that broke. */
        private static void startAfresh(SoapMessage message) {
            message.removeContent(XMLStreamWriter.class);
            message.removeContent(OutputStream.class);
            message.remove(SoapOutInterceptor.WROTE_ENVELOPE_START);
        }

        private static boolean isDeliberate(SoapMessage message, Exception failure) {
            return message.get(FaultMode.class) == FaultMode.CHECKED_APPLICATION_FAULT
                    || failure.getCause() instanceof SOAPFaultException;
        }

        private static String reason(SoapFault fault, QName code) {
            if (code.equals(Soap12.getInstance().getReceiver())) {
                return "The service failed to process the request";
            }
            String text = String.valueOf(fault.getMessage()).strip();
            return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "...";
        }
    }
}
