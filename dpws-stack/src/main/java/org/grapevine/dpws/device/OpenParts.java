package org.grapevine.dpws.device;

import java.util.ArrayList;
import java.util.List;

/** What was opened one after the other, to be closed in reverse order whatever fails meanwhile. One thread at a time. */
final class OpenParts {

    private final List<AutoCloseable> parts = new ArrayList<>();

    <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
    }

    /** Closes them all, the last one first; returns what went wrong. Afterwards there are none. */
    List<Exception> close() {
        List<Exception> failures = new ArrayList<>();
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                // Reported by the caller; the other parts must be closed all the same.
                failures.add(e);
            }
        }
        parts.clear();
        return failures;
    }
}
