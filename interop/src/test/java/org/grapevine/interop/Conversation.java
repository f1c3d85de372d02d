package org.grapevine.interop;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is said between this stack and one peer, in one direction. The steps are taken in their order, by one thread. */
abstract class Conversation implements AutoCloseable {

    /** Throws if the step went otherwise than the specification says. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    private final String title;
    private final Map<Step, Check> steps = new LinkedHashMap<>();

    Conversation(String title) {
        this.title = title;
    }

    /** Who asks whom; the head of a column of the matrix. */
    final String title() {
        return title;
    }

    final Map<Step, Check> steps() {
        return steps;
    }

    final void step(Step step, Check check) {
        if (steps.put(step, check) != null) {
            throw new IllegalStateException(title + ": two steps " + step + " (expected: one)");
        }
    }

    @Override
    public abstract void close();
}
