package org.grapevine.simulation.scenario;

/** What a scenario may ask for, and the one form in which a value outside of it is refused. */
public final class Limits {

    /** A day of virtual time, µs. */
    public static final long MAX_MICROS = 86_400_000_000L;

    /** The most devices of one scenario. */
    public static final int MAX_DEVICES = 10_000_000;

    /** The most links, kinds of segments, groups, workloads and faults, each. All of them fit into one file. */
    public static final int MAX_ENTRIES = 500;

    /** The most kinds of segments that a device is in. */
    public static final int MAX_KINDS = 16;

    /** The longest sentence about a scenario, characters. */
    public static final int MAX_ABOUT = 1_000;

    /** What names of links, segments and groups are made of, for messages. */
    static final String NAME = "a name of a-z, 0-9 and hyphens, a letter first, at most 40";

    /** What the name of a scenario is made of, for messages. */
    static final String TITLE = "letters, digits, blanks, dots, hyphens and underscores, at most 80";

    private Limits() {}

    static boolean isName(String text) {
        return text.matches("[a-z][a-z0-9-]{0,39}");
    }

    static boolean isTitle(String text) {
        return text.matches("[A-Za-z0-9]([A-Za-z0-9 ._-]{0,78}[A-Za-z0-9._-])?");
    }

    static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": " + found + " (expected: " + expected + ")");
        }
    }

    static void requireShare(String field, double share) {
        require(share >= 0 && share <= 1, field, share, "0..1");
    }
}
