package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspicionTest {

    private static final long NOW = 5_000;
    private static final MembershipConfig.Detection DETECTION = MembershipConfig.Detection.defaults();

    private static Suspicion suspicion(int devices) {
        return new Suspicion(NOW, 7, new PeerAddress("first"), false, DETECTION, devices);
    }

    /** The table of the references: seconds by devices and confirmations, three of which are wanted. */
    @ParameterizedTest
    @CsvSource({
        "10, 24, 14, 8.2, 4",
        "100, 48, 28, 16.3, 8",
        "1000, 72, 42, 24.5, 12",
    })
    void itGetsShorterWithEveryConfirmation(int devices, double none, double one, double two, double three) {
        Suspicion suspicion = suspicion(devices);
        double[] expected = {none, one, two, three};
        for (int confirmations = 0; confirmations <= 3; confirmations++) {
            assertThat((suspicion.deadline() - NOW) / 1_000.0).isCloseTo(expected[confirmations], Offset.offset(0.051));
            assertThat(suspicion.accused(new PeerAddress("accuser" + confirmations)))
                    .isEqualTo(confirmations < 3);
        }
        assertThat(suspicion.deadline() - NOW).isEqualTo(Suspicion.leastMillis(DETECTION, devices));
    }

    @Test
    void theSameAccuserCountsOnce() {
        Suspicion suspicion = suspicion(100);

        assertThat(suspicion.accused(new PeerAddress("first"))).isFalse();
        assertThat(suspicion.accused(new PeerAddress("second"))).isTrue();
        assertThat(suspicion.accused(new PeerAddress("second"))).isFalse();
    }

    @Test
    void amongSoFewThatNobodyCanConfirmItIsShortFromTheBeginning() {
        assertThat(suspicion(4).deadline() - NOW).isEqualTo(4_000);
        assertThat(suspicion(5).deadline() - NOW).isEqualTo(24_000);
    }

    @Test
    void anotherOnesEndIsWorthAllConfirmationsButEndsNothingByItself() {
        Suspicion suspicion = suspicion(100);

        assertThat(suspicion.confirmed()).isTrue();
        assertThat(suspicion.confirmed()).isFalse();
        assertThat(suspicion.deadline() - NOW).isEqualTo(8_000);
        assertThat(suspicion.isCertain()).isFalse();
        for (int i = 0; i < Suspicion.ASKED_IN_VAIN; i++) {
            assertThat(suspicion.isCertain()).isFalse();
            suspicion.askedInVain();
        }
        assertThat(suspicion.isCertain()).isTrue();
    }

    @Test
    void whatOthersBeganHasToBeSeenTwice() {
        Suspicion own = suspicion(100);
        Suspicion others = new Suspicion(NOW, 7, new PeerAddress("first"), true, DETECTION, 100);
        own.askedInVain();
        others.askedInVain();

        assertThat(own.isHearsay()).isFalse();
        assertThat(others.isHearsay()).isTrue();
        others.askedInVain();
        assertThat(others.isHearsay()).isFalse();
    }

    @Test
    void withoutAnotherOnesEndNoNumberOfOwnProbesIsEnough() {
        Suspicion suspicion = suspicion(100);
        for (int i = 0; i < 100; i++) {
            suspicion.askedInVain();
        }

        assertThat(suspicion.isCertain()).isFalse();
        assertThat(suspicion.deadline() - NOW).isEqualTo(48_000);
    }

    @Test
    void aDeviceThatCouldNotListenForgivesOnce() {
        Suspicion suspicion = suspicion(4);

        assertThat(suspicion.forgiven(NOW + 9_000, 2_000)).isTrue();
        assertThat(suspicion.deadline()).isEqualTo(NOW + 11_000);
        assertThat(suspicion.forgiven(NOW + 20_000, 2_000)).isFalse();
        assertThat(suspicion.deadline()).isEqualTo(NOW + 11_000);
    }
}
