<?xml version="1.0" encoding="UTF-8"?>
<!--
  quantile: the value below which a share of the answers' values lies; the median unless another one is asked for.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. It is an xs:decimal of at most 64 characters, with any white space around it, and all
  arithmetic is exact, however many devices there are.

  The partial is a sketch: <a:Quantile count="3" digits="3"><a:Bucket value="230" count="2"/><a:Bucket value="231" count="1"/>
  <a:Form>..</a:Form></a:Quantile>. A value falls into the bucket of its first significant digits, the others made zero, so it
  is off by less than one part in 10 (2 digits), 100 (3), 1000 (4), always towards zero; values with no more digits are exact.
  Buckets are sorted by value. Over 1000 of them the sketch goes on with one digit less, for all of its values. Its count must
  be that of its contributors and of its buckets together. a:Form holds the form of the answers: an answer without its value.
  Partials merge in any order and grouping to the very same one.

  The answer is the bucket in which the value of rank q * count, rounded up, lies (of rank 1 for q=0). It has the name of the
  answers, which must be the same for all, and those of their attributes that are the same in all. Its value stands where the
  answers have theirs: in a child if one of them has such a child, else in an attribute if one of them has such an attribute,
  else in its text. What else an answer holds is left out. A sketch that has lost digits gives no answer, but says with which
  digits to ask.

  Parameters: q, the share, 0 to 1; 0.5 unless given. digits, 1 to 4 significant ones; 3 unless given.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="q" select="'0.5'"/>
  <xsl:param name="digits" select="'3'"/>

  <xsl:variable name="own" select="/a:Merge/a:Own/*"/>
  <xsl:variable name="partials" select="/a:Merge/a:Partial/a:Quantile"/>
  <xsl:variable name="whole" select="/a:Quantile"/>
  <xsl:variable name="answers" select="$own, $partials/a:Form/*, $whole/a:Form/*"/>
  <xsl:variable name="values" select="$own/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="zeros"
      select="'00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'"/>

  <xsl:variable name="result">
    <xsl:iterate select="$whole/a:Bucket">
      <xsl:param name="before" select="0"/>
      <xsl:choose>
        <xsl:when test="$before + xs:integer(@count) ge xs:decimal($q) * xs:integer(../@count)">
          <xsl:value-of select="xs:decimal(@value)"/>
          <xsl:break/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:next-iteration>
            <xsl:with-param name="before" select="$before + xs:integer(@count)"/>
          </xsl:next-iteration>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:iterate>
  </xsl:variable>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Quantile and @count eq ../@contributors and @digits = ('1', '2', '3', '4')
        and not(a:Bucket[not(string-length(@value) le 66 and @value castable as xs:decimal
            and string-length(@count) le 10 and not(translate(@count, '0123456789', '')) and number(@count) ge 1)])
        and sum(a:Bucket/number(@count)) eq number(@count) and count(a:Form) eq 1 and count(a:Form/*) eq 1)])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Quantile with its contributors as count, digits, buckets of so many values together, and one a:Form)</xsl:message>
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
    <xsl:apply-templates select="." mode="sketch">
      <xsl:with-param name="kept" select="min(($digits, $partials/@digits) ! xs:integer(.))"/>
    </xsl:apply-templates>
  </xsl:template>

  <xsl:template match="a:Merge" mode="sketch">
    <xsl:param name="kept"/>
    <xsl:variable name="buckets">
      <xsl:for-each-group select="$values, $partials/a:Bucket/@value" group-by="
          let $size := abs(xs:decimal(.)),
              $fraction := substring-after(string($size), '.'),
              $place := if ($size ge 1) then string-length(string($size idiv 1)) - $kept
                  else if ($size gt 0) then string-length(string(xs:integer($fraction))) - string-length($fraction) - $kept
                  else 0,
              $unit := xs:decimal(if ($place ge 0) then concat('1', substring($zeros, 1, $place))
                  else concat('0.', substring($zeros, 1, -$place - 1), '1'))
          return xs:decimal(.) - xs:decimal(.) mod $unit">
        <xsl:sort select="current-grouping-key()"/>
        <a:Bucket value="{current-grouping-key()}" count="{sum(current-group()/(
            if (parent::a:Bucket/parent::a:Quantile/parent::a:Partial) then xs:integer(../@count) else 1))}"/>
      </xsl:for-each-group>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="count($buckets/a:Bucket) gt 1000 and $kept gt 1">
        <xsl:apply-templates select="." mode="sketch">
          <xsl:with-param name="kept" select="$kept - 1"/>
        </xsl:apply-templates>
      </xsl:when>
      <xsl:otherwise>
        <a:Quantile count="{count($own) + sum($partials/xs:integer(@count))}" digits="{$kept}">
          <xsl:copy-of select="$buckets"/>
          <a:Form>
            <xsl:apply-templates select="$answers[1]" mode="answer"/>
          </a:Form>
        </a:Quantile>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="/a:Quantile[string-length(@count) le 10 and not(translate(@count, '0123456789', ''))
      and number(@count) ge 1 and @digits = ('1', '2', '3', '4')
      and not(a:Bucket[not(string-length(@value) le 66 and @value castable as xs:decimal
          and string-length(@count) le 10 and not(translate(@count, '0123456789', '')) and number(@count) ge 1)])
      and sum(a:Bucket/number(@count)) eq number(@count) and count(a:Form) eq 1 and count(a:Form/*) eq 1]" mode="a:finish">
    <xsl:if test="xs:integer(@digits) lt xs:integer($digits)">
      <xsl:message terminate="yes">digits: <xsl:value-of select="$digits"/>, over 1000 buckets (expected: digits=<xsl:value-of
          select="@digits"/> for values so far apart)</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="$answers[1]" mode="answer"/>
  </xsl:template>

  <xsl:template match="*" mode="a:finish">
    <xsl:message terminate="yes">partial: <xsl:value-of
        select="name()"/> (expected: a:Quantile with its contributors as count, digits, buckets of so many values together, and one a:Form)</xsl:message>
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
