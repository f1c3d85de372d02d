package org.grapevine.cluster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.gossip.driver.Aggregations;

/** The one function that devices of a cluster run: it unites the sets of devices in the answers, and adds up their sums. */
final class DeviceSets implements Aggregations, AggregationFunction {

    /** Its name in policies. */
    static final String NAME = "devices";

    static final String URI = "urn:sha256:" + "c1".repeat(32);

    @Override
    public AggregationFunction byUri(String uri) throws AggregationException {
        if (!uri.equals(URI)) {
            throw new AggregationException(uri + " (expected: " + URI + ")");
        }
        return this;
    }

    @Override
    public String uriOf(String name, Class<?> maker) throws AggregationException {
        if (!name.equals(NAME)) {
            throw new AggregationException(name + " (expected: " + NAME + ")");
        }
        return URI;
    }

    @Override
    public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
        List<Payload> all = new ArrayList<>();
        own.ifPresent(all::add);
        partials.forEach(partial -> all.add(partial.payload()));
        CountedText merged = null;
        for (Payload payload : all) {
            CountedText one = read(bytes(payload));
            merged = merged == null ? one : merged.plus(one);
        }
        return merged == null ? Optional.empty() : Optional.of(new EncodedPayload(element(merged)));
    }

    @Override
    public Payload finish(Payload partial) {
        return partial;
    }

    private static byte[] bytes(Payload payload) throws AggregationException {
        if (payload instanceof EncodedPayload encoded) {
            return encoded.bytes();
        }
        throw new AggregationException("payload: " + payload.getClass().getName() + " (expected: an encoded one)");
    }

    /** The answer of a service, or of this function. */
    static CountedText read(byte[] element) throws AggregationException {
        String xml = new String(element, UTF_8);
        int open = xml.indexOf("<" + CountedText.ELEMENT);
        int begin = open < 0 ? -1 : xml.indexOf('>', open);
        int end = begin < 0 ? -1 : xml.indexOf('<', begin);
        if (end < 0) {
            throw new AggregationException("answer: no " + CountedText.ELEMENT + " (expected: one)");
        }
        try {
            return CountedText.parse(xml.substring(begin + 1, end));
        } catch (IllegalArgumentException e) {
            throw new AggregationException(String.valueOf(e.getMessage()), e);
        }
    }

    /** In the words of the service itself. */
    private static byte[] element(CountedText counted) {
        return ("<c:" + ClusterService.ASK + "Response xmlns:c=\"" + ClusterService.NAMESPACE + "\"><"
                        + CountedText.ELEMENT + ">" + counted.write() + "</" + CountedText.ELEMENT + "></c:"
                        + ClusterService.ASK + "Response>")
                .getBytes(UTF_8);
    }
}
