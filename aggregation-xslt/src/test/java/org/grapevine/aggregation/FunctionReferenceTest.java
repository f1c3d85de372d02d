package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.grapevine.core.reply.AggregationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionReferenceTest {

    private static final String HASH = "urn:sha256:" + "0123456789abcdef".repeat(4);

    @Test
    void carriesParametersBehindANameOrAHash() throws AggregationException {
        FunctionReference byName = FunctionReference.parse("top-k?k=5&by=min");
        assertThat(byName.function()).isEqualTo("top-k");
        assertThat(byName.parameters()).isEqualTo(Map.of("k", "5", "by", "min"));
        FunctionReference byHash = FunctionReference.parse(HASH + "?=k=5&by=min");
        assertThat(byHash.function()).isEqualTo(HASH);
        assertThat(byHash.parameters()).isEqualTo(byName.parameters());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum", "my/own.xsl", "urn:sha256:00"})
    void mayCarryNone(String text) throws AggregationException {
        assertThat(FunctionReference.parse(text).parameters()).isEmpty();
        assertThat(FunctionReference.parse(text)).hasToString(text);
    }

    @Test
    void isTheSameTextForTheSameParameters() throws AggregationException {
        assertThat(FunctionReference.parse("top-k?k=5&by=min")).hasToString("top-k?by=min&k=5");
        assertThat(FunctionReference.parse(HASH + "?=k=5&by=min")).hasToString(HASH + "?=by=min&k=5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '|',
            value = {
                "f? # f: parameter (expected: name=value, with & between parameters)",
                "f?k # f: parameter k (expected: name=value, with & between parameters)",
                "f?k=5& # f: parameter (expected: name=value, with & between parameters)",
                "f?k= # f: parameter k: (expected: 1 to 64 letters, digits, '.', '_', ',', ':', '+' and '-')",
                "f?k=<x> # f: parameter k: <x> (expected: 1 to 64 letters, digits, '.', '_', ',', ':', '+' and '-')",
                "f?k=a=b # f: parameter k: a=b (expected: 1 to 64 letters, digits, '.', '_', ',', ':', '+' and '-')",
                "f?k=%20 # f: parameter k: %20 (expected: 1 to 64 letters, digits, '.', '_', ',', ':', '+' and '-')",
                "f?5=k # f: parameter 5 (expected: a letter or _, then letters, digits, '.', '_' and '-'; at most 64 characters)",
                "f?p:k=1 # f: parameter p:k (expected: a letter or _, then letters, digits, '.', '_' and '-'; at most 64 characters)",
                "f?k=5&k=6 # f: parameter k: twice (expected: once)",
                "f?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1 # f: 9 parameters (expected: at most 8)"
            })
    void isRefused(String text, String message) {
        assertThatThrownBy(() -> FunctionReference.parse(text))
                .isInstanceOf(AggregationException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo(message);
    }

    @Test
    void isRefusedWithTooLongNamesAndValues() {
        String name = "n".repeat(65);
        assertThatThrownBy(() -> FunctionReference.parse("f?" + name + "=1"))
                .hasMessageStartingWith("f: parameter " + name);
        assertThatThrownBy(() -> FunctionReference.parse("f?k=" + "1".repeat(65)))
                .hasMessageStartingWith("f: parameter k: 1");
        assertThatThrownBy(() -> FunctionReference.parse("f".repeat(3000)))
                .hasMessage("function: 3000 characters (expected: at most 512)");
    }
}
