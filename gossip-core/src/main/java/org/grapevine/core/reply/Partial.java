package org.grapevine.core.reply;

import org.grapevine.core.message.Payload;

/**
 * A merged value on its way to the initiator.
 *
 * @param payload the value, in the form that the aggregation function gave it
 * @param contributors how many devices' own values are inside; at least 1
 */
public record Partial(Payload payload, int contributors) {
    public Partial {
        if (contributors < 1) {
            throw new IllegalArgumentException("contributors: " + contributors + " (expected: >= 1)");
        }
    }
}
