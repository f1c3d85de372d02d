package org.grapevine.aggregation.library;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** What answers have in common: their name, the attributes that are the same in all, and where their value stands. */
final class AnswerForm {

    private static final String FORM = "Form";

    static final Comparator<Element.Attribute> BY_NAME = Comparator.comparing(
                    Element.Attribute::namespace, Spaces::compare)
            .thenComparing(Element.Attribute::local, Spaces::compare);

    private AnswerForm() {}

    /** An answer of that form with that value. */
    static Element of(List<Element> answers, String value) {
        Element first = answers.get(0);
        Element form = first.sameName();
        form.attributes().addAll(common(answers));
        Element child = valueChild(answers);
        if (child != null) {
            return form.with(child.sameName().text(value));
        }
        for (Element answer : answers) {
            if (answer.attribute("value") != null) {
                return form.with("value", value);
            }
        }
        return form.text(value);
    }

    /** Adds the form to a partial, without a value. */
    static Element into(Element partial, List<Element> answers) {
        return partial.with(Element.own(FORM).with(of(answers, "")));
    }

    /** The form that a partial holds; null unless it holds exactly one. */
    static @Nullable Element in(Element partial) {
        List<Element> forms = partial.ownChildren(FORM);
        if (forms.size() != 1) {
            return null;
        }
        List<Element> inside = forms.get(0).children();
        return inside.size() == 1 ? inside.get(0) : null;
    }

    /** Attributes that are the same in all elements, but for one that holds a value; sorted by name. */
    static List<Element.Attribute> common(List<Element> elements) {
        List<Element.Attribute> common = new ArrayList<>();
        for (Element.Attribute attribute : elements.get(0).attributes()) {
            if (!attribute.holdsValue() && isInAll(attribute, elements)) {
                common.add(attribute);
            }
        }
        common.sort(BY_NAME);
        return common;
    }

    private static boolean isInAll(Element.Attribute attribute, List<Element> elements) {
        for (int i = 1; i < elements.size(); i++) {
            if (!has(elements.get(i), attribute)) {
                return false;
            }
        }
        return true;
    }

    private static boolean has(Element element, Element.Attribute attribute) {
        for (Element.Attribute other : element.attributes()) {
            if (other.isNamed(attribute.namespace(), attribute.local())) {
                return other.value().equals(attribute.value());
            }
        }
        return false;
    }

    private static @Nullable Element valueChild(List<Element> answers) {
        for (Element answer : answers) {
            Element child = answer.valueChild();
            if (child != null) {
                return child;
            }
        }
        return null;
    }

    /** Refuses answers, and children that hold their values, with different names. */
    static void requireOneForm(List<Element> answers) throws AggregationException {
        requireOneName("answers", answers, "one name");
        requireOneValueName(answers);
    }

    static void requireOneValueName(List<Element> holders) throws AggregationException {
        List<Element> values = new ArrayList<>();
        for (Element holder : holders) {
            for (Object each : holder.content()) {
                if (each instanceof Element child && child.holdsValue()) {
                    values.add(child);
                }
            }
        }
        requireOneName("values", values, "one name");
    }

    static void requireOneName(String what, List<Element> elements, String expected) throws AggregationException {
        for (Element element : elements) {
            if (!element.hasNameOf(elements.get(0))) {
                TreeSet<String> names = new TreeSet<>(Spaces::compare);
                elements.forEach(each -> names.add(each.name()));
                throw new AggregationException(
                        what + " with different names: " + String.join(", ", names) + " (expected: " + expected + ")");
            }
        }
    }
}
