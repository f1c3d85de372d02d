<?xml version="1.0" encoding="UTF-8"?>
<!--
  top-k: the answers with the largest values, or with the smallest.

  The value of an answer is the text of its child 'value' (whatever its namespace); without such a child, its attribute
  'value'; without either, its own text. It is an xs:decimal of at most 64 characters, with any white space around it, and all
  arithmetic is exact, however many devices there are.

  The partial is <a:Top count="12" left-out="10" by="max"><r>..</r><r>..</r></a:Top>: the answers as they are, the first
  first. Where values are the same, the order of their content (names, attributes, texts, from the root on, in the order of
  code points; xsl:sort below has it in full) decides. left-out says how many there are besides. Its count must be that of its
  contributors, and the name of the answers the same for all. Partials merge in any order and grouping to the very same one.

  The answer is the partial as it stands.

  Parameters: k, 1 to 1000 answers; 10 unless given. by, max (unless given) or min.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="k" select="'10'"/>
  <xsl:param name="by" select="'max'"/>

  <xsl:variable name="answers" select="/a:Merge/a:Own/*, /a:Merge/a:Partial/a:Top/*"/>
  <xsl:variable name="values" select="$answers/(*[local-name() eq 'value'], @value, .)[1]"/>
  <xsl:variable name="count" select="count(/a:Merge/a:Own) + sum(/a:Merge/a:Partial/xs:integer(@contributors))"/>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Top and @count eq ../@contributors and @by eq $by and *
        and count(*) le number(@count))])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Top with its contributors as count, the same by, and at most so many answers)</xsl:message>
    </xsl:for-each>
    <xsl:if test="count(distinct-values($answers/node-name())) gt 1">
      <xsl:message terminate="yes">answers with different names: <xsl:value-of
          select="sort(distinct-values($answers/name()))" separator=", "/> (expected: one name)</xsl:message>
    </xsl:if>
    <xsl:for-each select="$values[not(string-length() le 64 and . castable as xs:decimal)][1]">
      <xsl:message terminate="yes">value: <xsl:value-of
          select="substring(normalize-space(), 1, 40)"/> (expected: a decimal number of at most 64 characters)</xsl:message>
    </xsl:for-each>
    <a:Top count="{$count}" left-out="{$count - min((count($answers), xs:integer($k)))}" by="{$by}">
      <xsl:for-each select="$answers">
        <xsl:sort select="xs:decimal((*[local-name() eq 'value'], @value, .)[1])" order="{if ($by eq 'max') then 'descending' else 'ascending'}"/>
        <xsl:sort select="string-join(descendant-or-self::node() ! (
            if (self::text()) then concat('&quot;', string-length(), ':', .)
            else concat('&lt;', count(node()), ' ', string-length(namespace-uri()), ':', namespace-uri(), ' ', local-name(), ' ', count(@*),
                string-join(sort(@* ! concat(' ', string-length(namespace-uri()), ':', namespace-uri(), ' ', local-name(), '=',
                    string-length(), ':', .))))))"/>
        <xsl:if test="position() le xs:integer($k)">
          <xsl:copy-of select="." copy-namespaces="no"/>
        </xsl:if>
      </xsl:for-each>
    </a:Top>
  </xsl:template>

</xsl:stylesheet>
