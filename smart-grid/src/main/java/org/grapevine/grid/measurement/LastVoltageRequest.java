package org.grapevine.grid.measurement;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlType;

/** Asks for the voltage that was measured last. */
@XmlRootElement(name = "lastVoltageRequest")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "LastVoltageRequest")
public final class LastVoltageRequest {}
