package org.grapevine.aggregation.library;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An XML element as an answer has it: names, attributes, and its content of texts and elements. Mutable while it is built, by one
 * thread; afterwards nobody writes to it.
 */
public final class Element {

    /** Of the project's own partials, and of the document that a stylesheet gets. */
    static final String NAMESPACE = "urn:org.grapevine:aggregation:1";

    private static final String PREFIX = "a";
    private static final String VALUE = "value";

    /**
     * An attribute.
     *
     * @param prefix as it was written; empty without a namespace
     * @param namespace empty for none
     */
    record Attribute(String prefix, String namespace, String local, String value) {

        boolean isNamed(String otherNamespace, String otherLocal) {
            return local.equals(otherLocal) && namespace.equals(otherNamespace);
        }

        /** Whether it is the attribute that may hold an answer's value. */
        boolean holdsValue() {
            return isNamed("", VALUE);
        }
    }

    private final String prefix;
    private final String namespace;
    private final String local;
    private final List<Attribute> attributes;

    /** Strings and elements; no string is empty, and no two stand side by side. */
    private final List<Object> content = new ArrayList<>();

    Element(String prefix, String namespace, String local) {
        this(prefix, namespace, local, 2);
    }

    /**
     * Makes an element.
     *
     * @param attributes how many it is going to have
     */
    Element(String prefix, String namespace, String local, int attributes) {
        this.prefix = prefix;
        this.namespace = namespace;
        this.local = local;
        this.attributes = new ArrayList<>(attributes);
    }

    /** An element of a partial of our own. */
    static Element own(String local) {
        return new Element(PREFIX, NAMESPACE, local);
    }

    /** An element of the same name, without content. */
    Element sameName() {
        return new Element(prefix, namespace, local);
    }

    String prefix() {
        return prefix;
    }

    String namespace() {
        return namespace;
    }

    String local() {
        return local;
    }

    /** The name as it is written. */
    String name() {
        return prefix.isEmpty() ? local : prefix + ":" + local;
    }

    boolean hasNameOf(Element other) {
        return local.equals(other.local) && namespace.equals(other.namespace);
    }

    boolean isOwn(String name) {
        return local.equals(name) && namespace.equals(NAMESPACE);
    }

    List<Attribute> attributes() {
        return attributes;
    }

    List<Object> content() {
        return content;
    }

    /** Adds an attribute without a namespace. */
    Element with(String name, String value) {
        attributes.add(new Attribute("", "", name, value));
        return this;
    }

    Element with(String name, long value) {
        return with(name, Long.toString(value));
    }

    Element with(Element child) {
        content.add(child);
        return this;
    }

    /** Adds text; it becomes one with a text before it. */
    Element text(String text) {
        if (text.isEmpty()) {
            return this;
        }
        int last = content.size() - 1;
        if (last >= 0 && content.get(last) instanceof String before) {
            content.set(last, before + text);
        } else {
            content.add(text);
        }
        return this;
    }

    /** The value of an attribute without a namespace; null without such an attribute. */
    @Nullable
    String attribute(String name) {
        for (Attribute attribute : attributes) {
            if (attribute.isNamed("", name)) {
                return attribute.value();
            }
        }
        return null;
    }

    /** The child elements, in their order. */
    List<Element> children() {
        List<Element> children = new ArrayList<>(content.size());
        for (Object each : content) {
            if (each instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }

    /** The child elements of our own namespace with that name. */
    List<Element> ownChildren(String name) {
        List<Element> children = new ArrayList<>(content.size());
        for (Object each : content) {
            if (each instanceof Element child && child.isOwn(name)) {
                children.add(child);
            }
        }
        return children;
    }

    boolean hasChildren() {
        for (Object each : content) {
            if (each instanceof Element) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is a child that holds a value, going by its name. */
    boolean holdsValue() {
        return local.equals(VALUE);
    }

    /** The first child that holds a value; null without one. */
    @Nullable
    Element valueChild() {
        for (Object each : content) {
            if (each instanceof Element child && child.holdsValue()) {
                return child;
            }
        }
        return null;
    }

    /** The value of an answer or entry: of its child, else of its attribute, else its own text. */
    String value() {
        Element child = valueChild();
        if (child != null) {
            return child.string();
        }
        String attribute = attribute(VALUE);
        return attribute != null ? attribute : string();
    }

    /** How many elements stand inside one another; 1 without children. */
    public int depth() {
        int deepest = 0;
        for (Object each : content) {
            if (each instanceof Element child) {
                deepest = Math.max(deepest, child.depth());
            }
        }
        return deepest + 1;
    }

    /** All text inside. */
    String string() {
        if (content.isEmpty()) {
            return "";
        }
        if (content.size() == 1 && content.get(0) instanceof String text) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        collect(all);
        return all.toString();
    }

    private void collect(StringBuilder into) {
        for (Object each : content) {
            if (each instanceof Element child) {
                child.collect(into);
            } else {
                into.append(each);
            }
        }
    }

    @Override
    public String toString() {
        return "<" + name() + ">";
    }
}
