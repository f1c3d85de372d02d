package org.grapevine.simulation.world;

/** Why something sent does not arrive. */
public enum Loss {
    /** The link lost it. */
    LINK,
    /** The line's queue was full. */
    OVERFLOW,
    /** A partition lies between sender and receiver. */
    CUT,
    /** The receiver is down. */
    DOWN
}
