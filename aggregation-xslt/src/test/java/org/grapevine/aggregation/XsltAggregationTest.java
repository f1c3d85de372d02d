package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XsltAggregationTest {

    private final FunctionLibrary library =
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.XSLT);

    private XsltAggregation function(String topLevel, String body) throws AggregationException {
        return library.allow(Answers.stylesheet(topLevel, body), "f.xsl");
    }

    @Nested
    class Merge {

        @Test
        void givesTheStylesheetEveryAnswerInItsPlace() throws AggregationException {
            XsltAggregation function = function(
                    "",
                    "<out own='{a:Own/*}'><xsl:for-each select='a:Partial'><p n='{@contributors}'>"
                            + "<xsl:value-of select='*'/></p></xsl:for-each></out>");
            Optional<Payload> merged = function.merge(
                    Optional.of(Answers.payload("<?xml version='1.0'?>\n<!-- mine --><r>1</r>")),
                    List.of(Answers.partial("<r>2</r>", 12), Answers.partial("<q:r xmlns:q='urn:q'>\u00e9</q:r>", 1)));
            assertThat(Answers.text(merged.orElseThrow()))
                    .isEqualTo("<out own=\"1\"><p n=\"12\">2</p><p n=\"1\">\u00e9</p></out>");
        }

        @Test
        void ofNothingIsNothingAndRunsNothing() throws AggregationException {
            assertThat(library.resolve("sum").merge(Optional.empty(), List.of()))
                    .isEmpty();
            assertThat(library.stats()).isEqualTo(new AggregationStats(0, 0, 0, 0));
        }

        @Test
        void leavesTheDeviceOutIfThereIsNoOutput() throws AggregationException {
            XsltAggregation filter = function("", "<xsl:copy-of select='(*/*)[. > 5]' copy-namespaces='no'/>");
            assertThat(filter.merge(Optional.of(Answers.payload("<r>1</r>")), List.of()))
                    .isEmpty();
            assertThat(Answers.merge(filter, "<r>6</r>")).isEqualTo("<r>6</r>");
        }

        @ParameterizedTest
        @ValueSource(strings = {"<a1/><a2/>", "text", "<a1/>text", "<xsl:attribute name='x'>1</xsl:attribute>"})
        void refusesOutputThatIsNotOneElement(String body) throws AggregationException {
            XsltAggregation function = function("", body);
            assertThatThrownBy(() -> Answers.merge(function, "<r/>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageContaining("f.xsl");
        }

        @Test
        void keepsNamespacesOfTheAnswers() throws AggregationException {
            XsltAggregation copy = function("", "<xsl:copy-of select='*/*' copy-namespaces='no'/>");
            assertThat(Answers.merge(copy, "<r xmlns='urn:d' xmlns:p='urn:p' p:x='1'><e xmlns=''/></r>"))
                    .isEqualTo("<r xmlns=\"urn:d\" xmlns:p=\"urn:p\" p:x=\"1\"><e xmlns=\"\"/></r>");
        }
    }

    @Nested
    class Finish {

        @Test
        void passesThePartialUnchangedWithoutATemplateForIt() throws AggregationException {
            Payload partial = Answers.payload("<r>1</r>");
            assertThat(library.resolve("sum").finish(partial)).isSameAs(partial);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a:finish", "other a:finish", "Q{urn:org.grapevine:aggregation:1}finish"})
        void appliesTheTemplatesOfItsModeToThePartialsElement(String mode) throws AggregationException {
            XsltAggregation mean = function(
                    "<xsl:template match='/r' mode='" + mode + "'><mean><xsl:value-of select='@sum div @n'/></mean>"
                            + "</xsl:template>",
                    "<r sum='10' n='4'/>");
            Payload partial =
                    mean.merge(Optional.of(Answers.payload("<x/>")), List.of()).orElseThrow();
            assertThat(Answers.text(mean.finish(partial))).isEqualTo("<mean>2.5</mean>");
        }

        @Test
        void refusesToEndWithNothing() throws AggregationException {
            XsltAggregation nothing = function("<xsl:template match='r' mode='a:finish'/>", "<r/>");
            assertThatThrownBy(() -> nothing.finish(Answers.payload("<r/>")))
                    .hasMessage("f.xsl: no output in mode a:finish (expected: one element)");
        }
    }

    @Nested
    class HostileInput {

        private void refused(Payload payload, String message) throws AggregationException {
            ListedFunction sum = library.resolve("sum");
            Partial partial = new Partial(payload, 1);
            assertThatThrownBy(() -> sum.merge(Optional.empty(), List.of(partial)))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageContaining("partial 1 of 1: ")
                    .hasMessageContaining(message);
            assertThat(library.stats().refused()).isPositive();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "   ",
                    "1",
                    "<r>1</r><r>2</r>",
                    "<r>1</r>x",
                    "<r>1",
                    "</a:Partial><a:Own>",
                    "<r>\u0000</r>",
                    "<r>&#0;</r>",
                    "<r>&x;</r>",
                    "<p:r/>",
                    "<r a='1' a='2'/>",
                    "<!DOCTYPE r><r>1</r>",
                    "<!DOCTYPE r SYSTEM 'file:///etc/hostname'><r>1</r>",
                    "<!DOCTYPE r [<!ENTITY x '1'>]><r>&x;</r>",
                    "<?pi x?><r>1</r>",
                    "<?xml version='1.0' encoding='UTF-16'?><r>1</r>"
                })
        void isRefused(String text) throws AggregationException {
            refused(Answers.payload(text), "(expected: well-formed XML inside the limits)");
        }

        @Test
        void isRefusedIfItIsNotUtf8() throws AggregationException {
            refused(new EncodedPayload("<r>\u00e9</r>".getBytes(StandardCharsets.ISO_8859_1)), "well-formed");
            refused(new EncodedPayload("<r>1</r>".getBytes(StandardCharsets.UTF_16)), "well-formed");
        }

        @Test
        void isRefusedIfItIsHuge() throws AggregationException {
            refused(new EncodedPayload(new byte[10 << 20]), "10485760 bytes (expected: at most 262144)");
        }

        @Test
        void isRefusedIfItIsDeepOrWideOrFullOfNames() throws AggregationException {
            refused(Answers.payload("<r>".repeat(100) + "</r>".repeat(100)), "well-formed XML inside the limits");
            refused(Answers.payload("<r>" + "<e/>".repeat(10_000) + "</r>"), "well-formed XML inside the limits");
            refused(Answers.payload("<" + "r".repeat(1000) + "/>"), "1000 characters (expected: at most 256");
            StringBuilder names = new StringBuilder("<r>");
            for (int i = 0; i <= MergeDocument.MAX_NAMES; i++) {
                names.append("<n").append(i).append("/>");
            }
            refused(Answers.payload(names.append("</r>").toString()), "names: over 1000 different ones");
        }

        @Test
        void isRefusedIfAllPartialsTogetherAreTooMuch() throws AggregationException {
            List<Partial> partials = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                partials.add(Answers.partial("<r>" + "<e/>".repeat(5) + " ".repeat(30_000) + "</r>", 1));
            }
            AggregationLimits limits = new AggregationLimits(32 << 10, 100_000, 100_000, 64, 100, 1000);
            ListedFunction sum =
                    FunctionLibrary.standard(limits, FunctionLibrary.Form.XSLT).resolve("sum");
            assertThatThrownBy(() -> sum.merge(Optional.empty(), partials))
                    .hasMessageStartingWith("partial 4 of 6: over 100000 bytes with those before it");
        }

        @Test
        void isRefusedIfItIsNoXmlAtAll() throws AggregationException {
            refused(() -> 100, "(expected: an XML element as EncodedPayload)");
        }

        @Test
        void cannotLeaveItsPlace() throws AggregationException {
            XsltAggregation function = function("", "<out n='{count(a:Own)}' own='{a:Own/*/*/name()}'/>");
            String forged = "<r><a:Own xmlns:a='urn:org.grapevine:aggregation:1'><r>9</r></a:Own></r>";
            assertThat(Answers.text(function.merge(Optional.empty(), List.of(Answers.partial(forged, 1)))
                            .orElseThrow()))
                    .isEqualTo("<out n=\"0\" own=\"\"/>");
        }
    }

    @Test
    void outputIsBounded() throws AggregationException {
        XsltAggregation flood = function("", "<out><xsl:for-each select='1 to 1000000'><x/></xsl:for-each></out>");
        assertThatThrownBy(() -> Answers.merge(flood, "<r/>"))
                .hasMessage("f.xsl: over 262144 bytes of output (expected: at most 262144)");
    }

    @Nested
    class TheConfiguration {

        @Test
        void isReplacedAfterSoManyDocuments() throws AggregationException {
            FunctionLibrary few = FunctionLibrary.standard(
                    new AggregationLimits(32 << 10, 1000, 10_000, 64, 20, 1000), FunctionLibrary.Form.XSLT);
            ListedFunction sum = few.resolve("sum");
            for (int i = 0; i < 50; i++) {
                assertThat(Answers.merge(sum, "<r>1</r>", "<r>2</r>")).isEqualTo("<r>3</r>");
            }
            assertThat(few.stats()).isEqualTo(new AggregationStats(50, 0, 0, 5));
        }

        @Test
        void isReplacedWhenStrangersBringNames() throws AggregationException {
            FunctionLibrary few = FunctionLibrary.standard(
                    new AggregationLimits(32 << 10, 1000, 10_000, 64, 1_000_000, 100), FunctionLibrary.Form.XSLT);
            ListedFunction sum = few.resolve("sum");
            for (int i = 0; i < 250; i++) {
                assertThat(Answers.merge(sum, "<r" + i + ">1</r" + i + ">")).isEqualTo("<r" + i + ">1</r" + i + ">");
            }
            assertThat(few.stats().renewals()).isEqualTo(2);
        }

        @Test
        void countsNamesThatTheStylesheetMakes() throws AggregationException {
            FunctionLibrary few = FunctionLibrary.standard(
                    new AggregationLimits(32 << 10, 1000, 10_000, 64, 1_000_000, 100), FunctionLibrary.Form.XSLT);
            XsltAggregation naming = few.allow(Answers.stylesheet("", "<xsl:element name='{*/*}'/>"), "naming.xsl");
            for (int i = 0; i < 120; i++) {
                Answers.merge(naming, "<r>n" + i + "</r>");
            }
            assertThat(few.stats().renewals()).isEqualTo(1);
        }

        @Test
        void isReplacedWithoutStoppingMergesUnderWay() throws Exception {
            FunctionLibrary few = FunctionLibrary.standard(
                    new AggregationLimits(32 << 10, 1000, 10_000, 64, 3, 1000), FunctionLibrary.Form.XSLT);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Callable<String>> merges = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    String own = "<r><e key='k' value='" + i + "'/></r>";
                    merges.add(() -> Answers.merge(few.resolve("sum-by-key"), own, "<r><e key='k' value='1'/></r>"));
                }
                List<Future<String>> results = threads.invokeAll(merges);
                for (int i = 0; i < 60; i++) {
                    assertThat(results.get(i).get()).isEqualTo("<r><e key=\"k\" value=\"" + (i + 1) + "\"/></r>");
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(few.stats().renewals()).isPositive();
            assertThat(few.stats().runs()).isEqualTo(60);
        }
    }
}
