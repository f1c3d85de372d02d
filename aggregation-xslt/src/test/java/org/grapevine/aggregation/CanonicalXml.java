package org.grapevine.aggregation;

import java.io.StringReader;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What an XML text says, without how it says it: names with namespaces and no prefixes, attributes sorted. */
final class CanonicalXml {

    private CanonicalXml() {}

    static String of(String xml) {
        StringBuilder canonical = new StringBuilder();
        try {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> start(reader, canonical);
                    case XMLStreamConstants.END_ELEMENT -> canonical.append("</>");
                    case XMLStreamConstants.CHARACTERS -> canonical.append(reader.getText());
                    default -> canonical.append("");
                }
            }
        } catch (XMLStreamException e) {
            throw new AssertionError(xml, e);
        }
        return canonical.toString();
    }

    private static void start(XMLStreamReader reader, StringBuilder canonical) {
        TreeSet<String> attributes = new TreeSet<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.add(reader.getAttributeName(i) + "='" + reader.getAttributeValue(i) + "'");
        }
        canonical.append('<').append(reader.getName());
        attributes.forEach(each -> canonical.append(' ').append(each));
        canonical.append('>');
    }
}
