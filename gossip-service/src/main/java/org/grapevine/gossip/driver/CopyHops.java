package org.grapevine.gossip.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * By how many hops the copies came that a {@link CallWatch} is told of. Most are handed over as soon as they come; those that wait for
 * others of their origin, or for room, are remembered: a bounded number, the oldest is forgotten. On the event loop.
 */
final class CopyHops {

    static final int MOST_WAITING = 4_096;

    private final PeerAddress self;
    private final Map<MessageId, Integer> waiting = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MessageId, Integer> eldest) {
            return size() > MOST_WAITING;
        }
    };
    private GossipEvent.@Nullable Received arriving;

    CopyHops(PeerAddress self) {
        this.self = self;
    }

    /** The engine is about to be told of a copy. */
    void begin(GossipEvent.Received copy) {
        arriving = copy;
    }

    /** The engine has said all that follows from the copy. */
    void end() {
        GossipEvent.Received copy = arriving;
        arriving = null;
        // Of all others, only one that waits for its predecessors may still be handed over.
        if (copy != null && copy.message().parameters().order() != null) {
            waiting.putIfAbsent(copy.message().id(), copy.hop().hop());
        }
    }

    /** Those of a message that is handed over now. */
    int take(GossipMessage message) {
        GossipEvent.Received copy = arriving;
        if (copy != null && copy.message().id().equals(message.id())) {
            arriving = null;
            return waiting.isEmpty()
                    ? copy.hop().hop()
                    : or(waiting.remove(message.id()), copy.hop().hop());
        }
        return message.origin().equals(self) ? 0 : or(waiting.remove(message.id()), CallWatch.UNKNOWN);
    }

    private static int or(@Nullable Integer hops, int otherwise) {
        return hops == null ? otherwise : hops;
    }

    /** It could not be handed over, and will be offered again. */
    void putBack(GossipMessage message, int hops) {
        if (hops > 0) {
            waiting.put(message.id(), hops);
        }
    }
}
