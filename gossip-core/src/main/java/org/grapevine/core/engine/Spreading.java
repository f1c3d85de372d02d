package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** How a message goes on from a device that has just seen it for the first time; one for each way to spread. */
interface Spreading {

    /**
     * Passes a message on.
     *
     * @param hop by which it came; null if it starts here
     * @param from who sent it; null if it starts here
     */
    void onNew(
            long now, GossipMessage message, @Nullable Hop hop, @Nullable PeerAddress from, List<GossipAction> actions);

    /** A further copy came of a message that is known here. */
    default void onDuplicate(long now, GossipMessage message, Hop hop, PeerAddress from, List<GossipAction> actions) {}
}
