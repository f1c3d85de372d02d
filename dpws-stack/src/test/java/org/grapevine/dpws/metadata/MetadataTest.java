package org.grapevine.dpws.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.metadata.MetadataExchange.Query;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.Golden;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlReader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataTest {

    private static final EndpointReference DEVICE =
            EndpointReference.of("urn:uuid:aaaaaaaa-0000-0000-0000-000000000001");
    private static final EndpointReference SERVICE = EndpointReference.of("http://192.0.2.17:8080/m/tariff");
    private static final QName TARIFF = new QName("urn:example:tariff", "TariffService");
    private static final Hosted HOSTED = new Hosted(List.of(SERVICE), List.of(TARIFF), "urn:example:tariff");

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    private static Metadata device(Optional<Relationship> relationship) {
        return Metadata.ofDevice(ThisModel.of("Example", "Meter"), ThisDevice.of("Meter 17"), relationship);
    }

    private Metadata read(byte[] response) throws MalformedEnvelopeException {
        return MetadataExchange.readResponse(reader.readWhole(response));
    }

    @Nested
    class WhatIsWritten {

        @ParameterizedTest
        @MethodSource("org.grapevine.dpws.metadata.MetadataTest#seeds")
        void comesBackAsItWas(int seed) throws Exception {
            Metadata metadata = anyMetadata(new Random(seed));
            assertThat(read(MetadataExchange.getResponse(metadata, "urn:m", "urn:r")))
                    .isEqualTo(metadata);
        }

        @Test
        void keepsTheOrderOfTheSchema() {
            ThisModel model = new ThisModel(
                    List.of(new LocalizedText("Beispiel", "de"), new LocalizedText("Example", "en")),
                    Optional.of("http://a.test"),
                    List.of(LocalizedText.of("Meter")),
                    Optional.of("7"),
                    Optional.of("http://b.test"),
                    Optional.of("http://c.test"));
            ThisDevice device = new ThisDevice(List.of(LocalizedText.of("M")), Optional.of("1.0"), Optional.of("42"));
            Relationship relationship = new Relationship(Optional.of(new Host(DEVICE, List.of())), List.of(HOSTED));
            byte[] bytes = MetadataExchange.getResponse(
                    Metadata.ofDevice(model, device, Optional.of(relationship)), "urn:m", "urn:r");
            assertThat(new String(bytes, UTF_8))
                    .containsSubsequence(
                            "<wsx:Metadata ",
                            "Dialect=\"http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01/ThisModel\"",
                            "<dpws:ThisModel ",
                            "<dpws:Manufacturer xml:lang=\"de\">Beispiel<",
                            "<dpws:Manufacturer xml:lang=\"en\">",
                            "<dpws:ManufacturerUrl>",
                            "<dpws:ModelName>Meter<",
                            "<dpws:ModelNumber>",
                            "<dpws:ModelUrl>",
                            "<dpws:PresentationUrl>",
                            "<dpws:ThisDevice ",
                            "<dpws:FriendlyName>",
                            "<dpws:FirmwareVersion>",
                            "<dpws:SerialNumber>",
                            "<dpws:Relationship ",
                            "Type=\"http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01/host\"",
                            "<dpws:Host>",
                            "<dpws:Hosted>",
                            "<wsa:EndpointReference",
                            "<dpws:Types",
                            "<dpws:ServiceId>");
        }
    }

    static List<Integer> seeds() {
        List<Integer> seeds = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    private static Metadata anyMetadata(Random random) {
        List<MetadataSection> sections = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Optional<String> identifier = random.nextBoolean() ? Optional.empty() : Optional.of("urn:id" + i);
            sections.add(
                    switch (random.nextInt(6)) {
                        case 0 ->
                            new MetadataSection.OfModel(new ThisModel(
                                    texts(random),
                                    maybe(random, "http://a.test/?b&c"),
                                    texts(random),
                                    maybe(random, " n<1> "),
                                    maybe(random, "urn:m"),
                                    maybe(random, "urn:p")));
                        case 1 ->
                            new MetadataSection.OfDevice(
                                    new ThisDevice(texts(random), maybe(random, "1.0"), maybe(random, "é€𝄞")));
                        case 2 ->
                            new MetadataSection.OfRelationship(new Relationship(
                                    Optional.of(new Host(DEVICE, random.nextBoolean() ? List.of() : List.of(TARIFF))),
                                    random.nextBoolean() ? List.of() : List.of(HOSTED)));
                        case 3 ->
                            new MetadataSection.Inline(
                                    MetadataSection.WSDL_DIALECT,
                                    identifier,
                                    "<definitions xmlns=\"" + MetadataSection.WSDL_DIALECT
                                            // What the sections around declare is declared again on the way out.
                                            + "\" xmlns:s12=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:wsa=\"http://www.w3.org/2005/08/addressing\""
                                            + " xmlns:wsx=\"http://schemas.xmlsoap.org/ws/2004/09/mex\"/>");
                        case 4 -> new MetadataSection.Reference("urn:dialect", identifier, SERVICE);
                        default -> new MetadataSection.Location("urn:dialect", identifier, "http://192.0.2.17/m?wsdl");
                    });
        }
        return new Metadata(sections);
    }

    private static List<LocalizedText> texts(Random random) {
        List<LocalizedText> texts = new ArrayList<>();
        for (String language : List.of("", "en", "de").subList(0, random.nextInt(1, 4))) {
            texts.add(new LocalizedText(
                    List.of("", "Zähler", "a & b <c>", "𝄞".repeat(255)).get(random.nextInt(4)), language));
        }
        return texts;
    }

    private static Optional<String> maybe(Random random, String value) {
        return random.nextBoolean() ? Optional.empty() : Optional.of(value);
    }

    @Nested
    class WhatOtherStacksWrite {

        @Test
        void isReadWithPrefixesOrderAndExtensionsOfItsOwn() throws Exception {
            Metadata metadata = read(Golden.bytes("metadata/get-response-of-another-stack.xml"));
            assertThat(metadata.thisModel())
                    .contains(new ThisModel(
                            List.of(new LocalizedText("Example AG", "de"), new LocalizedText("Example Inc.", "en-US")),
                            Optional.empty(),
                            List.of(LocalizedText.of("Meter")),
                            Optional.of("M1"),
                            Optional.empty(),
                            Optional.of("http://192.0.2.17/")));
            assertThat(metadata.thisDevice())
                    .contains(new ThisDevice(
                            List.of(LocalizedText.of("Meter 17")), Optional.of("1.0"), Optional.empty()));
            Relationship relationship = metadata.relationship().orElseThrow();
            assertThat(relationship.host())
                    .contains(new Host(DEVICE, List.of(new QName("urn:example:meter", "SmartMeter"))));
            assertThat(relationship.hosted())
                    .containsExactly(
                            HOSTED,
                            new Hosted(
                                    List.of(
                                            EndpointReference.of("http://192.0.2.17:8080/m/needs"),
                                            EndpointReference.of("http://[2001:db8::17]:8080/m/needs")),
                                    List.of(new QName("urn:example:needs", "Needs"), TARIFF),
                                    "urn:example:needs"));
            assertThat(metadata.sections())
                    .filteredOn(MetadataSection.Location.class::isInstance)
                    .containsExactly(new MetadataSection.Location(
                            MetadataSection.WSDL_DIALECT,
                            Optional.of("urn:example:tariff"),
                            "http://192.0.2.17/m?wsdl"));
            assertThat(metadata.sections())
                    .filteredOn(MetadataSection.Reference.class::isInstance)
                    .hasSize(1);
            MetadataSection.Inline foreign =
                    (MetadataSection.Inline) metadata.select(Optional.of("urn:example:dialect"), Optional.empty())
                            .sections()
                            .get(0);
            try (XmlReader element = XmlReader.ofFragment(foreign.element())) {
                assertThat(element.resolve(element.attribute("type").orElseThrow()))
                        .isEqualTo(new QName("urn:example:meter", "x"));
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "<x:MetadataSection/> | MetadataSection: has no Dialect",
                    "<x:MetadataSection Dialect='#/ThisModel'><d:ThisModel/></x:MetadataSection> | Manufacturer: none (expected: at least one)",
                    "<x:MetadataSection Dialect='#/ThisDevice'><d:ThisDevice/></x:MetadataSection> | FriendlyName: none (expected: at least one)",
                    "<x:MetadataSection Dialect='#/Relationship'><d:Relationship Type='#/host'/></x:MetadataSection> | Relationship: empty (expected: a Host or a Hosted)",
                    "<x:MetadataSection Dialect='#/Relationship'><d:Relationship Type='#/host'><d:Host/></d:Relationship></x:MetadataSection> | Host: has no wsa:EndpointReference",
                    "<x:MetadataSection Dialect='#/Relationship'><d:Relationship Type='#/host'><d:Hosted/></d:Relationship></x:MetadataSection> | Hosted: has no Types",
                    "<x:MetadataSection Dialect='#/Relationship'><d:Relationship Type='#/host'><d:Hosted><d:Types/></d:Hosted></d:Relationship></x:MetadataSection> | Hosted: has no ServiceId",
                    "<x:MetadataSection Dialect='#/Relationship'><d:Relationship Type='#/host'><d:Hosted><d:Types/><d:ServiceId>s</d:ServiceId></d:Hosted></d:Relationship></x:MetadataSection> | Hosted s: no endpoint reference (expected: at least one)",
                    "<x:MetadataSection Dialect='urn:a'><x:Location/></x:MetadataSection> | Location: '' (expected: a URI, not empty, without white space)"
                })
        void isRefusedWhereItMakesNoSense(String section, String message) {
            String body = "<x:Metadata xmlns:x='http://schemas.xmlsoap.org/ws/2004/09/mex'"
                    + " xmlns:d='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01'>" + section + "</x:Metadata>";
            byte[] response = EnvelopeWriter.forAction(MetadataExchange.GET_RESPONSE_ACTION)
                    .body(body.replace("#", "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01")
                            .getBytes(UTF_8))
                    .toBytes();
            assertThatThrownBy(() -> read(response))
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessage(message);
        }

        @Test
        void hasEmptySectionsAndRelationshipsOfOtherKinds() throws Exception {
            String body =
                    "<x:Metadata xmlns:x='http://schemas.xmlsoap.org/ws/2004/09/mex'><x:MetadataSection Dialect='urn:a'/>"
                            + "<x:MetadataSection Dialect='" + MetadataSection.RELATIONSHIP_DIALECT
                            + "'><d:Relationship xmlns:d='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01' Type='urn:other'/>"
                            + "</x:MetadataSection></x:Metadata>";
            Metadata metadata = read(EnvelopeWriter.forAction(MetadataExchange.GET_RESPONSE_ACTION)
                    .body(body.getBytes(UTF_8))
                    .toBytes());
            assertThat(metadata.sections()).hasSize(1);
            assertThat(metadata.relationship()).isEmpty();
        }
    }

    @Nested
    class Get {

        /** X1. */
        @Test
        void isAnsweredIfItsBodyIsEmpty() throws Exception {
            Envelope get = reader.readWhole(MetadataExchange.get(DEVICE, "urn:get"));
            assertThat(get.action()).contains("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get");
            assertThat(get.to()).contains(DEVICE.address());
            assertThat(MetadataExchange.checkGet(get)).isEmpty();

            Envelope response = reader.readWhole(MetadataExchange.getResponse(
                    device(Optional.empty()), "urn:m", get.messageId().orElseThrow()));
            assertThat(response.action()).contains("http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse");
            assertThat(response.relatesTo()).contains("urn:get");
            assertThat(MetadataExchange.readResponse(response)).isEqualTo(device(Optional.empty()));
        }

        @Test
        void isTheSendersFaultIfItIsNot() throws Exception {
            Envelope get = reader.readWhole(EnvelopeWriter.forAction(MetadataExchange.GET_ACTION)
                    .body("<a/>".getBytes(UTF_8))
                    .toBytes());
            assertThat(MetadataExchange.checkGet(get)).contains(SoapFault.sender("Body of Get: a (expected: empty)"));
        }
    }

    @Nested
    class GetMetadata {

        private final Metadata service = new Metadata(List.of(
                new MetadataSection.OfRelationship(new Relationship(Optional.empty(), List.of(HOSTED))),
                new MetadataSection.Location(MetadataSection.WSDL_DIALECT, Optional.of("urn:a"), "http://a.test/?wsdl"),
                new MetadataSection.Location(
                        MetadataSection.WSDL_DIALECT, Optional.of("urn:b"), "http://b.test/?wsdl")));

        private Metadata ask(Query query) throws MalformedEnvelopeException {
            Envelope request = reader.readWhole(MetadataExchange.getMetadata(SERVICE, "urn:q", query));
            assertThat(request.action()).contains("http://schemas.xmlsoap.org/ws/2004/09/mex/GetMetadata/Request");
            Query read = MetadataExchange.readGetMetadata(request);
            assertThat(read).isEqualTo(query);
            Envelope response = reader.readWhole(MetadataExchange.getMetadataResponse(
                    service, read, "urn:m", request.messageId().orElseThrow()));
            assertThat(response.action()).contains("http://schemas.xmlsoap.org/ws/2004/09/mex/GetMetadata/Response");
            assertThat(response.relatesTo()).contains("urn:q");
            return MetadataExchange.readResponse(response);
        }

        /** X2. */
        @Test
        void givesAllOrTheDialectThatIsAskedFor() throws Exception {
            assertThat(ask(Query.ALL)).isEqualTo(service);
            assertThat(ask(Query.ofDialect("http://schemas.xmlsoap.org/wsdl/")).sections())
                    .hasSize(2);
            assertThat(ask(Query.ofDialect("http://schemas.xmlsoap.org/wsdl")).sections())
                    .hasSize(2);
            assertThat(ask(Query.ofDialect("urn:unknown")).sections()).isEmpty();
            assertThat(ask(new Query(Optional.of(MetadataSection.WSDL_DIALECT), Optional.of("urn:b")))
                            .sections())
                    .containsExactly(service.sections().get(2));
        }

        @Test
        void isRefusedWithAnotherBody() throws Exception {
            Envelope get = reader.readWhole(MetadataExchange.get(DEVICE, "urn:get"));
            assertThatThrownBy(() -> MetadataExchange.readGetMetadata(get))
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessageStartingWith("Body: empty");
        }
    }

    @Nested
    class Limits {

        @Test
        void countCharactersForFieldsAndOctetsForUris() {
            assertThat(ThisDevice.of("𝄞".repeat(255)).friendlyNames()).hasSize(1);
            assertThatThrownBy(() -> ThisDevice.of("é".repeat(256)))
                    .hasMessage("FriendlyName: 256 characters, '" + "é".repeat(40) + "...' (expected: < 256)");
            String longest = "urn:" + "é".repeat(1_022);
            assertThat(new Hosted(List.of(SERVICE), List.of(), longest).serviceId())
                    .isEqualTo(longest);
            assertThatThrownBy(() -> new Hosted(List.of(SERVICE), List.of(), longest + "x"))
                    .hasMessageMatching("ServiceId: 2049 octets, 'urn:é{36}\\.\\.\\.' \\(expected: <= 2048\\)");
        }

        @Test
        void askForOneTextInEachLanguage() {
            List<LocalizedText> twice = List.of(new LocalizedText("a", "en"), new LocalizedText("b", "en"));
            assertThatThrownBy(() -> new ThisDevice(twice, Optional.empty(), Optional.empty()))
                    .hasMessage("FriendlyName: two in language 'en' (expected: one in each)");
        }

        /** SDCri, and with it many medical devices, write "HighPriorityServices" and the like. */
        @Test
        void doNotAskForAServiceIdThatIsAbsolute() {
            assertThat(new Hosted(List.of(SERVICE), List.of(), "lamp").serviceId())
                    .isEqualTo("lamp");
            assertThatThrownBy(() -> new Hosted(List.of(SERVICE), List.of(), "a lamp"))
                    .hasMessage("ServiceId: 'a lamp' (expected: a URI, not empty, without white space)");
        }

        @Test
        void askForServiceIdsOfTheirOwn() {
            assertThatThrownBy(() -> new Relationship(Optional.empty(), List.of(HOSTED, HOSTED)))
                    .hasMessage("ServiceId: 'urn:example:tariff' twice (expected: unique in the device)");
            assertThatThrownBy(() -> new Hosted(List.of(), List.of(), "urn:s"))
                    .hasMessage("Hosted urn:s: no endpoint reference (expected: at least one)");
        }
    }
}
