package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.conformance.Peer.Heard;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.discovery.AppSequence;
import org.grapevine.dpws.discovery.Bye;
import org.grapevine.dpws.discovery.DatagramRepeat;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.MatchCollector;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ResolveMatches;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TransportAddresses;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** WS-Discovery 1.1 (D1 to D15), the discovery requirements of DPWS 1.1 (R10xx), and the constants of both. */
class DiscoveryRowsTest {

    private static final QName LAMP = new QName("urn:test", "Lamp");
    private static final QName METER = new QName("urn:test", "Meter");
    private static final Probe ANYTHING = Probe.of(List.of(), List.of());
    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-000000000017";
    private static final SoapUdpAddress CLIENT = SoapUdpAddress.of("192.0.2.1", 50_000);

    private LoopbackLink link;

    @BeforeEach
    void open() throws Exception {
        link = new LoopbackLink();
    }

    @AfterEach
    void close() {
        link.close();
    }

    private static DeviceAnnouncement device(long version, String... xAddrs) {
        return new DeviceAnnouncement(
                EndpointReference.of(EPR), List.of(WsDiscovery.DEVICE_TYPE, LAMP), List.of(), List.of(xAddrs), version);
    }

    private static TargetService target(long instance, long seed) {
        int[] ids = {0};
        return new TargetService(
                device(4, "http://192.0.2.17/"),
                instance,
                DiscoveryTiming.defaults(),
                () -> "urn:id:" + ids[0]++,
                new Random(seed));
    }

    private static DiscoveryMessage message(byte[] envelope) throws Exception {
        return DiscoveryCodec.read(LoopbackLink.envelope(envelope)).orElseThrow();
    }

    private static Envelope asked(DiscoveryMessage question) throws Exception {
        return LoopbackLink.envelope(DiscoveryCodec.multicast(question, "urn:question"));
    }

    private static AppSequence sequence(Heard heard) throws Exception {
        DiscoveryMessage message = DiscoveryCodec.read(heard.envelope()).orElseThrow();
        Optional<AppSequence> sequence = message instanceof Hello hello
                ? hello.appSequence()
                : message instanceof Bye bye
                        ? bye.appSequence()
                        : message instanceof ProbeMatches matches
                                ? matches.appSequence()
                                : ((ResolveMatches) message).appSequence();
        return sequence.orElseThrow();
    }

    @Nested
    class AppSequenceAndVersions {

        @Test
        @DisplayName("D1: InstanceId grows at each restart, in seconds and not in milliseconds")
        void d1() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            long last = 0;
            for (int run = 0; run < 3; run++) {
                Device lamp = Device.named("Lamp").endpoint(EPR).start(host);
                long instance = sequence(Peer.await(peer.group, WsDiscovery.HELLO_ACTION))
                        .instanceId();
                assertThat(instance).isGreaterThan(last).isLessThanOrEqualTo(0xFFFF_FFFFL);
                assertThat(Duration.between(Instant.ofEpochSecond(instance), Instant.now())
                                .abs())
                        .isLessThan(Duration.ofMinutes(1));
                last = instance;
                LoopbackLink.get(lamp.stop());
                peer.group.clear();
            }
        }

        @Test
        @DisplayName(
                "D2: MessageNumber grows with every distinct message; U4: a repeated one is the same, byte for byte")
        void d2() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            Device lamp = Device.named("Lamp").endpoint(EPR).start(host);
            Heard hello = Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            Heard again = Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            assertThat(again.bytes()).isEqualTo(hello.bytes());
            peer.multicast(DiscoveryCodec.multicast(ANYTHING, "urn:p1"));
            Heard match = Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION);
            peer.multicast(DiscoveryCodec.multicast(new Resolve(lamp.epr()), "urn:r1"));
            Heard resolved = Peer.await(peer.unicast, WsDiscovery.RESOLVE_MATCHES_ACTION);
            LoopbackLink.get(lamp.stop());
            Heard bye = Peer.await(peer.group, WsDiscovery.BYE_ACTION);
            List<Long> numbers = new ArrayList<>();
            for (Heard heard : List.of(hello, match, resolved, bye)) {
                numbers.add(sequence(heard).messageNumber());
                assertThat(sequence(heard).instanceId())
                        .isEqualTo(sequence(hello).instanceId());
                assertThat(sequence(heard).sequenceId()).isEmpty();
            }
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
        }

        @Test
        @DisplayName("D3: a client orders by InstanceId, then MessageNumber: an older Bye takes nobody away")
        void d3() {
            KnownDevices known = new KnownDevices(10);
            known.on(new Hello(device(1), Optional.of(AppSequence.of(7, 5))));
            assertThat(known.on(new Bye(device(1), Optional.of(AppSequence.of(7, 4)))))
                    .isEmpty();
            assertThat(known.on(new Bye(device(1), Optional.of(AppSequence.of(6, 99)))))
                    .isEmpty();
            assertThat(known.devices()).hasSize(1);
            assertThat(known.outdated()).isEqualTo(2);
            assertThat(known.on(new Bye(device(1), Optional.of(AppSequence.of(7, 6)))))
                    .hasSize(1);
        }

        @Test
        @DisplayName("D4: MetadataVersion stays over a plain restart and never falls")
        void d4() {
            TargetService service = target(1, 1);
            assertThat(service.start()).hasSize(1);
            assertThat(service.changed(device(5, "http://192.0.2.18/"))).hasSize(1);
            assertThat(service.changed(device(5, "http://192.0.2.18/"))).isEmpty();
            assertThatThrownBy(() -> service.changed(device(4, "http://192.0.2.17/")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("version 4 (expected: ");
            assertThat(service.device().metadataVersion()).isEqualTo(5);
            assertThat(target(2, 1).device().metadataVersion()).isEqualTo(4);
        }

        @Test
        @DisplayName("D5: what changed is told by a Hello with the higher version, and is what a Probe finds then")
        void d5() throws Exception {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp").endpoint(EPR).types(LAMP).start(link.host());
            Hello before = (Hello)
                    message(Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes());
            LoopbackLink.get(lamp.change(change -> change.scopes(List.of("urn:floor:2"))));
            Hello after = (Hello) message(Peer.await(
                            peer.group,
                            heard -> heard.action().equals(WsDiscovery.HELLO_ACTION)
                                    && new String(heard.bytes(), UTF_8).contains("urn:floor:2"))
                    .bytes());
            assertThat(after.device().metadataVersion())
                    .isGreaterThan(before.device().metadataVersion());
            peer.multicast(DiscoveryCodec.multicast(Probe.of(List.of(LAMP), List.of("urn:floor:2")), "urn:p"));
            Heard match = Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION);
            assertThat(((ProbeMatches) message(match.bytes())).matches()).containsExactly(after.device());
        }

        @Test
        @DisplayName("D6: Hello when a device joins, Bye when it leaves, of the same EPR")
        void d6() throws Exception {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp").types(LAMP).start(link.host());
            Hello hello = (Hello)
                    message(Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes());
            LoopbackLink.get(lamp.stop());
            Bye bye =
                    (Bye) message(Peer.await(peer.group, WsDiscovery.BYE_ACTION).bytes());
            assertThat(hello.device().epr()).isEqualTo(lamp.epr());
            assertThat(bye.device().epr()).isEqualTo(lamp.epr());
        }

        @Test
        @DisplayName("D7: with a higher version the client forgets the addresses that it knew")
        void d7() {
            KnownDevices known = new KnownDevices(10);
            known.on(new Hello(device(1, "http://192.0.2.1/"), Optional.of(AppSequence.of(1, 1))));
            known.on(new Hello(device(1), Optional.of(AppSequence.of(1, 2))));
            assertThat(known.devices().get(0).xAddrs()).containsExactly("http://192.0.2.1/");
            known.on(new Hello(device(2), Optional.of(AppSequence.of(1, 3))));
            assertThat(known.devices().get(0).xAddrs()).isEmpty();
        }
    }

    @Nested
    class ProbeAndResolve {

        private URI address = URI.create("http://unset.test/");

        private Peer peerOfALamp() throws Exception {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp")
                    .endpoint(EPR)
                    .types(LAMP)
                    .scopes("http://a.de/b/c", "urn:s:1")
                    .start(link.host());
            address = lamp.address();
            Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            return peer;
        }

        /** Asks, and then asks something that is answered: what was to come has come by then. */
        private List<Heard> answers(Peer peer, DiscoveryMessage question) throws Exception {
            peer.unicast.clear();
            peer.multicast(DiscoveryCodec.multicast(question, "urn:asked:" + System.nanoTime()));
            peer.multicast(DiscoveryCodec.multicast(
                    new Resolve(EndpointReference.of(EPR)), "urn:fence:1:" + System.nanoTime()));
            List<Heard> answers = new ArrayList<>();
            // The delay before a match is at most 10 ms here; the repetition of the fence comes 50 ms later at least.
            for (int fences = 0; fences < 2; ) {
                Heard heard = Peer.await(peer.unicast, any -> true);
                boolean fence = heard.envelope().relatesTo().orElse("").startsWith("urn:fence");
                fences += fence ? 1 : 0;
                if (!fence) {
                    answers.add(heard);
                }
            }
            return answers;
        }

        @Test
        @DisplayName("D8: a Probe matches if every type and every scope does; empty lists match all")
        void d8() throws Exception {
            Peer peer = peerOfALamp();
            assertThat(answers(peer, ANYTHING)).isNotEmpty();
            assertThat(answers(
                            peer,
                            Probe.of(List.of(LAMP, WsDiscovery.DEVICE_TYPE), List.of("http://A.de/b", "urn:s:1"))))
                    .isNotEmpty();
            assertThat(answers(peer, Probe.of(List.of(LAMP, METER), List.of()))).isEmpty();
            assertThat(answers(peer, Probe.of(List.of(new QName("urn:other", "Lamp")), List.of())))
                    .isEmpty();
            assertThat(answers(peer, Probe.of(List.of(LAMP), List.of("urn:s:1", "urn:s:2"))))
                    .isEmpty();
        }

        @Test
        @DisplayName("D9, R1022: no match is silence to a multicast, and an empty ProbeMatches by HTTP")
        void d9() throws Exception {
            Peer peer = peerOfALamp();
            Probe meter = Probe.of(List.of(METER), List.of());
            assertThat(answers(peer, meter)).isEmpty();
            HttpResponse<byte[]> response = link.post(address, DiscoveryCodec.multicast(meter, "urn:directed"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(((ProbeMatches) message(response.body())).matches()).isEmpty();
            assertThat(LoopbackLink.envelope(response).relatesTo()).contains("urn:directed");
        }

        @Test
        @DisplayName(
                "D10: an unknown rule is silence to a multicast, and MatchingRuleNotSupported with the known ones by HTTP")
        void d10() throws Exception {
            Peer peer = peerOfALamp();
            Probe odd = new Probe(List.of(), List.of("urn:s:1"), "urn:nope");
            assertThat(answers(peer, odd)).isEmpty();
            HttpResponse<byte[]> response = link.post(address, DiscoveryCodec.multicast(odd, "urn:directed"));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(LoopbackLink.envelope(response).action()).contains(Namespaces.WSD + "/fault");
            SoapFault fault = SoapFault.read(LoopbackLink.envelope(response));
            assertThat(fault.code()).isEqualTo(SoapFault.Code.SENDER);
            assertThat(fault.subcodes()).containsExactly(new QName(Namespaces.WSD, "MatchingRuleNotSupported"));
            assertThat(fault.detail().orElseThrow())
                    .contains("SupportedMatchingRules", ScopeRule.RFC3986.uri(), ScopeRule.STRCMP0.uri());
        }

        @Test
        @DisplayName("D11: a Resolve is answered by one ResolveMatch with XAddrs, one for another EPR by silence")
        void d11() throws Exception {
            Peer peer = peerOfALamp();
            assertThat(answers(
                            peer, new Resolve(EndpointReference.of("urn:uuid:00000000-0000-0000-0000-000000000000"))))
                    .isEmpty();
            peer.multicast(DiscoveryCodec.multicast(new Resolve(EndpointReference.of(EPR)), "urn:r"));
            ResolveMatches matches = (ResolveMatches) message(
                    Peer.await(peer.unicast, WsDiscovery.RESOLVE_MATCHES_ACTION).bytes());
            assertThat(matches.match().orElseThrow().xAddrs()).containsExactly(address.toString());
        }

        @Test
        @DisplayName("R1009, R1016: questions come by multicast, answers go by unicast to the port that asked")
        void r1016() throws Exception {
            Peer peer = peerOfALamp();
            peer.multicast(DiscoveryCodec.multicast(ANYTHING, "urn:p"));
            Heard match = Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION);
            assertThat(match.envelope().relatesTo()).contains("urn:p");
            assertThat(match.envelope().to()).contains(EndpointReference.ANONYMOUS_ADDRESS);
            assertThat(match.envelope().messageId()).isPresent();
            assertThat(match.from().getAddress().isMulticastAddress()).isFalse();
            assertThat(peer.group).noneMatch(heard -> heard.action().equals(WsDiscovery.PROBE_MATCHES_ACTION));
        }

        @Test
        @DisplayName("R1015, R1021: a directed Probe is answered in the HTTP response, whatever its To")
        void r1021() throws Exception {
            peerOfALamp();
            for (String to : List.of(WsDiscovery.AD_HOC_ADDRESS, EPR, address.toString())) {
                byte[] probe = DiscoveryCodec.envelope(Probe.of(List.of(LAMP), List.of()))
                        .messageId("urn:directed")
                        .to(to)
                        .toBytes();
                HttpResponse<byte[]> response = link.post(address, probe);
                assertThat(response.statusCode()).isEqualTo(200);
                ProbeMatches matches = (ProbeMatches) message(response.body());
                assertThat(matches.matches())
                        .extracting(match -> match.epr().address())
                        .containsExactly(EPR);
                assertThat(LoopbackLink.envelope(response).to()).contains(EndpointReference.ANONYMOUS_ADDRESS);
            }
        }

        @Test
        @DisplayName("R1018: a multicast Probe that wants its answer elsewhere is ignored")
        void r1018() throws Exception {
            TargetService service = target(1, 1);
            assertThat(service.start()).hasSize(1);
            Envelope elsewhere = LoopbackLink.envelope(DiscoveryCodec.envelope(ANYTHING)
                    .messageId("urn:p")
                    .replyTo(EndpointReference.of("soap.udp://192.0.2.99:1"))
                    .toBytes());
            assertThat(service.onProbe(elsewhere, ANYTHING, CLIENT)).isEmpty();
        }

        @Test
        @DisplayName("R1020: Hello, ProbeMatch and ResolveMatch name dpws:Device")
        void r1020() throws Exception {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp").start(link.host());
            Hello hello = (Hello)
                    message(Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes());
            peer.multicast(DiscoveryCodec.multicast(ANYTHING, "urn:p"));
            ProbeMatches matches = (ProbeMatches) message(
                    Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION).bytes());
            peer.multicast(DiscoveryCodec.multicast(new Resolve(lamp.epr()), "urn:r"));
            ResolveMatches resolved = (ResolveMatches) message(
                    Peer.await(peer.unicast, WsDiscovery.RESOLVE_MATCHES_ACTION).bytes());
            for (DeviceAnnouncement said : List.of(
                    hello.device(), matches.matches().get(0), resolved.match().orElseThrow())) {
                assertThat(said.types()).contains(new QName(Namespaces.DPWS, "Device"));
            }
        }

        @Test
        @DisplayName("R1001: hosted services say no Hello and answer no Resolve; R1013: the device does")
        void r1001() throws Exception {
            Peer peer = link.peer();
            Device lamp = Device.named("Lamp").types(LAMP).start(link.host());
            Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            peer.multicast(DiscoveryCodec.multicast(ANYTHING, "urn:p"));
            peer.multicast(
                    DiscoveryCodec.multicast(new Resolve(EndpointReference.of(lamp.address() + "/service")), "urn:r"));
            Heard match = Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION);
            LoopbackLink.get(lamp.stop());
            Peer.await(peer.group, WsDiscovery.BYE_ACTION);
            assertThat(((ProbeMatches) message(match.bytes())).matches()).hasSize(1);
            assertThat(peer.unicast).noneMatch(heard -> heard.action().equals(WsDiscovery.RESOLVE_MATCHES_ACTION));
        }

        @Test
        @DisplayName("R1019: rfc3986 and strcmp0 are supported; rfc3986 holds if none is named")
        void r1019() throws Exception {
            Peer peer = peerOfALamp();
            assertThat(answers(peer, new Probe(List.of(), List.of("http://a.de/b"), ScopeRule.RFC3986.uri())))
                    .isNotEmpty();
            assertThat(answers(peer, new Probe(List.of(), List.of("urn:s:1"), ScopeRule.STRCMP0.uri())))
                    .isNotEmpty();
            assertThat(answers(peer, new Probe(List.of(), List.of("http://a.de/b"), ScopeRule.STRCMP0.uri())))
                    .isEmpty();
        }
    }

    @Nested
    class Clients {

        private CompletableFuture<List<DeviceAnnouncement>> probing(DeviceHost host, Duration window) {
            return host.discovery().probe(Probe.of(List.of(LAMP), List.of()), window, match -> {});
        }

        private byte[] match(DeviceAnnouncement device, String id, Heard probe) {
            return DiscoveryCodec.reply(
                    new ProbeMatches(List.of(device), Optional.of(AppSequence.of(1, 1))),
                    id,
                    probe.envelope().messageId().orElseThrow());
        }

        @Test
        @DisplayName("D12: XAddrs left out of a match are asked for by Resolve")
        void d12() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            CompletableFuture<List<DeviceAnnouncement>> found = host.discovery()
                    .probeWithAddresses(Probe.of(List.of(LAMP), List.of()), Duration.ofMillis(1_500), match -> {});
            Heard probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION);
            peer.send(match(device(1), "urn:m1", probe), probe.from());
            Heard resolve = Peer.await(peer.group, WsDiscovery.RESOLVE_ACTION);
            assertThat(((Resolve) message(resolve.bytes())).epr().address()).isEqualTo(EPR);
            byte[] answer = DiscoveryCodec.reply(
                    new ResolveMatches(Optional.of(device(1, "http://192.0.2.17/x")), Optional.empty()),
                    "urn:m2",
                    resolve.envelope().messageId().orElseThrow());
            peer.send(answer, resolve.from());
            assertThat(LoopbackLink.get(found)).containsExactly(device(1, "http://192.0.2.17/x"));
        }

        @Test
        @DisplayName("D12: a device that does not answer the Resolve is found without addresses")
        void d12Silent() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            CompletableFuture<List<DeviceAnnouncement>> found = host.discovery()
                    .probeWithAddresses(Probe.of(List.of(LAMP), List.of()), Duration.ofMillis(500), match -> {});
            Heard probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION);
            peer.send(match(device(1), "urn:m1", probe), probe.from());
            assertThat(LoopbackLink.get(found)).containsExactly(device(1));
        }

        @Test
        @DisplayName("D13: answers count for MATCH_TIMEOUT, 10 s by a clock of the test")
        void d13() throws Exception {
            Instant start = Instant.EPOCH;
            MatchCollector collector = new MatchCollector("urn:question", start, DiscoveryTiming.defaults(), 10);
            ProbeMatches late = new ProbeMatches(List.of(device(1)), Optional.empty());
            Envelope envelope = LoopbackLink.envelope(DiscoveryCodec.reply(late, "urn:m", "urn:question"));
            assertThat(collector.on(envelope, late, start.plusMillis(2_400))).isTrue();
            assertThat(collector.on(envelope, late, start.plusMillis(9_999))).isTrue();
            assertThat(collector.on(envelope, late, start.plusMillis(10_000))).isFalse();
        }

        @Test
        @DisplayName(
                "D14: addresses are tried in order; zone ids of others are of no use, and what is no HTTP is passed over")
        void d14() {
            assertThat(TransportAddresses.http(List.of(
                            "soap.udp://192.0.2.1:1/",
                            "http://[fe80::1%25eth0]:80/a",
                            "https://b.test/",
                            "http://b.test/",
                            "http://user:secret@c.test/",
                            "::not a uri",
                            "https://b.test/")))
                    .map(URI::toString)
                    .containsExactly("http://[fe80::1]:80/a", "https://b.test/", "http://b.test/");
        }

        @Test
        @DisplayName("D15: matches to another question, or to none, are ignored and counted")
        void d15() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            CompletableFuture<List<DeviceAnnouncement>> found = probing(host, Duration.ofMillis(600));
            Heard probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION);
            byte[] unrelated = DiscoveryCodec.reply(
                    new ProbeMatches(List.of(device(1)), Optional.empty()), "urn:m1", "urn:somebody-else");
            byte[] otherRelation = DiscoveryCodec.envelope(new ProbeMatches(List.of(device(1)), Optional.empty()))
                    .messageId("urn:m2")
                    .relatesTo(probe.envelope().messageId().orElseThrow(), "urn:other-relation")
                    .toBytes();
            peer.send(unrelated, probe.from());
            peer.send(otherRelation, probe.from());
            assertThat(LoopbackLink.get(found)).isEmpty();
            assertThat(LoopbackLink.get(host.discovery().dropped()).unsolicited())
                    .isEqualTo(2);
        }

        @Test
        @DisplayName(
                "U5: a repeated answer, and answers to a repeated Probe, are one device; MetadataVersion may be missing")
        void habitsOfPeers() throws Exception {
            Peer peer = link.peer();
            DeviceHost host = link.host();
            CompletableFuture<List<DeviceAnnouncement>> found = probing(host, Duration.ofMillis(800));
            Heard probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION);
            String id = probe.envelope().messageId().orElseThrow();
            String sloppy =
                    "<?xml version='1.0'?>\n<e:Envelope xmlns:e='" + Namespaces.S12 + "'\n xmlns:q='" + Namespaces.WSA
                            + "'><e:Header>\n<q:To>" + WsDiscovery.AD_HOC_ADDRESS + "</q:To><q:RelatesTo>\n " + id
                            + "\t</q:RelatesTo><q:MessageID> urn:m%d </q:MessageID><q:Action>"
                            + WsDiscovery.PROBE_MATCHES_ACTION
                            + "</q:Action></e:Header><e:Body><ProbeMatches xmlns='" + Namespaces.WSD
                            + "'><ProbeMatch><XAddrs>\n\thttp://192.0.2.17/\r\n  http://192.0.2.18/ </XAddrs>"
                            + "<Types xmlns:z='urn:test'> z:Lamp\n</Types><q:EndpointReference><q:Address> " + EPR
                            + "\n</q:Address></q:EndpointReference></ProbeMatch></ProbeMatches></e:Body></e:Envelope>";
            for (int i : List.of(1, 1, 2, 3)) {
                peer.send(LoopbackLink.bytes(sloppy.formatted(i)), probe.from());
            }
            List<DeviceAnnouncement> devices = LoopbackLink.get(found);
            assertThat(devices).hasSize(1);
            assertThat(devices.get(0).epr().address()).isEqualTo(EPR);
            assertThat(devices.get(0).types()).containsExactly(LAMP);
            assertThat(devices.get(0).xAddrs()).containsExactly("http://192.0.2.17/", "http://192.0.2.18/");
            assertThat(devices.get(0).metadataVersion()).isZero();
        }

        @Test
        @DisplayName("U5: the same Probe twice gets one set of answers")
        void u5() throws Exception {
            Peer peer = link.peer();
            Device.named("Lamp").start(link.host());
            Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            byte[] same = DiscoveryCodec.multicast(ANYTHING, "urn:same");
            peer.multicast(same);
            peer.multicast(same);
            peer.multicast(DiscoveryCodec.multicast(ANYTHING, "urn:other"));
            List<Heard> matches = new ArrayList<>();
            while (matches.size() < 4) {
                matches.add(Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION));
            }
            assertThat(matches.stream()
                            .filter(heard ->
                                    heard.envelope().relatesTo().orElse("").equals("urn:same"))
                            .map(heard -> heard.envelope().messageId())
                            .distinct())
                    .hasSize(1);
        }
    }

    @Nested
    class Times {

        @Test
        @DisplayName("7.2: Hello and ProbeMatches wait 0 to APP_MAX_DELAY, uniformly; Bye and ResolveMatches do not")
        void delays() throws Exception {
            List<Integer> hellos = new ArrayList<>();
            List<Integer> matches = new ArrayList<>();
            for (int seed = 0; seed < 400; seed++) {
                TargetService service = target(1, seed * 7_919L);
                hellos.add(service.start().get(0).delayMs());
                matches.add(service.onProbe(asked(ANYTHING), ANYTHING, CLIENT)
                        .get(0)
                        .delayMs());
                Resolve resolve = new Resolve(EndpointReference.of(EPR));
                assertThat(service.onResolve(asked(resolve), resolve, CLIENT)
                                .get(0)
                                .delayMs())
                        .isZero();
                assertThat(service.stop().get(0).delayMs()).isZero();
            }
            for (List<Integer> delays : List.of(hellos, matches)) {
                assertThat(delays).allMatch(delay -> delay >= 0 && delay <= 2_500);
                assertThat(delays).anyMatch(delay -> delay < 250).anyMatch(delay -> delay > 2_250);
            }
        }

        @Test
        @DisplayName(
                "7.2: on the wire a Hello has To, Action, MessageID and AppSequence, and is repeated after 50 to 250 ms")
        void helloOnTheWire() throws Exception {
            Peer peer = link.peer();
            Device.named("Lamp").start(link.host());
            Heard first = Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            Heard second = Peer.await(peer.group, WsDiscovery.HELLO_ACTION);
            assertThat(first.envelope().to()).contains(WsDiscovery.AD_HOC_ADDRESS);
            assertThat(first.envelope().messageId()).isPresent();
            assertThat(first.envelope().relatesTo()).isEmpty();
            assertThat(first.envelope().headerBlock(WsDiscovery.APP_SEQUENCE)).isPresent();
            // Up to what a busy machine adds.
            assertThat(TimeUnit.NANOSECONDS.toMillis(second.atNanos() - first.atNanos()))
                    .isBetween(30L, 2_000L);
            assertThat(peer.group).isEmpty();
        }

        @Test
        @DisplayName("7.2: a multicast Probe has To, Action and MessageID, and no AppSequence")
        void probeOnTheWire() throws Exception {
            Peer peer = link.peer();
            var unused = link.host().discovery().probe(ANYTHING, Duration.ofMillis(50), match -> {});
            Envelope probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION).envelope();
            assertThat(probe.to()).contains(WsDiscovery.AD_HOC_ADDRESS);
            assertThat(probe.messageId()).isPresent();
            assertThat(probe.headerBlock(WsDiscovery.APP_SEQUENCE)).isEmpty();
            assertThat(probe.relatesTo()).isEmpty();
        }

        @Test
        @DisplayName("U3: repetitions start after 50 to 250 ms, double, and never wait longer than 450 ms")
        void u3() {
            DiscoveryTiming many = new DiscoveryTiming(2_500, 10_000, 6, 6, 50, 250, 450);
            for (int seed = 0; seed < 500; seed++) {
                int before = 0;
                int gap = 0;
                for (int offset : DatagramRepeat.ofUnicast(many, new Random(seed))) {
                    int expected = Math.min(450, 2 * gap);
                    assertThat(offset - before).isBetween(gap == 0 ? 50 : expected, gap == 0 ? 250 : expected);
                    gap = offset - before;
                    before = offset;
                }
            }
        }

        @Test
        @DisplayName("part 3: the constants of DPWS 1.1 and of the specifications under it")
        void constants() {
            DiscoveryTiming timing = DiscoveryTiming.defaults();
            assertThat(timing.appMaxDelayMs()).isEqualTo(2_500);
            assertThat(timing.matchTimeoutMs()).isEqualTo(10_000);
            assertThat(timing.multicastRepeat()).isEqualTo(1);
            assertThat(timing.unicastRepeat()).isEqualTo(1);
            assertThat(timing.minDelayMs()).isEqualTo(50);
            assertThat(timing.maxDelayMs()).isEqualTo(250);
            assertThat(timing.upperDelayMs()).isEqualTo(450);
            assertThat(DiscoveryMode.adHoc().dpMaxTimeoutMs()).isEqualTo(5_000);
            assertThat(WsDiscovery.DISCOVERY_PORT).isEqualTo(3_702);
            assertThat(WsDiscovery.IPV4_GROUP).isEqualTo("239.255.255.250");
            assertThat(WsDiscovery.IPV6_GROUP).isEqualTo("FF02::C");
            assertThat(EnvelopeLimits.MAX_ENVELOPE_SIZE).isEqualTo(32_767);
            assertThat(EnvelopeLimits.MAX_UDP_ENVELOPE_SIZE).isEqualTo(4_096);
        }
    }
}
