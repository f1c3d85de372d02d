package org.grapevine.simulation.mutation;

import java.util.function.LongFunction;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.random.ScenarioGenerator;
import org.grapevine.simulation.random.Trial;
import org.jspecify.annotations.Nullable;

/** The run of one random scenario, spoken to in types of the JDK only, for its own class loader is another than the test's. */
public final class MutantRun implements LongFunction<@Nullable String> {

    /** Null if all promises are kept, else the checker that found it first, and what it found. */
    @Override
    public @Nullable String apply(long seed) {
        return Trial.run()
                .of(ScenarioGenerator.draw(seed), seed)
                .map(failure -> {
                    Violation first = failure.violations().get(0);
                    return first.checker() + ": " + first.what();
                })
                .orElse(null);
    }
}
