package org.grapevine.aggregation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.grapevine.core.reply.AggregationException;

/**
 * The aggregation functions that a host runs, and no others: there is no way to run a stylesheet that is not on this list. One
 * library serves all devices of a host, so that each stylesheet is compiled once. Safe for several threads.
 *
 * <p>The standard functions work on any service's answers:
 *
 * <ul>
 *   <li>{@code sum}, {@code min}, {@code max}: of the answers' values;
 *   <li>{@code count}: how many devices answered;
 *   <li>{@code sum-by-key}: the sums of the values of entries (children of the answer with an attribute {@code key}) with the
 *       same key, sorted by key.
 * </ul>
 *
 * <p>The value of an answer or entry is the text of its child {@code value} (whatever that one's namespace); without such a
 * child, its attribute {@code value}; without either, its own text. It is an {@code xs:decimal} and added exactly. A result is
 * an answer of the same shape: the name of the answers, the attributes that are the same in all, the value where it stood. In
 * an entry, children that hold text only and are the same in all entries with that key stay as well. Everything else is left
 * out, so that the result does not depend on the order or the grouping of the merges. Answers with different names are
 * refused. Each stylesheet states its own rule at its head.
 */
public final class FunctionLibrary {

    private static final List<String> STANDARD = List.of("sum-by-key", "sum", "count", "min", "max");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/-]{0,254}");

    private final AggregationLimits limits;
    private final RenewedSaxon saxon;
    private final LongAdder runs = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<String, XsltAggregation> byName = new LinkedHashMap<>();
    private final Map<String, XsltAggregation> byUri = new LinkedHashMap<>();

    private FunctionLibrary(AggregationLimits limits) {
        this.limits = limits;
        this.saxon = new RenewedSaxon(limits);
    }

    /** The standard functions, with default limits. */
    public static FunctionLibrary standard() {
        return standard(AggregationLimits.defaults());
    }

    /** The standard functions. Starting Saxon takes about half a second the first time in a JVM. */
    public static FunctionLibrary standard(AggregationLimits limits) {
        FunctionLibrary library = new FunctionLibrary(limits);
        for (String name : STANDARD) {
            try {
                library.allow(resource(name + ".xsl"), name);
            } catch (AggregationException e) {
                throw new IllegalStateException("the library's own function " + name + " is refused", e);
            }
        }
        return library;
    }

    /**
     * Puts a maker's stylesheet on the list, after vetting and compiling it. The same text may stand there under several names;
     * doing it again changes nothing.
     *
     * @param name what its maker calls it, such as {@code sum-by-period.xsl}
     * @throws AggregationException if it is refused: the message has the line, the construct, and what to do instead
     */
    public synchronized XsltAggregation allow(byte[] stylesheet, String name) throws AggregationException {
        if (!NAME.matcher(name).matches()) {
            throw new AggregationException("function name: " + Texts.shortened(name)
                    + " (expected: 1..255 letters, digits, '.', '_', '-' and '/')");
        }
        String uri = Stylesheet.uri(stylesheet);
        XsltAggregation sameName = byName.get(name);
        if (sameName != null) {
            if (sameName.uri().equals(uri)) {
                return sameName;
            }
            throw new AggregationException(
                    "function " + name + ": a second stylesheet of that name (expected: another name)");
        }
        // Another name for a known text needs room as well: names are kept, too.
        if (byName.size() >= limits.functions()) {
            throw new AggregationException("function " + name + ": over " + limits.functions()
                    + " functions on this device's list (expected: at most " + limits.functions() + ")");
        }
        XsltAggregation function = byUri.get(uri);
        if (function == null) {
            Stylesheet vetted = StylesheetVetting.check(stylesheet, name, limits);
            function = new XsltAggregation(vetted, saxon, limits, runs, refused);
            byUri.put(uri, function);
        }
        byName.put(name, function);
        return function;
    }

    /**
     * Finds a function by its name or by {@code urn:sha256:...}.
     *
     * @throws AggregationException if it is not on this device's list
     */
    public synchronized XsltAggregation resolve(String nameOrUri) throws AggregationException {
        XsltAggregation function =
                nameOrUri.startsWith(Stylesheet.URI_PREFIX) ? byUri.get(nameOrUri) : byName.get(nameOrUri);
        if (function == null) {
            throw new AggregationException("function " + Texts.shortened(nameOrUri)
                    + ": not on this device's list (expected: one of " + String.join(", ", byName.keySet())
                    + ", or the urn:sha256: of one of them)");
        }
        return function;
    }

    /** The names on the list, in the order in which they came. */
    public synchronized List<String> names() {
        return new ArrayList<>(byName.keySet());
    }

    public AggregationStats stats() {
        return new AggregationStats(runs.sum(), refused.sum(), saxon.droppedMessages(), saxon.renewals());
    }

    private static byte[] resource(String name) {
        try (InputStream in = FunctionLibrary.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing beside " + FunctionLibrary.class);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + name, e);
        }
    }
}
