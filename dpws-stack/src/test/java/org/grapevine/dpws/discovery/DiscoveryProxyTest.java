package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.TargetService.DirectedAnswer;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DiscoveryProxyTest {

    private static final EndpointReference PROXY = EndpointReference.of("urn:uuid:proxy");
    private static final Instant START = Instant.ofEpochSecond(1_000_000);
    private static final EnvelopeReader LARGE = new EnvelopeReader(EnvelopeLimits.http(1 << 24));

    private static DiscoveryProxy proxy(ProxySettings settings, ProxyEntry... remembered) {
        return new DiscoveryProxy(
                PROXY,
                List.of("http://192.0.2.1/proxy"),
                1,
                settings,
                List.of(remembered),
                DiscoveryTiming.defaults(),
                Fixtures.countingIds(),
                new Random(1));
    }

    private static DeviceAnnouncement device(int number, long version) {
        return new DeviceAnnouncement(
                EndpointReference.of("urn:device:" + number),
                List.of(WsDiscovery.DEVICE_TYPE),
                List.of("grid:" + number),
                List.of("http://192.0.2.2/" + number),
                version);
    }

    private static Optional<DirectedAnswer> http(DiscoveryProxy proxy, DiscoveryMessage message, Instant now)
            throws Exception {
        return proxy.onHttp(LARGE.readWhole(DiscoveryCodec.multicast(message, "urn:asked")), now);
    }

    private static List<DeviceAnnouncement> all(DiscoveryProxy proxy) throws Exception {
        DirectedAnswer answer = http(proxy, Probe.of(List.of(WsDiscovery.DEVICE_TYPE), List.of()), START)
                .orElseThrow();
        Envelope envelope = LARGE.readWhole(answer.envelope());
        return ((ProbeMatches) DiscoveryCodec.read(envelope).orElseThrow()).matches();
    }

    private static Hello hello(int number, long version, long message) {
        return new Hello(device(number, version), Fixtures.sequence(1, message));
    }

    @Nested
    class TheRegistry {

        /** M6, and a flood: the capacity holds, those heard of last stay, and the others are counted. */
        @Test
        void keepsThoseHeardOfLastWhenItIsFull() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults().withCapacity(3));
            for (int i = 0; i < 1_000; i++) {
                assertThat(http(proxy, hello(i, 1, 1), START)).isEmpty();
            }
            assertThat(all(proxy)).containsExactly(device(997, 1), device(998, 1), device(999, 1));
            assertThat(proxy.entries()).hasSize(3);
            assertThat(proxy.counters().entries()).isEqualTo(3);
            assertThat(proxy.counters().evicted()).isEqualTo(997);
        }

        @Test
        void losesNobodyToAFloodOfByesOfUnknownDevices() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults().withCapacity(3));
            for (int i = 0; i < 3; i++) {
                http(proxy, hello(i, 1, 1), START);
            }
            for (int i = 100; i < 1_000; i++) {
                assertThat(http(proxy, new Bye(device(i, 1), Fixtures.sequence(1, 1)), START))
                        .isEmpty();
            }
            assertThat(all(proxy)).hasSize(3);
        }

        /** Nothing is signed: whoever knows the address of a device can take it out, until it says Hello again. */
        @Test
        void believesAByeWhoeverSaidIt() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults());
            http(proxy, hello(1, 1, 1), START);
            http(proxy, new Bye(device(1, 1), Optional.empty()), START);
            assertThat(all(proxy)).isEmpty();
            http(proxy, hello(1, 1, 2), START);
            assertThat(all(proxy)).hasSize(1);
        }

        @Test
        void refusesAnnouncementsThatFitNoDatagram() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults());
            List<String> scopes = Collections.nCopies(200, "urn:scope:of-some-length-that-sums-up");
            DeviceAnnouncement large = new DeviceAnnouncement(Fixtures.METER, List.of(), scopes, List.of(), 1);
            DirectedAnswer answer =
                    http(proxy, new Hello(large, Optional.empty()), START).orElseThrow();
            assertThat(answer.httpStatus()).isEqualTo(400);
            List<String> most = Collections.nCopies(70, "urn:scope:of-some-length-that-sums-up-to-4-KB");
            DeviceAnnouncement fits = new DeviceAnnouncement(Fixtures.OTHER, List.of(), most, List.of(), 1);
            assertThat(http(proxy, new Hello(fits, Optional.empty()), START)).isEmpty();
            assertThat(proxy.counters().malformed()).isEqualTo(1);
        }

        @Test
        void isNotRenamedByThoseWhoTakeItsName() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults());
            DeviceAnnouncement fake =
                    new DeviceAnnouncement(PROXY, List.of(), List.of(), List.of("http://x.test/"), 99);
            assertThat(http(proxy, new Hello(fake, Optional.empty()), START)).isEmpty();
            assertThat(proxy.entries()).isEmpty();
            DirectedAnswer answer = http(proxy, new Resolve(PROXY), START).orElseThrow();
            assertThat(((ResolveMatches) Fixtures.message(answer.envelope())).match())
                    .contains(proxy.self());
        }
    }

    @Nested
    class Answers {

        @Test
        void leaveOutWhatDoesNotFitAndCountIt() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults().withMaxAnswerBytes(20_000));
            for (int i = 0; i < 200; i++) {
                http(proxy, hello(i, 1, 1), START);
            }
            DirectedAnswer answer =
                    http(proxy, Probe.of(List.of(), List.of()), START).orElseThrow();
            assertThat(answer.envelope().length).isBetween(10_000, 20_000);
            assertThat(proxy.counters().leftOut()).isPositive();
        }

        @Test
        void toOtherMessagesAreFaults() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults());
            assertThat(http(proxy, new ProbeMatches(List.of(), Optional.empty()), START)
                            .orElseThrow()
                            .httpStatus())
                    .isEqualTo(400);
            assertThat(proxy.onHttp(
                                    Fixtures.envelope(EnvelopeWriter.forAction(WsDiscovery.HELLO_ACTION)
                                            .toBytes()),
                                    START)
                            .orElseThrow()
                            .httpStatus())
                    .isEqualTo(400);
            assertThat(proxy.counters().malformed()).isEqualTo(1);
        }
    }

    @Nested
    class OnTheLink {

        private List<DiscoveryAction> datagram(DiscoveryProxy proxy, DiscoveryMessage message) throws Exception {
            return proxy.onDatagram(Fixtures.multicast(message, "urn:asked"), message, Fixtures.CLIENT, START);
        }

        @Test
        void itHearsDevicesOnlyIfItIsToldTo() throws Exception {
            DiscoveryProxy hears = proxy(ProxySettings.defaults());
            DiscoveryProxy deaf = proxy(ProxySettings.defaults().withMulticast(false));
            assertThat(datagram(hears, hello(1, 1, 1))).isEmpty();
            assertThat(datagram(deaf, hello(1, 1, 1))).isEmpty();
            assertThat(hears.entries()).hasSize(1);
            assertThat(deaf.entries()).isEmpty();
        }

        @Test
        void itIsSilentBeforeItStartsAndAfterItStops() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults().withSuppression(true));
            Probe any = Probe.of(List.of(), List.of());
            assertThat(datagram(proxy, any)).isEmpty();
            assertThat(proxy.stop()).isEmpty();
            assertThat(proxy.start()).hasSize(1);
            assertThat(datagram(proxy, any)).hasSize(1);
            assertThat(proxy.stop()).hasSize(1);
            assertThat(datagram(proxy, any)).isEmpty();
            assertThat(proxy.counters().suppressions()).isEqualTo(1);
        }

        /** R1018: a forged question must not turn proxies against a third party. */
        @Test
        void itAnswersOnlyWhereItWasAsked() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults().withSuppression(true));
            assertThat(proxy.start()).hasSize(1);
            Probe any = Probe.of(List.of(), List.of());
            Envelope elsewhere = Fixtures.envelope(DiscoveryCodec.envelope(any)
                    .messageId("urn:p")
                    .replyTo(EndpointReference.of("soap.udp://192.0.2.99:1"))
                    .toBytes());
            assertThat(proxy.onDatagram(elsewhere, any, Fixtures.CLIENT, START)).isEmpty();
        }
    }

    @Nested
    class Expiry {

        private final ProxySettings settings =
                ProxySettings.defaults().withLifetime(Duration.ofMinutes(10)).withChecksAtOnce(2);
        private final Instant end = START.plus(Duration.ofMinutes(10));

        @Test
        void asksTheSilentOnesSomeAtATimeAndKeepsThoseThatAnswer() throws Exception {
            DiscoveryProxy proxy = proxy(settings);
            for (int i = 0; i < 3; i++) {
                http(proxy, hello(i, 1, 1), START);
            }
            assertThat(proxy.due(end.minusSeconds(1))).isEmpty();
            List<DiscoveryProxy.Check> checks = proxy.due(end);
            assertThat(checks)
                    .extracting(DiscoveryProxy.Check::epr)
                    .containsExactly(device(0, 1).epr(), device(1, 1).epr());
            assertThat(proxy.due(end)).isEmpty();
            proxy.onChecked(device(0, 1).epr(), List.of(device(0, 2)), end);
            proxy.onChecked(device(1, 1).epr(), List.of(device(7, 1)), end);
            assertThat(proxy.due(end)).hasSize(1);
            assertThat(all(proxy)).containsExactly(device(0, 2), device(2, 1));
            assertThat(proxy.counters().expired()).isEqualTo(1);
            assertThat(proxy.entries().get(1).heard()).isEqualTo(end);
        }

        @Test
        void forgivesThoseThatSpeakWhileTheyAreAsked() throws Exception {
            DiscoveryProxy proxy = proxy(settings);
            http(proxy, hello(0, 1, 1), START);
            assertThat(proxy.due(end)).hasSize(1);
            http(proxy, hello(0, 1, 2), end);
            proxy.onChecked(device(0, 1).epr(), List.of(), end.plusSeconds(5));
            assertThat(proxy.entries()).hasSize(1);
        }

        @Test
        void asksAgainWhenAnAnswerWasLost() throws Exception {
            DiscoveryProxy proxy = proxy(settings);
            http(proxy, hello(0, 1, 1), START);
            assertThat(proxy.due(end)).hasSize(1);
            assertThat(proxy.due(end.plusSeconds(60))).isEmpty();
            assertThat(proxy.due(end.plusSeconds(121))).hasSize(1);
        }
    }

    @Nested
    class Memory {

        @Test
        void isWrittenAndReadAgain() throws Exception {
            DiscoveryProxy proxy = proxy(ProxySettings.defaults());
            List<DiscoveryMessage> said = new ArrayList<>();
            said.add(new Hello(
                    new DeviceAnnouncement(
                            new EndpointReference("urn:a b\u00e9", List.of("<x xmlns='urn:x'>1\n2</x>")),
                            List.of(Fixtures.SMART_METER),
                            List.of("http://a/?b&c", "urn:\u00fc"),
                            List.of("http://192.0.2.1/"),
                            17),
                    Optional.of(new AppSequence(7, Optional.of("urn:<s>"), 9))));
            said.add(new Hello(Fixtures.meter(2), Optional.empty()));
            for (DiscoveryMessage message : said) {
                http(proxy, message, START);
            }
            assertThat(proxy.takeChanged()).isTrue();
            assertThat(proxy.takeChanged()).isFalse();
            List<String> lines = ProxySnapshot.write(proxy.entries());
            assertThat(lines).first().isEqualTo("grapevine-proxy 1");
            assertThat(lines).last().isEqualTo("end 2");
            List<ProxyEntry> read = ProxySnapshot.read(lines.iterator(), 10);
            assertThat(read).isEqualTo(proxy.entries());
            DiscoveryProxy again = proxy(ProxySettings.defaults(), read.toArray(ProxyEntry[]::new));
            assertThat(again.entries()).isEqualTo(proxy.entries());
            assertThat(again.takeChanged()).isFalse();
            assertThat(ProxySnapshot.read(lines.iterator(), 1)).containsExactly(read.get(1));
        }

        @Test
        void keepsTheOrderOfMessagesOverARestart() throws Exception {
            DiscoveryProxy proxy =
                    proxy(ProxySettings.defaults(), new ProxyEntry(device(1, 5), Fixtures.sequence(3, 9), START));
            http(proxy, new Hello(device(1, 4), Fixtures.sequence(3, 8)), START);
            assertThat(all(proxy)).containsExactly(device(1, 5));
        }

        @Test
        void thatIsDamagedIsRefusedWithTheLine() {
            assertUnreadable(List.of(), "line 1: '' (expected: grapevine-proxy 1)");
            assertUnreadable(List.of("hello"), "line 1: 'hello' (expected: grapevine-proxy 1)");
            assertUnreadable(List.of("grapevine-proxy 1"), "last line: cut short (expected: end 0)");
            assertUnreadable(
                    List.of("grapevine-proxy 1", "end 1"), "line 2: 'end 1' (expected: end 0 and no line behind it)");
            assertUnreadable(
                    List.of("grapevine-proxy 1", "<other/>", "end 1"), "line 2: '<other/>' (expected: <entry ...>)");
            assertThatThrownBy(() -> ProxySnapshot.read(
                            List.of("grapevine-proxy 1", "<entry heard='x'/>").iterator(), 5))
                    .hasMessageStartingWith("line 2: ");
            assertThatThrownBy(() -> ProxySnapshot.read(
                            List.of("grapevine-proxy 1", "<entry heard='1'><x/></entry>")
                                    .iterator(),
                            5))
                    .hasMessageStartingWith("line 2: element x (expected: ");
        }

        private void assertUnreadable(List<String> lines, String message) {
            assertThatThrownBy(() -> ProxySnapshot.read(lines.iterator(), 5))
                    .isInstanceOf(ProxySnapshot.UnreadableException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void hasSettingsThatMakeSense() {
        assertThatThrownBy(() -> ProxySettings.defaults().withCapacity(0))
                .hasMessage("capacity: 0 (expected: 1..1000000)");
        assertThatThrownBy(() -> ProxySettings.defaults().withLifetime(Duration.ZERO))
                .hasMessage("lifetime: PT0S (expected: 1 s to 365 days)");
    }
}
