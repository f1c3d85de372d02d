package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.sandbox.SmallJvmPool;
import org.grapevine.aggregation.sandbox.StrangerFunctions;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.grid.energy.EnergyNeedsService;
import org.junit.jupiter.api.Test;

class XsltAggregationsTest {

    private final XsltAggregations aggregations = new XsltAggregations(FunctionLibrary.standard());

    @Test
    void aMakersStylesheetIsKnownByItsHashOnceItIsDeployed() throws AggregationException {
        String uri = aggregations.uriOf("sum-by-period.xsl", EnergyNeedsService.class);

        assertThat(uri).matches("urn:sha256:[0-9a-f]{64}");
        assertThat(aggregations.byUri(uri)).isNotNull();
        assertThat(aggregations.uriOf("sum-by-period.xsl", EnergyNeedsService.class))
                .isEqualTo(uri);
    }

    @Test
    void theLibrarysFunctionsAreKnownByName() throws AggregationException {
        assertThat(aggregations.byUri(aggregations.uriOf("sum-by-key", EnergyNeedsService.class)))
                .isNotNull();
    }

    @Test
    void parametersStayBesideTheHash() throws AggregationException {
        String uri = aggregations.uriOf("top-k?k=5", EnergyNeedsService.class);

        assertThat(uri).matches("urn:sha256:[0-9a-f]{64}\\?=k=5");
        assertThat(aggregations.byUri(uri)).isNotNull();
        assertThat(aggregations.isKnown(uri)).isTrue();
    }

    @Test
    void theTextOfWhatIsOnTheListIsHandedOn() throws AggregationException {
        String uri = aggregations.uriOf("sum-by-period.xsl", EnergyNeedsService.class);

        assertThat(aggregations.text(uri + "?=k=5").orElseThrow().uri()).isEqualTo(uri);
        assertThat(aggregations.text("urn:sha256:" + "00".repeat(32))).isEmpty();
    }

    @Test
    void strangersAreNotTakenUnlessTheHostSaysSo() {
        assertThat(aggregations.takesStrangers()).isFalse();
        assertThat(aggregations.isKnown("urn:sha256:" + "00".repeat(32))).isFalse();
        assertThat(aggregations.isKnown("sum")).isFalse();
        assertThatThrownBy(() -> aggregations.admit(StylesheetText.unsigned("<x/>".getBytes(UTF_8))))
                .isInstanceOf(AggregationException.class)
                .hasMessageContaining("not on this host's list");
    }

    @Test
    void whatAHostAdmitsRunsInASmallJvmThatEndsWithIt() throws Exception {
        SmallJvmPool pool = SmallJvmPool.start();
        byte[] count =
                """
                <xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                    xmlns:a="urn:org.grapevine:aggregation:1">
                  <xsl:template match="a:Merge"><n><xsl:value-of select="count(*)"/></n></xsl:template>
                </xsl:stylesheet>"""
                        .getBytes(UTF_8);
        StylesheetText text = StylesheetText.unsigned(count);
        AggregationFunction function;
        Payload answer = new EncodedPayload("<x/>".getBytes(UTF_8));
        try (XsltAggregations open = new XsltAggregations(
                FunctionLibrary.standard(),
                StrangerFunctions.sandboxed(List.of(), AggregationLimits.defaults(), RunLimits.defaults(), pool),
                Optional.of(pool))) {
            assertThat(open.takesStrangers()).isTrue();
            open.admit(text);

            function = open.byUri(text.uri());
            assertThat(open.text(text.uri())).contains(text);
            Payload merged = function.merge(Optional.of(answer), List.of()).orElseThrow();
            assertThat(new String(((EncodedPayload) merged).bytes(), UTF_8)).contains(">1</n>");
        }
        assertThatThrownBy(() -> function.merge(Optional.of(answer), List.of()))
                .isInstanceOf(AggregationException.class);
    }

    @Test
    void whatIsNotOnTheListIsRefused() {
        assertThatThrownBy(() -> aggregations.byUri("urn:sha256:" + "00".repeat(32)))
                .isInstanceOf(AggregationException.class)
                .hasMessageContaining("list");
        assertThatThrownBy(() -> aggregations.uriOf("none.xsl", EnergyNeedsService.class))
                .hasMessage("none.xsl: not found (expected: a resource in the package of "
                        + EnergyNeedsService.class.getName() + ")");
    }
}
