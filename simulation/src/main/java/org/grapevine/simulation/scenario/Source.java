package org.grapevine.simulation.scenario;

/**
 * Which devices of a group a workload starts from.
 *
 * @param group its name
 * @param index of the device inside the group; 0 unless the pick is {@link Pick#ONE}
 */
public record Source(String group, Pick pick, int index) {

    /** How the devices are picked. */
    public enum Pick {
        /** The one with the index. */
        ONE,
        /** One drawn at random, anew each time. */
        RANDOM,
        /** All of them, once each. */
        EACH
    }

    public Source {
        Limits.require(index >= 0, "from", index, "an index from 0");
        index = pick == Pick.ONE ? index : 0;
    }

    public static Source first(String group) {
        return new Source(group, Pick.ONE, 0);
    }
}
