package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/** Hashes of addresses under a key: who does not know the key cannot choose an address by its hash. */
final class AddressHash {

    private AddressHash() {}

    static long of(long key, PeerAddress address) {
        String value = address.value();
        long hash = key;
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        // The last step of SplitMix64 (Steele, Lea, Flood 2014).
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }
}
