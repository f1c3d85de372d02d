package org.grapevine.dpws.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.grapevine.dpws.soap.Namespaces;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads envelopes by another parser than the stack does, to say what they are. For one thread. */
final class Judge {

    private final DocumentBuilder builder;

    Judge() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            // Names are as long as a datagram lets them be.
            factory.setAttribute("http://www.oracle.com/xml/jaxp/properties/maxXMLNameLimit", "100000");
            this.builder = factory.newDocumentBuilder();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        builder.setErrorHandler(new Silent());
    }

    /** What is wrong is told by the exception alone. */
    private static final class Silent implements ErrorHandler {

        @Override
        public void warning(SAXParseException e) {
            // Of no interest.
        }

        @Override
        public void error(SAXParseException e) throws SAXParseException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
        }
    }

    /** How many datagrams may answer a datagram: 0 unless it is a Probe or Resolve of one generation of discovery. */
    int answersAllowed(byte[] datagram) {
        Document document = parse(datagram);
        if (document == null || !isSoap12(document)) {
            return 0;
        }
        int allowed = 0;
        if (isQuestion(document, Namespaces.WSA, Namespaces.WSD)
                || isQuestion(document, GoldenEnvelopes.WSA_2004, GoldenEnvelopes.WSD_2005)) {
            Element body =
                    child(document.getDocumentElement(), Namespaces.S12, "Body").orElseThrow();
            Optional<Element> question = firstChild(body);
            boolean probe = question.filter(element -> element.getLocalName().equals("Probe"))
                    .isPresent();
            allowed = probe ? FuzzedHost.mostAnswersToProbe() : FuzzedHost.mostAnswersToResolve();
        }
        return allowed;
    }

    private static boolean isQuestion(Document document, String addressing, String discovery) {
        Optional<Element> header = child(document.getDocumentElement(), Namespaces.S12, "Header");
        Optional<Element> body = child(document.getDocumentElement(), Namespaces.S12, "Body");
        if (header.isEmpty() || body.isEmpty()) {
            return false;
        }
        String action = child(header.get(), addressing, "Action")
                .map(Node::getTextContent)
                .orElse("")
                .strip();
        Optional<Element> question = firstChild(body.get());
        return question.filter(element -> discovery.equals(element.getNamespaceURI())
                        && action.equals(discovery + "/" + element.getLocalName())
                        && (element.getLocalName().equals("Probe")
                                || element.getLocalName().equals("Resolve")))
                .isPresent();
    }

    /** The {@code RelatesTo} of an answer that must be SOAP 1.2; fails if it is not. */
    Optional<String> relatesTo(byte[] answer) {
        Document document = parse(answer);
        if (document == null || !isSoap12(document)) {
            throw new AssertionError("the answer is no SOAP 1.2 envelope: " + FuzzInputs.shown(answer));
        }
        Optional<Element> header = child(document.getDocumentElement(), Namespaces.S12, "Header");
        Optional<Element> relation = header.flatMap(blocks -> child(blocks, Namespaces.WSA, "RelatesTo"));
        if (relation.isEmpty()) {
            relation = header.flatMap(blocks -> child(blocks, GoldenEnvelopes.WSA_2004, "RelatesTo"));
        }
        return relation.map(Node::getTextContent);
    }

    private @Nullable Document parse(byte[] bytes) {
        try {
            return builder.parse(new ByteArrayInputStream(bytes));
        } catch (SAXException | IOException e) {
            return null;
        }
    }

    private static boolean isSoap12(Document document) {
        Element root = document.getDocumentElement();
        return Namespaces.S12.equals(root.getNamespaceURI())
                && "Envelope".equals(root.getLocalName())
                && child(root, Namespaces.S12, "Body").isPresent();
    }

    private static Optional<Element> firstChild(Element parent) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }

    private static Optional<Element> child(Element parent, String namespace, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element
                    && namespace.equals(element.getNamespaceURI())
                    && name.equals(element.getLocalName())) {
                return Optional.of(element);
            }
        }
        return Optional.empty();
    }
}
