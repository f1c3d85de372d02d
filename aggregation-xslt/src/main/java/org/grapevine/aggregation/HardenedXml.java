package org.grapevine.aggregation;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;
import org.codehaus.stax2.XMLInputFactory2;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * Readers for texts from strangers: Woodstox by name (what else is on the class path does not decide), its limits, and what it
 * does not refuse by itself: a document type, processing instructions, encodings other than UTF-8, long names (docs/references.md, 4).
 * Safe for several threads; a reader is for one.
 */
final class HardenedXml {

    static final int MAX_DEPTH = 64;
    static final int MAX_NAME_CHARACTERS = 256;
    static final int MAX_NAMESPACE_CHARACTERS = 1024;

    private final WstxInputFactory factory = new WstxInputFactory();

    HardenedXml(int maxBytes) {
        factory.configureForSpeed();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(WstxInputProperties.P_CACHE_DTDS, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, MAX_DEPTH);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 64);
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, 8 << 10);
        factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, 32 << 10);
        factory.setProperty(WstxInputProperties.P_MAX_CHILDREN_PER_ELEMENT, 8 << 10);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_COUNT, 32L << 10);
        factory.setProperty(WstxInputProperties.P_MAX_CHARACTERS, (long) maxBytes);
        factory.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, 1);
        factory.setProperty(WstxInputProperties.P_MAX_ENTITY_DEPTH, 1);
        XMLResolver refusing = (publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("external entity (expected: none)");
        };
        factory.setXMLResolver(refusing);
        factory.setProperty(WstxInputProperties.P_DTD_RESOLVER, refusing);
        factory.setProperty(WstxInputProperties.P_ENTITY_RESOLVER, refusing);
        factory.setProperty(WstxInputProperties.P_UNDECLARED_ENTITY_RESOLVER, refusing);
    }

    /** A reader at the start of a document without system id, so that nothing in it has a place to be relative to. */
    XMLStreamReader reader(byte[] text) throws XMLStreamException {
        XMLStreamReader reader =
                factory.createXMLStreamReader(new ByteArrayInputStream(text), StandardCharsets.UTF_8.name());
        String declared = reader.getCharacterEncodingScheme();
        if (declared != null && !declared.equalsIgnoreCase(StandardCharsets.UTF_8.name())) {
            throw new XMLStreamException("encoding: " + declared + " (expected: UTF-8)", reader.getLocation());
        }
        return new Refusing(reader);
    }

    /** What one document may do while it is read; the cause tells what was wrong and where. */
    interface Reading {
        void read(XMLStreamReader reader) throws XMLStreamException;
    }

    /**
     * Opens a reader, hands it over, and says whose text it was if that fails.
     *
     * @param what names the text in the error message
     */
    void read(String what, byte[] text, Reading reading) throws AggregationException {
        try {
            XMLStreamReader reader = reader(text);
            try {
                reading.read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new AggregationException(
                    what + ": " + reason(e) + " (expected: well-formed XML inside the limits)", e);
        }
    }

    private static String reason(XMLStreamException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return Texts.shortened(message);
    }

    private static final class Refusing extends StreamReaderDelegate {

        Refusing(XMLStreamReader reader) {
            super(reader);
        }

        @Override
        public int next() throws XMLStreamException {
            int event = super.next();
            switch (event) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw refused("document type");
                case XMLStreamConstants.PROCESSING_INSTRUCTION -> throw refused("processing instruction");
                case XMLStreamConstants.START_ELEMENT -> requireShortNames();
                default -> {
                    // Everything else is what a document is made of.
                }
            }
            return event;
        }

        private void requireShortNames() throws XMLStreamException {
            requireShort(getNamespaceURI(), getLocalName());
            for (int i = 0; i < getAttributeCount(); i++) {
                requireShort(getAttributeNamespace(i), getAttributeLocalName(i));
            }
            for (int i = 0; i < getNamespaceCount(); i++) {
                String prefix = getNamespacePrefix(i);
                requireShort(getNamespaceURI(i), prefix == null ? "" : prefix);
            }
        }

        private void requireShort(@Nullable String namespace, String name) throws XMLStreamException {
            if (name.length() > MAX_NAME_CHARACTERS
                    || (namespace != null && namespace.length() > MAX_NAMESPACE_CHARACTERS)) {
                throw new XMLStreamException(
                        "name: " + name.length() + " characters (expected: at most " + MAX_NAME_CHARACTERS
                                + ", and a namespace of at most " + MAX_NAMESPACE_CHARACTERS + ")",
                        getLocation());
            }
        }

        private XMLStreamException refused(String construct) {
            return new XMLStreamException(construct + ": present (expected: none)", getLocation());
        }
    }
}
