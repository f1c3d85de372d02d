package org.grapevine.aggregation;

import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;

/**
 * A function on a device's list, ready to run with its parameters. Payloads are {@link
 * org.grapevine.core.message.EncodedPayload}s: one XML element in UTF-8. Safe for several threads. A merge is a computation (of
 * ten ordinary answers: some ten microseconds natively, some hundred as a stylesheet), so it belongs on an executor and not on an
 * event loop.
 */
public abstract sealed class ListedFunction implements AggregationFunction permits XsltAggregation, NativeAggregation {

    private final Stylesheet stylesheet;
    private final FunctionReference reference;
    private final LongAdder runs;
    private final LongAdder refused;

    ListedFunction(Stylesheet stylesheet, FunctionReference reference, LongAdder runs, LongAdder refused) {
        this.stylesheet = stylesheet;
        this.reference = reference;
        this.runs = runs;
        this.refused = refused;
    }

    /** The same function with other parameters. */
    ListedFunction(ListedFunction other, FunctionReference reference) {
        this(other.stylesheet, reference, other.runs, other.refused);
    }

    /** What its maker calls it. */
    public final String name() {
        return stylesheet.name();
    }

    /** {@code urn:sha256:} and the hash of the stylesheet's text in lower-case hex, without parameters. */
    public final String uri() {
        return stylesheet.uri();
    }

    /**
     * The hash with the parameters, as in {@code urn:sha256:...?=k=5}: what a policy and a header carry. Parameters that were not
     * given are not in it.
     */
    public final String reference() {
        return reference.toString();
    }

    /** The stylesheet's text, a copy. */
    public final byte[] text() {
        return stylesheet.text().clone();
    }

    /** What runs: the stylesheet, or the same function in Java. */
    public abstract FunctionLibrary.Form form();

    final Stylesheet stylesheet() {
        return stylesheet;
    }

    final FunctionReference parameters() {
        return reference;
    }

    /** One run, counted as done or refused. */
    final <T> T counted(Work<T> work) throws AggregationException {
        try {
            T result = work.run();
            runs.increment();
            return result;
        } catch (AggregationException e) {
            refused.increment();
            throw e;
        }
    }

    interface Work<T> {
        T run() throws AggregationException;
    }

    @Override
    public String toString() {
        return name() + " (" + reference() + ")";
    }
}
