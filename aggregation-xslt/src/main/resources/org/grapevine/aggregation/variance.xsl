<?xml version="1.0" encoding="UTF-8"?>
<!--
  variance: how far the answers' values are spread, as the mean of the squares of their distances from their mean.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. It is an xs:decimal of at most 64 characters, with any white space around it, and all
  arithmetic is exact, however many devices there are.

  The partial is <a:Variance count="3" sum="6" squares="14"><a:Form>..</a:Form></a:Variance>: the sum of the values and the
  sum of their squares, both exact, so that nothing is lost when one is taken from the other. Its count must be that of its
  contributors. a:Form holds the form of the answers: an answer without its value. Partials merge in any order and grouping to
  the very same one.

  The answer is (squares - sum * sum / count) / count, or with of=sample divided by count - 1, which takes two values at
  least; rounded to so many digits after the point, halves upwards. It has the name of the answers, which must be the same for
  all, and those of their attributes that are the same in all. Its value stands where the answers have theirs: in a child if
  one of them has such a child, else in an attribute if one of them has such an attribute, else in its text. What else an
  answer holds is left out.

  Parameters: of, population (unless given) or sample; digits, 0 to 18 digits after the point; 12 unless given.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="of" select="'population'"/>
  <xsl:param name="digits" select="'12'"/>

  <xsl:variable name="own" select="/a:Merge/a:Own/*"/>
  <xsl:variable name="partials" select="/a:Merge/a:Partial/a:Variance"/>
  <xsl:variable name="whole" select="/a:Variance"/>
  <xsl:variable name="answers" select="$own, $partials/a:Form/*, $whole/a:Form/*"/>
  <xsl:variable name="values" select="$own/(*[local-name() eq 'value'], @value, .)[1]"/>
  <!-- What the last digit of the answer counts. -->
  <xsl:variable name="unit" select="xs:decimal(if ($digits eq '0') then '1'
      else concat('0.', substring('00000000000000000', 1, xs:integer($digits) - 1), '1'))"/>

  <xsl:variable name="less" select="if ($of eq 'sample') then 1 else 0"/>

  <xsl:variable name="result" select="$whole/(
      ((2 * max((0, xs:integer(@count) * xs:decimal(@squares) - xs:decimal(@sum) * xs:decimal(@sum))))
        idiv (xs:integer(@count) * (xs:integer(@count) - $less) * $unit) + 1) idiv 2 * $unit)"/>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Variance and @count eq ../@contributors
        and string-length(@sum) le 160 and @sum castable as xs:decimal
        and string-length(@squares) le 320 and @squares castable as xs:decimal and count(a:Form) eq 1
            and count(a:Form/*) eq 1)])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Variance with its contributors as count, a decimal sum and squares, and one a:Form)</xsl:message>
    </xsl:for-each>
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values($answers/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values($answers/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:for-each select="$values[not(string-length() le 64 and . castable as xs:decimal)][1]">
      <xsl:message terminate="yes">value: <xsl:value-of
          select="substring(normalize-space(), 1, 40)"/> (expected: a decimal number of at most 64 characters)</xsl:message>
    </xsl:for-each>
    <a:Variance count="{count($own) + sum($partials/xs:integer(@count))}" sum="{sum(($values, $partials/@sum)/xs:decimal(.))}"
        squares="{sum(($values/(xs:decimal(.) * xs:decimal(.)), $partials/xs:decimal(@squares)))}">
      <a:Form>
        <xsl:apply-templates select="$answers[1]" mode="answer"/>
      </a:Form>
    </a:Variance>
  </xsl:template>

  <xsl:template match="/a:Variance[string-length(@count) le 10 and not(translate(@count, '0123456789', ''))
      and number(@count) ge 1
      and string-length(@sum) le 160 and @sum castable as xs:decimal and string-length(@squares) le 320
          and @squares castable as xs:decimal
      and count(a:Form) eq 1 and count(a:Form/*) eq 1]" mode="a:finish">
    <xsl:if test="xs:integer(@count) eq $less">
      <xsl:message terminate="yes">count: 1 (expected: at least 2 values for of=sample)</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="$answers[1]" mode="answer"/>
  </xsl:template>

  <xsl:template match="*" mode="a:finish">
    <xsl:message terminate="yes">partial: <xsl:value-of
        select="name()"/> (expected: a:Variance with its contributors as count, a decimal sum and squares, and one a:Form)</xsl:message>
  </xsl:template>

  <!-- The first answer stands for all of them. -->
  <xsl:template match="*" mode="answer">
    <xsl:copy copy-namespaces="no">
      <xsl:for-each select="@*[name() ne 'value']">
        <xsl:sort select="namespace-uri()"/>
        <xsl:sort select="local-name()"/>
        <xsl:variable name="one" select="."/>
        <xsl:if test="count($answers/@*[node-name() eq node-name($one) and string() eq string($one)]) eq count($answers)">
          <xsl:copy/>
        </xsl:if>
      </xsl:for-each>
      <xsl:choose>
        <xsl:when test="$answers/*[local-name() eq 'value']">
          <xsl:for-each select="($answers/*[local-name() eq 'value'])[1]">
            <xsl:copy copy-namespaces="no">
              <xsl:value-of select="$result"/>
            </xsl:copy>
          </xsl:for-each>
        </xsl:when>
        <xsl:when test="$answers/@value">
          <xsl:attribute name="value" select="$result"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:value-of select="$result"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:copy>
  </xsl:template>

</xsl:stylesheet>
