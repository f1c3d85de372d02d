package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.grapevine.core.reply.AggregationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

    @ParameterizedTest
    @EnumSource(FunctionLibrary.Form.class)
    void resolvesInTheFormThatItWasMadeFor(FunctionLibrary.Form form) throws AggregationException {
        FunctionLibrary one = FunctionLibrary.standard(AggregationLimits.defaults(), form);
        ListedFunction top = one.resolve("top-k?k=5");
        assertThat(top.form()).isEqualTo(form);
        assertThat(top.name()).isEqualTo("top-k");
        assertThat(one.allow(Answers.stylesheet("", "<out/>"), "own.xsl").form())
                .isEqualTo(FunctionLibrary.Form.XSLT);
    }

    @Test
    void bothFormsAreKnownByTheSameHash() throws AggregationException {
        FunctionLibrary xslt = FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.XSLT);
        assertThat(library.names()).isEqualTo(xslt.names());
        for (String name : library.names()) {
            assertThat(library.resolve(name).uri()).isEqualTo(xslt.resolve(name).uri());
            assertThat(library.resolve(name).text())
                    .isEqualTo(xslt.resolve(name).text());
        }
    }

    @Test
    void aCopyOfAStandardStylesheetRunsNativelyWhenItIsResolved() throws AggregationException {
        byte[] text = library.resolve("sum").text();
        assertThat(library.allow(text, "my-sum.xsl").uri())
                .isEqualTo(library.resolve("sum").uri());
        assertThat(library.resolve("my-sum.xsl").form()).isEqualTo(FunctionLibrary.Form.NATIVE);
    }

    @Nested
    class Parameters {

        @Test
        void areKeptInTheReferenceAndNotInTheHash() throws AggregationException {
            ListedFunction top = library.resolve("top-k?k=5&by=min");
            assertThat(top.uri()).isEqualTo(library.resolve("top-k").uri());
            assertThat(top.reference()).isEqualTo(top.uri() + "?=by=min&k=5");
            assertThat(library.resolve(top.reference()).reference()).isEqualTo(top.reference());
            assertThat(library.resolve("top-k").reference()).isEqualTo(top.uri());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '#',
                value = {
                    "sum?k=1 # sum: parameter k (expected: none)",
                    "top-k?n=1 # top-k: parameter n (expected: k, by)",
                    "top-k?k=0 # top-k: k: 0 (expected: 1..1000)",
                    "top-k?k=1001 # top-k: k: 1001 (expected: 1..1000)",
                    "top-k?k=05 # top-k: k: 05 (expected: 1..1000)",
                    "top-k?by=mean # top-k: by: mean (expected: max or min)",
                    "mean?digits=19 # mean: digits: 19 (expected: 0..18)",
                    "variance?of=all # variance: of: all (expected: population or sample)",
                    "quantile?q=1.5 # quantile: q: 1.5 (expected: 0..1, as in 0.95)",
                    "quantile?q=-0.5 # quantile: q: -0.5 (expected: 0..1, as in 0.95)",
                    "quantile?digits=5 # quantile: digits: 5 (expected: 1..4)",
                    "histogram?bounds=1,1 # histogram: bounds: 1,1 (expected: 1 to 32 decimals that grow, with commas between them)",
                    "histogram?bounds=1,,2 # histogram: bounds: 1,,2 (expected: 1 to 32 decimals that grow, with commas between them)",
                    "distinct?limit=0 # distinct: limit: 0 (expected: 1..1000)",
                    "collect?limit=5000 # collect: limit: 5000 (expected: 1..1000)"
                })
        void areRefusedAtOnceInBothForms(String reference, String message) {
            for (FunctionLibrary.Form form : FunctionLibrary.Form.values()) {
                FunctionLibrary one = FunctionLibrary.standard(AggregationLimits.defaults(), form);
                assertThatThrownBy(() -> one.resolve(reference))
                        .isInstanceOf(AggregationException.class)
                        .hasMessage(message);
            }
        }

        @Test
        void ofAMakersStylesheetAreStringsAndThoseThatItDeclares() throws AggregationException {
            library.allow(
                    Answers.stylesheet(
                            "<xsl:param name='factor' select=\"'1'\"/><xsl:param name='unit' select=\"'W'\"/>",
                            "<out unit='{$unit}'><xsl:value-of select='xs:decimal($factor) * xs:decimal(*/*)'/></out>"),
                    "scaled.xsl");
            assertThat(Answers.merge(library.resolve("scaled.xsl?factor=2.5"), "<r>3</r>"))
                    .isEqualTo("<out unit=\"W\">7.5</out>");
            assertThat(Answers.merge(library.resolve("scaled.xsl?factor=2&unit=kW"), "<r>3</r>"))
                    .isEqualTo("<out unit=\"kW\">6</out>");
            assertThat(Answers.merge(library.resolve("scaled.xsl"), "<r>3</r>")).isEqualTo("<out unit=\"W\">3</out>");
            assertThatThrownBy(() -> library.resolve("scaled.xsl?offset=1"))
                    .hasMessage("scaled.xsl: parameter offset (expected: factor, unit)");
            library.allow(Answers.stylesheet("", "<out/>"), "plain.xsl");
            assertThatThrownBy(() -> library.resolve("plain.xsl?k=1"))
                    .hasMessage("plain.xsl: parameter k (expected: none)");
        }

        @Test
        void ofAMakersStylesheetReachItsFinish() throws AggregationException {
            library.allow(
                    Answers.stylesheet(
                            "<xsl:param name='unit' select=\"'W'\"/>"
                                    + "<xsl:template match='*' mode='a:finish'><out unit='{$unit}'/></xsl:template>",
                            "<r/>"),
                    "finishing.xsl");
            assertThat(Answers.text(library.resolve("finishing.xsl?unit=A").finish(Answers.payload("<r/>"))))
                    .isEqualTo("<out unit=\"A\"/>");
        }
    }
}
