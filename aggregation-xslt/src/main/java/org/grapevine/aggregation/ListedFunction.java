package org.grapevine.aggregation;

import org.grapevine.core.reply.AggregationFunction;

/**
 * A function on a device's list, ready to run with its parameters. Payloads are {@link
 * org.grapevine.core.message.EncodedPayload}s: one XML element in UTF-8. Safe for several threads. A merge is a computation (of
 * ten ordinary answers: some ten microseconds natively, some hundred as a stylesheet), so it belongs on an executor and not on an
 * event loop.
 */
public sealed interface ListedFunction extends AggregationFunction permits XsltAggregation, NativeAggregation {

    /** What its maker calls it. */
    String name();

    /** {@code urn:sha256:} and the hash of the stylesheet's text in lower-case hex, without parameters. */
    String uri();

    /**
     * The hash with the parameters, as in {@code urn:sha256:...?=k=5}: what a policy and a header carry. Parameters that were not
     * given are not in it.
     */
    String reference();

    /** The stylesheet's text, a copy. */
    byte[] text();

    /** What runs: the stylesheet, or the same function in Java. */
    FunctionLibrary.Form form();
}
