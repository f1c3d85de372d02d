package org.grapevine.core.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What engines tell each other apart from the gossiped units themselves. */
public sealed interface Control {

    /** Messages about a request name it, so that they find their query. */
    sealed interface AboutRequest extends Control permits Accept, Decline, Reply, ReplyFault, ReplyAck {
        MessageId request();
    }

    /**
     * "These I hold": opens a repair between two peers of a segment.
     *
     * @param complete true if {@code ids} is all that the sender holds for the segment, so that what is absent is missing there
     */
    record Digest(Segment segment, List<MessageId> ids, boolean complete) implements Control {
        public Digest {
            ids = List.copyOf(ids);
        }
    }

    /** "These I hold and you seem to miss": answer to a complete digest. */
    record IHave(Segment segment, List<MessageId> ids) implements Control {
        public IHave {
            ids = List.copyOf(ids);
        }
    }

    /** "Send me these." */
    record IWant(Segment segment, List<MessageId> ids) implements Control {
        public IWant {
            ids = List.copyOf(ids);
        }
    }

    /** "You are my parent for this request; a reply will follow." Stops the repetition of the request. */
    record Accept(MessageId request) implements AboutRequest {}

    /** "Somebody else asked me first." The child slot is empty, and nothing will follow. */
    record Decline(MessageId request) implements AboutRequest {}

    /**
     * The value of a subtree; repeated until {@link ReplyAck}.
     *
     * @param payload the merged value; null if nobody in the subtree gave one
     */
    record Reply(MessageId request, @Nullable Payload payload, Completeness completeness) implements AboutRequest {
        public Reply {
            if ((payload == null) != (completeness.counted() == 0)) {
                throw new IllegalArgumentException("reply to " + request + ": " + completeness.counted()
                        + " counted and " + (payload == null ? "no payload" : "a payload")
                        + " (expected: a payload if and only if counted > 0)");
            }
        }
    }

    /** The subtree gives no value, and why; repeated until {@link ReplyAck}. */
    record ReplyFault(MessageId request, String reason, Completeness completeness) implements AboutRequest {}

    /** "I have your reply." */
    record ReplyAck(MessageId request) implements AboutRequest {}
}
