package org.grapevine.aggregation;

import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;

/** The octets that go into one merge, held to their limits. One thread. */
final class Inputs {

    private final AggregationLimits limits;
    private int bytes;
    private int documents;

    Inputs(AggregationLimits limits) {
        this.limits = limits;
    }

    /** How many there were. */
    int documents() {
        return documents;
    }

    /**
     * The text of the next one.
     *
     * @param what names it in the error message
     */
    byte[] text(String what, Payload payload) throws AggregationException {
        if (!(payload instanceof EncodedPayload encoded)) {
            throw new AggregationException(
                    what + ": " + payload.getClass().getSimpleName() + " (expected: an XML element as EncodedPayload)");
        }
        byte[] text = encoded.bytes();
        if (text.length > limits.payloadBytes()) {
            throw new AggregationException(
                    what + ": " + text.length + " bytes (expected: at most " + limits.payloadBytes() + ")");
        }
        bytes += text.length;
        documents++;
        if (bytes > limits.inputBytes()) {
            throw new AggregationException(
                    what + ": over " + limits.inputBytes() + " bytes with those before it (expected: at most "
                            + limits.inputBytes() + " for all inputs of a merge)");
        }
        return text;
    }

    static String partial(int index, int count) {
        return "partial " + (index + 1) + " of " + count;
    }
}
