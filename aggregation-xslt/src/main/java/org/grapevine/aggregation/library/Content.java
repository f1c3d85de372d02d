package org.grapevine.aggregation.library;

import java.util.ArrayList;
import java.util.List;

/** All that an element holds as one text, in which lengths leave no doubt where something ends: the same for the same content only. */
final class Content {

    private Content() {}

    static String of(Element element) {
        StringBuilder text = new StringBuilder(128);
        append(element, text);
        return text.toString();
    }

    private static void append(Element element, StringBuilder text) {
        text.append('<').append(element.content().size()).append(' ');
        name(element.namespace(), element.local(), text);
        text.append(' ').append(element.attributes().size());
        attributes(element, text);
        for (Object each : element.content()) {
            if (each instanceof Element child) {
                append(child, text);
            } else {
                String run = (String) each;
                text.append('"').append(Spaces.length(run)).append(':').append(run);
            }
        }
    }

    private static void attributes(Element element, StringBuilder text) {
        List<String> sorted = new ArrayList<>(element.attributes().size());
        for (Element.Attribute attribute : element.attributes()) {
            StringBuilder one = new StringBuilder(" ");
            name(attribute.namespace(), attribute.local(), one);
            one.append('=').append(Spaces.length(attribute.value())).append(':').append(attribute.value());
            sorted.add(one.toString());
        }
        sorted.sort(Spaces::compare);
        sorted.forEach(text::append);
    }

    private static void name(String namespace, String local, StringBuilder text) {
        text.append(Spaces.length(namespace))
                .append(':')
                .append(namespace)
                .append(' ')
                .append(local);
    }
}
