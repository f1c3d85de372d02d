package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code range}: the largest value less the smallest. */
final class Range extends OwnPartials {

    private static final String MIN = "min";
    private static final String MAX = "max";

    Range() {
        super("Range", "its contributors as count, a decimal min and max, and one a:Form");
    }

    @Override
    boolean isSound(Element partial) {
        return Decimals.attribute(partial, MIN, Decimals.PARTIAL_CHARACTERS) != null
                && Decimals.attribute(partial, MAX, Decimals.PARTIAL_CHARACTERS) != null;
    }

    @Override
    void check(String value) throws AggregationException {
        Decimals.own(value);
    }

    @Override
    void merge(@Nullable String own, List<Element> partials, Element into) {
        BigDecimal min = own == null ? number(partials.get(0), MIN) : parsed(own);
        BigDecimal max = own == null ? number(partials.get(0), MAX) : min;
        for (Element partial : partials) {
            min = min.min(number(partial, MIN));
            max = max.max(number(partial, MAX));
        }
        into.with(MIN, Decimals.text(min)).with(MAX, Decimals.text(max));
    }

    @Override
    public boolean finishes() {
        return true;
    }

    @Override
    public Element finish(Element partial) throws AggregationException {
        Element form = requireWhole(partial);
        return AnswerForm.of(List.of(form), Decimals.text(number(partial, MAX).subtract(number(partial, MIN))));
    }

    private static BigDecimal number(Element partial, String name) {
        return parsed(Objects.requireNonNull(partial.attribute(name), name));
    }

    private static BigDecimal parsed(String text) {
        return Objects.requireNonNull(Decimals.parse(text), text);
    }
}
