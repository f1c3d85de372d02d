package org.grapevine.cluster.control;

import java.util.Locale;

/** How far a run has come. */
public enum Phase {
    /** Agents are started or waited for. */
    JOIN,
    /** Agents start their devices. */
    PREPARE,
    /** Devices find each other. */
    SETTLE,
    /** Workload and faults take their course. */
    RUN,
    /** Agents hand in what they saw. */
    FINISH,
    /** Agents stop their devices. */
    CLOSE;

    /** As messages name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
