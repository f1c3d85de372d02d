<?xml version="1.0" encoding="UTF-8"?>
<!--
  sum-by-key: the sums of the values of entries with the same key.

  An entry is a child of the answer with an attribute 'key'. Its value is the text of its child 'value' (whatever that one's
  namespace); without such a child, its attribute 'value'; without either, its own text. It is an xs:decimal, and so is the
  sum: exact, however many devices there are.

  The result has the name of the answers, which must be the same for all, and those of their attributes that are the same in
  all; then one entry per key, sorted by key in the order of code points. Such an entry has the name of the first one with
  that key, the key, and the sum where the value stood; of its other attributes and of its other children that hold text
  only, those stay that are the same in all entries with that key (they say what the key means: its start, its unit). What
  else an answer holds is left out. So the result is an answer of the same shape, and merges again in any order and grouping.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:key name="entries" match="a:Merge/*/*/*[@key]" use="@key"/>

  <xsl:template match="/a:Merge">
    <xsl:if test="count(distinct-values(*/*/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values(*/*/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values(*/*/*[@key]/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values(*/*/*[@key]/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:apply-templates select="(*/*)[1]"/>
  </xsl:template>

  <xsl:template match="a:Merge/*/*">
    <xsl:copy copy-namespaces="no">
      <xsl:for-each-group select="../../*/*/@*" composite="yes" group-by="node-name(), string()">
        <xsl:sort select="namespace-uri()"/>
        <xsl:sort select="local-name()"/>
        <xsl:if test="count(current-group()) eq count(../../../*/*)">
          <xsl:copy/>
        </xsl:if>
      </xsl:for-each-group>
      <xsl:for-each-group select="../../*/*/*[@key]" group-by="string(@key)">
        <xsl:sort select="current-grouping-key()"/>
        <xsl:apply-templates select="."/>
      </xsl:for-each-group>
    </xsl:copy>
  </xsl:template>

  <!-- The first entry with its key stands for all of them. -->
  <xsl:template match="a:Merge/*/*/*">
    <xsl:copy copy-namespaces="no">
      <xsl:for-each-group select="key('entries', @key)/@*[name() ne 'value']" composite="yes"
          group-by="node-name(), string()">
        <xsl:sort select="namespace-uri()"/>
        <xsl:sort select="local-name()"/>
        <xsl:if test="count(current-group()) eq count(key('entries', ../@key))">
          <xsl:copy/>
        </xsl:if>
      </xsl:for-each-group>
      <xsl:if test="not(key('entries', @key)/*[local-name() eq 'value']) and key('entries', @key)/@value">
        <xsl:attribute name="value">
          <xsl:apply-templates select="@key" mode="sum"/>
        </xsl:attribute>
      </xsl:if>
      <xsl:for-each-group select="key('entries', @key)/*[not(*)]" composite="yes"
          group-by="node-name(), if (local-name() eq 'value') then '' else string()">
        <xsl:choose>
          <xsl:when test="local-name() eq 'value'">
            <xsl:copy copy-namespaces="no">
              <xsl:apply-templates select="../@key" mode="sum"/>
            </xsl:copy>
          </xsl:when>
          <xsl:when test="count(current-group()/..) eq count(key('entries', ../@key))">
            <xsl:copy copy-namespaces="no">
              <xsl:value-of select="."/>
            </xsl:copy>
          </xsl:when>
        </xsl:choose>
      </xsl:for-each-group>
      <xsl:if test="not(key('entries', @key)/(*[local-name() eq 'value'], @value))">
        <xsl:apply-templates select="@key" mode="sum"/>
      </xsl:if>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="@key" mode="sum">
    <xsl:value-of
        select="sum(key('entries', .)/xs:decimal((*[local-name() eq 'value'], @value, .)[1]))"/>
  </xsl:template>

</xsl:stylesheet>
