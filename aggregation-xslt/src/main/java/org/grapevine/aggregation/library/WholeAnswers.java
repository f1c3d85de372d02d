package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code top-k} and {@code collect}: answers as they are, so many of them, the first in an order that leaves no choice. */
final class WholeAnswers implements NativeFunction {

    /** Which answers come first. */
    enum By {
        MAX,
        MIN,
        /** No value; all names may come together. */
        CONTENT
    }

    private final String name;
    private final int limit;
    private final By by;

    private WholeAnswers(String name, int limit, By by) {
        this.name = name;
        this.limit = limit;
        this.by = by;
    }

    /**
     * The answers with the largest or smallest values.
     *
     * @param by max or min
     */
    static NativeFunction top(int k, String by) {
        return new WholeAnswers("Top", k, by.equals("max") ? By.MAX : By.MIN);
    }

    static NativeFunction collection(int limit) {
        return new WholeAnswers("Collection", limit, By.CONTENT);
    }

    /**
     * An answer with what it is sorted by.
     *
     * @param value zero where no value decides
     */
    private record Ranked(Element answer, BigDecimal value, String content) {}

    @Override
    public Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException {
        List<Element> answers = new ArrayList<>();
        if (own != null) {
            answers.add(own);
        }
        for (Contribution partial : partials) {
            requireSound(partial);
            answers.addAll(partial.element().children());
        }
        List<Ranked> ranked = ranked(answers);
        long kept = Math.min(limit, ranked.size());
        Element merged = Element.own(name);
        long count = Count.of(own, partials);
        merged.with("count", count).with("left-out", count - kept);
        if (by != By.CONTENT) {
            merged.with("by", by());
        }
        for (int i = 0; i < kept; i++) {
            merged.with(ranked.get(i).answer());
        }
        return merged;
    }

    private String by() {
        return by == By.MAX ? "max" : "min";
    }

    private void requireSound(Contribution partial) throws AggregationException {
        Element element = partial.element();
        int kept = element.children().size();
        boolean sound = element.isOwn(name)
                && Integer.toString(partial.contributors()).equals(element.attribute("count"))
                && kept >= 1
                && kept <= partial.contributors()
                && (by == By.CONTENT || by().equals(element.attribute("by")));
        if (!sound) {
            throw new AggregationException("partial: " + element.name() + " (expected: a:" + name
                    + " with its contributors as count, " + (by == By.CONTENT ? "and" : "the same by, and")
                    + " at most so many answers)");
        }
    }

    private List<Ranked> ranked(List<Element> answers) throws AggregationException {
        if (by != By.CONTENT) {
            AnswerForm.requireOneName("answers", answers, "one name");
        }
        List<Ranked> ranked = new ArrayList<>(answers.size());
        for (Element answer : answers) {
            BigDecimal value = by == By.CONTENT ? BigDecimal.ZERO : Decimals.own(answer.value());
            ranked.add(new Ranked(answer, value, Content.of(answer)));
        }
        Comparator<Ranked> byValue = Comparator.comparing(Ranked::value);
        ranked.sort((by == By.MAX ? byValue.reversed() : byValue).thenComparing(Ranked::content, Spaces::compare));
        return ranked;
    }
}
