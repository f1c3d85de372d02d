package org.grapevine.core.membership;

import java.util.Arrays;
import org.grapevine.core.message.PeerAddress;

/**
 * Peers that are known to be gone, for a while. Twelve bytes for each: two that hash alike are taken for one, which costs no more
 * than that the other must speak for itself too.
 */
final class Departed {

    /** Beyond this many, the one that would be forgotten first is forgotten now. */
    static final int LIMIT = 128;

    private final long key;
    private final long holdMillis;
    private int[] hashes = {};
    private long[] untils = {};
    private int size;

    Departed(long key, long holdMillis) {
        this.key = key;
        this.holdMillis = holdMillis;
    }

    void add(long now, PeerAddress peer) {
        int hash = hash(peer);
        int place = find(hash);
        if (place < 0) {
            place = size < LIMIT ? size++ : soonest();
            if (place == hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.min(LIMIT, Math.max(4, 2 * size)));
                untils = Arrays.copyOf(untils, hashes.length);
            }
        }
        hashes[place] = hash;
        untils[place] = now + holdMillis;
    }

    boolean contains(long now, PeerAddress peer) {
        if (size == 0) {
            return false;
        }
        int place = find(hash(peer));
        if (place >= 0 && untils[place] <= now) {
            removeAt(place);
            return false;
        }
        return place >= 0;
    }

    void remove(PeerAddress peer) {
        if (size > 0) {
            int place = find(hash(peer));
            if (place >= 0) {
                removeAt(place);
            }
        }
    }

    int size() {
        return size;
    }

    private void removeAt(int place) {
        size--;
        hashes[place] = hashes[size];
        untils[place] = untils[size];
    }

    private int find(int hash) {
        for (int i = 0; i < size; i++) {
            if (hashes[i] == hash) {
                return i;
            }
        }
        return -1;
    }

    private int soonest() {
        int soonest = 0;
        for (int i = 1; i < size; i++) {
            if (untils[i] < untils[soonest]) {
                soonest = i;
            }
        }
        return soonest;
    }

    private int hash(PeerAddress peer) {
        return (int) AddressHash.of(key, peer);
    }
}
