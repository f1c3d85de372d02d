package org.grapevine.dpws.transport;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Lets one log line of each kind through per minute, so that a peer that provokes the same failure at line rate fills no
 * disk. Not thread-safe: owned by one thread.
 */
final class LogGate {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_KINDS = 64;

    private final Map<String, Long> lastByKind = new LinkedHashMap<>();

    /** Whether a line of this kind may be written now. */
    boolean permits(String kind, long nowNanos) {
        Long last = lastByKind.get(kind);
        if (last != null && nowNanos - last < INTERVAL_NANOS) {
            return false;
        }
        if (last == null && lastByKind.size() == MAX_KINDS) {
            Iterator<String> eldest = lastByKind.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        lastByKind.put(kind, nowNanos);
        return true;
    }
}
