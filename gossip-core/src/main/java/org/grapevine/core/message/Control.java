package org.grapevine.core.message;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What engines tell each other apart from the gossiped units themselves. */
public sealed interface Control {

    /** Messages about a request name it, so that they find their query. */
    sealed interface AboutRequest extends Control
            permits Accept, Decline, Reply, ReplyFault, ReplyAck, Samples, SamplesAck {
        MessageId request();
    }

    /** Messages about the gossip of one segment. */
    sealed interface InSegment extends Control permits Digest, Summary, PullRequest, IHave, IWant, Prune, IDontWant {
        Segment segment();
    }

    /**
     * A part of all ids: those whose {@link MessageId#slice} is {@code index} when ids are dealt out to {@code of} slices. Two
     * devices with the same slice in hand speak of the same ids, however many they hold.
     *
     * @param index 0..of - 1
     * @param of 1..{@value #MAX}
     */
    record Slice(int index, int of) {
        public static final int MAX = 4_096;

        /** All ids. */
        public static final Slice WHOLE = new Slice(0, 1);

        public Slice {
            if (of < 1 || of > MAX || index < 0 || index >= of) {
                throw new IllegalArgumentException("slice: " + index + " of " + of
                        + " (expected: 0.. below its number of slices, 1.." + MAX + ")");
            }
        }

        public boolean contains(MessageId id) {
            return of == 1 || id.slice(of) == index;
        }
    }

    /** "These I hold, and no others of this slice": opens a repair between two peers of a segment. */
    record Digest(Segment segment, List<MessageId> ids, Slice slice) implements InSegment {
        public Digest {
            ids = List.copyOf(ids);
        }
    }

    /**
     * A digest of digests, for whoever holds more than one datagram of ids: checksums of all slices. Covers the messages that
     * were published not later than {@code untilMillis} and expire after {@code afterMillis} (by their origins' clocks), so that
     * both sides sum up the same ones. Who finds a slice different answers with its {@link Digest}.
     *
     * @param checksums for each slice the xor of {@link MessageId#checksum} of its ids
     */
    record Summary(Segment segment, long afterMillis, long untilMillis, List<Long> checksums) implements InSegment {
        public Summary {
            checksums = List.copyOf(checksums);
        }
    }

    /**
     * "Send me what I lack": opens a pull.
     *
     * @param has what the sender holds of the messages that are pulled, the offered ones first
     * @param offered the ones among those that the receiver may ask for in turn (push-pull)
     * @param slice {@code has} is all that the sender holds of it
     */
    record PullRequest(Segment segment, List<MessageId> has, List<MessageId> offered, Slice slice)
            implements InSegment {
        public PullRequest {
            offered = List.copyOf(offered);
            Set<MessageId> offeredFirst = new LinkedHashSet<>(offered);
            offeredFirst.addAll(has);
            has = List.copyOf(offeredFirst);
        }
    }

    /**
     * "These I hold and you may miss": an advertisement, or the answer to a digest.
     *
     * @param hop hops that the payloads would have travelled when they come; 0 if that says nothing
     * @param spare said along a spare link of the tree: the payloads are on their way along its branches, so wait before asking
     */
    record IHave(Segment segment, List<MessageId> ids, int hop, boolean spare) implements InSegment {
        public IHave {
            ids = List.copyOf(ids);
        }
    }

    /**
     * "Send me these."
     *
     * @param graft "and from now on payloads at once" (the GRAFT of Plumtree); {@code ids} may be empty then
     */
    record IWant(Segment segment, List<MessageId> ids, boolean graft) implements InSegment {
        public IWant {
            ids = List.copyOf(ids);
        }
    }

    /** "From now on send me ids only": your payloads come second. */
    record Prune(Segment segment) implements InSegment {}

    /** "I have these now, do not send them": said by who has just received a large payload. */
    record IDontWant(Segment segment, List<MessageId> ids) implements InSegment {
        public IDontWant {
            ids = List.copyOf(ids);
        }
    }

    /**
     * "You are my parent for this request; a reply will follow." Stops the repetition of the request. Said again whenever the parent
     * asks whether its child is still there.
     *
     * @param children whom the sender has asked and who may have it as their parent: whom to ask if the sender is lost. At most
     *     {@value #MOST_CHILDREN}; those that declined are left out
     */
    record Accept(MessageId request, List<PeerAddress> children) implements AboutRequest {

        /** What fits a datagram beside the rest. */
        public static final int MOST_CHILDREN = 32;

        public Accept {
            children = List.copyOf(children);
            if (children.size() > MOST_CHILDREN) {
                throw new IllegalArgumentException(
                        "children: " + children.size() + " (expected: at most " + MOST_CHILDREN + ")");
            }
        }
    }

    /** "Somebody else asked me first." The child slot is empty, and nothing will follow. */
    record Decline(MessageId request) implements AboutRequest {}

    /**
     * The value of a subtree; repeated until {@link ReplyAck}.
     *
     * @param payload the merged value; null if nobody in the subtree gave one, or if all values went ahead as {@link Samples}
     */
    record Reply(MessageId request, @Nullable Payload payload, Completeness completeness) implements AboutRequest {
        public Reply {
            if (payload != null && completeness.counted() == 0) {
                throw new IllegalArgumentException(
                        "reply to " + request + ": 0 counted and a payload (expected: a payload only if counted > 0)");
            }
        }
    }

    /** The subtree gives no value, and why; repeated until {@link ReplyAck}. */
    record ReplyFault(MessageId request, String reason, Completeness completeness) implements AboutRequest {}

    /** "I have your reply." */
    record ReplyAck(MessageId request) implements AboutRequest {}

    /**
     * Values of a subtree on their way up, each as its device gave it; repeated until {@link SamplesAck}. A sender has one of these
     * under way to its parent; its {@link Reply} comes after the last one and counts all.
     *
     * @param number place among those that this sender sends for this request, from 0 on
     * @param samples 1 to {@value #MOST_SAMPLES}
     */
    record Samples(MessageId request, int number, List<Sample> samples) implements AboutRequest {

        public static final int MOST_SAMPLES = 64;

        public Samples {
            samples = List.copyOf(samples);
            if (number < 0) {
                throw new IllegalArgumentException("number: " + number + " (expected: >= 0)");
            }
            if (samples.isEmpty() || samples.size() > MOST_SAMPLES) {
                throw new IllegalArgumentException(
                        "samples: " + samples.size() + " (expected: 1.." + MOST_SAMPLES + ")");
            }
        }
    }

    /** "I have your samples up to and with that number." */
    record SamplesAck(MessageId request, int number) implements AboutRequest {}
}
