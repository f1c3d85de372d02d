package org.grapevine.simulation.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Where checkers report: keeps the first {@value #KEPT} violations and counts all. For one thread. */
public final class Violations {

    /** One broken promise shows at many places; the first ones tell what it is. */
    public static final int KEPT = 100;

    private final List<Violation> first = new ArrayList<>();
    private long total;

    /**
     * @param atMicros virtual time, µs
     * @param what asked for only if the violation is kept
     */
    void add(String checker, long atMicros, Supplier<String> what) {
        total++;
        if (first.size() < KEPT) {
            first.add(new Violation(checker, atMicros, what.get()));
        }
    }

    /** The first of them, in the order in which they showed. */
    public List<Violation> first() {
        return List.copyOf(first);
    }

    public long total() {
        return total;
    }
}
