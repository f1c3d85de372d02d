package org.grapevine.aggregation;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import net.sf.saxon.s9api.BuildingStreamWriter;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.XdmNode;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * The input of a stylesheet. Each answer is read on its own and copied event by event, so that no answer can close the element
 * that it stands in, or hide another one.
 */
final class MergeDocument {

    static final String NAMESPACE = "urn:org.grapevine:aggregation:1";

    /** Distinct names in one input: Saxon never forgets a name, so no single answer may bring many. */
    static final int MAX_NAMES = 1000;

    private static final String PREFIX = "a";

    private final HardenedXml xml;
    private final Inputs inputs;
    private final Set<QName> names = new HashSet<>();

    MergeDocument(HardenedXml xml, AggregationLimits limits) {
        this.xml = xml;
        this.inputs = new Inputs(limits);
    }

    /** The names that went into the document. */
    Set<QName> names() {
        return names;
    }

    /** How many inputs went into the document. */
    int documents() {
        return inputs.documents();
    }

    /** Builds {@code a:Merge} of this device's own answer and the partials. */
    XdmNode merge(LockedSaxon saxon, Optional<Payload> own, List<Partial> partials) throws AggregationException {
        try {
            BuildingStreamWriter writer = saxon.newTree();
            writer.writeStartDocument();
            writer.writeStartElement(PREFIX, "Merge", NAMESPACE);
            writer.writeNamespace(PREFIX, NAMESPACE);
            if (own.isPresent()) {
                writer.writeStartElement(PREFIX, "Own", NAMESPACE);
                copy("own answer", own.get(), writer);
                writer.writeEndElement();
            }
            for (int i = 0; i < partials.size(); i++) {
                Partial partial = partials.get(i);
                writer.writeStartElement(PREFIX, "Partial", NAMESPACE);
                writer.writeAttribute("contributors", Integer.toString(partial.contributors()));
                copy(Inputs.partial(i, partials.size()), partial.payload(), writer);
                writer.writeEndElement();
            }
            return finished(writer);
        } catch (XMLStreamException | SaxonApiException e) {
            throw unbuildable(e);
        }
    }

    /** Builds the document of one partial. */
    XdmNode single(LockedSaxon saxon, Payload partial) throws AggregationException {
        try {
            BuildingStreamWriter writer = saxon.newTree();
            writer.writeStartDocument();
            copy("partial", partial, writer);
            return finished(writer);
        } catch (XMLStreamException | SaxonApiException e) {
            throw unbuildable(e);
        }
    }

    /** Reads an answer without building anything of it: is it what the next device would take? */
    void check(String what, Payload payload) throws AggregationException {
        xml.read(what, inputs.text(what, payload), reader -> pass(reader, null));
    }

    private static XdmNode finished(BuildingStreamWriter writer) throws XMLStreamException, SaxonApiException {
        writer.writeEndDocument();
        writer.close();
        return writer.getDocumentNode();
    }

    private static AggregationException unbuildable(Exception e) {
        return new AggregationException("input: " + Texts.shortened(String.valueOf(e.getMessage())), e);
    }

    private void copy(String what, Payload payload, XMLStreamWriter writer) throws AggregationException {
        xml.read(what, inputs.text(what, payload), reader -> pass(reader, writer));
    }

    private void pass(XMLStreamReader reader, @Nullable XMLStreamWriter writer) throws XMLStreamException {
        int depth = 0;
        Set<QName> own = new HashSet<>();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    note(reader, own);
                    if (writer != null) {
                        start(reader, writer);
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    if (writer != null) {
                        writer.writeEndElement();
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (writer != null && depth > 0) {
                        writer.writeCharacters(reader.getText());
                    }
                }
                default -> {
                    // Comments are no part of an answer; what else there is, the reader refuses.
                }
            }
        }
    }

    private void note(XMLStreamReader reader, Set<QName> own) throws XMLStreamException {
        own.add(reader.getName());
        names.add(reader.getName());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            own.add(reader.getAttributeName(i));
            names.add(reader.getAttributeName(i));
        }
        if (own.size() > MAX_NAMES) {
            throw new XMLStreamException(
                    "names: over " + MAX_NAMES + " different ones (expected: at most " + MAX_NAMES + ")",
                    reader.getLocation());
        }
    }

    private static void start(XMLStreamReader reader, XMLStreamWriter writer) throws XMLStreamException {
        writer.writeStartElement(orEmpty(reader.getPrefix()), reader.getLocalName(), orEmpty(reader.getNamespaceURI()));
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String prefix = orEmpty(reader.getNamespacePrefix(i));
            String namespace = orEmpty(reader.getNamespaceURI(i));
            if (prefix.isEmpty()) {
                writer.writeDefaultNamespace(namespace);
            } else {
                writer.writeNamespace(prefix, namespace);
            }
        }
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            writer.writeAttribute(
                    orEmpty(reader.getAttributePrefix(i)),
                    orEmpty(reader.getAttributeNamespace(i)),
                    reader.getAttributeLocalName(i),
                    reader.getAttributeValue(i));
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
