package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;

class LagTest {

    private final InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 2);
    private final Lag lag = new Lag();

    private void came(int messages, long ageMillis) {
        for (int i = 0; i < messages; i++) {
            GossipMessage message = new GossipMessage(
                    new MessageId("urn:test:" + i),
                    new PeerAddress("elsewhere"),
                    network.oneWay(),
                    new EncodedPayload(new byte[1]));
            lag.came(network.now + ageMillis, message);
        }
    }

    @Test
    void itIsTheAgeOfTheYoungestMessageSinceTheLastComparison() {
        came(20, 4_000);
        came(1, 3_000);
        lag.compare(0);
        assertThat(lag.millis()).isEqualTo(3_000);

        came(20, 10);
        lag.compare(0);
        assertThat(lag.millis()).isEqualTo(10);
    }

    @Test
    void fewMessagesSayNothing() {
        came(Lag.LEAST_MESSAGES - 1, 4_000);
        lag.compare(0);

        assertThat(lag.millis()).isZero();
    }

    @Test
    void aComparisonThatComesLateSaysThatTheDeviceStoodStill() {
        came(20, 10);
        lag.compare(2_500);

        assertThat(lag.millis()).isEqualTo(2_500);
    }

    @Test
    void aWrongClockPutsOffNothingForLong() {
        came(20, 3_600_000);
        lag.compare(0);
        assertThat(lag.millis()).isEqualTo(Lag.MOST_MILLIS);

        came(20, -3_600_000);
        lag.compare(0);
        assertThat(lag.millis()).isZero();
    }
}
