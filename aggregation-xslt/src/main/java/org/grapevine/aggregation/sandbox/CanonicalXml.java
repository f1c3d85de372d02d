package org.grapevine.aggregation.sandbox;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;

/** Compares answers by what they say: neither prefixes nor the order of attributes count. */
final class CanonicalXml {

    private CanonicalXml() {}

    static boolean same(Optional<Payload> one, Optional<Payload> other) throws AggregationException {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        return form(one.get()).equals(form(other.get()));
    }

    /** A text that is the same for answers that say the same; they were checked before. */
    private static String form(Payload answer) throws AggregationException {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        StringBuilder form = new StringBuilder();
        try {
            XMLStreamReader reader =
                    factory.createXMLStreamReader(new ByteArrayInputStream(SandboxedFunction.bytes("result", answer)));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> start(reader, form);
                    case XMLStreamConstants.END_ELEMENT -> form.append(")");
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                        form.append("'").append(reader.getText()).append("'");
                    default -> {
                        // Comments say nothing.
                    }
                }
            }
            return form.toString();
        } catch (XMLStreamException e) {
            throw new AggregationException("result: " + e.getMessage() + " (expected: one XML element)", e);
        }
    }

    private static void start(XMLStreamReader reader, StringBuilder form) {
        TreeMap<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeName(i).toString(), reader.getAttributeValue(i));
        }
        form.append("(").append(reader.getName()).append(attributes);
    }
}
