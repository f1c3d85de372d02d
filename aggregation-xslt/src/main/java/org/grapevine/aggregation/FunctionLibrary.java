package org.grapevine.aggregation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.grapevine.aggregation.library.StandardFunction;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * The aggregation functions that a host runs, and no others: there is no way to run a stylesheet that is not on this list. One
 * library serves all devices of a host, so that each stylesheet is compiled once. Safe for several threads.
 *
 * <p>The standard functions work on any service's answers:
 *
 * <ul>
 *   <li>{@code sum}, {@code min}, {@code max}, {@code mean}, {@code range}, {@code variance}, {@code quantile}: of the answers'
 *       values;
 *   <li>{@code count}: how many devices answered;
 *   <li>{@code sum-by-key}: the sums of the values of entries (children of the answer with an attribute {@code key}) with the
 *       same key, sorted by key;
 *   <li>{@code histogram}, {@code distinct}: how many values lie between which bounds, and which different ones there are;
 *   <li>{@code top-k}, {@code collect}: the answers themselves, those with the largest values or all, up to a limit.
 * </ul>
 *
 * <p>The value of an answer or entry is the text of its child {@code value} (whatever that one's namespace); without such a
 * child, its attribute {@code value}; without either, its own text. It is an {@code xs:decimal} and added exactly. A result that
 * is one value is an answer of the same shape: the name of the answers, the attributes that are the same in all, the value where
 * it stood. In an entry, children that hold text only and are the same in all entries with that key stay as well. Everything else
 * is left out, so that the result does not depend on the order or the grouping of the merges. Answers with different names are
 * refused. Each stylesheet states its own rule at its head.
 *
 * <p>The standard functions exist twice behind the same hash: as a stylesheet, and natively in Java. Both give the same results, to
 * the last digit; see {@link Form}.
 */
public final class FunctionLibrary {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._/-]{0,254}");

    /** What runs where both exist. */
    public enum Form {
        /** Straight from the octets to values: the standard functions only, at about a tenth of the cost, and without Saxon. */
        NATIVE,
        /** The stylesheet. */
        XSLT
    }

    /** A function on the list, without parameters. */
    private record Entry(ListedFunction function, @Nullable StandardFunction standard) {}

    private final AggregationLimits limits;
    private final Form form;
    private final LongAdder runs = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<String, Entry> byName = new LinkedHashMap<>();
    private final Map<String, Entry> byUri = new LinkedHashMap<>();
    private @Nullable RenewedSaxon saxon;

    private FunctionLibrary(AggregationLimits limits, Form form) {
        this.limits = limits;
        this.form = form;
    }

    /** The standard functions, natively, with default limits. */
    public static FunctionLibrary standard() {
        return standard(AggregationLimits.defaults());
    }

    /** The standard functions, natively. */
    public static FunctionLibrary standard(AggregationLimits limits) {
        return standard(limits, Form.NATIVE);
    }

    /** The standard functions in one of their forms. Starting Saxon takes about half a second the first time in a JVM. */
    public static FunctionLibrary standard(AggregationLimits limits, Form form) {
        FunctionLibrary library = new FunctionLibrary(limits, form);
        for (StandardFunction function : StandardFunction.values()) {
            try {
                library.list(function);
            } catch (AggregationException e) {
                throw new IllegalStateException(
                        "the library's own function " + function.functionName() + " is refused", e);
            }
        }
        return library;
    }

    private synchronized void list(StandardFunction standard) throws AggregationException {
        String name = standard.functionName();
        requireRoom(name);
        Stylesheet vetted = StylesheetVetting.check(resource(name + ".xsl"), name, limits);
        Entry entry = new Entry(
                form == Form.NATIVE
                        ? new NativeAggregation(vetted, standard, Collections.emptySortedMap(), limits, runs, refused)
                        : new XsltAggregation(vetted, saxon(), limits, runs, refused),
                standard);
        byUri.put(vetted.uri(), entry);
        byName.put(name, entry);
    }

    /** Started when the first stylesheet is to run: a host with native functions only does without. */
    private RenewedSaxon saxon() {
        RenewedSaxon running = saxon;
        if (running == null) {
            running = new RenewedSaxon(limits);
            saxon = running;
        }
        return running;
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
        Entry sameName = byName.get(name);
        if (sameName != null && !sameName.function().uri().equals(uri)) {
            throw new AggregationException(
                    "function " + name + ": a second stylesheet of that name (expected: another name)");
        }
        if (sameName == null) {
            requireRoom(name);
        }
        Entry sameText = byUri.get(uri);
        if (sameText != null && sameText.function() instanceof XsltAggregation known) {
            byName.putIfAbsent(name, sameText);
            return known;
        }
        Stylesheet vetted = StylesheetVetting.check(stylesheet, name, limits);
        XsltAggregation function = new XsltAggregation(vetted, saxon(), limits, runs, refused);
        // A copy of one of the library's own runs natively all the same when it is resolved.
        Entry entry = sameText != null ? sameText : new Entry(function, null);
        byUri.putIfAbsent(uri, entry);
        byName.putIfAbsent(name, entry);
        return function;
    }

    /** Another name for a known text needs room as well: names are kept, too. */
    private void requireRoom(String name) throws AggregationException {
        if (byName.size() >= limits.functions()) {
            throw new AggregationException("function " + name + ": over " + limits.functions()
                    + " functions on this device's list (expected: at most " + limits.functions() + ")");
        }
    }

    /**
     * Finds a function by its name or by {@code urn:sha256:...}, with or without parameters ({@link FunctionReference}).
     *
     * @throws AggregationException if it is not on this device's list, has no such parameter, or does not take its value
     */
    public ListedFunction resolve(String nameOrUri) throws AggregationException {
        FunctionReference reference = FunctionReference.parse(nameOrUri);
        Entry entry = entry(reference.function());
        if (reference.parameters().isEmpty()) {
            return entry.function();
        }
        StandardFunction standard = entry.standard();
        if (standard != null) {
            standard.with(reference.parameters());
        }
        return entry.function() instanceof NativeAggregation function
                ? function.with(reference.parameters())
                : ((XsltAggregation) entry.function()).with(reference.parameters());
    }

    private synchronized Entry entry(String nameOrUri) throws AggregationException {
        Entry entry = nameOrUri.startsWith(Stylesheet.URI_PREFIX) ? byUri.get(nameOrUri) : byName.get(nameOrUri);
        if (entry == null) {
            throw new AggregationException("function " + Texts.shortened(nameOrUri)
                    + ": not on this device's list (expected: one of " + String.join(", ", byName.keySet())
                    + ", or the urn:sha256: of one of them)");
        }
        return entry;
    }

    /** The names on the list, in the order in which they came. */
    public synchronized List<String> names() {
        return new ArrayList<>(byName.keySet());
    }

    public synchronized AggregationStats stats() {
        long droppedMessages = saxon == null ? 0 : saxon.droppedMessages();
        long renewals = saxon == null ? 0 : saxon.renewals();
        return new AggregationStats(runs.sum(), refused.sum(), droppedMessages, renewals);
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
