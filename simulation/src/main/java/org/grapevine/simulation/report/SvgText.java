package org.grapevine.simulation.report;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * Writes what was drawn on an {@link SVGGraphics2D}. Batik's own writer puts a document type with an address in front and a long list
 * of defaults on every file; this one leaves out both, sorts attributes, and gives colours the names that a page's style sheet knows.
 */
final class SvgText {

    private static final String SVG = "http://www.w3.org/2000/svg";

    private SvgText() {}

    static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newDefaultNSInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("xml: no parser (expected: the one of the JDK)", e);
        }
    }

    /** @param inline without ground, and with variables in place of colours */
    static String of(SVGGraphics2D canvas, Plot plot, boolean inline) {
        StringBuilder text = new StringBuilder();
        String id = plot.name();
        text.append("<svg xmlns=\"")
                .append(SVG)
                .append("\" viewBox=\"0 0 ")
                .append(Plot.WIDTH)
                .append(' ');
        text.append(plot.height()).append('"');
        if (!inline) {
            text.append(" width=\"")
                    .append(Plot.WIDTH)
                    .append("\" height=\"")
                    .append(plot.height())
                    .append('"');
        }
        text.append(" role=\"img\" aria-labelledby=\"")
                .append(id)
                .append("-title ")
                .append(id)
                .append("-desc\"");
        // What Batik counts on as inherited where it differs from the defaults of SVG.
        text.append(" stroke-linecap=\"square\" stroke-miterlimit=\"10\">\n");
        text.append("<title id=\"").append(id).append("-title\">").append(Markup.escape(plot.title()));
        text.append("</title>\n<desc id=\"").append(id).append("-desc\">").append(Markup.escape(plot.description()));
        text.append("</desc>\n");
        Element root = canvas.getRoot();
        for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            node(text, child, plot, inline);
        }
        return text.append("</svg>").toString();
    }

    private static void node(StringBuilder text, Node node, Plot plot, boolean inline) {
        if (!(node instanceof Element element) || isEmptyContainer(element) || (inline && isGround(element, plot))) {
            return;
        }
        text.append('<').append(element.getTagName());
        attributes(element).forEach((name, value) -> text.append(' ')
                .append(name)
                .append("=\"")
                .append(Markup.escape(inline ? Palette.variable(value) : value))
                .append('"'));
        if (element.getFirstChild() == null) {
            text.append("/>\n");
            return;
        }
        text.append(">\n");
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            node(text, child, plot, inline);
        }
        text.append("</").append(element.getTagName()).append(">\n");
    }

    private static Map<String, String> attributes(Element element) {
        Map<String, String> attributes = new TreeMap<>();
        NamedNodeMap all = element.getAttributes();
        for (int i = 0; i < all.getLength(); i++) {
            attributes.put(all.item(i).getNodeName(), all.item(i).getNodeValue());
        }
        attributes
                .keySet()
                .removeIf(name ->
                        name.startsWith("font-") || name.endsWith("-rendering") || name.equals("color-interpolation"));
        return attributes;
    }

    private static boolean isEmptyContainer(Element element) {
        String name = element.getTagName().toLowerCase(Locale.ROOT);
        return (name.equals("g") || name.equals("defs")) && element.getFirstChild() == null;
    }

    private static boolean isGround(Element element, Plot plot) {
        return element.getTagName().equals("rect")
                && element.getAttribute("width").equals(Integer.toString(Plot.WIDTH))
                && element.getAttribute("height").equals(Integer.toString(plot.height()));
    }
}
