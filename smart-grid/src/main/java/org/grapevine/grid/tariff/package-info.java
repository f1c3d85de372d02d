/**
 * Tariffs: prices of electricity over time, sent to everybody whom they concern. The words are those of OpenADR 2.0b's
 * EiEvent, the schema is our own (tariff.xsd).
 */
@NullMarked
@XmlSchema(
        namespace = TariffEvent.NAMESPACE,
        elementFormDefault = XmlNsForm.QUALIFIED,
        xmlns = @XmlNs(prefix = "t", namespaceURI = TariffEvent.NAMESPACE))
package org.grapevine.grid.tariff;

import jakarta.xml.bind.annotation.XmlNs;
import jakarta.xml.bind.annotation.XmlNsForm;
import jakarta.xml.bind.annotation.XmlSchema;
import org.jspecify.annotations.NullMarked;
