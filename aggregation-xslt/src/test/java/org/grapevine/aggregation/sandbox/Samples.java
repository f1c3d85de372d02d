package org.grapevine.aggregation.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;

/** Stylesheets, answers and limits for tests. */
final class Samples {

    /** Long enough for a machine that does a lot else. */
    static final int PATIENT_MILLIS = 30_000;

    private Samples() {}

    static byte[] stylesheet(String topLevel, String body) {
        return ("<xsl:stylesheet version='3.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'"
                        + " xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:a='urn:org.grapevine:aggregation:1'"
                        + " exclude-result-prefixes='#all'>\n" + topLevel + "\n<xsl:template match='/a:Merge'>\n" + body
                        + "\n</xsl:template>\n</xsl:stylesheet>")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Sums values, and is not like any other one of another number. */
    static byte[] sum(int number) {
        return stylesheet("<!-- " + number + " -->", "<r><xsl:value-of select='sum(*/*/xs:decimal(.))'/></r>");
    }

    /** The compiler works this out by itself, which takes long and no memory to speak of. */
    static byte[] compilerThatNeverReturns() {
        return stylesheet("", "<r><xsl:value-of select='(1 to 2000000000) = (3000000000, 3000000001)'/></r>");
    }

    static byte[] compilerThatNeedsAllMemory() {
        return stylesheet("", "<r><xsl:value-of select='unordered(1 to 2000000000)'/></r>");
    }

    static Payload payload(String xml) {
        return new EncodedPayload(xml.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Payload payload) {
        return new String(((EncodedPayload) payload).bytes(), StandardCharsets.UTF_8);
    }

    static String merge(AggregationFunction function, String... answers) throws AggregationException {
        List<Partial> partials = new ArrayList<>();
        for (String answer : answers) {
            partials.add(new Partial(payload(answer), 1));
        }
        return text(function.merge(Optional.empty(), partials).orElseThrow());
    }

    static SandboxLimits patient() {
        return new SandboxLimits(1, 64, PATIENT_MILLIS, PATIENT_MILLIS, 32, PATIENT_MILLIS, 10_000, 60_000, 1_000);
    }

    /** One that kills after a while. */
    static SandboxLimits killingAfter(int millis) {
        return new SandboxLimits(1, 64, PATIENT_MILLIS, millis, 32, PATIENT_MILLIS, 10_000, 60_000, 1_000);
    }

    static SmallJvmPool pool(SandboxLimits limits) throws AggregationException {
        return SmallJvmPool.start(limits, AggregationLimits.defaults(), RunLimits.defaults());
    }

    static StrangerFunctions functions(SmallJvmPool pool) {
        return StrangerFunctions.sandboxed(List.of(), AggregationLimits.defaults(), RunLimits.defaults(), pool);
    }
}
