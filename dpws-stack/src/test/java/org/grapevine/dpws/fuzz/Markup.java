package org.grapevine.dpws.fuzz;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

    // Nothing here calls itself on what was mutated: elements are nested by the ten thousand, deeper than a stack.

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
            Element whole = shell();
            Deque<Element[]> open = new ArrayDeque<>();
            open.push(new Element[] {this, whole});
            while (!open.isEmpty()) {
                Element[] both = open.pop();
                for (Node child : both[0].children) {
                    if (child instanceof Element element) {
                        Element inner = element.shell();
                        both[1].children.add(inner);
                        open.push(new Element[] {element, inner});
                    } else {
                        both[1].children.add(child);
                    }
                }
            }
            return whole;
        }

        private Element shell() {
            Element shell = new Element(name);
            shell.attributes.addAll(attributes);
            return shell;
        }

        /** This element and all below it, in document order. */
        List<Element> all() {
            List<Element> found = new ArrayList<>();
            Deque<Element> open = new ArrayDeque<>();
            open.push(this);
            while (!open.isEmpty()) {
                Element next = open.pop();
                found.add(next);
                for (int i = next.children.size() - 1; i >= 0; i--) {
                    if (next.children.get(i) instanceof Element element) {
                        open.push(element);
                    }
                }
            }
            return found;
        }

        /** About how many characters are written for this element. */
        long size() {
            long size = 0;
            for (Element element : all()) {
                size += 2L * element.name.length() + 5;
                for (Attribute attribute : element.attributes) {
                    size += attribute.name().length() + attribute.value().length() + 4;
                }
                for (Node child : element.children) {
                    size += child instanceof Raw raw ? raw.text().length() : 0;
                }
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
            Deque<Object> rest = new ArrayDeque<>(); // elements and raw texts to be written, and end tags
            rest.push(this);
            while (!rest.isEmpty()) {
                Object next = rest.pop();
                if (next instanceof Raw raw) {
                    to.append(raw.text());
                } else if (next instanceof Element element) {
                    element.writeStart(to, quote);
                    if (!element.children.isEmpty()) {
                        rest.push("</" + element.name + '>');
                        for (int i = element.children.size() - 1; i >= 0; i--) {
                            rest.push(element.children.get(i));
                        }
                    }
                } else {
                    to.append(next);
                }
            }
        }

        private void writeStart(StringBuilder to, char quote) {
            to.append('<').append(name);
            for (Attribute attribute : attributes) {
                to.append(' ').append(attribute.name()).append('=');
                to.append(quote).append(attribute.value()).append(quote);
            }
            to.append(children.isEmpty() ? "/>" : ">");
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
