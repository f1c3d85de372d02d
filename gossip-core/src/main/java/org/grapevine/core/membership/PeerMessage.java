package org.grapevine.core.membership;

import java.util.List;
import org.grapevine.core.message.PeerAddress;

/** What devices of a segment tell each other about it. Each fits a datagram, and each may get lost. */
public sealed interface PeerMessage {

    /** Keeps views. */
    sealed interface OfView extends PeerMessage {}

    /** Finds the dead. */
    sealed interface OfHealth extends PeerMessage {}

    /** Estimates the size of the segment. */
    sealed interface OfSize extends PeerMessage {}

    // HyParView (Leitão, Pereira, Rodrigues 2007, section 4)

    /** The sender, which knows nobody else yet, wants to be in the overlay. */
    record Join(PeerEntry self) implements OfView {}

    /**
     * Somebody has joined; whoever gets this at the end of the walk becomes a neighbour.
     *
     * @param walk hops left, 0 or more
     */
    record ForwardJoin(PeerEntry newcomer, int walk) implements OfView {}

    /**
     * The sender wants a link.
     *
     * @param urgent it has few links or none, or the link would join what was apart: refused only if the receiver has replaced
     *     one just before
     */
    record Neighbour(PeerEntry self, boolean urgent) implements OfView {}

    /** Whether there is a link now, asked for by {@link Neighbour}, {@link Join} or {@link ForwardJoin}. */
    record NeighbourAnswer(PeerEntry self, boolean accepted) implements OfView {}

    /** There is no link any more; the sender is as well as before. */
    record Disconnect() implements OfView {}

    /**
     * Some of what the origin knows, on its way to a random peer, which answers the origin.
     *
     * @param walk hops left, 0 or more
     */
    record Shuffle(PeerEntry origin, int walk, List<PeerEntry> entries) implements OfView {
        public Shuffle {
            entries = List.copyOf(entries);
        }
    }

    /** As many of what the sender knows. */
    record ShuffleAnswer(List<PeerEntry> entries) implements OfView {
        public ShuffleAnswer {
            entries = List.copyOf(entries);
        }
    }

    // Cyclon and full membership (Voulgaris, Gavidia, van Steen 2005)

    /** Some of what the sender knows; the first entry is its own, of age 0. */
    record Exchange(List<PeerEntry> entries) implements OfView {
        public Exchange {
            entries = List.copyOf(entries);
        }
    }

    /** As many of what the answering device knows. */
    record ExchangeAnswer(List<PeerEntry> entries) implements OfView {
        public ExchangeAnswer {
            entries = List.copyOf(entries);
        }
    }

    /** The sender leaves the segment. */
    record Leave() implements OfView {}

    // SWIM and Lifeguard (Das, Gupta, Motivala 2002; Dadgar, Phillips, Currey 2018)

    /**
     * Are you there?
     *
     * @param number echoed by the answer
     * @param linked the sender holds the receiver as a link
     */
    record Ping(long number, boolean linked, List<Rumour> rumours) implements OfHealth {
        public Ping {
            rumours = List.copyOf(rumours);
        }
    }

    /**
     * Yes, or: the peer that you asked for is.
     *
     * @param number of the ping, or of the ping request
     * @param linked the sender holds the receiver as a link
     */
    record Ack(long number, boolean linked, List<Rumour> rumours) implements OfHealth {
        public Ack {
            rumours = List.copyOf(rumours);
        }
    }

    /** Ping that peer for me. */
    record PingRequest(long number, PeerAddress target, List<Rumour> rumours) implements OfHealth {
        public PingRequest {
            rumours = List.copyOf(rumours);
        }
    }

    /** The peer that you asked for has not answered me either; so at least I hear you (Lifeguard). */
    record Nack(long number) implements OfHealth {}

    // Push-pull averaging (Jelasity, Montresor, Babaoglu 2005)

    /**
     * One side of an exchange of averages.
     *
     * @param epoch number of the epoch, from the clock: both sides must be in the same
     * @param number echoed by the answer; the same for a repetition, which is answered by the same
     * @param size the sender's latest estimate, 0 if it has none yet
     * @param shares what the sender holds of each count
     */
    record Average(long epoch, long number, int size, List<Share> shares) implements OfSize {
        public Average {
            shares = List.copyOf(shares);
        }
    }

    /**
     * The other side.
     *
     * @param accepted false if the sender takes no part now: it is in an exchange of its own, or came in the middle of the epoch
     */
    record AverageAnswer(long epoch, long number, boolean accepted, int size, List<Share> shares) implements OfSize {
        public AverageAnswer {
            shares = List.copyOf(shares);
        }
    }

    /**
     * A device's part of one count: all parts of a count add up to 1, so after enough exchanges each device holds 1/n of it.
     *
     * @param starter who began with all of it
     * @param part of it that the sender holds, 0..1
     */
    record Share(PeerAddress starter, double part) {
        public Share {
            if (!(part >= 0 && part <= 1)) {
                throw new IllegalArgumentException("part: " + part + " (expected: 0..1)");
            }
        }
    }
}
