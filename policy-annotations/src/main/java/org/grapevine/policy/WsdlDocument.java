package org.grapevine.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * A WSDL as a DOM tree that still knows its name and, if it was read here, the line of each element. The tree is the caller's
 * to change; like every DOM tree it is for one thread at a time.
 *
 * <p>The reader is for texts from strangers: no document type, nothing fetched, at most {@value #MAX_BYTES} bytes,
 * {@value #MAX_DEPTH} levels and {@value #MAX_NODES} nodes.
 */
public final class WsdlDocument {

    /** Largest text that is read, bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /** Elements inside each other. */
    public static final int MAX_DEPTH = 64;

    /** Elements, attributes, declarations and pieces of text: what a small text can make many of. */
    public static final int MAX_NODES = 100_000;

    private static final String LINE = "org.grapevine.policy.line";

    private final Document document;
    private final String name;

    private WsdlDocument(Document document, String name) {
        this.document = document;
        this.name = name;
    }

    /**
     * Takes a tree that somebody else has made; errors in it are reported without lines.
     *
     * @param name file or URL, for error messages
     */
    public static WsdlDocument of(Document document, String name) {
        return new WsdlDocument(document, name);
    }

    /**
     * Reads the whole stream and leaves it open.
     *
     * @throws PolicyException if the text is not a well-formed WSDL inside the limits
     * @throws IOException if the stream fails
     */
    public static WsdlDocument read(InputStream in, String name) throws IOException {
        return read(in.readNBytes(MAX_BYTES + 1), name);
    }

    /**
     * Reads a text.
     *
     * @param name file or URL, for error messages
     * @throws PolicyException if it is not a well-formed WSDL inside the limits
     */
    public static WsdlDocument read(byte[] text, String name) {
        if (text.length > MAX_BYTES) {
            throw new PolicyException("size", "over " + MAX_BYTES + " bytes", "at most " + MAX_BYTES + " bytes")
                    .at(name, PolicyException.UNKNOWN_LINE);
        }
        WsdlDocument wsdl = new WsdlDocument(new Reading(name).read(text), name);
        Element root = wsdl.document.getDocumentElement();
        if (!Dom.is(root, Names.WSDL, "definitions")) {
            throw new PolicyException("root", Dom.name(root).toString(), "definitions of " + Names.WSDL)
                    .at(name, wsdl.line(root));
        }
        return wsdl;
    }

    public Document document() {
        return document;
    }

    /** File or URL of the text. */
    public String name() {
        return name;
    }

    /** Writes the tree as UTF-8. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
            transformer.transform(new DOMSource(document), new StreamResult(out));
        } catch (TransformerException e) {
            throw new IllegalStateException("the JDK cannot write " + name, e);
        }
        return out.toByteArray();
    }

    /** Line where the element's start tag ends, from 1; {@link PolicyException#UNKNOWN_LINE} if it was not read here. */
    int line(Element element) {
        return element.getUserData(LINE) instanceof Integer line ? line : PolicyException.UNKNOWN_LINE;
    }

    /** One pass over one text. */
    private static final class Reading {

        private final String name;
        private final Document document = newDocument();
        private Node parent = document;
        private int depth;
        private int nodes;

        Reading(String name) {
            this.name = name;
        }

        // The JDK's reader answers some broken texts with unchecked exceptions of its own making.
        Document read(byte[] text) {
            XMLStreamReader reader = null;
            try {
                reader = readers().createXMLStreamReader(new StringReader(decoded(text)));
                requireKnownEncoding(reader);
                while (reader.hasNext()) {
                    take(reader, reader.next());
                }
                return document;
            } catch (PolicyException e) {
                throw e;
            } catch (XMLStreamException e) {
                int line = e.getLocation() == null
                        ? PolicyException.UNKNOWN_LINE
                        : Math.max(PolicyException.UNKNOWN_LINE, e.getLocation().getLineNumber());
                throw notXml(e).at(name, line);
            } catch (RuntimeException e) {
                throw notXml(e).at(name, line(reader));
            }
        }

        /** Decoded here, because the JDK's reader prints what it thinks of a broken byte on the error stream. */
        private String decoded(byte[] text) {
            Charset charset = startsWith(text, 0xfe, 0xff) || startsWith(text, 0xff, 0xfe)
                    ? StandardCharsets.UTF_16
                    : StandardCharsets.UTF_8;
            ByteBuffer bytes = ByteBuffer.wrap(text);
            try {
                // A fresh decoder reports broken bytes; String's constructor would replace them.
                String decoded = charset.newDecoder().decode(bytes).toString();
                return decoded.startsWith("\ufeff") ? decoded.substring(1) : decoded;
            } catch (CharacterCodingException e) {
                int line = 1;
                for (int i = 0; i < bytes.position(); i++) {
                    line += text[i] == '\n' ? 1 : 0;
                }
                throw new PolicyException("text", "broken bytes", "text in " + charset, e).at(name, line);
            }
        }

        private static boolean startsWith(byte[] text, int first, int second) {
            return text.length >= 2 && (text[0] & 0xff) == first && (text[1] & 0xff) == second;
        }

        private void requireKnownEncoding(XMLStreamReader reader) {
            String declared = reader.getCharacterEncodingScheme();
            if (declared != null && !declared.equalsIgnoreCase("UTF-8") && !declared.equalsIgnoreCase("UTF-16")) {
                throw new PolicyException("encoding", declared, "UTF-8 or UTF-16").at(name, 1);
            }
        }

        private void take(XMLStreamReader reader, int event) {
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> start(reader);
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    parent = parent.getParentNode();
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (depth > 0) {
                        count(reader, 1);
                        parent.appendChild(document.createTextNode(reader.getText()));
                    }
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new PolicyException("document type", "present", "none").at(name, line(reader));
                default -> {
                    // Comments and processing instructions say nothing to a reader of a WSDL.
                }
            }
        }

        private void start(XMLStreamReader reader) {
            if (++depth > MAX_DEPTH) {
                throw new PolicyException("depth", "over " + MAX_DEPTH, "at most " + MAX_DEPTH).at(name, line(reader));
            }
            count(reader, 1 + reader.getNamespaceCount() + reader.getAttributeCount());
            Element element = document.createElementNS(
                    emptyToNull(reader.getNamespaceURI()), qualified(reader.getPrefix(), reader.getLocalName()));
            for (int i = 0; i < reader.getNamespaceCount(); i++) {
                String prefix = reader.getNamespacePrefix(i);
                String uri = reader.getNamespaceURI(i);
                element.setAttributeNS(
                        XMLConstants.XMLNS_ATTRIBUTE_NS_URI,
                        prefix == null || prefix.isEmpty()
                                ? XMLConstants.XMLNS_ATTRIBUTE
                                : XMLConstants.XMLNS_ATTRIBUTE + ":" + prefix,
                        uri == null ? "" : uri);
            }
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                element.setAttributeNS(
                        emptyToNull(reader.getAttributeNamespace(i)),
                        qualified(reader.getAttributePrefix(i), reader.getAttributeLocalName(i)),
                        reader.getAttributeValue(i));
            }
            element.setUserData(LINE, line(reader), null);
            parent.appendChild(element);
            parent = element;
        }

        private void count(XMLStreamReader reader, int more) {
            nodes += more;
            if (nodes > MAX_NODES) {
                throw new PolicyException("nodes", "over " + MAX_NODES, "at most " + MAX_NODES).at(name, line(reader));
            }
        }

        private static int line(@Nullable XMLStreamReader reader) {
            return reader == null
                    ? PolicyException.UNKNOWN_LINE
                    : Math.max(
                            PolicyException.UNKNOWN_LINE, reader.getLocation().getLineNumber());
        }

        private static PolicyException notXml(Exception e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new PolicyException("text", reason.replaceAll("\\s+", " "), "well-formed XML", e);
        }

        private static @Nullable String emptyToNull(@Nullable String text) {
            return text == null || text.isEmpty() ? null : text;
        }

        private static String qualified(@Nullable String prefix, String localName) {
            return prefix == null || prefix.isEmpty() ? localName : prefix + ":" + localName;
        }

        /** The JDK's own reader by name: what else is on the class path does not decide how hostile texts are read. */
        private static XMLInputFactory readers() {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
                throw new XMLStreamException("external entity refused");
            });
            return factory;
        }

        private static Document newDocument() {
            try {
                return DocumentBuilderFactory.newDefaultNSInstance()
                        .newDocumentBuilder()
                        .newDocument();
            } catch (ParserConfigurationException e) {
                throw new IllegalStateException("the JDK has no DOM", e);
            }
        }
    }
}
