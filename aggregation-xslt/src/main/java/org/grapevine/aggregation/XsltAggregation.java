package org.grapevine.aggregation;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XdmNodeKind;
import net.sf.saxon.s9api.XsltExecutable;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * An aggregation function that is an XSLT stylesheet on its device's list; {@link FunctionLibrary} hands them out.
 *
 * <p>Merge: the input is {@code <a:Merge xmlns:a="urn:org.grapevine:aggregation:1">} with at most one {@code a:Own} and any
 * number of {@code a:Partial contributors="12"}, each around one element. The output is one element, the partial; no output
 * leaves the device out. Without any input there is nothing to merge, and the stylesheet does not run.
 *
 * <p>Finish: templates in mode {@code a:finish} are applied to the last partial's element and must give one element. Whether
 * the stylesheet has such templates is read off its source: some {@code xsl:template} must name that mode in its
 * {@code mode} attribute ({@code #all} alone does not make it one). If none does, the partial is the answer as it stands.
 *
 * <p>Parameters become the values of the stylesheet's {@code xsl:param}s at its top level, as strings.
 */
public final class XsltAggregation extends ListedFunction {

    private static final QName FINISH = new QName("a", MergeDocument.NAMESPACE, "finish");

    private final RenewedSaxon saxon;
    private final HardenedXml xml;
    private final AggregationLimits limits;

    XsltAggregation(
            Stylesheet stylesheet, RenewedSaxon saxon, AggregationLimits limits, LongAdder runs, LongAdder refused)
            throws AggregationException {
        super(stylesheet, new FunctionReference(stylesheet.uri(), Collections.emptySortedMap()), runs, refused);
        this.saxon = saxon;
        this.xml = new HardenedXml(limits.payloadBytes());
        this.limits = limits;
        saxon.current().executable(stylesheet);
    }

    private XsltAggregation(XsltAggregation other, FunctionReference reference) {
        super(other, reference);
        this.saxon = other.saxon;
        this.xml = other.xml;
        this.limits = other.limits;
    }

    /**
     * The same stylesheet with parameters.
     *
     * @throws AggregationException if it has no parameter of one of these names
     */
    XsltAggregation with(SortedMap<String, String> parameters) throws AggregationException {
        if (parameters.isEmpty()) {
            return this;
        }
        Set<String> known = ParameterizedExecutable.parameters(saxon.current().executable(stylesheet()));
        for (String name : parameters.keySet()) {
            if (!known.contains(name)) {
                throw new AggregationException(name() + ": parameter " + name + " (expected: "
                        + (known.isEmpty() ? "none" : String.join(", ", known)) + ")");
            }
        }
        return new XsltAggregation(this, new FunctionReference(uri(), parameters));
    }

    @Override
    public FunctionLibrary.Form form() {
        return FunctionLibrary.Form.XSLT;
    }

    @Override
    public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
        if (own.isEmpty() && partials.isEmpty()) {
            return Optional.empty();
        }
        return counted(() -> {
            RenewedSaxon.Generation generation = saxon.current();
            MergeDocument document = new MergeDocument(xml, limits);
            XdmNode input = document.merge(generation.saxon(), own, partials);
            return run(generation, document, input, null);
        });
    }

    @Override
    public Payload finish(Payload partial) throws AggregationException {
        if (!stylesheet().finishes()) {
            return partial;
        }
        Optional<Payload> answer = counted(() -> {
            RenewedSaxon.Generation generation = saxon.current();
            MergeDocument document = new MergeDocument(xml, limits);
            XdmNode element = rootElement(document.single(generation.saxon(), partial));
            Optional<Payload> finished = run(generation, document, element, FINISH);
            if (finished.isEmpty()) {
                throw new AggregationException(name() + ": no output in mode a:finish (expected: one element)");
            }
            return finished;
        });
        return answer.orElseThrow();
    }

    private Optional<Payload> run(
            RenewedSaxon.Generation generation, MergeDocument document, XdmNode input, @Nullable QName mode)
            throws AggregationException {
        XsltExecutable executable = ParameterizedExecutable.of(
                generation.executable(stylesheet()), parameters().parameters());
        byte[] output;
        MergeDocument result = new MergeDocument(xml, limits);
        try {
            output = generation.saxon().run(name(), executable, input, mode, limits.payloadBytes());
            if (isBlank(output)) {
                return Optional.empty();
            }
            EncodedPayload payload = new EncodedPayload(output);
            // What the next device would refuse is refused here, where the stylesheet can be named.
            result.check("output of " + name(), payload);
            return Optional.of(payload);
        } finally {
            // A stylesheet can make names out of values, so what it wrote counts like what it read.
            saxon.note(generation, document.documents(), document.names());
            saxon.note(generation, 0, result.names());
        }
    }

    private static XdmNode rootElement(XdmNode document) throws AggregationException {
        for (XdmNode child : document.children()) {
            if (child.getNodeKind() == XdmNodeKind.ELEMENT) {
                return child;
            }
        }
        throw new AggregationException("partial: no element (expected: one element)");
    }

    private static boolean isBlank(byte[] output) {
        for (byte b : output) {
            if (b != ' ' && b != '\n' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
