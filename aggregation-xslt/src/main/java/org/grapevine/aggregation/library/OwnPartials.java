package org.grapevine.aggregation.library;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** A function with partials of its own form, which an answer cannot pass for: those that carry the form of the answers inside. */
abstract class OwnPartials implements NativeFunction {

    private final String name;
    private final String expected;

    /**
     * Makes it.
     *
     * @param name of the partials' element
     * @param expected what else belongs to one, for error messages
     */
    OwnPartials(String name, String expected) {
        this.name = name;
        this.expected = expected;
    }

    /** Whether everything but its count of contributors and the form is what a partial has. */
    abstract boolean isSound(Element partial);

    /** Refuses an answer's value that cannot be merged. */
    abstract void check(String value) throws AggregationException;

    /**
     * Merges what is sound.
     *
     * @param value of the own answer; null without one
     */
    abstract void merge(@Nullable String value, List<Element> partials, Element into);

    @Override
    public Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException {
        List<Element> elements = new ArrayList<>(partials.size());
        List<Element> answers = new ArrayList<>(partials.size() + 1);
        if (own != null) {
            answers.add(own);
        }
        for (Contribution partial : partials) {
            Element element = partial.element();
            elements.add(element);
            answers.add(form(element, Integer.toString(partial.contributors()).equals(element.attribute("count"))));
        }
        AnswerForm.requireOneForm(answers);
        String value = own == null ? null : own.value();
        if (value != null) {
            check(value);
        }
        Element merged = Element.own(name).with("count", Count.of(own, partials));
        merge(value, elements, merged);
        return AnswerForm.into(merged, answers);
    }

    /** The last partial, with its form. */
    final Element requireWhole(Element partial) throws AggregationException {
        return form(partial, Decimals.count(partial) >= 1);
    }

    private Element form(Element partial, boolean counted) throws AggregationException {
        Element form = AnswerForm.in(partial);
        if (form == null || !counted || !partial.isOwn(name) || !isSound(partial)) {
            throw new AggregationException(
                    "partial: " + partial.name() + " (expected: a:" + name + " with " + expected + ")");
        }
        return form;
    }

    /** How many answers the children with that name have together; -1 if one of them does not say. */
    static long total(Element partial, String children, long least) {
        long total = 0;
        for (Element child : partial.ownChildren(children)) {
            long count = Decimals.count(child);
            if (count < least) {
                return -1;
            }
            total += count;
        }
        return total;
    }
}
