<?xml version="1.0" encoding="UTF-8"?>
<!--
  distinct: which different values the answers have, and how many answers have each.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. Runs of white space in it count as one space, at the ends as none. It has at most 256
  characters, and values are the same if their texts are.

  The partial is <a:Distinct count="3" left-out="0"><a:Value count="2">1.4.2</a:Value><a:Value count="1">1.5</a:Value>
  <a:Form>..</a:Form></a:Distinct>: sorted by value in the order of code points. Over the limit the last ones in that order
  are left out, and left-out says how many answers have them; what is kept is counted exactly. Its count must be that of its
  contributors. a:Form holds the form of the answers: an answer without its value. The name of the answers must be the same
  for all. Partials merge in any order and grouping to the very same one.

  The answer is the partial as it stands.

  Parameters: limit, 1 to 1000 values; 1000 unless given.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="limit" select="'1000'"/>

  <xsl:variable name="own" select="/a:Merge/a:Own/*"/>
  <xsl:variable name="partials" select="/a:Merge/a:Partial/a:Distinct"/>
  <xsl:variable name="answers" select="$own, $partials/a:Form/*"/>
  <xsl:variable name="values" select="$own/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="count" select="count($own) + sum($partials/xs:integer(@count))"/>
  <xsl:variable name="result" select="''"/>

  <xsl:variable name="all">
    <xsl:for-each-group select="$values, $partials/a:Value" group-by="normalize-space()">
      <xsl:sort select="current-grouping-key()"/>
      <a:Value count="{sum(current-group()/(if (parent::a:Distinct/parent::a:Partial) then xs:integer(@count) else 1))}">
        <xsl:value-of select="current-grouping-key()"/>
      </a:Value>
    </xsl:for-each-group>
  </xsl:variable>
  <xsl:variable name="kept" select="$all/a:Value[position() le xs:integer($limit)]"/>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Distinct and @count eq ../@contributors
        and not(a:Value[not(string-length(@count) le 10 and not(translate(@count, '0123456789', ''))
            and number(@count) ge 1 and string-length(normalize-space()) le 256)])
        and sum(a:Value/number(@count)) le number(@count) and count(a:Form) eq 1 and count(a:Form/*) eq 1)])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Distinct with its contributors as count, values of at most so many answers together, and one a:Form)</xsl:message>
    </xsl:for-each>
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:if test="count(distinct-values($answers/*[local-name() eq 'value']/node-name())) gt 1">
      <xsl:message terminate="yes">values with different names: <xsl:value-of
          select="sort(distinct-values($answers/*[local-name() eq 'value']/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:for-each select="$values[string-length(normalize-space()) gt 256][1]">
      <xsl:message terminate="yes">value: <xsl:value-of
          select="substring(normalize-space(), 1, 40)"/> (expected: at most 256 characters)</xsl:message>
    </xsl:for-each>
    <a:Distinct count="{$count}" left-out="{$count - sum($kept/xs:integer(@count))}">
      <xsl:copy-of select="$kept"/>
      <a:Form>
        <xsl:apply-templates select="$answers[1]" mode="answer"/>
      </a:Form>
    </a:Distinct>
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
