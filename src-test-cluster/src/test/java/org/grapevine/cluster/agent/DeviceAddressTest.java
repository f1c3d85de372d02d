package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.grapevine.cluster.plan.Placement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAddressTest {

    private static final DeviceAddress RUN = new DeviceAddress(3, new Placement(100, 4));

    @Test
    void tellsTheNumberOfItsDevice() {
        assertThat(RUN.deviceOf(RUN.of(17))).isEqualTo(OptionalInt.of(17));
        assertThat(RUN.agentOf(17)).isEqualTo(1);
    }

    @Test
    void isAnotherOneInAnotherRun() {
        assertThat(new DeviceAddress(4, RUN.placement()).deviceOf(RUN.of(17))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "urn:uuid:", "urn:uuid:x-y", "http://example.org/17"})
    void isNoneOfAStranger(String address) {
        assertThat(RUN.deviceOf(address)).isEmpty();
    }

    @Test
    void isNoneBeyondTheDevicesOfTheRun() {
        DeviceAddress larger = new DeviceAddress(3, new Placement(1_000, 4));

        assertThat(RUN.deviceOf(larger.of(100))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.org:80/x", "http://127.0.0.1/x", "soap.udp:x", "http://[::1", "::"})
    void findsNoSocketWithoutALiteralAddressAndAPort(String http) {
        assertThat(RUN.socketOf(http)).isEmpty();
    }

    @Test
    void findsTheSocketOfAnHttpAddress() {
        assertThat(RUN.socketOf("http://127.0.0.1:8080/device")).hasValueSatisfying(socket -> {
            assertThat(socket.getPort()).isEqualTo(8_080);
            assertThat(socket.getAddress().isLoopbackAddress()).isTrue();
        });
    }
}
