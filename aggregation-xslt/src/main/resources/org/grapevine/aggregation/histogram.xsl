<?xml version="1.0" encoding="UTF-8"?>
<!--
  histogram: how many of the answers' values lie between which bounds.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. It is an xs:decimal of at most 64 characters, with any white space around it, and all
  arithmetic is exact, however many devices there are.

  The partial is <a:Histogram count="3" bounds="0,100"><a:Bucket below="0" count="1"/><a:Bucket from="0" below="100"
  count="0"/> <a:Bucket from="100" count="2"/><a:Form>..</a:Form></a:Histogram>: a value that is on a bound lies in the bucket
  that begins there. Its count must be that of its contributors and of its buckets together. a:Form holds the form of the
  answers: an answer without its value. The name of the answers must be the same for all. Partials merge in any order and
  grouping to the very same one.

  The answer is the partial as it stands.

  Parameters: bounds, 1 to 32 decimals that grow, with commas between them; 0,1,10,100,1000,10000 unless given.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="bounds" select="'0,1,10,100,1000,10000'"/>

  <xsl:variable name="own" select="/a:Merge/a:Own/*"/>
  <xsl:variable name="partials" select="/a:Merge/a:Partial/a:Histogram"/>
  <xsl:variable name="answers" select="$own, $partials/a:Form/*"/>
  <xsl:variable name="values" select="$own/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="limits" select="tokenize(translate($bounds, ',', ' ')) ! xs:decimal(.)"/>
  <xsl:variable name="limits-text" select="string-join($limits, ',')"/>
  <xsl:variable name="result" select="''"/>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Histogram and @count eq ../@contributors and @bounds eq $limits-text
        and not(a:Bucket[1]/@from) and count(a:Bucket) eq count($limits) + 1
            and string-join(a:Bucket/@from, ',') eq $limits-text
        and not(a:Bucket[not(string-length(@count) le 10 and not(translate(@count, '0123456789', '')) and number(@count) ge 0)])
        and sum(a:Bucket/number(@count)) eq number(@count) and count(a:Form) eq 1 and count(a:Form/*) eq 1)])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Histogram with its contributors as count, the same bounds, a bucket for each, and one a:Form)</xsl:message>
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
    <a:Histogram count="{count($own) + sum($partials/xs:integer(@count))}" bounds="{$limits-text}">
      <a:Bucket below="{$limits[1]}" count="{count($values[xs:decimal(.) lt $limits[1]])
          + sum($partials/a:Bucket[1]/xs:integer(@count))}"/>
      <xsl:for-each select="$limits">
        <xsl:variable name="from" select="."/>
        <xsl:variable name="below" select="$limits[. gt $from][1]"/>
        <a:Bucket from="{$from}">
          <xsl:if test="exists($below)">
            <xsl:attribute name="below" select="$below"/>
          </xsl:if>
          <xsl:attribute name="count" select="count($values[xs:decimal(.) ge $from and not(xs:decimal(.) ge $below)])
              + sum($partials/a:Bucket[@from eq string($from)]/xs:integer(@count))"/>
        </a:Bucket>
      </xsl:for-each>
      <a:Form>
        <xsl:apply-templates select="$answers[1]" mode="answer"/>
      </a:Form>
    </a:Histogram>
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
