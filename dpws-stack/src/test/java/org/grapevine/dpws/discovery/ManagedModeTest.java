package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.ManagedMode.Proxy;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ManagedModeTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final EndpointReference EPR = EndpointReference.of("urn:proxy");
    private static final URI ADDRESS = URI.create("http://192.0.2.1/proxy");

    private static DeviceAnnouncement proxy(EndpointReference epr, String... xAddrs) {
        return new DeviceAnnouncement(epr, List.of(WsDiscovery.DISCOVERY_PROXY_TYPE), List.of(), List.of(xAddrs), 1);
    }

    private static Hello hello(long instance, long number, String... xAddrs) {
        return new Hello(proxy(EPR, xAddrs), Fixtures.sequence(instance, number));
    }

    private static Bye bye(long instance, long number) {
        return new Bye(proxy(EPR), Fixtures.sequence(instance, number));
    }

    @Nested
    class AdHoc {

        /** M7. */
        @Test
        void trustsNobody() {
            ManagedMode mode = new ManagedMode(DiscoveryMode.adHoc());
            assertThat(mode.onHello(hello(1, 1, ADDRESS.toString()), NOW)).isEmpty();
            assertThat(mode.proxy(NOW)).isEmpty();
            assertThat(mode.refused()).isEqualTo(1);
        }
    }

    @Nested
    class Configured {

        private final ManagedMode mode = new ManagedMode(DiscoveryMode.proxyAt(ADDRESS));

        @Test
        void asksItBeforeItHasSpoken() {
            assertThat(mode.proxy(NOW)).contains(new Proxy(Optional.empty(), List.of(ADDRESS)));
            assertThat(mode.proxy(NOW).orElseThrow().destination().address()).isEqualTo(ADDRESS.toString());
        }

        /** M7: whoever takes its address only says what is known, and other addresses are not believed. */
        @Test
        void isNotLedElsewhere() {
            mode.onHello(new Hello(proxy(Fixtures.OTHER, "http://x.test/"), Optional.empty()), NOW);
            assertThat(mode.refused()).isEqualTo(1);
            mode.onHello(hello(1, 1, "http://x.test/", ADDRESS.toString()), NOW);
            assertThat(mode.proxy(NOW)).contains(new Proxy(Optional.of(EPR), List.of(ADDRESS)));
        }

        @Test
        void leavesItAsideForAMinuteWhenItFailsOrUntilItSpeaks() {
            Proxy proxy = mode.proxy(NOW).orElseThrow();
            mode.failed(proxy, NOW);
            assertThat(mode.proxy(NOW.plusSeconds(59))).isEmpty();
            assertThat(mode.proxy(NOW.plusSeconds(60))).contains(proxy);
            mode.failed(proxy, NOW.plusSeconds(60));
            assertThat(mode.onHello(hello(1, 1, ADDRESS.toString()), NOW.plusSeconds(61)))
                    .isPresent();
            assertThat(mode.proxy(NOW.plusSeconds(61))).isPresent();
        }

        /** A forged Bye costs a minute, not the proxy. */
        @Test
        void comesBackAfterAnybodysBye() {
            mode.onHello(hello(1, 1, ADDRESS.toString()), NOW);
            mode.onBye(bye(1, 2), NOW);
            assertThat(mode.proxy(NOW)).isEmpty();
            assertThat(mode.proxy(NOW.plus(ManagedMode.ASIDE))).isPresent();
        }
    }

    @Nested
    class Following {

        private final ManagedMode mode = new ManagedMode(DiscoveryMode.followingProxies());

        @Test
        void asksTheOneHeardLastUntilItSaysBye() {
            assertThat(mode.proxy(NOW)).isEmpty();
            assertThat(mode.onHello(hello(1, 1, "soap.udp://192.0.2.1:1", ADDRESS.toString()), NOW))
                    .contains(new Proxy(Optional.of(EPR), List.of(ADDRESS)));
            assertThat(mode.onHello(hello(1, 2, ADDRESS.toString()), NOW))
                    .as("the same again")
                    .isEmpty();
            assertThat(mode.onHello(hello(2, 1, ADDRESS.toString()), NOW))
                    .as("restarted")
                    .isPresent();
            mode.onBye(bye(1, 9), NOW);
            assertThat(mode.proxy(NOW)).as("an older Bye").isPresent();
            mode.onBye(bye(2, 2), NOW);
            assertThat(mode.proxy(NOW.plusSeconds(1_000_000))).isEmpty();
            mode.onHello(hello(2, 1, ADDRESS.toString()), NOW);
            assertThat(mode.proxy(NOW)).as("an older Hello").isEmpty();
        }

        @Test
        void ignoresDevicesAndThoseWithoutAnAddress() {
            assertThat(mode.onHello(new Hello(Fixtures.meter(1), Optional.empty()), NOW))
                    .isEmpty();
            assertThat(mode.onHello(hello(1, 1), NOW)).isEmpty();
            assertThat(mode.onHello(hello(1, 1, "ftp://192.0.2.1/"), NOW)).isEmpty();
            assertThat(mode.proxy(NOW)).isEmpty();
        }

        @Test
        void remembersFewOfAFlood() {
            for (int i = 0; i < 1_000; i++) {
                mode.onHello(
                        new Hello(proxy(EndpointReference.of("urn:" + i), "http://192.0.2.1/" + i), Optional.empty()),
                        NOW);
            }
            assertThat(mode.usable(NOW)).hasSize(ManagedMode.MOST_PROXIES);
            assertThat(mode.evicted()).isEqualTo(1_000 - ManagedMode.MOST_PROXIES);
            assertThat(mode.proxy(NOW).orElseThrow().addresses()).containsExactly(URI.create("http://192.0.2.1/999"));
        }
    }

    @Test
    void hasModesThatMakeSense() {
        assertThatThrownBy(() -> DiscoveryMode.proxyAt(URI.create("soap.udp://192.0.2.1:1/")))
                .hasMessage("proxy: soap.udp://192.0.2.1:1/ (expected: http://host... or https://host...)");
        assertThatThrownBy(() -> DiscoveryMode.adHoc().withDpMaxTimeoutMs(0))
                .hasMessage("dpMaxTimeoutMs: 0 (expected: 1..600000)");
        assertThatThrownBy(() -> new DiscoveryMode(DiscoveryMode.Trust.CONFIGURED, Optional.empty(), true, 1, false))
                .hasMessage("proxy: none (expected: an address)");
        assertThat(DiscoveryMode.adHoc().withAdHocToo(false).multicasts()).isTrue();
        assertThat(DiscoveryMode.followingProxies().withAdHocToo(false).multicasts())
                .isFalse();
    }
}
