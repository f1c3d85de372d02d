package org.grapevine.aggregation.library;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes an {@link Element} as a document of its own, UTF-8, with every namespace declaration that it needs. */
public final class ElementWriter {

    private static final String XML_PREFIX = "xml";

    private final StringBuilder out = new StringBuilder(1_024);

    /** Prefix and namespace in turn, the innermost last. */
    private final List<String> scope = new ArrayList<>();

    private ElementWriter() {}

    public static byte[] write(Element element) {
        ElementWriter writer = new ElementWriter();
        writer.element(element);
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void element(Element element) {
        int outer = scope.size();
        out.append('<');
        name(element.prefix(), element.local());
        declare(element.prefix(), element.namespace());
        for (Element.Attribute attribute : element.attributes()) {
            if (!attribute.namespace().isEmpty()) {
                declare(attribute.prefix(), attribute.namespace());
            }
        }
        for (Element.Attribute attribute : element.attributes()) {
            out.append(' ');
            name(attribute.prefix(), attribute.local());
            out.append("=\"");
            escaped(attribute.value(), true);
            out.append('"');
        }
        if (element.content().isEmpty()) {
            out.append("/>");
        } else {
            out.append('>');
            for (Object each : element.content()) {
                if (each instanceof Element child) {
                    element(child);
                } else {
                    escaped((String) each, false);
                }
            }
            out.append("</");
            name(element.prefix(), element.local());
            out.append('>');
        }
        while (scope.size() > outer) {
            scope.remove(scope.size() - 1);
        }
    }

    private void name(String prefix, String local) {
        if (!prefix.isEmpty()) {
            out.append(prefix).append(':');
        }
        out.append(local);
    }

    private void declare(String prefix, String namespace) {
        if (inScope(prefix).equals(namespace) || prefix.equals(XML_PREFIX)) {
            return;
        }
        out.append(" xmlns");
        if (!prefix.isEmpty()) {
            out.append(':').append(prefix);
        }
        out.append("=\"");
        escaped(namespace, true);
        out.append('"');
        scope.add(prefix);
        scope.add(namespace);
    }

    private String inScope(String prefix) {
        for (int i = scope.size() - 2; i >= 0; i -= 2) {
            if (scope.get(i).equals(prefix)) {
                return scope.get(i + 1);
            }
        }
        return "";
    }

    private void escaped(String text, boolean inAttribute) {
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String replacement = replacement(c, inAttribute);
            if (replacement != null) {
                out.append(text, plain, i).append(replacement);
                plain = i + 1;
            }
        }
        out.append(text, plain, text.length());
    }

    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    private static @org.jspecify.annotations.Nullable String replacement(char c, boolean inAttribute) {
        if (c > '>' && c < 0x7f) {
            return null;
        }
        switch (c) {
            case '<':
                return "&lt;";
            case '>':
                return "&gt;";
            case '&':
                return "&amp;";
            case '"':
                return inAttribute ? "&#34;" : null;
            case '\r':
                return "&#xD;";
            case '\t':
                return inAttribute ? "&#x9;" : null;
            case '\n':
                return inAttribute ? "&#xA;" : null;
            case '\u2028':
                return "&#x2028;";
            default:
                return c >= 0x7f && c < 0xa0 ? "&#x" + Integer.toHexString(c) + ";" : null;
        }
    }
}
