<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" exclude-result-prefixes="a xs"
    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:m="urn:org.grapevine:smart-grid:measurement:1">

  <!-- What travels: a sum and a count, which can be added in any order. -->
  <xsl:template match="a:Merge">
    <m:mean sum="{sum(*/m:voltages/m:voltage/xs:decimal(.)) + sum(*/m:mean/xs:decimal(@sum))}"
            count="{count(*/m:voltages/m:voltage) + sum(*/m:mean/xs:integer(@count))}"/>
  </xsl:template>

  <!-- What the asker gets: only here it is divided. -->
  <xsl:template match="m:mean" mode="a:finish">
    <m:mean of="{@count}"><xsl:value-of select="round(xs:decimal(@sum) div xs:integer(@count), 3)"/></m:mean>
  </xsl:template>

</xsl:stylesheet>
