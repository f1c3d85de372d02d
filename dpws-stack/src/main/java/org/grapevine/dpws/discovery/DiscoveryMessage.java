package org.grapevine.dpws.discovery;

/** The six messages of WS-Discovery 1.1. */
public sealed interface DiscoveryMessage permits Hello, Bye, Probe, ProbeMatches, Resolve, ResolveMatches {

    /** {@code wsa:Action} of the message. */
    String action();
}
