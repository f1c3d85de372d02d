/**
 * Energy needs: what an appliance will draw, and the sums of many appliances per 8-hour period of a day. The words are
 * those of IEEE 2030.5, the schema is our own (energy.xsd); sum-by-period.xsl is the aggregation.
 */
@NullMarked
@XmlSchema(
        namespace = EnergyNeeds.NAMESPACE,
        elementFormDefault = XmlNsForm.QUALIFIED,
        xmlns = @XmlNs(prefix = "n", namespaceURI = EnergyNeeds.NAMESPACE))
package org.grapevine.grid.energy;

import jakarta.xml.bind.annotation.XmlNs;
import jakarta.xml.bind.annotation.XmlNsForm;
import jakarta.xml.bind.annotation.XmlSchema;
import org.jspecify.annotations.NullMarked;
