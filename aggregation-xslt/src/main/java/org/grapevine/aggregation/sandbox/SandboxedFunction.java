package org.grapevine.aggregation.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;

/** A function whose stylesheet never enters this JVM but as text: each merge is a request to a small JVM. */
final class SandboxedFunction implements AggregationFunction {

    private static final int SHOWN_DIGITS = 12;

    private final SmallJvmPool pool;
    private final String uri;
    private final byte[] stylesheet;
    private final SortedMap<String, String> parameters;

    /** @param stylesheet a text that a small JVM has compiled before; nobody writes to it */
    SandboxedFunction(SmallJvmPool pool, String uri, byte[] stylesheet, SortedMap<String, String> parameters) {
        this.pool = pool;
        this.uri = uri;
        this.stylesheet = stylesheet;
        this.parameters = parameters;
    }

    /** What messages call a stylesheet that has nothing but a hash. */
    static String name(String uri) {
        String hash = uri.substring(uri.lastIndexOf(':') + 1);
        return "stylesheet " + hash.substring(0, Math.min(SHOWN_DIGITS, hash.length()));
    }

    @Override
    public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
        if (own.isEmpty() && partials.isEmpty()) {
            return Optional.empty();
        }
        return pool.run(new Request(Request.Task.MERGE, uri, stylesheet, parameters, own, partials));
    }

    @Override
    public Payload finish(Payload partial) throws AggregationException {
        return pool.run(new Request(Request.Task.FINISH, uri, stylesheet, parameters, Optional.of(partial), List.of()))
                .orElseThrow(() ->
                        new AggregationException(name(uri) + ": no output in mode a:finish (expected: one element)"));
    }

    @Override
    public String toString() {
        return name(uri);
    }

    static byte[] bytes(String what, Payload payload) throws AggregationException {
        if (payload instanceof EncodedPayload encoded) {
            return encoded.bytes();
        }
        throw new AggregationException(
                what + ": " + payload.getClass().getSimpleName() + " (expected: an XML element as EncodedPayload)");
    }
}
