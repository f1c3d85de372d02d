package org.grapevine.core.engine;

import java.util.List;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;

/** The part that requests have in a pull. They are not in the seen-table: who remembers them is asked by this. */
interface PulledRequests {

    /** No requests. */
    PulledRequests NONE = new PulledRequests() {
        @Override
        public List<MessageId> known(long now) {
            return List.of();
        }

        @Override
        public List<MessageId> offered(long now) {
            return List.of();
        }

        @Override
        public void onPull(
                long now,
                PeerAddress from,
                Control.PullRequest pull,
                Set<MessageId> has,
                int limit,
                List<GossipAction> actions) {
            // Nothing to give.
        }
    };

    /** Ids of pulled requests that this device need not be sent, told with each pull. */
    List<MessageId> known(long now);

    /** The ones among those that the peer may ask for in turn. */
    List<MessageId> offered(long now);

    /**
     * A peer asks for what it lacks, and has got the messages.
     *
     * @param has {@link Control.PullRequest#has()} to look up
     * @param limit requests to send at the most
     */
    void onPull(
            long now,
            PeerAddress from,
            Control.PullRequest pull,
            Set<MessageId> has,
            int limit,
            List<GossipAction> actions);
}
