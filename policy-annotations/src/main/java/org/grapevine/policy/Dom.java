package org.grapevine.policy;

import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The few questions that this package asks of a DOM tree, without the nulls that the DOM answers with. */
final class Dom {

    private Dom() {}

    static List<Element> children(Node parent) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    static List<Element> children(Node parent, String namespace, String localName) {
        return children(parent).stream()
                .filter(child -> is(child, namespace, localName))
                .toList();
    }

    /** The element and everything below it, in document order. The reader bounds the depth. */
    static List<Element> withDescendants(Element element) {
        List<Element> found = new ArrayList<>();
        found.add(element);
        for (Element child : children(element)) {
            found.addAll(withDescendants(child));
        }
        return found;
    }

    static boolean is(Element element, String namespace, String localName) {
        return namespace(element).equals(namespace) && localName(element).equals(localName);
    }

    static String namespace(Node node) {
        String namespace = node.getNamespaceURI();
        return namespace == null ? XMLConstants.NULL_NS_URI : namespace;
    }

    /** A node that was made without regard to namespaces has a node name only. */
    static String localName(Node node) {
        String localName = node.getLocalName();
        return localName == null ? node.getNodeName() : localName;
    }

    static QName name(Element element) {
        return new QName(namespace(element), localName(element));
    }

    /** Resolves a prefixed name in an attribute or text by the declarations around the element. */
    static QName resolve(Element scope, String prefixedName, String setting) {
        int colon = prefixedName.indexOf(':');
        String prefix = colon < 0 ? XMLConstants.DEFAULT_NS_PREFIX : prefixedName.substring(0, colon);
        String localName = prefixedName.substring(colon + 1);
        if (localName.isEmpty() || localName.indexOf(':') >= 0 || colon == 0) {
            throw new PolicyException(setting, prefixedName, "a name such as tns:Tariff");
        }
        String namespace = lookUp(scope, prefix);
        if (namespace == null) {
            if (colon >= 0) {
                throw new PolicyException(setting, prefixedName, "a name whose prefix is declared");
            }
            namespace = XMLConstants.NULL_NS_URI;
        }
        return new QName(namespace, localName, prefix);
    }

    /** Node.lookupNamespaceURI trusts the elements' own prefixes; only declarations are what a reader of the text sees. */
    private static @Nullable String lookUp(Element scope, String prefix) {
        String declaration = prefix.isEmpty() ? XMLConstants.XMLNS_ATTRIBUTE : prefix;
        for (Node node = scope; node instanceof Element element; node = node.getParentNode()) {
            if (element.hasAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, declaration)) {
                return element.getAttributeNS(XMLConstants.XMLNS_ATTRIBUTE_NS_URI, declaration);
            }
        }
        return null;
    }
}
