package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/** Says which addresses can be those of peers at all: on real sockets one literal unicast address, a port and a path. */
@FunctionalInterface
public interface EntryRule {

    /** True if a device could be there. Must be quick, and must not look a name up. */
    boolean accepts(PeerAddress address);
}
