package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A few devices through the program that is for a thousand; the heap says nothing at that size. */
class DevicesAtRestTest {

    @Test
    void oneProbeFindsAll() throws Exception {
        DevicesAtRest.Finding finding = DevicesAtRest.find(DevicesAtRest.Kind.BARE, 20, Duration.ofSeconds(10));

        assertThat(finding.found()).isEqualTo(20);
    }

    @Test
    void moreDevicesHaveNoMoreThreads() throws Exception {
        List<DevicesAtRest.Rest> rests = DevicesAtRest.rest(DevicesAtRest.Kind.ONE_SERVICE, 2, 20);

        assertThat(rests).extracting(DevicesAtRest.Rest::devices).containsExactly(2, 20);
        assertThat(rests.get(1).threads())
                .isLessThanOrEqualTo(rests.get(0).threads() + 1); // One of the JDK's own may wake.
    }
}
