package org.grapevine.aggregation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;
import javax.xml.transform.stax.StAXSource;
import net.sf.saxon.Configuration;
import net.sf.saxon.expr.sort.CodepointCollator;
import net.sf.saxon.lib.EnvironmentVariableResolver;
import net.sf.saxon.lib.ErrorReporter;
import net.sf.saxon.lib.Feature;
import net.sf.saxon.lib.Logger;
import net.sf.saxon.lib.NamespaceConstant;
import net.sf.saxon.lib.ResourceResolver;
import net.sf.saxon.om.NamespaceUri;
import net.sf.saxon.om.StructuredQName;
import net.sf.saxon.s9api.BuildingStreamWriter;
import net.sf.saxon.s9api.Message;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.SaxonApiUncheckedException;
import net.sf.saxon.s9api.Serializer;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XmlProcessingError;
import net.sf.saxon.s9api.Xslt30Transformer;
import net.sf.saxon.s9api.XsltCompiler;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.trans.XPathException;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/**
 * A Saxon of its own (not the JVM's default one) with every door shut, as docs/references.md, 3.1, asks: it fetches nothing, writes
 * nothing, loads nothing, knows no environment, and says nothing on the error stream. The two settings named first there do
 * most; the functions taken away and the resolvers that throw are the walls behind. Safe for several threads.
 */
final class LockedSaxon {

    private static final int REGEX_BACKTRACKING = 10_000;

    /** Functions that look outside, or run a text that nobody has vetted. */
    private static final List<String> DISABLED_FUNCTIONS = List.of(
            "doc",
            "doc-available",
            "document",
            "collection",
            "uri-collection",
            "unparsed-text",
            "unparsed-text-lines",
            "unparsed-text-available",
            "unparsed-binary",
            "json-doc",
            "csv-doc",
            "stream-available",
            "transform",
            "load-xquery-module",
            "function-lookup",
            "parse-xml",
            "parse-xml-fragment",
            "parse-html",
            "invisible-xml",
            "environment-variable",
            "available-environment-variables",
            "available-system-properties");

    private final Processor processor;
    private final XsltCompiler compiler;
    private final LongAdder droppedMessages;
    private final @Nullable RunLimits strangers;

    /** For stylesheets that the host lists itself: what they cost is the host's own affair. */
    LockedSaxon(LongAdder droppedMessages) {
        this(droppedMessages, null);
    }

    /** @param strangers the limits of each run, for stylesheets of strangers; null for those that the host lists itself */
    LockedSaxon(LongAdder droppedMessages, @Nullable RunLimits strangers) {
        this.strangers = strangers;
        this.droppedMessages = droppedMessages;
        Configuration configuration = new Configuration();
        lock(configuration);
        processor = new Processor(configuration);
        compiler = processor.newXsltCompiler();
        compiler.setResourceResolver(refusingResources());
        // What is wrong with a template shows when it is listed, not when the first answer comes in.
        compiler.setJustInTimeCompilation(false);
    }

    private static void lock(Configuration configuration) {
        configuration.setConfigurationProperty(Feature.ALLOW_EXTERNAL_FUNCTIONS, false);
        configuration.setConfigurationProperty(Feature.ALLOWED_PROTOCOLS, "");
        configuration.setConfigurationProperty(Feature.DISABLE_XSL_EVALUATE, true);
        configuration.setConfigurationProperty(Feature.ALLOW_SYNTAX_EXTENSIONS, false);
        configuration.setConfigurationProperty(Feature.REGEX_BACKTRACKING_LIMIT, REGEX_BACKTRACKING);
        configuration.setConfigurationProperty(Feature.COLLATION_URI_RESOLVER, (uri, config) -> {
            if (uri.equals(NamespaceConstant.CODEPOINT_COLLATION_URI)) {
                return CodepointCollator.getInstance();
            }
            throw refused("collation", uri);
        });
        configuration.setConfigurationProperty(Feature.COLLECTION_FINDER, (context, uri) -> {
            throw refused("collection", uri);
        });
        configuration.setConfigurationProperty(
                Feature.UNPARSED_TEXT_URI_RESOLVER, (uri, encoding, config, keepLines) -> {
                    throw refused("text", String.valueOf(uri));
                });
        configuration.setConfigurationProperty(Feature.ENVIRONMENT_VARIABLE_RESOLVER, new NoEnvironment());
        configuration.setResourceResolver(refusingResources());
        configuration.setModuleURIResolver((moduleUri, baseUri, locations) -> {
            throw refused("module", moduleUri);
        });
        configuration.setLogger(new Silence());
        for (String function : DISABLED_FUNCTIONS) {
            configuration.disableFunction(new StructuredQName("fn", NamespaceUri.FN, function));
        }
    }

    private static ResourceResolver refusingResources() {
        return request -> {
            throw refused("resource", String.valueOf(request.uri));
        };
    }

    private static XPathException refused(String what, String uri) {
        return new XPathException(
                what + ": " + Texts.shortened(uri) + " (expected: none; the answers are all there is)");
    }

    BuildingStreamWriter newTree() throws SaxonApiException {
        return processor.newDocumentBuilder().newBuildingStreamWriter();
    }

    /**
     * Compiles a text that was vetted before; the executable may run on several threads.
     *
     * @throws AggregationException if the compiler refuses it, or, for strangers, with the first operator that is not allowed
     */
    XsltExecutable compile(String name, byte[] text) throws AggregationException {
        XsltExecutable executable = compiled(name, text);
        return strangers == null ? executable : restricted(name, executable);
    }

    /** Compiles, and looks at nothing. */
    XsltExecutable compiled(String name, byte[] text) throws AggregationException {
        FirstError errors = new FirstError();
        HardenedXml xml = new HardenedXml(text.length);
        try {
            // The compiler's reporter is shared by all who compile with it.
            synchronized (compiler) {
                compiler.setErrorReporter(errors);
                return compiler.compile(new StAXSource(xml.reader(text)));
            }
        } catch (StackOverflowError e) {
            throw new AggregationException(
                    name + ": nested too deeply for the compiler (expected: flatter expressions)", e);
        } catch (SaxonApiException | XMLStreamException | RuntimeException e) {
            throw failed(name, errors, e);
        }
    }

    /** A stranger's text may consist of {@link AllowedOperators} only, and every run of it is metered. */
    private XsltExecutable restricted(String name, XsltExecutable executable) throws AggregationException {
        List<StylesheetFinding> findings = operatorFindings(name, executable);
        if (!findings.isEmpty()) {
            throw new AggregationException(name + ":" + findings.get(0));
        }
        try {
            new CompiledTree(executable).meter();
            return executable;
        } catch (XPathException e) {
            throw new AggregationException(name + ": " + Texts.shortened(String.valueOf(e.getMessage())), e);
        }
    }

    /** All that is refused in a compiled text of a stranger, by lines. */
    List<StylesheetFinding> operatorFindings(String name, XsltExecutable executable) throws AggregationException {
        try {
            return OperatorScan.findings(new CompiledTree(executable));
        } catch (StackOverflowError e) {
            throw new AggregationException(
                    name + ": nested too deeply for the check (expected: flatter expressions)", e);
        } catch (XPathException | RuntimeException e) {
            throw new AggregationException(name + ": " + Texts.shortened(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Runs a stylesheet.
     *
     * @param mode the mode that the input's templates are in; null for the default mode
     * @return what it wrote, UTF-8
     */
    byte[] run(String name, XsltExecutable executable, XdmNode input, @Nullable QName mode, int outputLimit)
            throws AggregationException {
        FirstError errors = new FirstError();
        CappedOutput output = new CappedOutput(outputLimit);
        if (strangers != null) {
            RunBudget.start(strangers);
        }
        try {
            Xslt30Transformer transformer = executable.load30();
            transformer.setResourceResolver(refusingResources());
            transformer.setUnparsedTextResolver((uri, encoding, config, keepLines) -> {
                throw refused("text", String.valueOf(uri));
            });
            transformer.setResultDocumentHandler(uri -> {
                throw new SaxonApiUncheckedException(refused("result document", String.valueOf(uri)));
            });
            transformer.setErrorReporter(errors);
            transformer.setMessageHandler(new FirstMessage(errors));
            transformer.getUnderlyingController().setTraceFunctionDestination(new Silence());
            if (mode != null) {
                transformer.setInitialMode(mode);
            }
            Serializer serializer = transformer.newSerializer(output);
            serializer.setOutputProperty(Serializer.Property.METHOD, "xml");
            serializer.setOutputProperty(Serializer.Property.ENCODING, "UTF-8");
            serializer.setOutputProperty(Serializer.Property.OMIT_XML_DECLARATION, "yes");
            serializer.setOutputProperty(Serializer.Property.INDENT, "no");
            transformer.setGlobalContextItem(input.getParent() == null ? input : input.getParent());
            transformer.applyTemplates(input, serializer);
            return output.toByteArray();
        } catch (StackOverflowError e) {
            throw new AggregationException(name + ": nested too deeply (expected: no endless recursion)", e);
        } catch (RunLimitError e) {
            throw new AggregationException(name + ": " + e.getMessage(), e);
        } catch (SaxonApiException | RuntimeException e) {
            if (output.overflown) {
                throw new AggregationException(
                        name + ": over " + outputLimit + " bytes of output (expected: at most " + outputLimit + ")", e);
            }
            throw failed(name, errors, e);
        } finally {
            RunBudget.end();
        }
    }

    private static AggregationException failed(String name, FirstError errors, Exception e) {
        String reason = errors.text != null ? errors.text : String.valueOf(e.getMessage());
        return new AggregationException(name + ": " + Texts.shortened(reason), e);
    }

    /** Keeps the first error; a hostile stylesheet has as many as it likes. */
    private static final class FirstError implements ErrorReporter {

        private @Nullable String text;

        @Override
        public void report(XmlProcessingError error) {
            if (text == null && !error.isWarning()) {
                int line =
                        error.getLocation() == null ? -1 : error.getLocation().getLineNumber();
                text = (line > 0 ? "line " + line + ": " : "") + error.getMessage();
            }
        }
    }

    /** A stylesheet's messages go nowhere, but for the one with which it ends itself: that is its error. */
    private final class FirstMessage implements Consumer<Message> {

        private final FirstError errors;

        FirstMessage(FirstError errors) {
            this.errors = errors;
        }

        @Override
        public void accept(Message message) {
            if (message.isTerminate()) {
                errors.text = message.getStringValue();
            } else {
                droppedMessages.increment();
            }
        }
    }

    private static final class NoEnvironment implements EnvironmentVariableResolver {

        @Override
        public Set<String> getAvailableEnvironmentVariables() {
            return Set.of();
        }

        @Override
        public @Nullable String getEnvironmentVariable(String name) {
            return null;
        }
    }

    private static final class Silence extends Logger {

        @Override
        public void println(String message, int severity) {
            // Everything that matters is in the exception; the rest is the stylesheet's chatter.
        }
    }

    private static final class CappedOutput extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int limit;
        private boolean overflown;

        CappedOutput(int limit) {
            this.limit = limit;
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }

        @Override
        public void write(int b) throws IOException {
            require(1);
            bytes.write(b);
        }

        @Override
        public void write(byte[] b, int offset, int length) throws IOException {
            require(length);
            bytes.write(b, offset, length);
        }

        private void require(int more) throws IOException {
            if (bytes.size() + more > limit) {
                overflown = true;
                throw new IOException("over " + limit + " bytes of output");
            }
        }
    }
}
