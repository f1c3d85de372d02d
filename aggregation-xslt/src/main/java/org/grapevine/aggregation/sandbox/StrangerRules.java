package org.grapevine.aggregation.sandbox;

/** Whose stylesheets a host runs. Each rule allows what the one before allows, and more. */
public enum StrangerRules {
    /** Those on the host's own list, the library's among them, and no stranger's. */
    LISTED,
    /** Also those that somebody has signed whom the host trusts; they run in the host's JVM. */
    SIGNED,
    /** Also those that nobody has signed; they run in a small JVM of their own, and nowhere else. */
    SANDBOXED
}
