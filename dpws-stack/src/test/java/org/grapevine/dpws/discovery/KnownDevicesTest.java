package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.KnownDevices.Event.Appeared;
import org.grapevine.dpws.discovery.KnownDevices.Event.Changed;
import org.grapevine.dpws.discovery.KnownDevices.Event.Left;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KnownDevicesTest {

    private final KnownDevices devices = new KnownDevices(3);

    private static Hello hello(long version, long instance, long number) {
        return new Hello(Fixtures.meter(version), Fixtures.sequence(instance, number));
    }

    private static Bye bye(long instance, long number) {
        return new Bye(Fixtures.other(Fixtures.METER, 0), Fixtures.sequence(instance, number));
    }

    @Nested
    class ADevice {

        @Test
        void appearsWithItsHelloAndLeavesWithItsBye() {
            assertThat(devices.on(hello(1, 1, 1))).containsExactly(new Appeared(Fixtures.meter(1)));
            assertThat(devices.on(hello(1, 1, 1))).isEmpty();
            assertThat(devices.find(Fixtures.METER)).contains(Fixtures.meter(1));
            assertThat(devices.on(bye(1, 2))).containsExactly(new Left(Fixtures.meter(1), false));
            assertThat(devices.find(Fixtures.METER)).isEmpty();
            assertThat(devices.devices()).isEmpty();
            assertThat(devices.on(bye(1, 2))).isEmpty();
        }

        @Test
        void appearsAgainAfterARestart() {
            devices.on(hello(1, 1, 1));
            devices.on(bye(1, 2));
            assertThat(devices.on(hello(1, 2, 1))).containsExactly(new Appeared(Fixtures.meter(1)));
        }

        /** D7. */
        @Test
        void changesWithAHigherMetadataVersion() {
            devices.on(hello(1, 1, 1));
            DeviceAnnouncement changed = Fixtures.other(Fixtures.METER, 2);
            assertThat(devices.on(new Hello(changed, Fixtures.sequence(1, 2))))
                    .containsExactly(new Changed(Fixtures.meter(1), changed));
            assertThat(devices.find(Fixtures.METER).orElseThrow().xAddrs()).isEmpty();
        }

        /** D12: what a message leaves out has not changed while the version is the same. */
        @Test
        void keepsWhatAMessageOfTheSameVersionLeavesOut() {
            devices.on(hello(1, 1, 1));
            ProbeMatches bare = new ProbeMatches(List.of(Fixtures.other(Fixtures.METER, 1)), Fixtures.sequence(1, 2));
            assertThat(devices.on(bare)).isEmpty();
            assertThat(devices.find(Fixtures.METER)).contains(Fixtures.meter(1));
        }

        @Test
        void isCompletedByItsResolveMatch() {
            devices.on(new Hello(Fixtures.other(Fixtures.METER, 1), Fixtures.sequence(1, 1)));
            ResolveMatches match = new ResolveMatches(Optional.of(Fixtures.meter(1)), Fixtures.sequence(1, 2));
            assertThat(devices.on(match))
                    .containsExactly(new Changed(Fixtures.other(Fixtures.METER, 1), Fixtures.meter(1)));
        }
    }

    @Nested
    class AnOldMessage {

        /** D3. */
        @Test
        void doesNotTakeADeviceAway() {
            devices.on(hello(1, 2, 5));
            assertThat(devices.on(bye(2, 4))).isEmpty();
            assertThat(devices.on(bye(1, 99))).isEmpty();
            assertThat(devices.outdated()).isEqualTo(2);
            assertThat(devices.find(Fixtures.METER)).isPresent();
        }

        @Test
        void doesNotBringADeviceBack() {
            devices.on(hello(1, 2, 5));
            devices.on(bye(2, 6));
            assertThat(devices.on(hello(1, 2, 5))).isEmpty();
            assertThat(devices.find(Fixtures.METER)).isEmpty();
        }

        @Test
        void doesNotBringADeviceBackWhoseByeCameFirst() {
            assertThat(devices.on(bye(2, 6))).isEmpty();
            assertThat(devices.on(hello(1, 2, 5))).isEmpty();
            assertThat(devices.find(Fixtures.METER)).isEmpty();
        }

        @Test
        void withoutSequenceIsToldByItsMetadataVersion() {
            devices.on(hello(5, 1, 1));
            assertThat(devices.on(new Hello(Fixtures.meter(4), Optional.empty())))
                    .isEmpty();
            assertThat(devices.on(new Hello(Fixtures.meter(6), Optional.empty())))
                    .hasSize(1);
        }

        @Test
        void leadsToTheSameTableInWhateverOrderItComes() {
            List<DiscoveryMessage> history =
                    List.of(hello(1, 1, 1), hello(2, 1, 2), bye(1, 3), hello(2, 2, 1), hello(3, 2, 2));
            for (int seed = 0; seed < 200; seed++) {
                List<DiscoveryMessage> shuffled = new ArrayList<>(history);
                Collections.shuffle(shuffled, new Random(seed));
                KnownDevices table = new KnownDevices(1);
                shuffled.forEach(table::on);
                assertThat(table.devices()).as("seed %d", seed).containsExactly(Fixtures.meter(3));
            }
        }
    }

    @Nested
    class TheTable {

        @Test
        void dropsTheOneHeardOfLeastRecentlyWhenFull() {
            for (int i = 0; i < 3; i++) {
                devices.on(new Hello(Fixtures.other(EndpointReference.of("urn:" + i), 1), Fixtures.sequence(1, 1)));
            }
            devices.on(new Hello(Fixtures.other(EndpointReference.of("urn:0"), 1), Fixtures.sequence(1, 2)));
            assertThat(devices.on(hello(1, 1, 1)))
                    .containsExactly(
                            new Left(Fixtures.other(EndpointReference.of("urn:1"), 1), true),
                            new Appeared(Fixtures.meter(1)));
            assertThat(devices.size()).isEqualTo(3);
            assertThat(devices.evicted()).isEqualTo(1);
        }

        @Test
        void dropsDevicesThatLeftWithoutAWord() {
            KnownDevices one = new KnownDevices(1);
            one.on(bye(1, 1));
            assertThat(one.on(new Hello(Fixtures.other(Fixtures.OTHER, 1), Optional.empty())))
                    .hasSize(1);
        }

        @Test
        void takesManyDevicesFromOneProxyWithoutItsSequence() {
            devices.on(hello(1, 9, 9));
            ProbeMatches fromProxy = new ProbeMatches(
                    List.of(Fixtures.meter(2), Fixtures.other(Fixtures.OTHER, 1)), Fixtures.sequence(1, 1));
            assertThat(devices.on(fromProxy)).hasSize(2);
        }

        @Test
        void ignoresQuestions() {
            assertThat(devices.on(Probe.of(List.of(), List.of()))).isEmpty();
            assertThat(devices.on(new Resolve(Fixtures.METER))).isEmpty();
        }

        @Test
        void hasABound() {
            assertThatThrownBy(() -> new KnownDevices(0)).hasMessage("capacity: 0 (expected: >= 1)");
        }
    }
}
