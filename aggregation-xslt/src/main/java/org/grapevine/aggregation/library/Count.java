package org.grapevine.aggregation.library;

import java.util.List;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** {@code count}: how many devices answered, whatever they said. */
final class Count implements NativeFunction {

    @Override
    public Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException {
        List<Element> answers = Scalar.all(own, partials);
        AnswerForm.requireOneForm(answers);
        return AnswerForm.of(answers, Long.toString(of(own, partials)));
    }

    /** The devices whose answers are inside. */
    static long of(@Nullable Element own, List<Contribution> partials) {
        long count = own == null ? 0 : 1;
        for (Contribution partial : partials) {
            count += partial.contributors();
        }
        return count;
    }
}
