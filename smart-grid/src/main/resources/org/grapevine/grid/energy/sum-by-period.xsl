<?xml version="1.0" encoding="UTF-8"?>
<!--
  Sums energy needs per period. In: a:Merge with a:Own and any number of a:Partial, each holding one n:energyNeeds.
  Out: one n:energyNeeds, or nothing if none came in.

  Sums merge in any order and grouping because everything here does: counts and values are added, "oldest" is a minimum,
  and "complete" is worked out anew from the counts (the inputs' own flags are not looked at: a meter alone is never
  complete, an appliance alone always).

  All inputs should be about the same day. Where they are not (another date, or the same date in another zone), those
  whose day begins last, compared as text, stay, whatever their order, and the appliances of the others move from
  numDataSources to expected. So a merge never changes the sum of both counts, and a sum over meters and appliances that
  left an appliance out is not complete.

  Written without variables, functions or ranges, so that the compiled form has no operator that could run away.
-->
<xsl:stylesheet version="3.0"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:xs="http://www.w3.org/2001/XMLSchema"
                xmlns:a="urn:org.grapevine:aggregation:1"
                xmlns:n="urn:org.grapevine:smart-grid:energy:1"
                exclude-result-prefixes="xs a">


  <xsl:template match="a:Merge">
    <xsl:for-each-group select="*/n:energyNeeds" group-by="n:reading[@key = '0']/n:start">
      <xsl:sort select="string(n:reading[@key = '0']/n:start)" order="descending"/>
      <xsl:if test="position() = 1">
        <n:energyNeeds date="{@date}">
          <n:numDataSources>
            <xsl:value-of select="sum(current-group()/xs:integer(n:numDataSources))"/>
          </n:numDataSources>
          <n:expected>
            <xsl:value-of select="sum(../../*/n:energyNeeds/xs:integer(n:expected))
                                  + sum(../../*/n:energyNeeds/xs:integer(n:numDataSources))
                                  - sum(current-group()/xs:integer(n:numDataSources))"/>
          </n:expected>
          <n:complete>
            <xsl:value-of select="2 * sum(current-group()/xs:integer(n:numDataSources))
                                  ge sum(../../*/n:energyNeeds/xs:integer(n:expected))
                                     + sum(../../*/n:energyNeeds/xs:integer(n:numDataSources))"/>
          </n:complete>
          <xsl:if test="current-group()/n:oldest">
            <n:oldest>
              <xsl:value-of select="min(current-group()/n:oldest/xs:dateTime(.))"/>
            </n:oldest>
          </xsl:if>
          <xsl:for-each-group select="current-group()/n:reading" group-by="@key">
            <xsl:sort select="xs:integer(@key)"/>
            <n:reading key="{@key}">
              <n:start><xsl:value-of select="n:start"/></n:start>
              <n:duration><xsl:value-of select="n:duration"/></n:duration>
              <n:value><xsl:value-of select="sum(current-group()/xs:integer(n:value))"/></n:value>
            </n:reading>
          </xsl:for-each-group>
        </n:energyNeeds>
      </xsl:if>
    </xsl:for-each-group>
  </xsl:template>
</xsl:stylesheet>
