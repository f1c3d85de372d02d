package org.grapevine.grid.device;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.aggregation.FunctionReference;
import org.grapevine.aggregation.ListedFunction;
import org.grapevine.aggregation.sandbox.SmallJvmPool;
import org.grapevine.aggregation.sandbox.StrangerFunctions;
import org.grapevine.aggregation.sandbox.StrangerRules;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.StylesheetText;

/**
 * The functions of the library, the stylesheets that makers ship beside their annotated interfaces, and as far as the rules of the host
 * allow it the stylesheets of strangers. What is on the list runs in its quickest form; what is not, as {@link StrangerFunctions} says.
 * One serves all devices of a host. Any thread.
 */
public final class XsltAggregations implements Aggregations, AutoCloseable {

    /** With a signature: how it was made (RFC 8032). Which of its keys a host tries, it knows itself. */
    public static final String SIGNATURE_KEY = "Ed25519";

    private static final String STYLESHEET_SUFFIX = ".xsl";

    /** More than the library would take; it says so itself. */
    private static final int MAX_STYLESHEET_BYTES = 1 << 20;

    private final FunctionLibrary library;
    private final StrangerFunctions strangers;
    private final Optional<SmallJvmPool> pool;

    /** Runs what is on the list, and nothing else. */
    public XsltAggregations(FunctionLibrary library) {
        this(library, StrangerFunctions.listedOnly(), Optional.empty());
    }

    /**
     * Runs what is on the list, and what a host admits beside it.
     *
     * @param pool the small JVMs that strangers' stylesheets run in, which end when this is closed; empty if there are none
     */
    public XsltAggregations(FunctionLibrary library, StrangerFunctions strangers, Optional<SmallJvmPool> pool) {
        this.library = library;
        this.strangers = strangers;
        this.pool = pool;
    }

    @Override
    public AggregationFunction byUri(String uri) throws AggregationException {
        Optional<AggregationFunction> stranger = strangers.find(uri);
        return stranger.isPresent() ? stranger.get() : library.resolve(uri);
    }

    @Override
    public String uriOf(String name, Class<?> maker) throws AggregationException {
        FunctionReference reference = FunctionReference.parse(name);
        String function = reference.function();
        if (function.endsWith(STYLESHEET_SUFFIX)) {
            allow(function, maker);
        }
        return library.resolve(name).reference();
    }

    private void allow(String name, Class<?> maker) throws AggregationException {
        try (InputStream stylesheet = maker.getResourceAsStream(name)) {
            if (stylesheet == null) {
                throw new AggregationException(
                        name + ": not found (expected: a resource in the package of " + maker.getName() + ")");
            }
            ListedFunction unused = library.allow(stylesheet.readNBytes(MAX_STYLESHEET_BYTES), name);
        } catch (IOException e) {
            throw new AggregationException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isKnown(String uri) {
        Optional<String> hash = StylesheetText.hashPart(uri);
        return hash.isPresent()
                && (strangers.text(hash.get()).isPresent() || listed(hash.get()).isPresent());
    }

    private Optional<ListedFunction> listed(String hash) {
        try {
            return Optional.of(library.resolve(hash));
        } catch (AggregationException e) {
            return Optional.empty(); // Not on the list, as most of what strangers name.
        }
    }

    @Override
    public boolean takesStrangers() {
        return strangers.rules() != StrangerRules.LISTED;
    }

    @Override
    public void admit(StylesheetText text) throws AggregationException {
        AggregationFunction unused = strangers.admit(text.uri(), text.text(), text.signature());
    }

    @Override
    public Optional<StylesheetText> text(String uri) {
        Optional<String> hash = StylesheetText.hashPart(uri);
        return hash.flatMap(strangers::text)
                .map(known -> new StylesheetText(
                        known.text(), known.signature(), known.signature().map(signature -> SIGNATURE_KEY)))
                .or(() -> hash.flatMap(this::listed).map(function -> StylesheetText.unsigned(function.text())));
    }

    /** Ends the small JVMs, if there are any; functions under way in them fail. Safe to call again. */
    @Override
    public void close() {
        pool.ifPresent(SmallJvmPool::close);
    }
}
