package org.grapevine.simulation.world;

import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Segment;

/**
 * Something on its way from one device to another: a copy of a message, a control message, a membership message, or a
 * notification of the baseline.
 */
public abstract class Transit extends Occurrence {

    private final Device from;
    private final Device to;
    private final int bytes;

    Transit(Device from, Device to, int bytes) {
        this.from = from;
        this.to = to;
        this.bytes = bytes;
    }

    public final Device from() {
        return from;
    }

    public final Device to() {
        return to;
    }

    /** Size on the wire. */
    public final int bytes() {
        return bytes;
    }

    /** A copy of a gossiped message or request. */
    public static final class Copy extends Transit {
        private final Hop hop;
        private final GossipMessage message;
        boolean multicast;
        boolean asked;

        Copy(Device from, Device to, int bytes, Hop hop, GossipMessage message) {
            super(from, to, bytes);
            this.hop = hop;
            this.message = message;
        }

        public Hop hop() {
            return hop;
        }

        public GossipMessage message() {
            return message;
        }

        /** True if it is one of the copies that a multicast becomes, one for each receiver. */
        public boolean isMulticast() {
            return multicast;
        }

        /** True if the receiver asked for it: by IWant, or by a pull. */
        public boolean isAsked() {
            return asked;
        }
    }

    /** A control message. */
    public static final class Order extends Transit {
        private final Control control;

        Order(Device from, Device to, int bytes, Control control) {
            super(from, to, bytes);
            this.control = control;
        }

        public Control control() {
            return control;
        }
    }

    /** What two membership engines tell each other. */
    public static final class Peering extends Transit {
        private final Segment segment;
        private final PeerMessage message;

        Peering(Device from, Device to, int bytes, Segment segment, PeerMessage message) {
            super(from, to, bytes);
            this.segment = segment;
            this.message = message;
        }

        /** Whose overlay it is about. */
        public Segment segment() {
            return segment;
        }

        public PeerMessage message() {
            return message;
        }
    }

    /** A notification from the baseline, or its acknowledgement on the way back. */
    public static final class Notification extends Transit {
        private final MessageId id;
        private final boolean acknowledgement;

        Notification(Device from, Device to, int bytes, MessageId id, boolean acknowledgement) {
            super(from, to, bytes);
            this.id = id;
            this.acknowledgement = acknowledgement;
        }

        public MessageId id() {
            return id;
        }

        public boolean isAcknowledgement() {
            return acknowledgement;
        }
    }

    @Override
    public final String toString() {
        return kind() + " from " + from + " to " + to;
    }

    @Override
    final void happen(World world) {
        world.arrive(this);
    }

    /**
     * Kind, for counting: the simple name of the control or of the membership message, with "Graft" for an IWant that grafts; or "Message", "Request",
     * "Notification", "Acknowledgement".
     */
    public final String kind() {
        if (this instanceof Copy copy) {
            return copy.message.parameters().replies() == null ? "Message" : "Request";
        } else if (this instanceof Order order) {
            return order.control instanceof Control.IWant want && want.graft()
                    ? "Graft"
                    : order.control.getClass().getSimpleName();
        } else if (this instanceof Peering peering) {
            return peering.message.getClass().getSimpleName();
        } else if (this instanceof Notification notification) {
            return notification.acknowledgement ? "Acknowledgement" : "Notification";
        }
        throw new AssertionError("unhandled: " + getClass());
    }
}
