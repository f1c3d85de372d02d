package org.grapevine.core.membership;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * A uniform sample of all the peers that were ever named: those whose addresses have the smallest hashes under a secret key (min-wise
 * sampling: Bortnikov et al. 2009, "Brahms"). How often a peer is named, and by how many, changes nothing; so liars who name each
 * other again and again gain nothing.
 *
 * <p>Names that one peer made up would be as good as others, until they are found to be nobody's. So one source has no more than its
 * share of the places, until the peers that it named have spoken themselves.
 */
final class PassiveView {

    /** The source of a peer that has spoken itself. */
    static final int SPOKE = 0;

    /** The source of a peer that somebody outside has named: discovery, a list. */
    static final int OUTSIDE = 1;

    /** One source has not more than one of so many places, but two at least. */
    private static final int SOURCES = 5;

    private final int limit;
    private final Tally tally;
    private final long sourceKey;
    private long key;
    private PeerEntry[] peers = {};
    private int[] ranks = {};
    private int[] sources = {};
    private int size;

    PassiveView(int limit, long key, Tally tally) {
        this.limit = limit;
        this.key = key;
        this.sourceKey = ~key;
        this.tally = tally;
    }

    /** The source that a peer is. */
    int sourceOf(PeerAddress from) {
        int source = (int) AddressHash.of(sourceKey, from);
        return source == SPOKE || source == OUTSIDE ? source + 2 : source;
    }

    /**
     * Takes the peer into the sample, if it belongs there.
     *
     * @return true if it is in the sample afterwards
     */
    boolean offer(PeerEntry peer, int source) {
        if (limit == 0) {
            return false;
        }
        int rank = rank(peer.address());
        int place = find(rank, peer.address());
        if (place >= 0) {
            if (source == SPOKE || source == OUTSIDE) {
                sources[place] = sources[place] == SPOKE ? SPOKE : source;
                peers[place] = peer;
            } else if (peer.age() < peers[place].age()) {
                peers[place] = peers[place].aged(peer.age());
            }
            return true;
        }
        place = size;
        if (source != SPOKE && source != OUTSIDE && placesOf(source) >= Math.max(2, limit / SOURCES)) {
            tally.drop(MembershipDrop.SOURCE_EXHAUSTED);
            place = last(source);
        } else if (size == limit) {
            place = last(SPOKE);
        }
        if (place == size) {
            grow();
            size++;
        } else if (rank > ranks[place]) {
            return false;
        }
        peers[place] = peer;
        ranks[place] = rank;
        sources[place] = source;
        return true;
    }

    /** The peer has spoken itself; does nothing if it is not in the sample. */
    void heard(PeerAddress peer) {
        int place = find(rank(peer), peer);
        if (place >= 0) {
            sources[place] = SPOKE;
            if (peers[place].age() > 0) {
                peers[place] = peers[place].aged(0);
            }
        }
    }

    /** True if the peer has spoken itself, or was named by somebody outside. */
    boolean isTrusted(PeerAddress peer) {
        int place = find(rank(peer), peer);
        return place >= 0 && (sources[place] == SPOKE || sources[place] == OUTSIDE);
    }

    /** Takes the peer out; null if it was not there. */
    @Nullable
    PeerEntry remove(PeerAddress peer) {
        int place = find(rank(peer), peer);
        if (place < 0) {
            return null;
        }
        PeerEntry removed = peers[place];
        size--;
        peers[place] = peers[size];
        ranks[place] = ranks[size];
        sources[place] = sources[size];
        Arrays.fill(peers, size, size + 1, null);
        return removed;
    }

    @Nullable
    PeerEntry find(PeerAddress peer) {
        int place = find(rank(peer), peer);
        return place < 0 ? null : peers[place];
    }

    void age() {
        for (int i = 0; i < size; i++) {
            peers[i] = peers[i].aged(peers[i].age() + 1);
        }
    }

    /** Another key is another sample, as soon as the peers are named again: nobody stays out of it, or in it, for ever. */
    void reseed(RandomGenerator random) {
        key = random.nextLong();
        for (int i = 0; i < size; i++) {
            ranks[i] = rank(peers[i].address());
        }
    }

    int size() {
        return size;
    }

    PeerEntry get(int place) {
        return peers[place];
    }

    private int rank(PeerAddress peer) {
        return (int) AddressHash.of(key, peer);
    }

    private int find(int rank, PeerAddress peer) {
        for (int i = 0; i < size; i++) {
            if (ranks[i] == rank && peers[i].address().equals(peer)) {
                return i;
            }
        }
        return -1;
    }

    private int placesOf(int source) {
        int places = 0;
        for (int i = 0; i < size; i++) {
            places += sources[i] == source ? 1 : 0;
        }
        return places;
    }

    /** The place with the largest hash: of that source, or of all for {@link #SPOKE}. */
    private int last(int source) {
        int last = -1;
        for (int i = 0; i < size; i++) {
            if ((source == SPOKE || sources[i] == source) && (last < 0 || ranks[i] > ranks[last])) {
                last = i;
            }
        }
        return last;
    }

    private void grow() {
        if (size == peers.length) {
            int length = Math.min(limit, Math.max(4, size + size / 2));
            peers = Arrays.copyOf(peers, length);
            ranks = Arrays.copyOf(ranks, length);
            sources = Arrays.copyOf(sources, length);
        }
    }
}
