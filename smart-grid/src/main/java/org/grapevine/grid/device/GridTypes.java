package org.grapevine.grid.device;

import javax.xml.namespace.QName;
import org.grapevine.grid.sample.DeviceRole;

/** The types by which devices of the grid can be probed for. */
public final class GridTypes {

    public static final String NAMESPACE = "urn:org.grapevine:smart-grid:1";

    public static final QName INFORMATION_SYSTEM = new QName(NAMESPACE, "InformationSystem", "sg");
    public static final QName SUBSTATION_CONTROLLER = new QName(NAMESPACE, "SubstationController", "sg");
    public static final QName SMART_METER = new QName(NAMESPACE, "SmartMeter", "sg");
    public static final QName APPLIANCE = new QName(NAMESPACE, "Appliance", "sg");

    private GridTypes() {}

    /** The type of a device by its role. */
    public static QName of(DeviceRole role) {
        return switch (role) {
            case INFORMATION_SYSTEM -> INFORMATION_SYSTEM;
            case SUBSTATION_CONTROLLER -> SUBSTATION_CONTROLLER;
            case SMART_METER -> SMART_METER;
            case APPLIANCE -> APPLIANCE;
        };
    }
}
