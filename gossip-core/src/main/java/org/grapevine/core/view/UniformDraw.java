package org.grapevine.core.view;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws without replacement, each subset of the same size with the same probability. */
public final class UniformDraw {

    private UniformDraw() {}

    /** As many as asked for, in random order; fewer only if there are no more. */
    public static <T> List<T> of(Collection<T> all, int count, RandomGenerator random) {
        List<T> candidates = new ArrayList<>(all);
        int drawn = Math.min(count, candidates.size());
        for (int i = 0; i < drawn; i++) {
            Collections.swap(candidates, i, random.nextInt(i, candidates.size()));
        }
        return List.copyOf(candidates.subList(0, drawn));
    }
}
