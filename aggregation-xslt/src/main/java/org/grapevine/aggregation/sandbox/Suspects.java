package org.grapevine.aggregation.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/** Stylesheets that did harm a while ago, by their hashes; the oldest is forgotten first. Safe for several threads. */
final class Suspects {

    private final Map<String, Long> untilNanos = new LinkedHashMap<>();
    private final int most;
    private final long nanos;

    Suspects(int most, int millis) {
        this.most = most;
        this.nanos = millis * 1_000_000L;
    }

    synchronized void add(String uri, long now) {
        untilNanos.remove(uri);
        untilNanos.put(uri, now + nanos);
        if (untilNanos.size() > most) {
            untilNanos.remove(untilNanos.keySet().iterator().next());
        }
    }

    synchronized boolean contains(String uri, long now) {
        Long until = untilNanos.get(uri);
        if (until == null) {
            return false;
        }
        if (until - now > 0) {
            return true;
        }
        untilNanos.remove(uri);
        return false;
    }

    synchronized int size() {
        return untilNanos.size();
    }
}
