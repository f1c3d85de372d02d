<?xml version="1.0" encoding="UTF-8"?>
<!--
  All voltages in one list, for who asks without wanting each by itself. In: a:Merge with a:Own and any number of a:Partial,
  each holding one m:voltages. Out: one m:voltages, sorted by device and time, so that it is the same whatever the order and
  the grouping of the merges.
-->
<xsl:stylesheet version="3.0"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:a="urn:org.grapevine:aggregation:1"
                xmlns:m="urn:org.grapevine:smart-grid:measurement:1"
                exclude-result-prefixes="a">

  <xsl:template match="a:Merge">
    <m:voltages>
      <xsl:for-each select="*/m:voltages/m:voltage">
        <xsl:sort select="string(@device)"/>
        <xsl:sort select="string(@taken)"/>
        <xsl:sort select="string(.)"/>
        <m:voltage device="{@device}" taken="{@taken}"><xsl:value-of select="."/></m:voltage>
      </xsl:for-each>
    </m:voltages>
  </xsl:template>
</xsl:stylesheet>
