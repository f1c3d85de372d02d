package org.grapevine.cluster.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.transform.Source;
import org.grapevine.dpws.hosting.WsdlService;
import org.grapevine.policy.WsdlDocument;

/**
 * What a device of a soak tells all others.
 *
 * @param origin number of the device that published it
 * @param number of the message, counted for each origin from 0
 * @param sentMicros when it was handed to the shadow of its origin, µs since the epoch
 */
record SoakMessage(int origin, int number, long sentMicros) {

    private static final String NAMESPACE = "urn:org.grapevine:soak:1";
    private static final QName PORT_TYPE = new QName(NAMESPACE, "Soak");
    private static final XMLInputFactory READERS = readers();

    /** What a service does with a message. */
    interface Taker {
        void take(SoakMessage message);
    }

    private static XMLInputFactory readers() {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    /**
     * A hosted service that takes messages. It is one from a WSDL, since a service from a Java interface costs many times as much for
     * each message as all of gossip, and a soak is about gossip.
     */
    static WsdlService service(Taker taker) throws IOException {
        try (InputStream in = SoakMessage.class.getResourceAsStream("soak.wsdl")) {
            if (in == null) {
                throw new IOException("soak.wsdl: is not beside the classes (expected: there)");
            }
            return new WsdlService(WsdlDocument.read(in, "soak.wsdl"), PORT_TYPE, body -> {
                taker.take(read(body));
                return null;
            });
        }
    }

    private static SoakMessage read(Source body) {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(body);
            try {
                reader.nextTag();
                return new SoakMessage(
                        Integer.parseInt(reader.getAttributeValue(null, "origin")),
                        Integer.parseInt(reader.getAttributeValue(null, "number")),
                        Long.parseLong(reader.getAttributeValue(null, "sent")));
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException(
                    "tell: is no XML (expected: an element with origin, number and sent)", e);
        }
    }

    /** The body of about that many bytes. */
    byte[] body(int bytes) {
        String open = String.format(
                Locale.ROOT,
                "<s:tell xmlns:s=\"%s\" origin=\"%d\" number=\"%d\" sent=\"%d\">",
                NAMESPACE,
                origin,
                number,
                sentMicros);
        String close = "</s:tell>";
        return (open + "x".repeat(Math.max(0, bytes - open.length() - close.length())) + close).getBytes(UTF_8);
    }
}
