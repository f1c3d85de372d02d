package org.grapevine.grid.sample;

/** What a device is in the grid. */
public enum DeviceRole {
    /** The utility's information system, the origin of tariffs. */
    INFORMATION_SYSTEM("is"),
    SUBSTATION_CONTROLLER("ssc"),
    SMART_METER("sm"),
    /** An intelligent electronic device: an appliance with a plan. */
    APPLIANCE("ied");

    private final String prefix;

    DeviceRole(String prefix) {
        this.prefix = prefix;
    }

    /** What the names of such devices begin with. */
    public String prefix() {
        return prefix;
    }
}
