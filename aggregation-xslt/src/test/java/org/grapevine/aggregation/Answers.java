package org.grapevine.aggregation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;

/** Payloads and stylesheets for tests. */
final class Answers {

    private Answers() {}

    static Payload payload(String xml) {
        return new EncodedPayload(xml.getBytes(StandardCharsets.UTF_8));
    }

    static Partial partial(String xml, int contributors) {
        return new Partial(payload(xml), contributors);
    }

    static String text(Payload payload) {
        return new String(((EncodedPayload) payload).bytes(), StandardCharsets.UTF_8);
    }

    /** Merges an own answer with answers of leaves. */
    static String merge(AggregationFunction function, String own, String... leaves) throws AggregationException {
        List<Partial> partials =
                List.of(leaves).stream().map(leaf -> partial(leaf, 1)).toList();
        return text(function.merge(Optional.of(payload(own)), partials).orElseThrow());
    }

    /** A stylesheet with a template for a:Merge. */
    static byte[] stylesheet(String topLevel, String body) {
        return ("<xsl:stylesheet version='3.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'"
                        + " xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:a='urn:org.grapevine:aggregation:1'"
                        + " xmlns:map='http://www.w3.org/2005/xpath-functions/map' exclude-result-prefixes='#all'>\n"
                        + topLevel + "\n<xsl:template match='/a:Merge'>\n" + body
                        + "\n</xsl:template>\n</xsl:stylesheet>")
                .getBytes(StandardCharsets.UTF_8);
    }
}
