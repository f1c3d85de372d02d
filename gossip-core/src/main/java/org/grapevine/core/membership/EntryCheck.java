package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what no honest device says, and what is known to be out of date. Who speaks is believed about itself, and about others
 * only what can be so.
 */
final class EntryCheck {

    /** Periods of shuffles for which nobody but the peer itself is believed that it is there. */
    static final int DEPARTED_SHUFFLES = 12;

    /** As many as a device can be set to send: {@link MembershipConfig.Detection}. */
    static final int MOST_RUMOURS = 32;

    /** As many as a device can be set to send: {@link MembershipConfig.Estimate}. */
    static final int MOST_SHARES = 16;

    private final PeerAddress self;
    private final EntryRule rule;
    private final Tally tally;
    private final int entriesPerMessage;
    private final Departed departed;

    /** @param key of the hashes by which departed peers are remembered */
    EntryCheck(MembershipConfig config, PeerAddress self, EntryRule rule, long key, Tally tally) {
        this.self = self;
        this.rule = rule;
        this.tally = tally;
        this.entriesPerMessage = config.view().entriesPerMessage();
        this.departed = new Departed(key, DEPARTED_SHUFFLES * config.view().shuffleMillis());
    }

    /** Those of the contacts that can be peers. Whoever names them knows more than other peers: one that was gone is back. */
    List<PeerEntry> contacts(List<PeerEntry> named) {
        List<PeerEntry> accepted = new ArrayList<>(named.size());
        for (PeerEntry entry : named) {
            if (isPossible(entry.address()) && !isRepeated(accepted, entry)) {
                departed.remove(entry.address());
                accepted.add(entry);
            }
        }
        return accepted;
    }

    /** The message without what is refused in it; null if it is refused as a whole. */
    @Nullable
    PeerMessage message(long now, PeerAddress from, PeerMessage message) {
        if (from.equals(self)) {
            tally.drop(MembershipDrop.OWN_MESSAGE);
            return null;
        }
        if (!rule.accepts(from)) {
            tally.drop(MembershipDrop.IMPOSSIBLE_ADDRESS);
            return null;
        }
        PeerMessage checked = message instanceof PeerMessage.OfView ofView
                ? ofView(now, from, ofView)
                : message instanceof PeerMessage.OfHealth ofHealth
                        ? ofHealth(ofHealth)
                        : message instanceof PeerMessage.OfSize ofSize ? ofSize(ofSize) : null;
        if (checked != null) {
            departed.remove(from);
        }
        return checked;
    }

    /** For a while nobody but the peer itself is believed that it is there. */
    void gone(long now, PeerAddress peer) {
        if (!peer.equals(self)) {
            departed.add(now, peer);
        }
    }

    private @Nullable PeerMessage ofView(long now, PeerAddress from, PeerMessage.OfView message) {
        if (message instanceof PeerMessage.Join join) {
            return isOfSender(from, join.self()) ? join : null;
        } else if (message instanceof PeerMessage.Neighbour neighbour) {
            return isOfSender(from, neighbour.self()) ? neighbour : null;
        } else if (message instanceof PeerMessage.NeighbourAnswer answer) {
            return isOfSender(from, answer.self()) ? answer : null;
        } else if (message instanceof PeerMessage.ForwardJoin forward) {
            return forwardJoin(now, from, forward);
        } else if (message instanceof PeerMessage.Shuffle shuffle) {
            return shuffle(now, from, shuffle);
        } else if (message instanceof PeerMessage.ShuffleAnswer answer) {
            List<PeerEntry> entries = entries(now, from, answer.entries(), 0);
            return entries == null ? null : new PeerMessage.ShuffleAnswer(entries);
        } else if (message instanceof PeerMessage.Exchange exchange) {
            return exchange(now, from, exchange);
        } else if (message instanceof PeerMessage.ExchangeAnswer answer) {
            List<PeerEntry> entries = entries(now, from, answer.entries(), 0);
            return entries == null ? null : new PeerMessage.ExchangeAnswer(entries);
        }
        return message;
    }

    private @Nullable PeerMessage forwardJoin(long now, PeerAddress from, PeerMessage.ForwardJoin forward) {
        PeerEntry newcomer = forward.newcomer();
        if (!isWalk(forward.walk()) || !isPossible(newcomer.address()) || isStale(now, from, newcomer)) {
            return null;
        }
        return new PeerMessage.ForwardJoin(newcomer, clamped(forward.walk()));
    }

    private @Nullable PeerMessage shuffle(long now, PeerAddress from, PeerMessage.Shuffle shuffle) {
        PeerEntry origin = shuffle.origin();
        if (!isWalk(shuffle.walk()) || !isPossible(origin.address()) || isStale(now, from, origin)) {
            return null;
        }
        if (origin.age() != 0) {
            tally.drop(MembershipDrop.FORGED_SENDER);
            return null;
        }
        List<PeerEntry> entries = entries(now, from, shuffle.entries(), 1);
        return entries == null ? null : new PeerMessage.Shuffle(origin, clamped(shuffle.walk()), entries);
    }

    private @Nullable PeerMessage exchange(long now, PeerAddress from, PeerMessage.Exchange exchange) {
        if (exchange.entries().isEmpty()) {
            tally.drop(MembershipDrop.FORGED_SENDER);
            return null;
        }
        if (!isOfSender(from, exchange.entries().get(0))) {
            return null;
        }
        List<PeerEntry> entries = entries(now, from, exchange.entries(), 0);
        return entries == null ? null : new PeerMessage.Exchange(entries);
    }

    private @Nullable PeerMessage ofHealth(PeerMessage.OfHealth message) {
        if (message instanceof PeerMessage.Ping ping) {
            List<Rumour> rumours = rumours(ping.rumours());
            return rumours == null ? null : new PeerMessage.Ping(ping.number(), ping.linked(), rumours);
        } else if (message instanceof PeerMessage.Ack ack) {
            List<Rumour> rumours = rumours(ack.rumours());
            return rumours == null ? null : new PeerMessage.Ack(ack.number(), ack.linked(), rumours);
        } else if (message instanceof PeerMessage.PingRequest request) {
            if (!isPossible(request.target())) {
                return null;
            }
            List<Rumour> rumours = rumours(request.rumours());
            return rumours == null ? null : new PeerMessage.PingRequest(request.number(), request.target(), rumours);
        }
        return message;
    }

    /** A count of which one part is missing would be wrong for everybody: so such a message is refused as a whole. */
    private @Nullable PeerMessage ofSize(PeerMessage.OfSize message) {
        List<PeerMessage.Share> shares = List.of();
        int size = 0;
        if (message instanceof PeerMessage.Average average) {
            shares = average.shares();
            size = average.size();
        } else if (message instanceof PeerMessage.AverageAnswer answer) {
            shares = answer.shares();
            size = answer.size();
        }
        if (size < 0) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            return null;
        }
        if (shares.size() > MOST_SHARES) {
            tally.drop(MembershipDrop.TOO_MANY_ENTRIES);
            return null;
        }
        for (int i = 0; i < shares.size(); i++) {
            PeerAddress starter = shares.get(i).starter();
            if (!starter.equals(self) && !rule.accepts(starter)) {
                tally.drop(MembershipDrop.IMPOSSIBLE_ADDRESS);
                return null;
            }
            for (int j = 0; j < i; j++) {
                if (shares.get(j).starter().equals(starter)) {
                    tally.drop(MembershipDrop.REPEATED_ENTRY);
                    return null;
                }
            }
        }
        return message;
    }

    /** @param others entries that the message has beside these */
    private @Nullable List<PeerEntry> entries(long now, PeerAddress from, List<PeerEntry> named, int others) {
        if (named.size() + others > entriesPerMessage) {
            tally.drop(MembershipDrop.TOO_MANY_ENTRIES);
            return null;
        }
        List<PeerEntry> accepted = new ArrayList<>(named.size());
        for (PeerEntry entry : named) {
            if (entry.address().equals(from) && entry.age() != 0) {
                tally.drop(MembershipDrop.FORGED_SENDER);
            } else if (isPossible(entry.address()) && !isRepeated(accepted, entry) && !isStale(now, from, entry)) {
                accepted.add(entry);
            }
        }
        return accepted;
    }

    private @Nullable List<Rumour> rumours(List<Rumour> heard) {
        if (heard.size() > MOST_RUMOURS) {
            tally.drop(MembershipDrop.TOO_MANY_ENTRIES);
            return null;
        }
        List<Rumour> accepted = new ArrayList<>(heard.size());
        for (Rumour rumour : heard) {
            if ((!rumour.about().equals(self) && !rule.accepts(rumour.about()))
                    || (!rumour.from().equals(self) && !rule.accepts(rumour.from()))) {
                tally.drop(MembershipDrop.IMPOSSIBLE_ADDRESS);
            } else if (accepted.contains(rumour)) {
                tally.drop(MembershipDrop.REPEATED_ENTRY);
            } else {
                accepted.add(rumour);
            }
        }
        return accepted;
    }

    private boolean isOfSender(PeerAddress from, PeerEntry entry) {
        if (!entry.address().equals(from) || entry.age() != 0) {
            tally.drop(MembershipDrop.FORGED_SENDER);
            return false;
        }
        return true;
    }

    private boolean isPossible(PeerAddress address) {
        if (address.equals(self)) {
            tally.drop(MembershipDrop.OWN_ENTRY);
            return false;
        }
        if (!rule.accepts(address)) {
            tally.drop(MembershipDrop.IMPOSSIBLE_ADDRESS);
            return false;
        }
        return true;
    }

    private boolean isStale(long now, PeerAddress from, PeerEntry entry) {
        if (entry.address().equals(from) || !departed.contains(now, entry.address())) {
            return false;
        }
        tally.drop(MembershipDrop.STALE_ENTRY);
        return true;
    }

    private boolean isRepeated(List<PeerEntry> accepted, PeerEntry entry) {
        for (PeerEntry other : accepted) {
            if (other.address().equals(entry.address())) {
                tally.drop(MembershipDrop.REPEATED_ENTRY);
                return true;
            }
        }
        return false;
    }

    private boolean isWalk(int walk) {
        if (walk < 0) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
        }
        return walk >= 0;
    }

    private int clamped(int walk) {
        if (walk > MembershipConfig.MAX_WALK) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
        }
        return Math.min(walk, MembershipConfig.MAX_WALK);
    }
}
