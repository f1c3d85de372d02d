package org.grapevine.dpws.eventing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventingLimitsTest {

    @Test
    void namesTheFieldTheValueAndTheRange() {
        EventingLimits limits = EventingLimits.defaults();
        assertThatThrownBy(() -> limits.withSubscriptions(0, 1))
                .hasMessage("maxSubscriptions: 0 (expected: 1..1000000)");
        assertThatThrownBy(() -> limits.withSubscriptions(2, 3))
                .hasMessage("maxSubscriptionsPerHost: 3 (expected: 1..2)");
        assertThatThrownBy(() -> limits.withExpiry(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("defaultExpiry in ms: 2000 (expected: 1..1000)");
        assertThatThrownBy(() -> limits.withDelivery(0, 0, Duration.ofMillis(1), Duration.ofMillis(1)))
                .hasMessage("maxQueued: 0 (expected: 1..100000)");
        assertThatThrownBy(() -> limits.withDelivery(1, 17, Duration.ofMillis(1), Duration.ofMillis(1)))
                .hasMessage("retries: 17 (expected: 0..16)");
    }
}
