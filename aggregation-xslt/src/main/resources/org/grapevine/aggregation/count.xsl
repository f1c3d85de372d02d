<?xml version="1.0" encoding="UTF-8"?>
<!--
  count: how many devices answered.

  The answers' own values are not looked at; an answer counts for one, and a partial for its contributors.

  The result has the name of the answers, which must be the same for all, and those of their attributes that are the same in
  all. The number stands where the answers have their value: in a child 'value' (whatever its namespace) if one of them has
  such a child, else in an attribute 'value' if one of them has such an attribute, else in its text. What else an answer holds
  is left out. So the result is an answer of the same shape, and merges again in any order and grouping.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:variable name="answers" select="/a:Merge/*/*"/>
  <xsl:variable name="result" select="count(/a:Merge/a:Own) + sum(/a:Merge/a:Partial/xs:integer(@contributors))"/>

  <xsl:template match="/a:Merge">
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values($answers/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values($answers/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
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
