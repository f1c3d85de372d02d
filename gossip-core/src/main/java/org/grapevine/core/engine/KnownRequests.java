package org.grapevine.core.engine;

import java.util.List;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;

/** The ids of requests among those of messages: peers advertise, want and pull both in the same lists. */
interface KnownRequests extends PulledRequests {

    /** No requests. */
    KnownRequests NONE = new KnownRequests() {
        @Override
        public boolean knows(MessageId id) {
            return false;
        }

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

        @Override
        public List<MessageId> onIHave(PeerAddress from, List<MessageId> ids, List<GossipAction> actions) {
            return ids;
        }

        @Override
        public void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
            // Nothing to give.
        }
    };

    /** True for the id of a request that came here, however long ago, as long as it is remembered. */
    boolean knows(MessageId id);

    /**
     * Declines the requests among advertised ids that are known here.
     *
     * @return the other ids
     */
    List<MessageId> onIHave(PeerAddress from, List<MessageId> ids, List<GossipAction> actions);

    /** Gives the requests among wanted ids to a peer that was told them; passes over the other ids. */
    void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions);
}
