package org.grapevine.dpws.discovery;

/** The versions of WS-Discovery that are met on networks, the older first. */
public enum DiscoveryVersion {
    /** The draft of April 2005 with WS-Addressing of 2004: DPWS 1.0, Windows, printers, ONVIF. */
    WSD_2005_04("2005/04"),
    /** WS-Discovery 1.1 of 2009 with WS-Addressing 1.0: DPWS 1.1. The only one that devices of this stack speak. */
    WSD_2009_01("2009/01");

    private final String label;

    DiscoveryVersion(String label) {
        this.label = label;
    }

    /** Year and month as they stand in the namespace. */
    public String label() {
        return label;
    }

    /**
     * The version of that label.
     *
     * @throws IllegalArgumentException naming the label, if there is none
     */
    public static DiscoveryVersion of(String label) {
        for (DiscoveryVersion version : values()) {
            if (version.label.equals(label)) {
                return version;
            }
        }
        throw new IllegalArgumentException("version of WS-Discovery: " + label + " (expected: 2005/04 or 2009/01)");
    }
}
