package org.grapevine.simulation.validation;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a row and what it is compared with.
 *
 * @param published as it stands in docs/references.md
 * @param byRule what the published model gives once it leaves out the devices that the engine leaves out; worked out when it is
 *     needed. Null where the difference is too small to show
 */
record Check(Figure figure, Expected published, @Nullable Supplier<Expected> byRule) {

    static Check of(Figure figure, Expected published) {
        return new Check(figure, published, null);
    }

    static Check of(Figure figure, Expected published, Supplier<Expected> byRule) {
        return new Check(figure, published, byRule);
    }
}
