package org.grapevine.simulation.world;

import java.util.List;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;

/** Hands objects on as they are. Sizes as the real codec makes them, to within some percent; a test holds the two together. */
final class ModelledSizes implements Codec {
    @Override
    public Transit.Copy copy(Device from, Device to, Hop hop, GossipMessage message) {
        int asker = hop.insteadOf() == null ? 0 : EnvelopeSizes.INSTEAD_OF;
        int bytes = EnvelopeSizes.MESSAGE_HEADERS + asker + message.payload().sizeBytes();
        return new Transit.Copy(from, to, bytes, hop, message);
    }

    @Override
    public Transit.Order order(Device from, Device to, Control control) {
        int headers =
                control instanceof Control.InSegment ? EnvelopeSizes.SEGMENT_HEADERS : EnvelopeSizes.CONTROL_HEADERS;
        return new Transit.Order(from, to, headers + contentBytes(control), control);
    }

    @Override
    public Transit.Peering peering(Device from, Device to, Segment segment, PeerMessage message) {
        return new Transit.Peering(from, to, bytes(message), segment, message);
    }

    static int bytes(PeerMessage message) {
        return EnvelopeSizes.PEER_HEADERS + contentBytes(message);
    }

    private static int contentBytes(PeerMessage message) {
        if (message instanceof PeerMessage.ForwardJoin) {
            return EnvelopeSizes.EACH_ENTRY;
        } else if (message instanceof PeerMessage.Shuffle shuffle) {
            return EnvelopeSizes.EACH_ENTRY * (1 + shuffle.entries().size());
        } else if (message instanceof PeerMessage.ShuffleAnswer answer) {
            return EnvelopeSizes.EACH_ENTRY * answer.entries().size();
        } else if (message instanceof PeerMessage.Exchange exchange) {
            return EnvelopeSizes.EACH_ENTRY * exchange.entries().size();
        } else if (message instanceof PeerMessage.ExchangeAnswer answer) {
            return EnvelopeSizes.EACH_ENTRY * answer.entries().size();
        } else if (message instanceof PeerMessage.Ping ping) {
            return EnvelopeSizes.EACH_RUMOUR * ping.rumours().size();
        } else if (message instanceof PeerMessage.Ack ack) {
            return EnvelopeSizes.EACH_RUMOUR * ack.rumours().size();
        } else if (message instanceof PeerMessage.PingRequest request) {
            return EnvelopeSizes.EACH_ENTRY
                    + EnvelopeSizes.EACH_RUMOUR * request.rumours().size();
        } else if (message instanceof PeerMessage.Average average) {
            return EnvelopeSizes.EACH_SHARE * average.shares().size();
        } else if (message instanceof PeerMessage.AverageAnswer answer) {
            return EnvelopeSizes.EACH_SHARE * answer.shares().size();
        }
        return 0;
    }

    private static int contentBytes(Control control) {
        if (control instanceof Control.Digest digest) {
            return ids(digest.ids());
        } else if (control instanceof Control.IHave iHave) {
            return ids(iHave.ids());
        } else if (control instanceof Control.IWant iWant) {
            return ids(iWant.ids());
        } else if (control instanceof Control.IDontWant iDontWant) {
            return ids(iDontWant.ids());
        } else if (control instanceof Control.PullRequest pull) {
            return ids(pull.has()); // The offered ones are the first among them.
        } else if (control instanceof Control.Summary summary) {
            return EnvelopeSizes.EACH_CHECKSUM * summary.checksums().size();
        } else if (control instanceof Control.Accept accept) {
            return EnvelopeSizes.EACH_CHILD * accept.children().size();
        } else if (control instanceof Control.Reply reply) {
            int value = reply.payload() == null ? 0 : reply.payload().sizeBytes();
            return completeness(reply.completeness()) + value;
        } else if (control instanceof Control.ReplyFault fault) {
            return completeness(fault.completeness()) + fault.reason().length();
        } else if (control instanceof Control.Samples samples) {
            int bytes = 0;
            for (Sample sample : samples.samples()) {
                bytes += EnvelopeSizes.EACH_SAMPLE + sample.value().sizeBytes();
            }
            return bytes;
        }
        return 0;
    }

    private static int completeness(Completeness completeness) {
        return EnvelopeSizes.COMPLETENESS
                + EnvelopeSizes.EACH_FAULT * completeness.faults().byKind().size();
    }

    private static int ids(List<MessageId> ids) {
        return EnvelopeSizes.EACH_ID * ids.size();
    }
}
