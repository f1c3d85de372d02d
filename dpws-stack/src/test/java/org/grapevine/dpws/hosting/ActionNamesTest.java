package org.grapevine.dpws.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import javax.xml.namespace.QName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WS-Addressing 1.0 - Metadata, 4.4.4: default action pattern for WSDL 1.1. */
class ActionNamesTest {

    @ParameterizedTest
    @CsvSource({
        "http://example.org/quotes, http://example.org/quotes/StockQuote/GetPrice",
        "http://example.org/quotes/, http://example.org/quotes/StockQuote/GetPrice",
        "urn:example:quotes, urn:example:quotes:StockQuote:GetPrice",
        "URN:example:quotes, URN:example:quotes:StockQuote:GetPrice",
        "urn:example:quotes:, urn:example:quotes:StockQuote:GetPrice"
    })
    void joinsNamespacePortTypeAndMessage(String namespace, String action) {
        assertThat(ActionNames.byPattern(new QName(namespace, "StockQuote"), "GetPrice"))
                .isEqualTo(action);
    }
}
