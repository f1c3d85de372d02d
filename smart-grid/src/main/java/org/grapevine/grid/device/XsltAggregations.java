package org.grapevine.grid.device;

import java.io.IOException;
import java.io.InputStream;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.gossip.driver.Aggregations;

/**
 * The functions of the library, and the stylesheets that makers ship beside their annotated interfaces. Nothing else runs: a request
 * that names another hash is refused. Any thread.
 */
public final class XsltAggregations implements Aggregations {

    private static final String STYLESHEET_SUFFIX = ".xsl";

    /** More than the library would take; it says so itself. */
    private static final int MAX_STYLESHEET_BYTES = 1 << 20;

    private final FunctionLibrary library;

    public XsltAggregations(FunctionLibrary library) {
        this.library = library;
    }

    @Override
    public AggregationFunction byUri(String uri) throws AggregationException {
        return library.resolve(uri);
    }

    @Override
    public String uriOf(String name, Class<?> maker) throws AggregationException {
        if (!name.endsWith(STYLESHEET_SUFFIX)) {
            return library.resolve(name).uri();
        }
        try (InputStream stylesheet = maker.getResourceAsStream(name)) {
            if (stylesheet == null) {
                throw new AggregationException(
                        name + ": not found (expected: a resource in the package of " + maker.getName() + ")");
            }
            return library.allow(stylesheet.readNBytes(MAX_STYLESHEET_BYTES), name)
                    .uri();
        } catch (IOException e) {
            throw new AggregationException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
