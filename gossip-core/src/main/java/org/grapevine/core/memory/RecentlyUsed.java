package org.grapevine.core.memory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A map that keeps so many entries: one more, and the one goes that was neither read nor written for longest. For what can be
 * worked out or asked for again. For one thread, reading included.
 */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int most;

    /**
     * Empty.
     *
     * @param most entries, at least 1
     * @throws IllegalArgumentException for fewer
     */
    public RecentlyUsed(int most) {
        super(16, 0.75f, true);
        if (most < 1) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 1)");
        }
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
