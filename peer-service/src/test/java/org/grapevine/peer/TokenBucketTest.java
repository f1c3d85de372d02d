package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long NOW = 1_700_000_000_000L;

    @Test
    void letsABurstThroughAndThenASteadyRate() {
        TokenBucket bucket = new TokenBucket(50, 32);
        for (int i = 0; i < 32; i++) {
            assertThat(bucket.take(NOW)).isTrue();
        }
        assertThat(bucket.take(NOW)).isFalse();
        assertThat(bucket.nextMillis(NOW)).isEqualTo(NOW + 20);
        assertThat(bucket.take(NOW + 19)).isFalse();
        assertThat(bucket.take(NOW + 20)).isTrue();
        assertThat(bucket.take(NOW + 20)).isFalse();
    }

    @Test
    void holdsNoMoreThanABurstAfterAnyRest() {
        TokenBucket bucket = new TokenBucket(3, 2);
        assertThat(bucket.take(NOW)).isTrue();
        long later = NOW + 1_000_000_000_000L;
        assertThat(bucket.take(later)).isTrue();
        assertThat(bucket.take(later)).isTrue();
        assertThat(bucket.take(later)).isFalse();
        assertThat(bucket.nextMillis(later)).isEqualTo(later + 334);
    }

    @Test
    void hasATokenAtTheTimeThatItNames() {
        TokenBucket bucket = new TokenBucket(7, 1);
        long now = NOW;
        for (int i = 0; i < 1_000; i++) {
            now = bucket.nextMillis(now);
            assertThat(bucket.take(now)).isTrue();
        }
        // 999 tokens at 7 a second, and each rounded up to a millisecond at the most.
        assertThat(now - NOW).isBetween(142_714L, 143_714L);
    }

    @Test
    void doesNotMindAClockThatGoesBack() {
        TokenBucket bucket = new TokenBucket(1, 1);
        assertThat(bucket.take(NOW)).isTrue();
        assertThat(bucket.take(NOW - 5_000)).isFalse();
        assertThat(bucket.take(NOW + 1_000)).isTrue();
    }
}
