package org.grapevine.aggregation.library;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code sum}, {@code min} and {@code max}: a partial is an answer of the same form. */
final class Scalar implements NativeFunction {

    private final BinaryOperator<BigDecimal> of;

    Scalar(BinaryOperator<BigDecimal> of) {
        this.of = of;
    }

    @Override
    public Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException {
        List<Element> answers = all(own, partials);
        AnswerForm.requireOneForm(answers);
        BigDecimal merged = null;
        for (Element answer : answers) {
            BigDecimal value = Decimals.any(answer.value(), answer != own);
            merged = merged == null ? value : of.apply(merged, value);
        }
        return AnswerForm.of(answers, merged == null ? "" : Decimals.text(merged));
    }

    /** The own answer and the partials, in their order. */
    static List<Element> all(@Nullable Element own, List<Contribution> partials) {
        List<Element> all = new ArrayList<>(partials.size() + 1);
        if (own != null) {
            all.add(own);
        }
        partials.forEach(each -> all.add(each.element()));
        return all;
    }
}
