package org.grapevine.core.membership;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** The links of one device. Says {@link MembershipAction.Linked} and {@link MembershipAction.Unlinked} for each change. */
final class ActiveView {

    private final PeerEntry[] peers;
    private final long[] since;
    private final boolean[] chosen;
    private int size;

    ActiveView(int limit) {
        peers = new PeerEntry[limit];
        since = new long[limit];
        chosen = new boolean[limit];
    }

    /**
     * Adds a link; there must be room, and none to that peer.
     *
     * @param own true if this device chose the peer, false if the peer asked for the link
     */
    void add(long now, PeerEntry peer, boolean own, List<MembershipAction> out) {
        peers[size] = peer;
        since[size] = now;
        chosen[size] = own;
        size++;
        out.add(new MembershipAction.Linked(peer));
    }

    /** Removes a link; null if there is none. */
    @Nullable
    PeerEntry remove(PeerAddress peer, List<MembershipAction> out) {
        int place = find(peer);
        if (place < 0) {
            return null;
        }
        PeerEntry removed = peers[place];
        size--;
        peers[place] = peers[size];
        since[place] = since[size];
        chosen[place] = chosen[size];
        Arrays.fill(peers, size, size + 1, null);
        out.add(new MembershipAction.Unlinked(peer));
        return removed;
    }

    /** What a link tells of itself now. */
    void renew(PeerEntry peer, List<MembershipAction> out) {
        int place = find(peer.address());
        if (place >= 0) {
            if (peers[place].httpPort() != peer.httpPort()) {
                out.add(new MembershipAction.Unlinked(peer.address()));
                out.add(new MembershipAction.Linked(peer));
            }
            peers[place] = peer;
        }
    }

    /** The link is there now; does nothing if it is none. */
    void heard(PeerAddress peer) {
        int place = find(peer);
        if (place >= 0 && peers[place].age() > 0) {
            peers[place] = peers[place].aged(0);
        }
    }

    void age() {
        for (int i = 0; i < size; i++) {
            peers[i] = peers[i].aged(peers[i].age() + 1);
        }
    }

    /**
     * The link that has to go for another one: one that the other side asked for, so that whoever asks again and again does not get
     * more than those; any, if this device chose all. Null if there is none.
     */
    @Nullable
    PeerEntry leastOwn(RandomGenerator random) {
        int asked = 0;
        for (int i = 0; i < size; i++) {
            asked += chosen[i] ? 0 : 1;
        }
        if (asked == 0) {
            return size == 0 ? null : peers[random.nextInt(size)];
        }
        int skip = random.nextInt(asked);
        for (int i = 0; i < size; i++) {
            if (!chosen[i] && skip-- == 0) {
                return peers[i];
            }
        }
        throw new AssertionError("size: " + size);
    }

    /** A link, drawn among all but these two peers; null if there is no other. */
    @Nullable
    PeerEntry draw(RandomGenerator random, PeerAddress not, PeerAddress norThis) {
        int others = 0;
        for (int i = 0; i < size; i++) {
            others += isOther(i, not, norThis) ? 1 : 0;
        }
        if (others == 0) {
            return null;
        }
        int skip = random.nextInt(others);
        for (int i = 0; i < size; i++) {
            if (isOther(i, not, norThis) && skip-- == 0) {
                return peers[i];
            }
        }
        throw new AssertionError("size: " + size);
    }

    private boolean isOther(int place, PeerAddress not, PeerAddress norThis) {
        PeerAddress address = peers[place].address();
        return !address.equals(not) && !address.equals(norThis);
    }

    boolean contains(PeerAddress peer) {
        return find(peer) >= 0;
    }

    /** How long there has been a link to the peer, ms; there must be one. */
    long lasts(long now, PeerAddress peer) {
        return now - since[find(peer)];
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size == peers.length;
    }

    PeerEntry get(int place) {
        return peers[place];
    }

    private int find(PeerAddress peer) {
        for (int i = 0; i < size; i++) {
            if (peers[i].address().equals(peer)) {
                return i;
            }
        }
        return -1;
    }
}
