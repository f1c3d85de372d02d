package org.grapevine.peer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;

/** Tells a gossip service whom it can send to. Any thread. */
public interface PeerService {

    /**
     * Draws peers uniformly and without replacement; fewer than asked for only if there are no more. Completed on the thread on
     * which listeners are called, which must not be blocked; fails with RejectedExecutionException if the service is closed or
     * overloaded.
     */
    CompletableFuture<List<Peer>> peers(PeerSelector selector);

    /**
     * Tells a listener the peers of some segments, now and as they come and go, until the returned handle is closed. Who follows
     * makes the service look for peers in those segments. A peer of which something changed leaves and joins again. Devices that offer
     * the port type without a shadow are told too, as far as they are known.
     *
     * @param appetite of each segment; who wants some may be told more, for others may want everybody
     * @throws java.util.concurrent.RejectedExecutionException if the service is closed or overloaded
     */
    Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener);

    /** The same for everybody. */
    default Following follow(QName portType, List<Segment> segments, PeerListener listener) {
        return follow(portType, segments, Appetite.everybody(), listener);
    }

    /** Hears of peers; called on one thread at a time, and must not block. */
    interface PeerListener {

        void joined(Segment segment, Peer peer);

        void left(Segment segment, Peer peer);

        /** Who keeps a view of the segment estimates that it has so many devices, all together. */
        default void sized(Segment segment, int devices) {}

        /** A device of the segment offers the port type without a shadow. */
        default void plainJoined(Segment segment, PlainService service) {}

        /** It does no more: it said Bye, or changed. */
        default void plainLeft(Segment segment, PlainService service) {}
    }

    /** Ends a {@link #follow}: no call of the listener begins any more. Never fails. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }
}
