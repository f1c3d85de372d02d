package org.grapevine.aggregation.library;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads one document into an {@link Element}. What is not well-formed or over a limit, the stream reader refuses. */
public final class ElementReader {

    private final XMLStreamReader reader;
    private final int maxNames;
    private final Deque<Element> open = new ArrayDeque<>();

    /** The text since the last tag; a hostile one comes in thousands of parts. */
    private final StringBuilder run = new StringBuilder();

    private @Nullable Element root;
    private int named;
    private @Nullable Set<QName> names;

    private ElementReader(XMLStreamReader reader, int maxNames) {
        this.reader = reader;
        this.maxNames = maxNames;
    }

    /**
     * Reads to the end of the document.
     *
     * @param reader at the start of a document; it refuses everything but elements, texts and comments
     * @param maxNames how many different names of elements and attributes it may hold
     */
    public static Element read(XMLStreamReader reader, int maxNames) throws XMLStreamException {
        return new ElementReader(reader, maxNames).document();
    }

    private Element document() throws XMLStreamException {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    endText();
                    start();
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    endText();
                    open.pop();
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        run.append(reader.getText());
                    }
                }
                default -> {
                    // Comments are no part of an answer.
                }
            }
        }
        if (root == null) {
            throw new XMLStreamException("element: none (expected: one)", reader.getLocation());
        }
        return root;
    }

    private void endText() {
        Element around = open.peek();
        if (around != null) {
            around.text(run.toString());
            run.setLength(0);
        }
    }

    private void start() throws XMLStreamException {
        Element element =
                new Element(orEmpty(reader.getPrefix()), orEmpty(reader.getNamespaceURI()), reader.getLocalName());
        int count = reader.getAttributeCount();
        for (int i = 0; i < count; i++) {
            element.attributes()
                    .add(new Element.Attribute(
                            orEmpty(reader.getAttributePrefix(i)),
                            orEmpty(reader.getAttributeNamespace(i)),
                            reader.getAttributeLocalName(i),
                            reader.getAttributeValue(i)));
        }
        Element around = open.peek();
        if (around == null) {
            root = element;
        } else {
            around.with(element);
        }
        open.push(element);
        named += 1 + count;
        if (named > maxNames) {
            requireFewNames(element);
        }
    }

    /** Sets are slow, and most documents have fewer names in all than they may have different ones. */
    private void requireFewNames(Element latest) throws XMLStreamException {
        if (names == null) {
            names = new HashSet<>();
            note(root, names, true);
        } else {
            note(latest, names, false);
        }
        if (names.size() > maxNames) {
            throw new XMLStreamException(
                    "names: over " + maxNames + " different ones (expected: at most " + maxNames + ")",
                    reader.getLocation());
        }
    }

    private static void note(@Nullable Element element, Set<QName> names, boolean inside) {
        if (element == null) {
            return;
        }
        names.add(new QName(element.namespace(), element.local()));
        for (Element.Attribute attribute : element.attributes()) {
            names.add(new QName(attribute.namespace(), attribute.local()));
        }
        if (inside) {
            for (Element child : element.children()) {
                note(child, names, true);
            }
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
