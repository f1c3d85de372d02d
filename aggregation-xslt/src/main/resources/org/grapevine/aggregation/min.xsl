<?xml version="1.0" encoding="UTF-8"?>
<!--
  min: the smallest of the answers' values.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. It is an xs:decimal of at most 64 characters, with any white space around it, and all
  arithmetic is exact, however many devices there are.

  The result has the name of the answers, which must be the same for all, and those of their attributes that are the same in
  all. Its value stands where the answers have theirs: in a child if one of them has such a child, else in an attribute if one
  of them has such an attribute, else in its text. What else an answer holds is left out. So the result is an answer of the
  same shape, and merges again in any order and grouping. In a partial the value may have 160 characters.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:variable name="answers" select="/a:Merge/*/*"/>
  <xsl:variable name="own" select="/a:Merge/a:Own/*/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="partials" select="/a:Merge/a:Partial/*/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="result" select="min(($own, $partials)/xs:decimal(.))"/>

  <xsl:template match="/a:Merge">
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values($answers/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values($answers/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:for-each select="($own[not(string-length() le 64 and . castable as xs:decimal)],
        $partials[not(string-length() le 160 and . castable as xs:decimal)])[1]">
      <xsl:message terminate="yes">value: <xsl:value-of
          select="substring(normalize-space(), 1, 40)"/> (expected: a decimal number of at most 64 characters, 160 in a partial)</xsl:message>
    </xsl:for-each>
    <xsl:apply-templates select="$answers[1]" mode="answer"/>
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
