package org.grapevine.core.contract;

import java.util.List;
import java.util.Optional;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;

/** What an engine wants done. A driver performs the actions of one event in their order. */
public sealed interface GossipAction {

    /** Send a copy. Best effort: the engine repairs what gets lost. */
    record Send(PeerAddress to, Hop hop, GossipMessage message) implements GossipAction {}

    /** Send one copy to all of a segment that is one LAN. Best effort. */
    record Multicast(Segment segment, Hop hop, GossipMessage message) implements GossipAction {}

    /** Send a control message. Best effort as well. */
    record SendControl(PeerAddress to, Control control) implements GossipAction {}

    /**
     * Hand the message to the device's own hosted service: never twice for one id. For a one-way message the driver answers
     * only if that is impossible now ({@link GossipEvent.NotDelivered}), for a request always ({@link GossipEvent.Answered} or
     * {@link GossipEvent.AnswerFailed}).
     */
    record Deliver(GossipMessage message) implements GossipAction {}

    /**
     * Merge values by the named function, off the event loop, and report {@link GossipEvent.Merged} or
     * {@link GossipEvent.MergeFailed}.
     *
     * @param finish true at the initiator: turn the merged partial into the answer
     */
    record Merge(MessageId request, String aggregation, Optional<Payload> own, List<Partial> partials, boolean finish)
            implements GossipAction {
        public Merge {
            partials = List.copyOf(partials);
        }
    }

    /** At the initiator of a query that collects: values that have come. Each device is in one sample of a query at the most. */
    record Collected(MessageId request, List<Sample> samples) implements GossipAction {
        public Collected {
            samples = List.copyOf(samples);
        }
    }

    /**
     * At the initiator: the query has its answer, with {@code value} empty if nobody gave one, or if all values were {@link
     * Collected}.
     */
    record Complete(MessageId request, Optional<Payload> value, Completeness completeness) implements GossipAction {}

    /** At the initiator: the query has failed. */
    record Fail(MessageId request, String reason, Completeness completeness) implements GossipAction {}

    /**
     * Find out whether a peer is there: it has not answered what it should have, or is not known and asks for something. Whoever
     * keeps the view knows how; without anybody who does, it is nothing to be done.
     */
    record Check(Segment segment, PeerAddress peer) implements GossipAction {}

    /** Fire the timer after {@code delayMillis}. */
    record Schedule(long delayMillis, GossipTimer timer) implements GossipAction {}
}
