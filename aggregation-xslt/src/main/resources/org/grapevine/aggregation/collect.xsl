<?xml version="1.0" encoding="UTF-8"?>
<!--
  collect: all answers, up to a limit.

  The partial is <a:Collection count="1200" left-out="200"><r>..</r>..</a:Collection>: the answers as they are, whatever their
  names, in the order of their content (names, attributes, texts, from the root on, in the order of code points; xsl:sort
  below has it in full). Over the limit the last ones in that order are left out, and left-out says how many. Its count must
  be that of its contributors. Partials merge in any order and grouping to the very same one.

  The answer is the partial as it stands.

  Parameters: limit, 1 to 1000 answers; 1000 unless given.
-->
<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    exclude-result-prefixes="#all">

  <xsl:param name="limit" select="'1000'"/>

  <xsl:variable name="answers" select="/a:Merge/a:Own/*, /a:Merge/a:Partial/a:Collection/*"/>
  <xsl:variable name="count" select="count(/a:Merge/a:Own) + sum(/a:Merge/a:Partial/xs:integer(@contributors))"/>

  <xsl:template match="/a:Merge">
    <xsl:for-each select="(a:Partial/*[not(self::a:Collection and @count eq ../@contributors and *
        and count(*) le number(@count))])[1]">
      <xsl:message terminate="yes">partial: <xsl:value-of
          select="name()"/> (expected: a:Collection with its contributors as count, and at most so many answers)</xsl:message>
    </xsl:for-each>
    <a:Collection count="{$count}" left-out="{$count - min((count($answers), xs:integer($limit)))}">
      <xsl:for-each select="$answers">
        <xsl:sort select="string-join(descendant-or-self::node() ! (
            if (self::text()) then concat('&quot;', string-length(), ':', .)
            else concat('&lt;', count(node()), ' ', string-length(namespace-uri()), ':', namespace-uri(), ' ', local-name(), ' ', count(@*),
                string-join(sort(@* ! concat(' ', string-length(namespace-uri()), ':', namespace-uri(), ' ', local-name(), '=',
                    string-length(), ':', .))))))"/>
        <xsl:if test="position() le xs:integer($limit)">
          <xsl:copy-of select="." copy-namespaces="no"/>
        </xsl:if>
      </xsl:for-each>
    </a:Collection>
  </xsl:template>

</xsl:stylesheet>
