package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.grapevine.core.reply.AggregationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionLibraryTest {

    private final FunctionLibrary library = FunctionLibrary.standard();

    @Test
    void findsAFunctionByNameAndByTheHashOfItsText() throws Exception {
        ListedFunction sum = library.resolve("sum");
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sum.text()));
        assertThat(sum.uri()).isEqualTo("urn:sha256:" + hash);
        assertThat(library.resolve(sum.uri())).isSameAs(sum);
        assertThat(library.names())
                .containsExactly(
                        "sum-by-key",
                        "sum",
                        "count",
                        "min",
                        "max",
                        "mean",
                        "range",
                        "variance",
                        "histogram",
                        "quantile",
                        "top-k",
                        "distinct",
                        "collect");
    }

    @Test
    void refusesAFunctionThatIsNotOnTheList() {
        String unknown = "urn:sha256:" + "0".repeat(64);
        assertThatThrownBy(() -> library.resolve(unknown))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith(
                        "function " + unknown + ": not on this device's list (expected: one of sum-by-key, sum");
        assertThatThrownBy(() -> library.resolve("median")).hasMessageContaining("not on this device's list");
    }

    @Test
    void allowsAMakersOwn() throws AggregationException {
        byte[] text = Answers.stylesheet("", "<out/>");
        XsltAggregation own = library.allow(text, "own.xsl");
        assertThat(library.resolve("own.xsl")).isSameAs(own);
        assertThat(library.resolve(own.uri())).isSameAs(own);
        assertThat(library.allow(text, "own.xsl")).isSameAs(own);
        assertThat(library.allow(text, "alias.xsl")).isSameAs(own);
        text[0] = 'x';
        assertThat(own.text()).as("a copy of its own").isNotEqualTo(text);
    }

    @Test
    void refusesASecondTextOfTheSameName() throws AggregationException {
        library.allow(Answers.stylesheet("", "<one/>"), "own.xsl");
        assertThatThrownBy(() -> library.allow(Answers.stylesheet("", "<two/>"), "own.xsl"))
                .hasMessage("function own.xsl: a second stylesheet of that name (expected: another name)");
    }

    @Test
    void saysWhatIsWrongWithAStylesheetWhenItIsListed() {
        assertThatThrownBy(() -> library.allow(Answers.stylesheet("", "\n<xsl:value-of select='1 +'/>"), "own.xsl"))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("own.xsl: line 5: ");
        assertThatThrownBy(() -> library.resolve("own.xsl")).isInstanceOf(AggregationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "urn:sha256:00", "a b", "../x", "a\n"})
    void refusesNamesThatCouldBeSomethingElse(String name) {
        assertThatThrownBy(() -> library.allow("<x/>".getBytes(StandardCharsets.UTF_8), name))
                .hasMessageStartingWith("function name: ");
    }

    @Test
    void keepsABoundedNumber() throws AggregationException {
        FunctionLibrary full = FunctionLibrary.standard(new AggregationLimits(32 << 10, 1000, 1000, 14, 1000, 1000));
        full.allow(Answers.stylesheet("", "<one/>"), "one.xsl");
        assertThatThrownBy(() -> full.allow(Answers.stylesheet("", "<two/>"), "two.xsl"))
                .hasMessage("function two.xsl: over 14 functions on this device's list (expected: at most 14)");
    }
}
