package org.grapevine.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.grapevine.cli.console.UsageException;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.XmlReader;

/**
 * A file with what goes into a message: the body element, or a whole SOAP 1.2 envelope.
 *
 * @param element name of the body element
 * @param body the body element, which declares every namespace it needs
 * @param envelope the file, if it is an envelope
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to one writer, never compared.
record BodyFile(QName element, byte[] body, Optional<Envelope> envelope) {

    /** Largest file that is read, bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final QName ENVELOPE = new QName(Namespaces.S12, "Envelope");

    /**
     * Reads a file.
     *
     * @throws UsageException naming the file, and the line if there is one
     */
    static BodyFile read(Path file) {
        byte[] bytes = bytes(file);
        QName root = requireXml(file, decoded(file, bytes));
        try {
            if (root.equals(ENVELOPE)) {
                Envelope envelope = new EnvelopeReader(EnvelopeLimits.http(MAX_BYTES)).readWhole(bytes);
                byte[] body = envelope.bodyElement();
                return new BodyFile(envelope.bodyName().orElseThrow(), body, Optional.of(envelope));
            }
            if (root.getLocalPart().equals("Envelope")) {
                throw refused(file, 1, "root", root, "a body element or an Envelope of SOAP 1.2, " + ENVELOPE);
            }
            try (XmlReader reader = XmlReader.ofDocument(bytes, EnvelopeLimits.http(MAX_BYTES))) {
                return new BodyFile(root, reader.standaloneBytes(), Optional.empty());
            }
        } catch (MalformedEnvelopeException e) {
            throw new UsageException(file + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw UsageException.of(file.toString(), "over " + MAX_BYTES + " bytes", "at most " + MAX_BYTES);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new UsageException(file + ": no such file (expected: a readable XML file)", e);
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "a directory" : "cannot be read, " + e.getMessage();
            throw new UsageException(file + ": " + why + " (expected: a readable XML file)", e);
        }
    }

    private static String decoded(Path file, byte[] bytes) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            // A fresh decoder reports broken bytes; String's constructor would replace them.
            String text = StandardCharsets.UTF_8.newDecoder().decode(left).toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < left.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new UsageException(file + ":" + line + ": broken bytes (expected: XML in UTF-8)", e);
        }
    }

    /** The name of the root element. The JDK's reader, because it tells where an error is. */
    private static QName requireXml(Path file, String text) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        QName root = null;
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
            while (reader.hasNext()) {
                int event = reader.next();
                int line = reader.getLocation().getLineNumber();
                if (event == XMLStreamConstants.DTD) {
                    throw refused(file, line, "document type", "present", "none");
                }
                if (event == XMLStreamConstants.PROCESSING_INSTRUCTION) {
                    throw refused(file, line, "processing instruction", reader.getPITarget(), "none");
                }
                if (event == XMLStreamConstants.START_ELEMENT && root == null) {
                    root = reader.getName();
                }
            }
        } catch (XMLStreamException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNumber());
            // The message's first line repeats the place that is said here already.
            String why = String.valueOf(e.getMessage()).replaceAll("(?s).*Message: ", "");
            throw new UsageException(file + ":" + line + ": " + why + " (expected: well-formed XML)", e);
        }
        if (root == null) {
            throw refused(file, 1, "document", "empty", "one element");
        }
        return root;
    }

    private static UsageException refused(Path file, int line, String name, Object value, String expected) {
        return UsageException.of(file + ":" + line + ": " + name, value, expected);
    }
}
