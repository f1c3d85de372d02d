package org.grapevine.core.membership;

import java.util.Arrays;
import org.grapevine.core.message.PeerAddress;

/** Limits what one peer may ask, and walks for all of them together. */
final class RequestRate {

    /** Requests of one peer in a period. An honest one repeats a request once, and may have lost its link in between. */
    static final int REQUESTS = 4;

    /** Walks that are passed on in a period, whoever they come from. */
    static final int WALKS = 64;

    /** Peers that are remembered. With more in one period, the limits for all of them together count. */
    private static final int PEERS = 16;

    private final long periodMillis;
    private final long key;
    private int[] hashes = {};
    private int[] requests = {};
    private int peers;
    private long periodEnd = Long.MIN_VALUE;
    private int walks;

    RequestRate(long periodMillis, long key) {
        this.periodMillis = periodMillis;
        this.key = key;
    }

    /** False if the peer has asked too often. */
    boolean allows(long now, PeerAddress peer) {
        begin(now);
        int hash = (int) AddressHash.of(key, peer);
        for (int i = 0; i < peers; i++) {
            if (hashes[i] == hash) {
                return ++requests[i] <= REQUESTS;
            }
        }
        if (peers < PEERS) {
            if (peers == hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.max(4, 2 * peers));
                requests = Arrays.copyOf(requests, hashes.length);
            }
            hashes[peers] = hash;
            requests[peers] = 1;
            peers++;
        }
        return true;
    }

    /** False if no more walks are passed on in this period. */
    boolean allowsWalk(long now) {
        begin(now);
        return ++walks <= WALKS;
    }

    private void begin(long now) {
        if (now >= periodEnd) {
            periodEnd = now + periodMillis;
            peers = 0;
            walks = 0;
        }
    }
}
