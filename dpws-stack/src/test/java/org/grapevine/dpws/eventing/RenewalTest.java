package org.grapevine.dpws.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a subscriber renews. */
class RenewalTest {

    @Test
    void isAtHalfOfTheGrantedTime() {
        assertThat(new Renewal(1_000, new Expiry.After(10_000)).dueAt()).isEqualTo(6_000);
        assertThat(new Renewal(1_000, new Expiry.At(21_000)).dueAt()).isEqualTo(11_000);
    }

    @Test
    void startsAfreshWithEachGrant() {
        Renewal renewal = new Renewal(0, new Expiry.After(10_000));

        renewal.granted(5_000, new Expiry.After(4_000));

        assertThat(renewal.dueAt()).isEqualTo(7_000);
        assertThat(renewal.deadline()).isEqualTo(9_000);
    }

    @Test
    void isTriedAgainWhileThereIsTime() {
        Renewal renewal = new Renewal(0, new Expiry.After(10_000));

        assertThat(renewal.failed(6_000)).isTrue();
        assertThat(renewal.dueAt()).isEqualTo(7_000);
        assertThat(renewal.failed(9_600)).isFalse();
    }

    @Test
    void neitherFloodsASourceNorForgetsIt() {
        assertThat(new Renewal(0, new Expiry.After(1)).dueAt()).isEqualTo(500);
        assertThat(new Renewal(0, new Expiry.After(Long.MAX_VALUE)).dueAt()).isEqualTo(86_400_000);
    }
}
