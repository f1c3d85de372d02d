package org.grapevine.aggregation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.aggregation.library.Contribution;
import org.grapevine.aggregation.library.Element;
import org.grapevine.aggregation.library.ElementReader;
import org.grapevine.aggregation.library.ElementWriter;
import org.grapevine.aggregation.library.NativeFunction;
import org.grapevine.aggregation.library.PlainReader;
import org.grapevine.aggregation.library.StandardFunction;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * One of the library's functions in Java: known by the hash of the stylesheet of the same name, and with its results. What that one
 * refuses is refused here with the same words.
 */
public final class NativeAggregation extends ListedFunction {

    /** Up to here no single text or attribute of a result can be over a reader's limit. */
    private static final int SURELY_READABLE_BYTES = 8 << 10;

    private final StandardFunction standard;
    private final NativeFunction function;
    private final AggregationLimits limits;
    private final HardenedXml xml;

    NativeAggregation(
            Stylesheet stylesheet,
            StandardFunction standard,
            SortedMap<String, String> parameters,
            AggregationLimits limits,
            LongAdder runs,
            LongAdder refused)
            throws AggregationException {
        super(stylesheet, new FunctionReference(stylesheet.uri(), parameters), runs, refused);
        this.standard = standard;
        this.function = standard.with(parameters);
        this.limits = limits;
        this.xml = new HardenedXml(limits.payloadBytes());
    }

    private NativeAggregation(NativeAggregation other, SortedMap<String, String> parameters)
            throws AggregationException {
        super(other, new FunctionReference(other.uri(), parameters));
        this.standard = other.standard;
        this.function = other.standard.with(parameters);
        this.limits = other.limits;
        this.xml = other.xml;
    }

    /** The same function with parameters. */
    NativeAggregation with(SortedMap<String, String> parameters) throws AggregationException {
        return new NativeAggregation(this, parameters);
    }

    @Override
    public FunctionLibrary.Form form() {
        return FunctionLibrary.Form.NATIVE;
    }

    @Override
    public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
        if (own.isEmpty() && partials.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(counted(() -> {
            Inputs inputs = new Inputs(limits);
            PlainReader plain = new PlainReader();
            Element answer = own.isEmpty() ? null : read("own answer", own.get(), inputs, plain);
            List<Contribution> contributions = new ArrayList<>(partials.size());
            for (int i = 0; i < partials.size(); i++) {
                Partial partial = partials.get(i);
                contributions.add(new Contribution(
                        read(Inputs.partial(i, partials.size()), partial.payload(), inputs, plain),
                        partial.contributors()));
            }
            return written(run(() -> function.merge(answer, contributions)));
        }));
    }

    @Override
    public Payload finish(Payload partial) throws AggregationException {
        if (!function.finishes()) {
            return partial;
        }
        return counted(() -> {
            Element whole = read("partial", partial, new Inputs(limits), new PlainReader());
            return written(run(() -> function.finish(whole)));
        });
    }

    private Element read(String what, Payload payload, Inputs inputs, PlainReader plain) throws AggregationException {
        byte[] text = inputs.text(what, payload);
        Element element = plain.read(text);
        return element != null ? element : read(what, text);
    }

    private Element read(String what, byte[] text) throws AggregationException {
        AtomicReference<@Nullable Element> element = new AtomicReference<>();
        xml.read(what, text, reader -> element.set(ElementReader.read(reader, MergeDocument.MAX_NAMES)));
        return Objects.requireNonNull(element.get(), what);
    }

    private Payload written(Element element) throws AggregationException {
        byte[] output = ElementWriter.write(element);
        if (output.length > limits.payloadBytes()) {
            throw new AggregationException(name() + ": over " + limits.payloadBytes()
                    + " bytes of output (expected: at most " + limits.payloadBytes() + ")");
        }
        Payload payload = new EncodedPayload(output);
        if (output.length > SURELY_READABLE_BYTES || element.depth() > HardenedXml.MAX_DEPTH) {
            // What the next device would refuse is refused here, where the function can be named.
            new MergeDocument(xml, limits).check("output of " + name(), payload);
        }
        return payload;
    }

    /** What a function refuses bears its name, as it does where a stylesheet refuses. */
    private Element run(Work<Element> work) throws AggregationException {
        try {
            return work.run();
        } catch (AggregationException e) {
            throw new AggregationException(name() + ": " + Texts.shortened(e.getMessage()), e);
        }
    }
}
