package org.grapevine.aggregation;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;

/**
 * Strangers' stylesheets, compiled and run in this JVM: the source check, a locked Saxon of their own, only operators that an
 * aggregation needs, and a limit of steps and time for each run. The compiler itself has no limit, so what nobody has signed is
 * for a JVM that may be killed. Safe for several threads.
 */
public final class StrangerStylesheets {

    private static final byte[] WARM_UP =
            """
            <xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema">
              <xsl:key name="k" match="e" use="@key"/>
              <xsl:template match="/a:Merge">
                <r><xsl:for-each-group select="*/*/e" group-by="@key"><xsl:sort select="@key"/>
                  <e key="{current-grouping-key()}"><xsl:value-of select="sum(key('k', @key)/xs:decimal(.))"/></e>
                </xsl:for-each-group></r>
              </xsl:template>
            </xsl:stylesheet>"""
                    .getBytes(StandardCharsets.UTF_8);

    private final AggregationLimits limits;
    private final RenewedSaxon saxon;
    private final HardenedXml xml;
    private final LongAdder runs = new LongAdder();
    private final LongAdder refused = new LongAdder();

    public StrangerStylesheets(AggregationLimits limits, RunLimits runLimits) {
        this.limits = limits;
        this.saxon = new RenewedSaxon(limits, runLimits);
        this.xml = new HardenedXml(limits.payloadBytes());
    }

    /** {@code urn:sha256:} and the hash of a text in lower-case hex. */
    public static String uri(byte[] text) {
        return Stylesheet.uri(text);
    }

    /** Compiles and runs a stylesheet of our own, so that whoever comes next need not wait for Saxon's classes. */
    public void warmUp() {
        try {
            Payload answer = new EncodedPayload("<r><e key='k'>1</e></r>".getBytes(StandardCharsets.UTF_8));
            function("warm-up", WARM_UP).merge(Optional.of(answer), List.of());
        } catch (AggregationException e) {
            throw new IllegalStateException("the stylesheet that warms up is refused", e);
        }
    }

    /**
     * Makes a function of a text.
     *
     * @param name what messages call it
     * @throws AggregationException with the line, the first construct that is refused, and what to write instead
     */
    public AggregationFunction function(String name, byte[] text) throws AggregationException {
        return function(name, text, Collections.emptySortedMap());
    }

    /**
     * Makes a function of a text and values for its parameters.
     *
     * @param name what messages call it
     * @throws AggregationException as above, or if the stylesheet has no such parameter
     */
    public AggregationFunction function(String name, byte[] text, SortedMap<String, String> parameters)
            throws AggregationException {
        Stylesheet vetted = StylesheetVetting.check(text, name, limits);
        return new XsltAggregation(vetted, saxon, limits, runs, refused).with(parameters);
    }

    /**
     * All that is refused in a text, by lines. Operators are looked at only if nothing else is refused, because the compiler must
     * not see what is.
     *
     * @throws AggregationException if it is too large, no XML, or no XSLT
     */
    public List<StylesheetFinding> findings(String name, byte[] text) throws AggregationException {
        List<StylesheetFinding> inSource = StylesheetVetting.findings(text, name, limits);
        if (!inSource.isEmpty()) {
            return inSource;
        }
        LockedSaxon current = saxon.current().saxon();
        return current.operatorFindings(name, current.compiled(name, text));
    }

    /**
     * Checks an answer that somebody else has made: its size, its form, its names.
     *
     * @param what names it in the message
     */
    public void requireAnswer(String what, Payload answer) throws AggregationException {
        new MergeDocument(xml, limits).check(what, answer);
    }

    /** Whether a run was ended because of its steps or its time. */
    public static boolean isOverLimit(AggregationException refusal) {
        return refusal.getCause() instanceof RunLimitError;
    }

    /** What was done since this was made. */
    public AggregationStats stats() {
        return new AggregationStats(runs.sum(), refused.sum(), saxon.droppedMessages(), saxon.renewals());
    }
}
