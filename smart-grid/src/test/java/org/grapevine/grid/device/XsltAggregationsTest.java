package org.grapevine.grid.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.reply.AggregationException;
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
    void whatIsNotOnTheListIsRefused() {
        assertThatThrownBy(() -> aggregations.byUri("urn:sha256:" + "00".repeat(32)))
                .isInstanceOf(AggregationException.class)
                .hasMessageContaining("list");
        assertThatThrownBy(() -> aggregations.uriOf("none.xsl", EnergyNeedsService.class))
                .hasMessage("none.xsl: not found (expected: a resource in the package of "
                        + EnergyNeedsService.class.getName() + ")");
    }
}
