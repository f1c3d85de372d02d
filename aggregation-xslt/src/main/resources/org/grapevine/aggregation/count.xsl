<?xml version="1.0" encoding="UTF-8"?>
<!--
  count: how many devices answered.

  The answers' own values are not looked at; an answer counts for one, and a partial for its contributors.

  The result has the name of the answers, which must be the same for all, and those of their attributes that are the same
  in all. The number stands where the answers have their value: in a child 'value' (whatever its namespace) if one of them
  has such a child, else in an attribute 'value' if one of them has such an attribute, else in the text. What else an answer
  holds is left out. So the result is an answer of the same shape, and merges again in any order and grouping.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:template match="/a:Merge">
    <xsl:if test="count(distinct-values(*/*/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values(*/*/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values(*/*/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values(*/*/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="(*/*)[1]"/>
  </xsl:template>

  <xsl:template match="a:Merge/*/*">
    <xsl:copy copy-namespaces="no">
      <xsl:for-each-group select="../../*/*/@*[name() ne 'value']" composite="yes" group-by="node-name(), string()">
        <xsl:sort select="namespace-uri()"/>
        <xsl:sort select="local-name()"/>
        <xsl:if test="count(current-group()) eq count(../../../*/*)">
          <xsl:copy/>
        </xsl:if>
      </xsl:for-each-group>
      <xsl:choose>
        <xsl:when test="../../*/*/*[local-name() eq 'value']">
          <xsl:for-each select="(../../*/*/*[local-name() eq 'value'])[1]">
            <xsl:copy copy-namespaces="no">
              <xsl:apply-templates select="ancestor::a:Merge" mode="merged"/>
            </xsl:copy>
          </xsl:for-each>
        </xsl:when>
        <xsl:when test="../../*/*/@value">
          <xsl:attribute name="value">
            <xsl:apply-templates select="ancestor::a:Merge" mode="merged"/>
          </xsl:attribute>
        </xsl:when>
        <xsl:otherwise>
          <xsl:apply-templates select="ancestor::a:Merge" mode="merged"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="a:Merge" mode="merged">
    <xsl:value-of select="count(a:Own) + sum(a:Partial/xs:integer(@contributors))"/>
  </xsl:template>

</xsl:stylesheet>
