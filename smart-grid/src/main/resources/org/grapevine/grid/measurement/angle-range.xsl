<?xml version="1.0" encoding="UTF-8"?>
<!--
  How far phase angles are apart. In: a:Merge with a:Own and any number of a:Partial, each holding one m:phaseAngles.
  Out: one m:phaseAngles, or nothing if none came in.

  An arc of a circle cannot be merged with another one: their ends do not tell on which side of the circle they lie. So the
  lowest and the highest angle of each half are kept, below 0 and from 0 on. Lowest and highest merge in any order and
  grouping, and "difference" is worked out anew from them: the shortest arc that holds all angles, by way of 0 or by way of
  180 degrees. It is exact while that arc is no longer than half a circle; beyond, there is none.

  All inputs should be about the same instant. Where they are not, those of the last one, compared as text, stay, and the
  devices of the others are counted in leftOut.

  Written without variables, functions or ranges, so that the compiled form has no operator that could run away.
-->
<xsl:stylesheet version="3.0"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:xs="http://www.w3.org/2001/XMLSchema"
                xmlns:a="urn:org.grapevine:aggregation:1"
                xmlns:m="urn:org.grapevine:smart-grid:measurement:1"
                exclude-result-prefixes="xs a">

  <xsl:template match="a:Merge">
    <xsl:for-each-group select="*/m:phaseAngles" group-by="string(@at)">
      <xsl:sort select="string(@at)" order="descending"/>
      <xsl:if test="position() = 1">
        <m:phaseAngles at="{@at}">
          <m:numDataSources>
            <xsl:value-of select="sum(current-group()/xs:integer(m:numDataSources))"/>
          </m:numDataSources>
          <m:leftOut>
            <xsl:value-of select="sum(../../*/m:phaseAngles/xs:integer(m:numDataSources))
                                  + sum(../../*/m:phaseAngles/xs:integer(m:leftOut))
                                  - sum(current-group()/xs:integer(m:numDataSources))"/>
          </m:leftOut>
          <xsl:for-each-group select="current-group()/m:half" group-by="string(@side)">
            <xsl:sort select="string(@side)"/>
            <m:half side="{@side}">
              <m:lowest><xsl:value-of select="min(current-group()/xs:decimal(m:lowest))"/></m:lowest>
              <m:highest><xsl:value-of select="max(current-group()/xs:decimal(m:highest))"/></m:highest>
            </m:half>
          </xsl:for-each-group>
          <xsl:for-each select="min((
              (max(current-group()/m:half[@side = 'negative']/xs:decimal(m:highest))
               - min(current-group()/m:half[@side = 'negative']/xs:decimal(m:lowest)))
                  [empty(current-group()/m:half[@side = 'positive'])],
              (max(current-group()/m:half[@side = 'positive']/xs:decimal(m:highest))
               - min(current-group()/m:half[@side = 'positive']/xs:decimal(m:lowest)))
                  [empty(current-group()/m:half[@side = 'negative'])],
              max(current-group()/m:half[@side = 'positive']/xs:decimal(m:highest))
               - min(current-group()/m:half[@side = 'negative']/xs:decimal(m:lowest)),
              360 - min(current-group()/m:half[@side = 'positive']/xs:decimal(m:lowest))
               + max(current-group()/m:half[@side = 'negative']/xs:decimal(m:highest))))[. le 180]">
            <m:difference><xsl:value-of select="."/></m:difference>
          </xsl:for-each>
        </m:phaseAngles>
      </xsl:if>
    </xsl:for-each-group>
  </xsl:template>
</xsl:stylesheet>
