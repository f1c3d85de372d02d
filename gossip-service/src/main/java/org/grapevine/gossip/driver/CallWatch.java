package org.grapevine.gossip.driver;

import org.grapevine.core.message.GossipMessage;

/** Is told what a driver hands to the service behind its shadow. */
@FunctionalInterface
public interface CallWatch {

    /** Hops of a message of which nobody remembers by which copy it came. */
    int UNKNOWN = -1;

    /**
     * The service is about to be called, on the thread that calls it.
     *
     * @param hops copies that the message took to come here; 0 where it began, {@link #UNKNOWN} seldom
     */
    void calling(GossipMessage message, int hops);
}
