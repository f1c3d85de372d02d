package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.message.OriginOrder;
import org.junit.jupiter.api.Test;

class OriginSequenceTest {

    private final OriginSequence sequence = new OriginSequence(1_000);

    @Test
    void numbersOneAfterTheOther() {
        assertThat(sequence.next(1_000, 2_000)).isEqualTo(new OriginOrder(1_000_000, 1_000_000, 1_000));
        assertThat(sequence.next(1_000, 3_000)).isEqualTo(new OriginOrder(1_000_001, 1_000_000, 2_000));
        assertThat(sequence.next(1_000, 2_500)).isEqualTo(new OriginOrder(1_000_002, 1_000_000, 3_000));
    }

    @Test
    void waitsForNothingThatHasExpired() {
        OriginOrder first = sequence.next(1_000, 2_000);
        OriginOrder second = sequence.next(1_500, 9_000);

        assertThat(sequence.next(2_000, 9_500)).isEqualTo(new OriginOrder(second.number() + 1, second.number(), 9_000));
        assertThat(sequence.next(9_500, 10_000))
                .isEqualTo(new OriginOrder(first.number() + 3, first.number() + 3, 9_500));
    }

    @Test
    void beginsAfterARestartWhereNoNumberWasBefore() {
        OriginOrder last = sequence.next(1_000, 2_000);

        assertThat(new OriginSequence(1_001).next(1_001, 2_000).number()).isGreaterThan(last.number());
    }

    /** However many are under way, what is remembered stays small, and the floor errs on the low side only. */
    @Test
    void staysBoundedUnderAFlood() {
        OriginOrder first = sequence.next(0, 1_000_000);
        OriginOrder last = first;
        for (int i = 1; i <= 100_000; i++) {
            last = sequence.next(i, 1_000_000 + i);
        }

        assertThat(last.number()).isEqualTo(first.number() + 100_000);
        assertThat(last.floor()).isEqualTo(first.number());
        assertThat(last.waitUntilMillis()).isEqualTo(1_099_999);
        assertThat(sequence.next(2_000_000, 3_000_000).floor()).isEqualTo(last.number() + 1);
    }
}
