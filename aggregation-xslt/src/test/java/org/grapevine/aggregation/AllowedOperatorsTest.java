package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.Stream;
import org.grapevine.core.reply.AggregationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers' stylesheets may consist of, once they are compiled. */
class AllowedOperatorsTest {

    private final StrangerStylesheets strangers =
            new StrangerStylesheets(AggregationLimits.defaults(), RunLimits.defaults());

    private static byte[] select(String expression) {
        return Answers.stylesheet("", "<out><xsl:value-of select=\"" + expression + "\"/></out>");
    }

    private void refused(byte[] stylesheet, int line, String construct, String instead) {
        assertThatThrownBy(() -> strangers.function("f.xsl", stylesheet))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("f.xsl:" + line + ": ")
                .hasMessageContaining(construct + ": not allowed (")
                .hasMessageContaining(instead);
    }

    @Nested
    class Allow {

        static Stream<XsltAggregation> standardFunctions() throws AggregationException {
            FunctionLibrary library = FunctionLibrary.standard();
            Stream.Builder<XsltAggregation> functions = Stream.builder();
            for (String name : library.names()) {
                functions.add(library.allow(library.resolve(name).text(), name));
            }
            return functions.build();
        }

        @ParameterizedTest
        @MethodSource("standardFunctions")
        void theStandardFunctions(XsltAggregation function) throws AggregationException {
            assertThat(strangers.findings(function.name(), function.text())).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "sum(*/*/xs:decimal(value)) div count(*/*)",
                    "sum(for $answer in */* return xs:decimal($answer/value) * xs:decimal($answer/@weight))",
                    "if (every $value in */* satisfies $value castable as xs:decimal) then min(*/*/xs:decimal(.)) else 0",
                    "round-half-to-even(avg(*/*/xs:decimal(.)), 6), format-number(3.5, '0.00')",
                    "distinct-values(*/*/@key)[position() le 3], string-join(sort(*/*/@key), ' ')",
                    "(*/* except (*/*)[1])/@key | */*/@name",
                    "let $all := */* return ($all[last()], $all[1] is $all[2], $all >> $all[3])",
                    "for $bin in 1 to 20 return count(*/*[xs:decimal(.) idiv 10 eq $bin])",
                    "xs:dateTime((*/*)[1]/@at) - xs:dayTimeDuration('PT15M')",
                    "tokenize((*/*)[1]/@list), substring-before(string(*[1]), ','), upper-case('x')",
                    "math:sqrt(4), math:pow(2, 10)",
                    "*/*[@key = 'a'] ! string(.)"
                })
        void whatAnAggregationNeeds(String expression) throws AggregationException {
            byte[] stylesheet = Answers.stylesheet(
                    "",
                    "<out xmlns:math='http://www.w3.org/2005/xpath-functions/math'><xsl:value-of select=\"" + expression
                            + "\"/></out>");
            assertThat(strangers.findings("f.xsl", stylesheet)).isEmpty();
        }

        @Test
        void instructionsOfAllKinds() throws AggregationException {
            byte[] stylesheet = Answers.stylesheet(
                    """
                    <xsl:param name='k' as='xs:integer' select='5'/>
                    <xsl:variable name='answers' select='/a:Merge/*/*'/>
                    <xsl:variable name='tree'><t><u>3</u></t></xsl:variable>
                    <xsl:key name='by-key' match='e | f[1]' use='@key, string(.)'/>
                    <xsl:mode on-no-match='shallow-copy'/>
                    <xsl:accumulator name='total' initial-value='0' as='xs:decimal'>
                      <xsl:accumulator-rule match='value' select='$value + xs:decimal(.)'/>
                    </xsl:accumulator>
                    <xsl:template match='e' mode='inner'><xsl:param name='n'/><xsl:value-of select='$n'/></xsl:template>
                    """,
                    """
                    <out a='{$k + 1}'>
                      <xsl:attribute name='b' select='$answers/@x, 5' separator='-'/>
                      <xsl:for-each select='$answers'>
                        <xsl:sort select='xs:decimal(value)' order='descending'/>
                        <xsl:if test='position() le $k'><xsl:copy-of select='.' copy-namespaces='no'/></xsl:if>
                      </xsl:for-each>
                      <xsl:for-each-group select='$answers' group-by='@key'>
                        <g k='{current-grouping-key()}'><xsl:value-of select='count(current-group())'/></g>
                      </xsl:for-each-group>
                      <xsl:for-each-group select='$answers' group-adjacent='@x'><xsl:copy/></xsl:for-each-group>
                      <xsl:iterate select='$answers'>
                        <xsl:param name='sum' as='xs:decimal' select='0'/>
                        <xsl:on-completion><total><xsl:value-of select='$sum'/></total></xsl:on-completion>
                        <xsl:choose>
                          <xsl:when test='$sum gt 100'><xsl:break/></xsl:when>
                          <xsl:otherwise>
                            <xsl:next-iteration><xsl:with-param name='sum' select='$sum + 1'/></xsl:next-iteration>
                          </xsl:otherwise>
                        </xsl:choose>
                      </xsl:iterate>
                      <xsl:where-populated><w><xsl:value-of select='$tree/t/u'/></w></xsl:where-populated>
                      <xsl:apply-templates select='key("by-key", "x")' mode='inner'>
                        <xsl:with-param name='n' select='accumulator-after("total")'/>
                      </xsl:apply-templates>
                      <xsl:element name='{name()}'><xsl:next-match/></xsl:element>
                      <xsl:message terminate='{if ($k gt 9) then "yes" else "no"}'>over</xsl:message>
                    </out>
                    """);
            assertThat(strangers.findings("f.xsl", stylesheet)).isEmpty();
        }
    }

    @Nested
    class RefuseInExpressions {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "count(1 to 1000000000) + count(*)             | the range of numbers 1 to 1000000000 | loop over the answers",
                    "for $x in 1 to count(*) return $x             | a range of numbers (to) with a computed end | loop over the answers",
                    "for $x in */*, $y in */* return $x + $y       | a 'for' inside of another one        | xsl:key",
                    "fold-left(*/*, 0, function($a, $b) {$a + $b}) | the function fold-left()             | xsl:iterate",
                    "let $f := function($x) {$x} return $f(count(*)) | a call of a function item          | xsl:for-each",
                    "for-each(*/*, string#1)                       | the function for-each()              | xsl:for-each",
                    "filter(*/*, boolean#1)                        | the function filter()                | xsl:for-each",
                    "map{'a': count(*)}?a                          | a lookup (?)                                | xsl:key",
                    "[count(*), 2](1)                              | array:get()                          | xsl:key",
                    "map:size(map:merge(*/* ! map:entry(string(.), 1))) | the function map:size()         | use elements",
                    "matches(*[1], '^(a+)+$')                      | the function matches()               | contains",
                    "replace(*[1], 'a', 'b')                       | the function replace()               | translate",
                    "tokenize(*[1], ',')                           | the function tokenize()              | tokenize with one argument",
                    "serialize(*)                                  | the function serialize()             | xsl:copy-of",
                    "generate-id(.)                                | the function generate-id()           | differs from device to device",
                    "current-dateTime()                            | the function current-dateTime()      | differs from device to device",
                    "trace(count(*))                               | the function trace()                 | nobody reads it",
                    "//* = //@*                                    | a comparison of two sequences        | xsl:key"
                })
        void whatRunsAwayOrDiffers(String expression, String construct, String instead) {
            refused(select(expression), 4, construct, instead);
        }
    }

    @Nested
    class RefuseInStylesheets {

        @Test
        void functionsThatMightCallThemselves() {
            byte[] recursive = Answers.stylesheet(
                    "<xsl:function name='a:f'><xsl:param name='n'/>\n<xsl:sequence select='if ($n = 0) then 0 else a:f($n - 1)'/>"
                            + "</xsl:function>",
                    "<out><xsl:value-of select='a:f(count(*))'/></out>");
            refused(recursive, 2, "xsl:function or an inline function", "a template in a mode of its own");
        }

        @Test
        void namedTemplatesThatMightCallThemselves() {
            byte[] recursive = Answers.stylesheet(
                    "<xsl:template name='t'><xsl:call-template name='t'/></xsl:template>",
                    "<xsl:call-template name='t'/>");
            refused(recursive, 2, "a named template", "apply templates to the nodes below");
        }

        @Test
        void numbering() {
            refused(Answers.stylesheet("", "<out><xsl:number level='any'/></out>"), 4, "xsl:number", "position()");
        }

        @Test
        void mapsBuiltInLoops() {
            refused(
                    Answers.stylesheet(
                            "",
                            "<xsl:variable name='m' as='map(*)'><xsl:map><xsl:for-each select='*/*'>"
                                    + "<xsl:map-entry key='string(.)' select='1'/></xsl:for-each></xsl:map></xsl:variable>"
                                    + "<out n='{map:size($m)}'/>"),
                    4,
                    "map:size()",
                    "use elements");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<xsl:key name='k' match='*' use='for $x in 1 to 1000000000 return $x'/>",
                    "<xsl:key name='k' match='*[count((1 to 1000000000)[. mod 7 = 3]) gt 3]' use='.'/>",
                    "<xsl:variable name='v' select='count((1 to 1000000000)[. mod 7 = 3])'/>",
                    "<xsl:param name='v' select='count((1 to 1000000000)[. mod 7 = 3])'/>",
                    "<xsl:template match='r[count((1 to 1000000000)[. mod 7 = 3]) gt 3]'><x/></xsl:template>",
                    "<xsl:accumulator name='c' initial-value='0'><xsl:accumulator-rule match='*'"
                            + " select='$value + count((1 to 1000000000)[. mod 7 = 3])'/></xsl:accumulator>"
                })
        void whereverTheyStand(String declaration) {
            // Code that nobody uses is not compiled, and cannot run.
            String use = declaration.contains("xsl:key")
                    ? "<xsl:value-of select=\"key('k', 'x')\"/>"
                    : declaration.contains("'v'") ? "<xsl:value-of select='$v'/>" : "";
            byte[] stylesheet = Answers.stylesheet(
                    declaration + "<xsl:mode use-accumulators='#all'/>",
                    "<out>" + use + "<xsl:apply-templates/></out>");
            refused(stylesheet, 2, "the range of numbers 1 to 1000000000", "loop over the answers");
        }
    }

    @Test
    void allFindingsAreToldByLines() throws AggregationException {
        byte[] stylesheet = Answers.stylesheet(
                "",
                "<out><xsl:value-of select=\"matches(string(*[1]), 'a')\"/>\n<xsl:value-of select='trace(1, string(.))'/></out>");
        assertThat(strangers.findings("f.xsl", stylesheet))
                .extracting(StylesheetFinding::line, StylesheetFinding::construct)
                .containsExactly(tuple(4, "the function matches()"), tuple(5, "the function trace()"));
        assertThat(strangers.findings("f.xsl", stylesheet).get(1))
                .hasToString("5: the function trace(): not allowed (leave it out: nobody reads it)");
    }

    @Test
    void theSourceIsLookedAtFirst() throws AggregationException {
        List<StylesheetFinding> findings = strangers.findings(
                "f.xsl",
                Answers.stylesheet(
                        "<xsl:import href='x'/>\n<xsl:variable name='v' static='yes' select='1'/>",
                        "<out><xsl:value-of select='trace(1)'/></out>"));
        assertThat(findings)
                .containsExactly(
                        new StylesheetFinding(
                                2, "xsl:import", "copy the templates into this stylesheet: it travels alone"),
                        new StylesheetFinding(3, "static", "leave it out: it runs in the compiler"));
    }

    @Test
    void aHostsOwnListIsItsOwnAffair() throws AggregationException {
        byte[] stylesheet = select("count((1 to 5000)[. mod 7 eq 3])");
        assertThat(Answers.merge(FunctionLibrary.standard().allow(stylesheet, "own.xsl"), "<r/>"))
                .isEqualTo("<out>714</out>");
        refused(stylesheet, 4, "the range of numbers 1 to 5000", "loop over the answers");
    }
}
