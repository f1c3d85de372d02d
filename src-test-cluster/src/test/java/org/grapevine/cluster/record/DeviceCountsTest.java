package org.grapevine.cluster.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceCountsTest {

    @Test
    void ofADeviceThatWasTooBusyAreUnknownAndNotZero() {
        assertThat(DeviceCounts.unknown(7).isKnown()).isFalse();
        assertThat(DeviceCounts.unknown(7).sent()).isEqualTo(DeviceCounts.UNKNOWN);
        assertThat(new DeviceCounts(7, 0, 0, 0).isKnown()).isTrue();
    }
}
