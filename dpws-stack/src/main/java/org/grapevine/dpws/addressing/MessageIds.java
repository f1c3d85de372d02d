package org.grapevine.dpws.addressing;

import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Where new message ids come from. Injected, so that a simulated or tested conversation has the same ids in every run.
 * Thread rules are those of the implementation.
 */
@FunctionalInterface
public interface MessageIds {

    /** A new absolute IRI that no other message bears. */
    String next();

    /**
     * Version 4 UUIDs as {@code urn:uuid:}.
     *
     * @param random a seeded generator in tests and simulations, a secure one on a network; the source is as thread-safe as
     *     this is
     */
    static MessageIds uuids(RandomGenerator random) {
        return () -> {
            long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
            long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return "urn:uuid:" + new UUID(high, low);
        };
    }
}
