package org.grapevine.aggregation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the source of a stylesheet before the compiler does, because a compiler runs what is static (docs/references.md, 3.1: it may never
 * return) and fetches what is imported. What an aggregation has no use for is refused here with its line and what to do
 * instead; {@link LockedSaxon} is the second wall behind.
 */
final class StylesheetVetting {

    private static final String XSLT = "http://www.w3.org/1999/XSL/Transform";
    private static final String XML = "http://www.w3.org/XML/1998/namespace";
    private static final String FINISH = "{" + MergeDocument.NAMESPACE + "}finish";

    static final int MAX_FINDINGS = 100;

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private static final Set<String> ALLOWED = Set.of(
            "stylesheet",
            "transform",
            "template",
            "mode",
            "key",
            "param",
            "with-param",
            "variable",
            "function",
            "apply-templates",
            "call-template",
            "next-match",
            "for-each",
            "for-each-group",
            "iterate",
            "next-iteration",
            "on-completion",
            "break",
            "sort",
            "perform-sort",
            "if",
            "choose",
            "when",
            "otherwise",
            "value-of",
            "text",
            "sequence",
            "copy",
            "copy-of",
            "element",
            "attribute",
            "namespace",
            "where-populated",
            "on-empty",
            "on-non-empty",
            "message",
            "number",
            "decimal-format",
            "strip-space",
            "preserve-space",
            "accumulator",
            "accumulator-rule",
            "map",
            "map-entry",
            "assert");

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("import", "copy the templates into this stylesheet: it travels alone"),
            Map.entry("include", "copy the templates into this stylesheet: it travels alone"),
            Map.entry("use-package", "copy the templates into this stylesheet: it travels alone"),
            Map.entry("package", "make the root element xsl:stylesheet"),
            Map.entry("import-schema", "cast values to xs: types where they are used"),
            Map.entry("evaluate", "write the expression itself"),
            Map.entry("result-document", "give everything in the one result"),
            Map.entry("source-document", "use the answers in a:Merge: there is no other document"),
            Map.entry("merge", "use xsl:for-each-group over the answers in a:Merge"),
            Map.entry("character-map", "leave it out: the result is always plain XML in UTF-8"),
            Map.entry("output", "leave it out: the result is always plain XML in UTF-8"));

    private StylesheetVetting() {}

    /**
     * Checks a stylesheet.
     *
     * @param name names it in error messages
     * @throws AggregationException naming the line, the construct, and what to do instead
     */
    static Stylesheet check(byte[] text, String name, AggregationLimits limits) throws AggregationException {
        Scan scan = scan(text, name, limits);
        if (!scan.findings.isEmpty()) {
            throw new AggregationException(name + ":" + scan.findings.get(0));
        }
        return new Stylesheet(name, Stylesheet.uri(text), text.clone(), scan.finishes);
    }

    /**
     * All that is refused in a stylesheet, by lines, up to {@value #MAX_FINDINGS}.
     *
     * @param name names it in error messages
     * @throws AggregationException if it is too large, or is no XML that our reader takes
     */
    static List<StylesheetFinding> findings(byte[] text, String name, AggregationLimits limits)
            throws AggregationException {
        return scan(text, name, limits).findings;
    }

    private static Scan scan(byte[] text, String name, AggregationLimits limits) throws AggregationException {
        if (text.length > limits.stylesheetBytes()) {
            throw new AggregationException(name + ": " + text.length + " bytes (expected: at most "
                    + limits.stylesheetBytes() + "; split it into several functions)");
        }
        Scan scan = new Scan();
        new HardenedXml(limits.stylesheetBytes()).read(name, text, reader -> {
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    scan.element(reader);
                }
            }
        });
        return scan;
    }

    /** What one pass over the source found. */
    private static final class Scan {

        private final List<StylesheetFinding> findings = new ArrayList<>();
        private boolean finishes;
        private boolean root = true;

        void element(XMLStreamReader reader) throws XMLStreamException {
            boolean instruction = XSLT.equals(reader.getNamespaceURI());
            String name = reader.getLocalName();
            if (root && !(instruction && (name.equals("stylesheet") || name.equals("transform")))) {
                refuse(reader, "root element " + name, "make it xsl:stylesheet");
            }
            root = false;
            if (instruction && !ALLOWED.contains(name)) {
                refuse(
                        reader,
                        "xsl:" + name,
                        INSTEAD.getOrDefault(name, "leave it out: an aggregation has no use for it"));
            }
            if (!instruction && isExtension(reader.getNamespaceURI())) {
                refuse(reader, "element of " + reader.getNamespaceURI(), "use XSLT 3.0 itself");
            }
            for (int i = 0; i < reader.getNamespaceCount(); i++) {
                if (isExtension(reader.getNamespaceURI(i))) {
                    refuse(reader, "namespace " + reader.getNamespaceURI(i), "leave it out: extensions are shut off");
                }
            }
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                attribute(reader, instruction, i);
            }
            if (instruction && name.equals("template") && namesFinish(reader)) {
                finishes = true;
            }
        }

        private void attribute(XMLStreamReader reader, boolean instruction, int index) {
            String namespace = reader.getAttributeNamespace(index);
            String name = reader.getAttributeLocalName(index);
            boolean plain = namespace == null || namespace.isEmpty();
            if (XML.equals(namespace) && name.equals("base")) {
                refuse(reader, "attribute xml:base", "leave it out: there is nothing to be relative to");
            }
            // On literal result elements the standard attributes carry the xsl prefix.
            if ((instruction && plain) || XSLT.equals(namespace)) {
                standardAttribute(reader, name);
            } else if (isExtension(namespace)) {
                refuse(reader, "attribute of " + namespace, "use XSLT 3.0 itself");
            }
        }

        private void standardAttribute(XMLStreamReader reader, String name) {
            if (name.startsWith("_")) {
                refuse(reader, "shadow attribute " + name, "write " + name.substring(1) + " with a fixed value");
            }
            switch (name) {
                case "use-when" -> refuse(reader, "use-when", "leave it out: it runs in the compiler");
                case "static" -> refuse(reader, "static", "leave it out: it runs in the compiler");
                case "extension-element-prefixes" ->
                    refuse(reader, "extension-element-prefixes", "leave it out: extensions are shut off");
                case "collation", "default-collation", "case-order" ->
                    refuse(reader, name, "leave it out: strings compare by code points");
                case "lang" -> {
                    // Elsewhere it only says in which language a text is.
                    if (reader.getLocalName().equals("sort")) {
                        refuse(reader, name, "leave it out: strings compare by code points");
                    }
                }
                case "disable-output-escaping" ->
                    refuse(reader, name, "leave it out, and make elements with xsl:element: the result is always XML");
                case "validation", "type", "default-validation" ->
                    refuse(reader, name, "leave it out: there are no schemas");
                default -> {
                    // Harmless, or the compiler's to judge.
                }
            }
        }

        private static boolean namesFinish(XMLStreamReader reader) {
            String modes = reader.getAttributeValue(null, "mode");
            if (modes == null) {
                return false;
            }
            for (String mode : WHITE_SPACE.split(modes.strip(), -1)) {
                int colon = mode.indexOf(':');
                String namespace = colon < 0 ? null : reader.getNamespaceURI(mode.substring(0, colon));
                if (mode.equals("Q" + FINISH) || ("{" + namespace + "}" + mode.substring(colon + 1)).equals(FINISH)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isExtension(@Nullable String namespace) {
            return namespace != null
                    && (namespace.startsWith("java:")
                            || namespace.contains("saxon.sf.net")
                            || namespace.startsWith("http://exslt.org/")
                            || namespace.startsWith("http://expath.org/")
                            || namespace.startsWith("http://icl.com/saxon")
                            || namespace.startsWith("http://ns.saxonica.com/")
                            || namespace.startsWith("http://xml.apache.org/xalan")
                            || namespace.startsWith("http://www.jclark.com/xt"));
        }

        private void refuse(XMLStreamReader reader, String construct, String instead) {
            if (findings.size() < MAX_FINDINGS) {
                findings.add(new StylesheetFinding(
                        reader.getLocation().getLineNumber(), Texts.shortened(construct), instead));
            }
        }
    }
}
