package org.grapevine.dpws.soap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * Writes elements as compact XML, the same bytes for the same calls. Namespaces are declared where they are first needed,
 * under the prefix of {@link Namespaces} or else {@code ns0}, {@code ns1} and so on; the default namespace is never used, so
 * that what is written can be put anywhere. For one thread.
 *
 * <p>Text with characters that XML cannot hold is refused by {@link IllegalArgumentException}.
 */
public final class XmlWriter {

    /** Names of prefixes, but for those that this class makes and those that XML keeps for itself. */
    private static final Pattern OWN_PREFIX = Pattern.compile("(?!ns|[xX][mM][lL])[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private final StringBuilder text = new StringBuilder(512);
    private final List<Open> open = new ArrayList<>();
    private boolean inStartTag;

    /** An element without its end tag so far; {@code prefixes} are its own declarations, from namespace to prefix. */
    private record Open(String qualifiedName, Map<String, String> prefixes) {}

    public XmlWriter start(String namespace, String localName) {
        return start(new QName(namespace, localName));
    }

    public XmlWriter start(QName name) {
        closeStartTag();
        Map<String, String> own = new LinkedHashMap<>();
        String namespace = name.getNamespaceURI();
        boolean declare = !namespace.isEmpty() && prefixInScope(namespace).isEmpty();
        open.add(new Open("", own));
        String prefix = namespace.isEmpty() ? "" : declare ? newPrefix(namespace) : prefixInScope(namespace);
        String qualified = prefix.isEmpty() ? name.getLocalPart() : prefix + ":" + name.getLocalPart();
        open.set(open.size() - 1, new Open(qualified, own));
        text.append('<').append(qualified);
        inStartTag = true;
        if (declare) {
            declare(prefix, namespace);
        }
        return this;
    }

    /** An attribute in no namespace. */
    public XmlWriter attribute(String localName, String value) {
        return attribute(new QName(localName), value);
    }

    public XmlWriter attribute(QName name, String value) {
        requireStartTag();
        String namespace = name.getNamespaceURI();
        String prefix = namespace.isEmpty() ? "" : prefixOf(namespace);
        text.append(' ')
                .append(prefix)
                .append(prefix.isEmpty() ? "" : ":")
                .append(name.getLocalPart())
                .append("=\"");
        XmlText.escapeAttribute(value, text);
        text.append('"');
        return this;
    }

    public XmlWriter text(String value) {
        closeStartTag();
        XmlText.escapeText(value, text);
        return this;
    }

    /**
     * Qualified names separated by blanks, their prefixes declared on the open start tag. A prefix of their own is kept where it can
     * be: some peers compare such names as text.
     */
    public XmlWriter qnames(Iterable<QName> names) {
        requireStartTag();
        StringBuilder list = new StringBuilder();
        for (QName name : names) {
            String namespace = name.getNamespaceURI();
            if (!namespace.isEmpty() && prefixInScope(namespace).isEmpty() && isFree(name.getPrefix())) {
                declare(Namespaces.usualPrefix(namespace).orElse(name.getPrefix()), namespace);
            }
            list.append(list.isEmpty() ? "" : " ").append(prefixed(name));
        }
        return text(list.toString());
    }

    /** The name as it can stand in text or an attribute of the open start tag, on which its prefix is declared. */
    public String prefixed(QName name) {
        requireStartTag();
        String namespace = name.getNamespaceURI();
        return namespace.isEmpty() ? name.getLocalPart() : prefixOf(namespace) + ":" + name.getLocalPart();
    }

    /** Whether it is a prefix, and one that nothing else is written under. */
    private boolean isFree(String prefix) {
        return OWN_PREFIX.matcher(prefix).matches()
                && !Namespaces.isUsualPrefix(prefix)
                && open.stream().noneMatch(element -> element.prefixes().containsValue(prefix));
    }

    /** Declares a namespace on the open start tag, so that the elements inside need not do it each for themselves. */
    public XmlWriter declaring(String namespace) {
        requireStartTag();
        prefixOf(namespace);
        return this;
    }

    /** Elements that are written already and declare every namespace they need; taken as they stand. */
    public XmlWriter raw(String elements) {
        closeStartTag();
        text.append(elements);
        return this;
    }

    /** An element with text only. */
    public XmlWriter element(QName name, String value) {
        return start(name).text(value).end();
    }

    /** An endpoint reference under the given element name. */
    public XmlWriter endpointReference(QName name, EndpointReference epr) {
        start(name).element(Wsa.name("Address"), epr.address());
        if (!epr.referenceParameters().isEmpty()) {
            start(Wsa.name("ReferenceParameters"));
            epr.referenceParameters().forEach(this::raw);
            end();
        }
        return end();
    }

    public XmlWriter end() {
        Open last = open.remove(open.size() - 1);
        if (inStartTag) {
            text.append("/>");
            inStartTag = false;
        } else {
            text.append("</").append(last.qualifiedName()).append('>');
        }
        return this;
    }

    /** What was written, in UTF-8. */
    public byte[] toBytes() {
        return toXml().getBytes(StandardCharsets.UTF_8);
    }

    /** What was written so far, with elements still open. */
    byte[] unfinished() {
        closeStartTag();
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What was written. */
    public String toXml() {
        if (!open.isEmpty()) {
            throw new IllegalStateException(
                    "element " + open.get(open.size() - 1).qualifiedName() + ": not ended");
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private String prefixOf(String namespace) {
        String inScope = prefixInScope(namespace);
        if (!inScope.isEmpty()) {
            return inScope;
        }
        String prefix = newPrefix(namespace);
        declare(prefix, namespace);
        return prefix;
    }

    /** The prefix, or an empty string: the default namespace is never declared. */
    private String prefixInScope(String namespace) {
        if (namespace.equals(Namespaces.XML)) {
            return "xml";
        }
        for (Open element : open) {
            String prefix = element.prefixes().get(namespace);
            if (prefix != null) {
                return prefix;
            }
        }
        return "";
    }

    private String newPrefix(String namespace) {
        return Namespaces.usualPrefix(namespace)
                .orElseGet(() -> "ns"
                        + open.stream()
                                .flatMap(element -> element.prefixes().values().stream())
                                .filter(prefix -> prefix.startsWith("ns"))
                                .count());
    }

    private void declare(String prefix, String namespace) {
        open.get(open.size() - 1).prefixes().put(namespace, prefix);
        text.append(" xmlns:").append(prefix).append("=\"");
        XmlText.escapeAttribute(namespace, text);
        text.append('"');
    }

    private void requireStartTag() {
        if (!inStartTag) {
            throw new IllegalStateException("no start tag is open: attributes come before content");
        }
    }

    private void closeStartTag() {
        if (inStartTag) {
            text.append('>');
            inStartTag = false;
        }
    }
}
