package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.await;
import static org.grapevine.dpws.device.Loopback.eventsOf;

import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.transport.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host may live in another time than its machine. */
class HostClockTest {

    private static final Instant LONG_AGO = Instant.parse("2001-02-03T04:05:06Z");

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void isThatOfAllItsEventLoops() throws Exception {
        DeviceHost host = net.hostWith(settings -> settings.withClock(() -> LONG_AGO));
        for (EventLoop loop : host.loops().all()) {
            assertThat(loop.nowMillis()).isCloseTo(LONG_AGO.toEpochMilli(), within(PATIENCE.toMillis()));
        }
    }

    @Test
    void givesInstanceIdsAndMetadataVersions() throws Exception {
        DeviceHost other = net.host();
        BlockingQueue<KnownDevices.Event> heard = eventsOf(other);
        DeviceHost host = net.hostWith(settings -> settings.withClock(() -> LONG_AGO));
        Device lamp = Device.named("Lamp").start(host);

        KnownDevices.Event event = await(
                heard,
                any -> any instanceof KnownDevices.Event.Appeared appeared
                        && appeared.device().epr().equals(lamp.epr()));
        DeviceAnnouncement told = ((KnownDevices.Event.Appeared) event).device();
        assertThat(told.metadataVersion()).isEqualTo(LONG_AGO.getEpochSecond());
        assertThat(host.instanceOf(EndpointReference.of("urn:uuid:new"))).isEqualTo(LONG_AGO.getEpochSecond());
    }

    @Test
    void mayBeThatOfTheMachineWithAnError() throws Exception {
        DeviceHost fast = net.hostWith(settings -> settings.withClockError(3_600_000));
        DeviceHost slow = net.hostWith(settings -> settings.withClockError(-3_600_000));
        long now = System.currentTimeMillis();
        assertThat(fast.discovery().loop().nowMillis()).isCloseTo(now + 3_600_000, within(PATIENCE.toMillis()));
        assertThat(slow.discovery().loop().nowMillis()).isCloseTo(now - 3_600_000, within(PATIENCE.toMillis()));
    }
}
