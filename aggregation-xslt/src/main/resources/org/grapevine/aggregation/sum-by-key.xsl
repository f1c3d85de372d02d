<?xml version="1.0" encoding="UTF-8"?>
<!--
  sum-by-key: the sums of the values of entries with the same key.

  An entry is a child of the answer with an attribute 'key'. Its value is the text of its child 'value' (whatever that one's
  namespace); without such a child, its attribute 'value'; without either, its own text. It is an xs:decimal of at most 64
  characters (160 in a partial), with any white space around it, and added exactly, however many devices there are.

  The result has the name of the answers, which must be the same for all, and those of their attributes that are the same in
  all; then one entry per key, sorted by key in the order of code points. Entries with the same key must have the same name.
  Such an entry has the key, and the sum where the values stood: in a child if one of them has such a child, else in an
  attribute if one of them has such an attribute, else in its text. Of its other attributes and of its other children that
  hold text only, those stay that are the same in all entries with that key (they say what the key means: its start, its
  unit); children stand in the order in which they are first met. What else an answer holds is left out. So the result is an
  answer of the same shape, and merges again in any order and grouping.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:variable name="answers" select="/a:Merge/*/*"/>
  <xsl:variable name="several-names" select="count(distinct-values($answers/*[@key]/node-name())) gt 1"/>

  <xsl:template match="/a:Merge">
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values($answers/*[@key]/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values($answers/*[@key]/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:for-each select="(a:Own/*/*[@key]/(*[local-name() eq 'value'], @value, .)[1][not(string-length() le 64
        and . castable as xs:decimal)],
        a:Partial/*/*[@key]/(*[local-name() eq 'value'], @value, .)[1][not(string-length() le 160
            and . castable as xs:decimal)])[1]">
      <xsl:message terminate="yes">value: <xsl:value-of
          select="substring(normalize-space(), 1, 40)"/> (expected: a decimal number of at most 64 characters, 160 in a partial)</xsl:message>
    </xsl:for-each>
    <xsl:apply-templates select="$answers[1]"/>
  </xsl:template>

  <xsl:template match="a:Merge/*/*">
    <xsl:copy copy-namespaces="no">
      <xsl:for-each select="@*">
        <xsl:sort select="namespace-uri()"/>
        <xsl:sort select="local-name()"/>
        <xsl:variable name="one" select="."/>
        <xsl:if test="count($answers/@*[node-name() eq node-name($one) and string() eq string($one)]) eq count($answers)">
          <xsl:copy/>
        </xsl:if>
      </xsl:for-each>
      <xsl:for-each-group select="$answers/*[@key]" group-by="string(@key)">
        <xsl:sort select="current-grouping-key()"/>
        <xsl:variable name="entries" select="current-group()"/>
        <xsl:variable name="sum" select="sum($entries/xs:decimal((*[local-name() eq 'value'], @value, .)[1]))"/>
        <xsl:if test="$several-names and count(distinct-values($entries/node-name())) gt 1">
          <xsl:message terminate="yes">entries with different names: <xsl:value-of
              select="sort(distinct-values($entries/name()))" separator=", "/> (expected: one name for a key)</xsl:message>
        </xsl:if>
        <!-- The first entry with its key stands for all of them. -->
        <xsl:copy copy-namespaces="no">
          <xsl:for-each select="@*[name() ne 'value']">
            <xsl:sort select="namespace-uri()"/>
            <xsl:sort select="local-name()"/>
            <xsl:variable name="one" select="."/>
            <xsl:if test="name() eq 'key'
                or count($entries/@*[node-name() eq node-name($one) and string() eq string($one)]) eq count($entries)">
              <xsl:copy/>
            </xsl:if>
          </xsl:for-each>
          <xsl:if test="not($entries/*[local-name() eq 'value']) and $entries/@value">
            <xsl:attribute name="value" select="$sum"/>
          </xsl:if>
          <xsl:for-each-group select="$entries/*[not(*) or local-name() eq 'value']" composite="yes"
              group-by="node-name(), if (local-name() eq 'value') then '' else string()">
            <xsl:choose>
              <xsl:when test="local-name() eq 'value'">
                <xsl:copy copy-namespaces="no">
                  <xsl:value-of select="$sum"/>
                </xsl:copy>
              </xsl:when>
              <xsl:when test="count(current-group()/..) eq count($entries)">
                <xsl:copy copy-namespaces="no">
                  <xsl:value-of select="."/>
                </xsl:copy>
              </xsl:when>
            </xsl:choose>
          </xsl:for-each-group>
          <xsl:if test="not($entries/(*[local-name() eq 'value'], @value))">
            <xsl:value-of select="$sum"/>
          </xsl:if>
        </xsl:copy>
      </xsl:for-each-group>
    </xsl:copy>
  </xsl:template>

</xsl:stylesheet>
