package org.grapevine.cli.client;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stax.StAXSource;
import javax.xml.transform.stream.StreamResult;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;

/** XML with line breaks and indentation, for people only: white space is not kept as it was. */
final class PrettyXml {

    private static final Pattern DECLARATION = Pattern.compile(" xmlns:([^=\\s]+)=(\"[^\"]*\"|'[^']*')");

    private PrettyXml() {}

    /** The body element of an envelope. */
    static String of(Envelope envelope) throws MalformedEnvelopeException {
        // Not openBody: the declarations of the envelope are not seen by whoever starts in the middle.
        return of(envelope.bodyElement());
    }

    /** One element that declares every namespace it needs, in UTF-8. */
    static String of(byte[] element) throws MalformedEnvelopeException {
        StringWriter text = new StringWriter();
        try (XmlReader body = XmlReader.ofFragment(new String(element, StandardCharsets.UTF_8))) {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.INDENT, "yes");
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.setOutputProperty("{http://xml.apache.org/xslt}indent-amount", "2");
            transformer.transform(new StAXSource(body.stax()), new StreamResult(text));
        } catch (TransformerException e) {
            // The element was read before, so its text is well-formed.
            throw new IllegalStateException("the JDK cannot write an element", e);
        }
        return withoutUnused(text.toString())
                .lines()
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n"));
    }

    /** Elements as they are, without the declarations of the first one that nothing uses. */
    static String brief(String elements) {
        return withoutUnused(elements);
    }

    /** The element declares all that the envelope around it did; what it has no use for tells people nothing. */
    private static String withoutUnused(String xml) {
        int end = Math.max(0, xml.indexOf('>'));
        String start = xml.substring(0, end);
        Matcher declarations = DECLARATION.matcher(start);
        while (declarations.find()) {
            if (!xml.replace(declarations.group(), "").contains(declarations.group(1) + ":")) {
                start = start.replace(declarations.group(), "");
            }
        }
        return start + xml.substring(end);
    }
}
