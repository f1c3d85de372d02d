package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.DatagramDrop;
import org.grapevine.dpws.transport.UdpOptions;
import org.grapevine.dpws.transport.UdpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SOAP-over-UDP 1.1 between a device and strangers on plain sockets; rows U2 to U6, U9 and U10, and the sizes of DPWS 1.1. */
class SoapOverUdpTest {

    private static final QName LAMP = new QName("urn:test", "LampDevice");
    private static final int MAX_UDP_ENVELOPE_SIZE = 4_096;
    private static final int MAX_ENVELOPE_SIZE = 32_767;

    private Loopback net;
    private DeviceHost host;
    private Device lamp;
    private RawPeer stranger;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
        host = net.host();
        lamp = Device.named("Lamp").types(LAMP).start(host);
        stranger = new RawPeer(Loopback.address());
    }

    @AfterEach
    void close() {
        stranger.close();
        net.close();
    }

    private static byte[] probe(String id) {
        return DiscoveryCodec.multicast(new Probe(List.of(LAMP), List.of(), ScopeRule.RFC3986.uri()), id);
    }

    private static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(first);
        bytes.writeBytes(second);
        return bytes.toByteArray();
    }

    /** The same document, with white space behind it up to a size. */
    private static byte[] padded(byte[] envelope, int size) {
        byte[] padded = Arrays.copyOf(envelope, size);
        Arrays.fill(padded, envelope.length, size, (byte) ' ');
        return padded;
    }

    private InetSocketAddress unicast() {
        return host.udp().localAddress();
    }

    /** Asks once more, and is answered about that only: nothing of what was sent before had an effect. */
    private void assertOnlyAnsweredNow() throws Exception {
        stranger.send(net.group, probe("urn:uuid:good"));
        assertThat(stranger.untilSilence()).hasSize(2).allSatisfy(answer -> {
            Envelope envelope = answer.envelope();
            assertThat(envelope.action()).contains(WsDiscovery.PROBE_MATCHES_ACTION);
            assertThat(envelope.relatesTo()).contains("urn:uuid:good");
        });
    }

    @Nested
    class ADatagram {

        @Test
        void withTwoEnvelopesIsDroppedAndCounted_U2() throws Exception {
            stranger.send(net.group, both(probe("urn:uuid:1"), probe("urn:uuid:2")));
            stranger.send(unicast(), both(probe("urn:uuid:3"), "junk".getBytes(UTF_8)));
            stranger.send(
                    unicast(), both(probe("urn:uuid:4"), "<!-- a comment is no second document -->".getBytes(UTF_8)));
            assertThat(stranger.next().envelope().relatesTo()).contains("urn:uuid:4");
            assertThat(stranger.next().envelope().relatesTo()).contains("urn:uuid:4");
            assertOnlyAnsweredNow();
            assertThat(host.discovery().dropped().get(10, TimeUnit.SECONDS).malformed())
                    .isEqualTo(2);
        }

        @Test
        void thatComesAgainIsAnsweredOnce_U5() throws Exception {
            for (int i = 0; i < 5; i++) {
                stranger.send(i % 2 == 0 ? net.group : unicast(), probe("urn:uuid:again"));
            }
            // One answer and its one repetition.
            assertThat(stranger.untilSilence()).hasSize(2);
            assertThat(host.discovery().dropped().get(10, TimeUnit.SECONDS).duplicates())
                    .isGreaterThanOrEqualTo(4);
        }

        @ParameterizedTest
        @ValueSource(ints = {MAX_UDP_ENVELOPE_SIZE, MAX_ENVELOPE_SIZE})
        void upToTheLimitIsTakenAndAboveItDroppedAndCounted(int limit) throws Exception {
            host.close();
            host = net.hostWith(settings -> settings.withMaxDatagramBytes(limit));
            lamp = Device.named("Lamp").types(LAMP).start(host);
            stranger.send(unicast(), padded(probe("urn:uuid:large"), limit + 1));
            stranger.send(unicast(), padded(probe("urn:uuid:fits"), limit));
            assertThat(stranger.next().envelope().relatesTo()).contains("urn:uuid:fits");
            assertThat(host.links().get(0).counters().dropped()).containsEntry(DatagramDrop.RECEIVE_TOO_LARGE, 1L);
            assertThat(host.links().get(0).counters().received()).isPositive();
        }
    }

    @Nested
    class AnAnswer {

        @Test
        void goesToThePortOfTheQuestionFromTheUnicastAddressAndIsRepeatedByteForByte_U3_U4_U6() throws Exception {
            stranger.send(net.group, probe("urn:uuid:question"));
            List<RawPeer.Received> answers = stranger.untilSilence();
            assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer.from())
                    .isEqualTo(unicast()));
            assertThat(answers.get(1).bytes()).isEqualTo(answers.get(0).bytes());
        }

        @Test
        void toAResolveIsRepeatedByteForByteToo_U4() throws Exception {
            stranger.send(net.group, DiscoveryCodec.multicast(new Resolve(lamp.epr()), "urn:uuid:resolve"));
            List<RawPeer.Received> answers = stranger.untilSilence();
            assertThat(answers).hasSize(2);
            assertThat(answers.get(1).bytes()).isEqualTo(answers.get(0).bytes());
            assertThat(answers.get(0).envelope().action()).contains(WsDiscovery.RESOLVE_MATCHES_ACTION);
        }
    }

    @Nested
    class AMulticast {

        @Test
        void isRepeatedOnceByteForByte_U3_U4() throws Exception {
            BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
            try (UdpTransport wire = UdpTransport.open(
                    UdpOptions.on(Loopback.address()), (bytes, from, multicast) -> heard.add(bytes))) {
                wire.join(net.group);
                Device other = Device.named("Other").start(host);
                List<byte[]> hellos = List.of(hello(heard, other), hello(heard, other));
                assertThat(hellos.get(1)).isEqualTo(hellos.get(0));
                // Whatever else would come, would come before the answers to this.
                assertThat(Loopback.within(Loopback.SHORT, host, Loopback.everything()))
                        .hasSize(2);
                assertThat(heard).noneMatch(bytes -> isHelloOf(bytes, other));
            }
        }

        private byte[] hello(BlockingQueue<byte[]> heard, Device device) throws InterruptedException {
            return Loopback.await(heard, bytes -> isHelloOf(bytes, device));
        }

        private boolean isHelloOf(byte[] bytes, Device device) {
            String text = new String(bytes, UTF_8);
            return text.contains(WsDiscovery.HELLO_ACTION)
                    && text.contains(device.epr().address());
        }
    }

    @Nested
    class WhatCannotBeAnswered {

        @Test
        void getsNoFault_U9() throws Exception {
            byte[] unknownRule = DiscoveryCodec.multicast(
                    new Probe(List.of(), List.of("urn:x"), "urn:unknown-rule"), "urn:uuid:rule");
            stranger.send(net.group, unknownRule);
            stranger.send(unicast(), unknownRule);
            String elsewhere = "<a:ReplyTo><a:Address>http://127.0.0.1:9/</a:Address></a:ReplyTo>";
            stranger.send(net.group, soap(WsDiscovery.PROBE_ACTION, elsewhere, "<d:Probe/>"));
            stranger.send(
                    net.group,
                    soap(
                            WsDiscovery.PROBE_ACTION,
                            "<x:Header xmlns:x='urn:x' s:mustUnderstand='true'/>",
                            "<d:Probe><d:Types>undeclared:Prefix</d:Types></d:Probe>"));
            stranger.send(unicast(), soap("urn:unknown-action", "<a:To>soap.udp://127.0.0.1:1/nobody</a:To>", "<x/>"));
            assertOnlyAnsweredNow();
        }

        @Test
        void isNotMulticastToTheGroupEither_U9() throws Exception {
            BlockingQueue<String> actions = new LinkedBlockingQueue<>();
            EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());
            try (UdpTransport wire = UdpTransport.open(UdpOptions.on(Loopback.address()), (bytes, from, multicast) -> {
                try {
                    actions.add(reader.index(bytes).action().orElse("none"));
                } catch (MalformedEnvelopeException e) {
                    actions.add("malformed");
                }
            })) {
                wire.join(net.group);
                stranger.send(net.group, "no XML".getBytes(UTF_8));
                stranger.send(
                        net.group,
                        DiscoveryCodec.multicast(
                                new Probe(List.of(), List.of("urn:x"), "urn:unknown-rule"), "urn:uuid:rule"));
                assertOnlyAnsweredNow();
                assertThat(actions)
                        .contains("malformed", WsDiscovery.PROBE_ACTION)
                        .containsOnly("malformed", WsDiscovery.PROBE_ACTION, WsDiscovery.HELLO_ACTION);
            }
        }
    }

    @Nested
    class ABadDatagram {

        @ParameterizedTest(name = "{0}")
        @MethodSource("org.grapevine.dpws.device.SoapOverUdpTest#badDatagrams")
        void neverStopsTheReceiving_U10(String what, byte[] bytes) throws Exception {
            stranger.send(net.group, bytes);
            stranger.send(unicast(), bytes);
            stranger.send(unicast(), probe("urn:uuid:good"));
            assertThat(stranger.next().envelope().relatesTo()).contains("urn:uuid:good");
            assertThat(host.links().get(0).counters().dropped()).containsEntry(DatagramDrop.HANDLER_FAILURE, 0L);
            assertThat(host.loops().all())
                    .allSatisfy(loop -> assertThat(loop.counters().failures()).isZero());
            long counted = host.dropped().malformedDatagrams()
                    + host.dropped().misaddressedDatagrams()
                    + host.discovery().dropped().get(10, TimeUnit.SECONDS).malformed();
            assertThat(counted).as(what).isPositive();
        }
    }

    static Stream<Object[]> badDatagrams() {
        String probe = new String(probe("urn:uuid:bad"), UTF_8);
        byte[] notUtf8 = probe.getBytes(UTF_8);
        notUtf8[notUtf8.length / 2] = (byte) 0xFF;
        return Stream.of(
                new Object[] {"nothing", new byte[0]},
                new Object[] {"no XML", "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)},
                new Object[] {"zeros", new byte[1_000]},
                new Object[] {"another document", "<hello xmlns='urn:x'/>".getBytes(UTF_8)},
                new Object[] {
                    "half an envelope", probe.substring(0, probe.length() / 2).getBytes(UTF_8)
                },
                new Object[] {"no end", probe.substring(0, probe.length() - 5).getBytes(UTF_8)},
                new Object[] {"wrong UTF-8", notUtf8},
                new Object[] {
                    "SOAP 1.1",
                    probe.replace(Namespaces.S12, "http://schemas.xmlsoap.org/soap/envelope/")
                            .getBytes(UTF_8)
                },
                new Object[] {"no Action", soap("", "", "<d:Probe/>")},
                new Object[] {"unknown action of discovery", soap(Namespaces.WSD + "/Nonsense", "", "<d:Probe/>")},
                new Object[] {
                    "no MessageID", text("<a:Action>" + WsDiscovery.PROBE_ACTION + "</a:Action>", "<d:Probe/>")
                },
                new Object[] {"another namespace", soap(WsDiscovery.PROBE_ACTION, "", "<Probe xmlns='urn:x'/>")},
                new Object[] {"another body", soap(WsDiscovery.PROBE_ACTION, "", "<d:Hello/>")},
                new Object[] {"no body", soap(WsDiscovery.PROBE_ACTION, "", "")},
                new Object[] {
                    "a DOCTYPE",
                    ("<!DOCTYPE x [<!ENTITY e 'e'>]>" + probe.replaceFirst("<\\?xml.*?\\?>", "")).getBytes(UTF_8)
                },
                new Object[] {"deep", "<a>".repeat(1_000).getBytes(UTF_8)});
    }

    private static byte[] soap(String action, String header, String body) {
        return text("<a:Action>" + action + "</a:Action><a:MessageID>urn:uuid:bad</a:MessageID>" + header, body);
    }

    private static byte[] text(String header, String body) {
        return Loopback.soap(header, body)
                .replaceFirst("<s:Envelope ", "<s:Envelope xmlns:d='" + Namespaces.WSD + "' ")
                .getBytes(UTF_8);
    }
}
