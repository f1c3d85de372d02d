package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.grapevine.dpws.soap.Namespaces;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** What was sent, read by the JDK's own reader, so that no code of the stack judges itself. */
final class Xml {

    private static final Map<String, String> PREFIXES = Map.of(
            Namespaces.S12,
            "s",
            Namespaces.WSA,
            "a",
            Namespaces.WSD,
            "d",
            Namespaces.DPWS,
            "p",
            Namespaces.WSX,
            "x",
            Namespaces.WSE,
            "e",
            Namespaces.WSDL,
            "w");

    private Xml() {}

    static Element parse(byte[] document) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        Document parsed = factory.newDocumentBuilder().parse(new ByteArrayInputStream(document));
        return parsed.getDocumentElement();
    }

    static Element parse(String document) throws Exception {
        return parse(document.getBytes(UTF_8));
    }

    static List<Element> children(Node parent) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    static List<Element> children(Node parent, String namespace, String name) {
        return children(parent).stream()
                .filter(child -> namespace.equals(child.getNamespaceURI()) && name.equals(child.getLocalName()))
                .toList();
    }

    static Element child(Node parent, String namespace, String name) {
        List<Element> found = children(parent, namespace, name);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + name + " in " + shape((Element) parent));
        }
        return found.get(0);
    }

    /** The one element in the Body. */
    static Element body(byte[] envelope) throws Exception {
        return children(child(parse(envelope), Namespaces.S12, "Body")).get(0);
    }

    /** The names of the header blocks, in alphabetical order, each with its prefix. */
    static Set<String> headers(byte[] envelope) throws Exception {
        Set<String> names = new TreeSet<>();
        children(child(parse(envelope), Namespaces.S12, "Header")).forEach(block -> names.add(name(block)));
        return names;
    }

    static String header(byte[] envelope, String namespace, String name) throws Exception {
        return child(child(parse(envelope), Namespaces.S12, "Header"), namespace, name)
                .getTextContent();
    }

    /** The tree of an element's names: {@code d:Resolve(a:EndpointReference(a:Address))}. */
    static String shape(Element element) {
        List<String> children = children(element).stream().map(Xml::shape).toList();
        return name(element) + (children.isEmpty() ? "" : "(" + String.join(" ", children) + ")");
    }

    private static String name(Element element) {
        String namespace = String.valueOf(element.getNamespaceURI());
        return PREFIXES.getOrDefault(namespace, "{" + namespace + "}") + ":" + element.getLocalName();
    }

    /** All namespaces that elements and attributes are in. */
    static Set<String> namespaces(Element element) {
        Set<String> found = new TreeSet<>();
        collect(element, found);
        return found;
    }

    private static void collect(Element element, Set<String> found) {
        found.add(String.valueOf(element.getNamespaceURI()));
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            if (attribute.getNamespaceURI() != null && !attribute.getName().startsWith("xmlns")) {
                found.add(attribute.getNamespaceURI());
            }
        }
        children(element).forEach(child -> collect(child, found));
    }
}
