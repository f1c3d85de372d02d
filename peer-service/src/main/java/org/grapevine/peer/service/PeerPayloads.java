package org.grapevine.peer.service;

import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.bind.Marshaller;
import java.io.ByteArrayOutputStream;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;

/** The messages of the Peer Service as XML elements, for a client that sends and reads envelopes itself. Any thread. */
final class PeerPayloads {

    private static final JAXBContext CONTEXT = context();

    private PeerPayloads() {}

    private static JAXBContext context() {
        try {
            return JAXBContext.newInstance(
                    GetPeers.class,
                    GetPeersResponse.class,
                    ExchangeView.class,
                    ExchangeViewResponse.class,
                    GetStatus.class,
                    GetStatusResponse.class);
        } catch (JAXBException e) {
            throw new IllegalStateException("the messages of the Peer Service do not fit JAXB", e);
        }
    }

    static byte[] write(Object message) {
        try {
            Marshaller marshaller = CONTEXT.createMarshaller();
            marshaller.setProperty(Marshaller.JAXB_FRAGMENT, true);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            marshaller.marshal(message, bytes);
            return bytes.toByteArray();
        } catch (JAXBException e) {
            throw new IllegalStateException(message.getClass().getSimpleName() + " cannot be written", e);
        }
    }

    /** @throws IllegalArgumentException if the body is something else */
    static <T> T read(Envelope answer, Class<T> type) {
        String expected = "p:" + type.getSimpleName() + " of " + Peers1.NAMESPACE;
        try {
            boolean named = answer.bodyName()
                    .filter(name -> name.getNamespaceURI().equals(Peers1.NAMESPACE)
                            && name.getLocalPart().equals(type.getSimpleName()))
                    .isPresent();
            if (!named) {
                throw Lexical.refused(
                        "Body", answer.bodyName().map(Object::toString).orElse("empty"), expected);
            }
            return CONTEXT.createUnmarshaller()
                    .unmarshal(EnvelopeReader.bodyReader(answer), type)
                    .getValue();
        } catch (MalformedEnvelopeException | JAXBException e) {
            throw new IllegalArgumentException("Body: " + e.getMessage() + " (expected: " + expected + ")", e);
        }
    }
}
