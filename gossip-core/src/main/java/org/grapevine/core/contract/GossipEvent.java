package org.grapevine.core.contract;

import java.util.Optional;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;

/** What an engine is told. */
public sealed interface GossipEvent {

    /** The device is up; told once, before anything else. */
    record Started() implements GossipEvent {}

    /** The application gave a message to this device, which becomes its origin. */
    record Published(GossipMessage message) implements GossipEvent {}

    /** A copy arrived, sent to this device or to its whole segment. */
    record Received(PeerAddress from, Hop hop, GossipMessage message) implements GossipEvent {}

    /** A control message arrived. */
    record ControlReceived(PeerAddress from, Control control) implements GossipEvent {}

    /** The application could not take a delivered one-way message now (its queue is full). It has not seen it. */
    record NotDelivered(GossipMessage message) implements GossipEvent {}

    /**
     * The hosted service answered a delivered request.
     *
     * @param answer its value; empty if it has none to give (a device that only relays)
     */
    record Answered(MessageId request, Optional<Payload> answer) implements GossipEvent {}

    /**
     * The hosted service answered a delivered request with a fault, or could not be called.
     *
     * @param kind under which it is summed up, see {@link org.grapevine.core.message.Faults}
     */
    record AnswerFailed(MessageId request, String kind, String reason) implements GossipEvent {}

    /** A {@link GossipAction.Merge} is done; empty if the function left this subtree out. */
    record Merged(MessageId request, Optional<Payload> partial) implements GossipEvent {}

    /** A {@link GossipAction.Merge} failed. */
    record MergeFailed(MessageId request, String reason) implements GossipEvent {}

    /** A timer that the engine asked for is due. */
    record TimerFired(GossipTimer timer) implements GossipEvent {}
}
