package org.grapevine.dpws.fuzz;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML as it is written, without any sense of namespaces: prefixes, declarations and texts are characters that a mutation may
 * change to anything, so that what is written need not be well-formed.
 */
final class Markup {

    /** An element or a piece of raw text. */
    sealed interface Node permits Element, Raw {}

    /** Characters as they stand in the document, escaped already or wrong on purpose. */
    record Raw(String text) implements Node {}

    /** An attribute or namespace declaration; its value is raw. */
    record Attribute(String name, String value) {}

    static final class Element implements Node {

        String name;
        final List<Attribute> attributes = new ArrayList<>();
        final List<Node> children = new ArrayList<>();

        Element(String name) {
            this.name = name;
        }

        Element copy() {
            Element copy = new Element(name);
            copy.attributes.addAll(attributes);
            for (Node child : children) {
                copy.children.add(child instanceof Element element ? element.copy() : child);
            }
            return copy;
        }

        /** This element and all below it, in document order. */
        List<Element> all() {
            List<Element> found = new ArrayList<>();
            collect(found);
            return found;
        }

        private void collect(List<Element> found) {
            found.add(this);
            for (Node child : children) {
                if (child instanceof Element element) {
                    element.collect(found);
                }
            }
        }

        /** About how many characters are written for this element. */
        long size() {
            long size = 2L * name.length() + 5;
            for (Attribute attribute : attributes) {
                size += attribute.name().length() + attribute.value().length() + 4;
            }
            for (Node child : children) {
                size += child instanceof Element element
                        ? element.size()
                        : ((Raw) child).text().length();
            }
            return size;
        }

        String prefix() {
            int colon = name.indexOf(':');
            return colon < 0 ? "" : name.substring(0, colon);
        }

        String localName() {
            return name.substring(name.indexOf(':') + 1);
        }

        void write(StringBuilder to, char quote) {
            to.append('<').append(name);
            for (Attribute attribute : attributes) {
                to.append(' ').append(attribute.name()).append('=');
                to.append(quote).append(attribute.value()).append(quote);
            }
            if (children.isEmpty()) {
                to.append("/>");
                return;
            }
            to.append('>');
            for (Node child : children) {
                if (child instanceof Element element) {
                    element.write(to, quote);
                } else if (child instanceof Raw raw) {
                    to.append(raw.text());
                }
            }
            to.append("</").append(name).append('>');
        }
    }

    private Markup() {}

    static Element parse(String xml) {
        WstxInputFactory factory = new WstxInputFactory();
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {
                // Only what may stand in front of the root.
            }
            return element(reader);
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("golden envelope: " + e.getMessage() + " (expected: XML)", e);
        }
    }

    private static Element element(XMLStreamReader reader) throws XMLStreamException {
        Element element = new Element(reader.getLocalName());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attributes.add(
                    new Attribute(reader.getAttributeLocalName(i), escaped(reader.getAttributeValue(i))));
        }
        for (int event = reader.next(); event != XMLStreamConstants.END_ELEMENT; event = reader.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                element.children.add(element(reader));
            } else if (reader.hasText()) {
                element.children.add(new Raw(escaped(reader.getText())));
            }
        }
        return element;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("\"", "&quot;")
                .replace("'", "&apos;");
    }
}
