package org.grapevine.core.membership;

import java.util.Arrays;
import org.grapevine.core.message.PeerAddress;

/** When peers had their last turn. Two arrays: a map would take a fifth of all that an engine may have. */
final class Turns {

    private PeerAddress[] peers;
    private int[] turns;
    private int size;

    Turns(int capacity) {
        peers = new PeerAddress[capacity];
        turns = new int[capacity];
    }

    /** Remembers the turn of a peer that is not in it yet. */
    void add(PeerAddress peer, int turn) {
        if (size == peers.length) {
            peers = Arrays.copyOf(peers, size + 4);
            turns = Arrays.copyOf(turns, size + 4);
        }
        peers[size] = peer;
        turns[size] = turn;
        size++;
    }

    /** Remembers a later turn of a peer. */
    void set(PeerAddress peer, int turn) {
        int place = find(peer, 0);
        if (place < 0) {
            add(peer, turn);
        } else {
            turns[place] = turn;
        }
    }

    /**
     * The last turn of a peer.
     *
     * @param likely place where the peer is, if nothing has changed: looked at first
     * @param otherwise the result for a peer that is not in it
     */
    int last(PeerAddress peer, int likely, int otherwise) {
        int place = find(peer, likely);
        return place < 0 ? otherwise : turns[place];
    }

    int size() {
        return size;
    }

    private int find(PeerAddress peer, int likely) {
        if (likely < size && peers[likely].equals(peer)) {
            return likely;
        }
        for (int i = 0; i < size; i++) {
            if (peers[i].equals(peer)) {
                return i;
            }
        }
        return -1;
    }
}
