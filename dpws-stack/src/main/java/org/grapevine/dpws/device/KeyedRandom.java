package org.grapevine.dpws.device;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * SHA-256 over a secret and a counter. Message ids are drawn from it, since whoever sees two numbers of {@code java.util.Random}
 * knows all that follow, and could have a message dropped as a duplicate before it is sent. Any thread.
 */
final class KeyedRandom implements RandomGenerator {

    private final long secret;
    private final AtomicLong drawn = new AtomicLong();

    KeyedRandom(long secret) {
        this.secret = secret;
    }

    @Override
    public long nextLong() {
        try {
            byte[] input = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(secret)
                    .putLong(drawn.getAndIncrement())
                    .array();
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(input))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every Java platform)", e);
        }
    }
}
