/**
 * Measurements of a device's supply: its voltage, and the phase angle of that. The schema is our own (measurement.xsd); all-voltages.xsl
 * and angle-range.xsl are the aggregations.
 */
@NullMarked
@XmlSchema(
        namespace = GridMeasurements.NAMESPACE,
        elementFormDefault = XmlNsForm.QUALIFIED,
        xmlns = @XmlNs(prefix = "m", namespaceURI = GridMeasurements.NAMESPACE))
package org.grapevine.grid.measurement;

import jakarta.xml.bind.annotation.XmlNs;
import jakarta.xml.bind.annotation.XmlNsForm;
import jakarta.xml.bind.annotation.XmlSchema;
import org.jspecify.annotations.NullMarked;
