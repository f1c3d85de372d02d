package org.grapevine.dpws.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.Golden;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryCodecTest {

    private static final String WSD = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";

    @Nested
    class MessagesOfOtherStacks {

        @Test
        void aProbeWithPrefixesAndWhiteSpaceOfItsOwn() throws Exception {
            assertThat(Fixtures.message(Golden.bytes("discovery/probe-of-another-stack.xml")))
                    .isEqualTo(new Probe(
                            List.of(WsDiscovery.DEVICE_TYPE, Fixtures.SMART_METER),
                            List.of("grid:wan", "grid:fan/ssc-3"),
                            WSD + "/strcmp0"));
        }

        @Test
        void aHelloInDefaultNamespacesAndAnotherOrder() throws Exception {
            assertThat(Fixtures.message(Golden.bytes("discovery/hello-of-another-stack.xml")))
                    .isEqualTo(new Hello(
                            new DeviceAnnouncement(
                                    Fixtures.METER,
                                    List.of(WsDiscovery.DEVICE_TYPE, Fixtures.SMART_METER),
                                    List.of(),
                                    List.of("http://192.0.2.17:8080/m", "http://[2001:db8::17]:8080/m"),
                                    7),
                            Optional.of(new AppSequence(1_795_219_200L, Optional.of("urn:seq:1"), 12))));
        }
    }

    @Nested
    class OurMessages {

        @Test
        void comeBackAsTheyWere() throws Exception {
            for (int seed = 0; seed < 1_000; seed++) {
                DiscoveryMessage message = anyMessage(new Random(seed));
                Envelope envelope = Fixtures.envelope(DiscoveryCodec.multicast(message, "urn:m"));
                assertThat(DiscoveryCodec.read(envelope)).as("seed %d", seed).contains(message);
                assertThat(envelope.action()).contains(message.action());
                assertThat(envelope.messageId()).contains("urn:m");
                assertThat(envelope.to()).contains("urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01");
                assertThat(envelope.relatesTo()).isEmpty();
            }
        }

        @Test
        void answerToTheBackChannel() throws Exception {
            Envelope envelope = Fixtures.envelope(DiscoveryCodec.reply(
                    new ProbeMatches(List.of(Fixtures.meter(1)), Fixtures.sequence(1, 2)), "urn:m", "urn:probe"));
            assertThat(envelope.to()).contains(EndpointReference.ANONYMOUS_ADDRESS);
            assertThat(envelope.relatesTo()).contains("urn:probe");
        }

        @Test
        void keepTheOrderOfTheSchema() {
            String xml = new String(
                    DiscoveryCodec.multicast(new Hello(Fixtures.meter(3), Fixtures.sequence(1, 2)), "urn:m"), UTF_8);
            assertThat(xml)
                    .contains("<wsd:AppSequence xmlns:wsd=\"" + WSD + "\" InstanceId=\"1\" MessageNumber=\"2\"/>")
                    .containsSubsequence(
                            "<wsd:Hello",
                            "<wsa:EndpointReference",
                            "<wsd:Types",
                            "<wsd:Scopes>",
                            "<wsd:XAddrs>",
                            "<wsd:MetadataVersion>3<");
        }

        private DiscoveryMessage anyMessage(Random random) {
            Optional<AppSequence> sequence = random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(new AppSequence(
                            random.nextLong(1L << 32),
                            random.nextBoolean() ? Optional.empty() : Optional.of("urn:sequence"),
                            random.nextLong(1L << 32)));
            return switch (random.nextInt(6)) {
                case 0 -> new Hello(anyDevice(random), sequence);
                case 1 -> new Bye(anyDevice(random), sequence);
                case 2 ->
                    new Probe(
                            types(random),
                            uris(random),
                            ScopeRule.uris().get(random.nextInt(ScopeRule.uris().size())));
                case 3 -> {
                    List<DeviceAnnouncement> matches = new ArrayList<>();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        matches.add(anyDevice(random));
                    }
                    yield new ProbeMatches(matches, sequence);
                }
                case 4 -> new Resolve(EndpointReference.of("urn:uuid:" + random.nextInt()));
                default ->
                    new ResolveMatches(
                            random.nextBoolean() ? Optional.empty() : Optional.of(anyDevice(random)), sequence);
            };
        }

        private DeviceAnnouncement anyDevice(Random random) {
            return new DeviceAnnouncement(
                    EndpointReference.of("urn:uuid:" + random.nextInt()),
                    types(random),
                    uris(random),
                    uris(random),
                    random.nextLong(1L << 32));
        }

        private List<QName> types(Random random) {
            List<QName> types = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                String namespace =
                        List.of("", "urn:a", "urn:b&c", "http://d.test/é", WSD).get(random.nextInt(5));
                types.add(new QName(namespace, "Type" + random.nextInt(5)));
            }
            return types;
        }

        private List<String> uris(Random random) {
            List<String> uris = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                uris.add(List.of("http://a.test/?b=1&c=<2>", "urn:é", "grid:fan/ssc-3", "x:'\"")
                        .get(random.nextInt(4)));
            }
            return uris;
        }
    }

    @Nested
    class MalformedMessages {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "Hello | <d:Hello/> | Hello: has no MetadataVersion",
                    "Hello | <d:Hello><d:MetadataVersion>1</d:MetadataVersion></d:Hello> | Hello: has no wsa:EndpointReference",
                    "Hello | <d:Hello><d:MetadataVersion>-1</d:MetadataVersion></d:Hello> | MetadataVersion: '-1' (expected: 0..4294967295)",
                    "Hello | <d:Hello><d:Types>q:x</d:Types></d:Hello> | qualified name: 'q:x' (expected: a declared prefix)",
                    "Hello | <d:Probe/> | Body: {http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01}Probe (expected: {http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01}Hello)",
                    "Bye | <d:Bye/> | Bye: has no wsa:EndpointReference",
                    "Resolve | <d:Resolve/> | Resolve: has no wsa:EndpointReference",
                    "ProbeMatches | <d:ProbeMatches><d:ProbeMatch/></d:ProbeMatches> | ProbeMatch: has no wsa:EndpointReference"
                })
        void sayWhatIsMissing(String action, String body, String message) {
            assertThatThrownBy(() -> Fixtures.message(written(action, body, "")))
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessage(message);
        }

        @Test
        void haveNoBody() {
            assertThatThrownBy(() -> Fixtures.message(
                            EnvelopeWriter.forAction(WsDiscovery.PROBE_ACTION).toBytes()))
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessageStartingWith("Body: empty (expected: ");
        }

        @Test
        void resolveTwice() {
            String match =
                    "<d:ResolveMatch><a:EndpointReference xmlns:a='http://www.w3.org/2005/08/addressing'><a:Address>urn:a"
                            + "</a:Address></a:EndpointReference><d:MetadataVersion>1</d:MetadataVersion></d:ResolveMatch>";
            assertThatThrownBy(() -> Fixtures.message(written(
                            "ResolveMatches", "<d:ResolveMatches>" + match + match + "</d:ResolveMatches>", "")))
                    .hasMessage("ResolveMatches: 2 matches (expected: 0 or 1)");
        }

        /** D1: the counters are unsigned 32 bits. CXF's InstanceId is not, and it would not be heard at all. */
        @Test
        void countInMilliseconds() throws Exception {
            assertThat(sequence("InstanceId='1795219200000' MessageNumber='1'"))
                    .isEqualTo(AppSequence.of(1_795_219_200_000L, 1));
            assertThatThrownBy(() -> sequence("InstanceId='1795219200000000000' MessageNumber='1'"))
                    .hasMessage("AppSequence InstanceId: '1795219200000000000' (expected: 0..999999999999999999)");
            assertThatThrownBy(() -> sequence("InstanceId='1' MessageNumber='1795219200000'"))
                    .hasMessage("AppSequence MessageNumber: '1795219200000' (expected: 0..4294967295)");
            assertThatThrownBy(() -> sequence("InstanceId='1'")).hasMessage("AppSequence: has no MessageNumber");
        }

        private AppSequence sequence(String attributes) throws Exception {
            ProbeMatches matches = (ProbeMatches) Fixtures.message(written(
                    "ProbeMatches", "<d:ProbeMatches/>", "<d:AppSequence xmlns:d='" + WSD + "' " + attributes + "/>"));
            return matches.appSequence().orElseThrow();
        }

        private byte[] written(String action, String body, String header) {
            String declared = body.replaceFirst("(<d:\\w+)", "$1 xmlns:d='" + WSD + "'");
            return EnvelopeWriter.forAction(WSD + "/" + action)
                    .header(header)
                    .body(declared.getBytes(UTF_8))
                    .toBytes();
        }
    }

    @Test
    void otherActionsAreNoneOfDiscovery() throws Exception {
        assertThat(DiscoveryCodec.read(
                        Fixtures.envelope(EnvelopeWriter.forAction("urn:a").toBytes())))
                .isEmpty();
    }

    @Test
    void listItemsWithWhiteSpaceAreRefused() {
        assertThatThrownBy(() -> Probe.of(List.of(), List.of("a b")))
                .hasMessage("scope: 'a b' (expected: a URI, not empty, without white space)");
    }
}
