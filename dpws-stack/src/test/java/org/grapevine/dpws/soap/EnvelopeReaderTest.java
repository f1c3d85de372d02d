package org.grapevine.dpws.soap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    private Envelope golden(String name) throws Exception {
        return reader.readWhole(Golden.bytes("soap/" + name));
    }

    @Nested
    class TheIndex {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "prefixes-of-wsdapi.xml",
                    "default-namespace.xml",
                    "everything-spread-out.xml",
                    "one-line.xml"
                })
        void holdsTheSameAddressingForEverySpellingOfAMessage(String name) throws Exception {
            Envelope envelope = golden(name);
            assertThat(envelope.action()).contains("urn:example:tariff/Changed");
            assertThat(envelope.messageId()).contains("urn:uuid:11111111-2222-3333-4444-555555555555");
            assertThat(envelope.to()).contains("urn:uuid:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
            assertThat(envelope.relatesTo()).contains("urn:uuid:99999999-2222-3333-4444-555555555555");
            assertThat(envelope.relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
            assertThat(envelope.from()).contains(EndpointReference.of("urn:uuid:0f0f0f0f-0000-0000-0000-000000000000"));
            assertThat(envelope.replyTo()).contains(EndpointReference.ANONYMOUS);
            assertThat(envelope.faultTo()).isEmpty();
            assertThat(envelope.bodyName()).contains(new QName("urn:example:tariff", "Changed"));
            HeaderBlock hop =
                    envelope.headerBlock(new QName("urn:example:gossip", "Hop")).orElseThrow();
            assertThat(hop.attribute("left")).contains("0005");
            assertThat(hop.attribute("missing")).isEmpty();
            assertThat(hop.mustUnderstand()).isFalse();
            assertThat(envelope.headerBlock(new QName("urn:example:gossip", "Security"))
                            .orElseThrow()
                            .mustUnderstand())
                    .isTrue();
        }

        @Test
        void givesTheTextOfASimpleBlockAndNoneOfOneWithElements() throws Exception {
            Envelope envelope = reader.index(envelope(
                    "<a xmlns='urn:a'> b &lt;<!-- -->c<![CDATA[<d>]]></a>"
                            + "<e xmlns='urn:a'>f<g/></e><h xmlns='urn:a'/>",
                    ""));
            assertThat(envelope.headerBlocks())
                    .extracting(block -> block.text().orElse(null))
                    .containsExactly(" b <c<d>", null, "");
        }

        @Test
        void takesTheReplyRelationOfSeveral() throws Exception {
            Envelope envelope = reader.index(envelope(
                    "<w:RelatesTo RelationshipType='urn:other'>urn:1</w:RelatesTo>"
                            + "<w:RelatesTo>urn:2</w:RelatesTo><w:RelatesTo RelationshipType='urn:more'>urn:3</w:RelatesTo>",
                    ""));
            assertThat(envelope.relatesTo()).contains("urn:2");
            assertThat(envelope.relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
        }

        @Test
        void doesNotTakeAReferenceParameterForAnAddress() throws Exception {
            Envelope envelope = reader.index(
                    envelope("<w:To>urn:to</w:To><w:To w:IsReferenceParameter='true'>urn:parameter</w:To>", ""));
            assertThat(envelope.to()).contains("urn:to");
            assertThat(envelope.headerBlocks())
                    .extracting(HeaderBlock::isReferenceParameter)
                    .containsExactly(false, true);
        }

        @Test
        void keepsReferenceParametersWithTheirNamespaces() throws Exception {
            Envelope envelope = reader.index(envelope(
                    "<w:ReplyTo xmlns:q='urn:q'><w:Address> urn:a </w:Address><w:ReferenceParameters>"
                            + "<q:Id n='1'>w:x</q:Id></w:ReferenceParameters><w:Metadata><any/></w:Metadata></w:ReplyTo>",
                    ""));
            EndpointReference replyTo = envelope.replyTo().orElseThrow();
            assertThat(replyTo.address()).isEqualTo("urn:a");
            assertThat(replyTo.referenceParameters()).hasSize(1);
            try (XmlReader parameter =
                    XmlReader.ofFragment(replyTo.referenceParameters().get(0))) {
                assertThat(parameter.name()).isEqualTo(new QName("urn:q", "Id"));
                assertThat(parameter.attribute("n")).contains("1");
                assertThat(parameter.qnames()).containsExactly(new QName(Namespaces.WSA, "x"));
            }
        }

        @Test
        void ignoresMustUnderstandOfBlocksForOtherRoles() throws Exception {
            String must = " s:mustUnderstand='1' s:role='" + Namespaces.S12 + "/role/";
            Envelope envelope = reader.index(envelope(
                    "<x:a" + must + "none'/><x:b" + must + "next'/><x:c" + must + "ultimateReceiver'/>"
                            + "<x:d s:mustUnderstand='0'/><x:e s:mustUnderstand=' true '/>",
                    ""));
            assertThat(envelope.headerBlocks())
                    .filteredOn(HeaderBlock::mustUnderstand)
                    .extracting(block -> block.name().getLocalPart())
                    .containsExactly("b", "c", "e");
        }

        @Test
        void stopsBeforeTheBodyElementsContent() throws Exception {
            byte[] bytes = envelope("<w:Action>urn:a</w:Action>", "<x:p>&undeclared;");
            assertThat(reader.index(bytes).action()).contains("urn:a");
            assertThatThrownBy(() -> reader.readWhole(bytes)).isInstanceOf(MalformedEnvelopeException.class);
        }

        @Test
        void acceptsAnEnvelopeWithoutHeaderOrWithAnEmptyOne() throws Exception {
            for (String header : List.of("", "<s:Header/>", "<s:Header></s:Header>", "<s:Header  />")) {
                String xml = "<s:Envelope xmlns:s='" + Namespaces.S12 + "'>" + header + "<s:Body/></s:Envelope>";
                Envelope envelope = reader.readWhole(xml.getBytes(UTF_8));
                assertThat(envelope.headerBlocks()).isEmpty();
                assertThat(envelope.action()).isEmpty();
                assertThat(envelope.bodyName()).isEmpty();
                assertThat(envelope.headerContentStart()).isEqualTo(envelope.headerContentEnd());
            }
        }
    }

    @Nested
    class Offsets {

        @Test
        void areBytesWhateverTheSenderWrote() throws Exception {
            EnvelopeReader large = new EnvelopeReader(EnvelopeLimits.http(200_000));
            for (int seed = 0; seed < 3_000; seed++) {
                Random random = new Random(seed);
                StrangeSerializer.Written written = new StrangeSerializer(random).write(someBlocks(random));
                Envelope envelope = random.nextBoolean()
                        ? large.index(written.bytes(), written.offset(), written.length())
                        : large.readWhole(written.bytes(), written.offset(), written.length());
                assertThat(envelope.headerBlocks())
                        .as("seed %d", seed)
                        .extracting(block -> new StrangeSerializer.Block(block.name(), block.start(), block.end()))
                        .isEqualTo(written.blocks());
                assertThat(List.of(
                                envelope.headerContentStart(),
                                envelope.headerContentEnd(),
                                envelope.bodyContentStart()))
                        .as("seed %d", seed)
                        .containsExactly(written.headerStart(), written.headerEnd(), written.bodyStart());
            }
        }

        private List<QName> someBlocks(Random random) {
            List<QName> names = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                names.add(new QName("urn:x", "Block" + i));
            }
            names.add(Wsa.TO);
            names.add(Wsa.ACTION);
            Collections.shuffle(names, random);
            return names;
        }
    }

    @Nested
    class TheBodyElement {

        @Test
        void isTheSameForAnIndexAndAWholeRead() throws Exception {
            EnvelopeReader large = new EnvelopeReader(EnvelopeLimits.http(200_000));
            for (int seed = 0; seed < 300; seed++) {
                StrangeSerializer.Written written = new StrangeSerializer(new Random(seed)).write(List.of(Wsa.TO));
                byte[] body = large.readWhole(written.bytes(), written.offset(), written.length())
                        .bodyElement();
                assertThat(large.index(written.bytes(), written.offset(), written.length())
                                .bodyElement())
                        .isEqualTo(body);
                try (XmlReader parsed = XmlReader.ofFragment(new String(body, UTF_8))) {
                    assertThat(parsed.name()).isEqualTo(new QName("urn:x", "Payload"));
                    assertThat(parsed.attribute("urn:x", "é")).contains("1");
                }
            }
        }

        @Test
        void bringsAllPrefixesInScopeThatItDoesNotHide() throws Exception {
            String xml = "<Envelope xmlns='" + Namespaces.S12
                    + "' xmlns:a='urn:outer' xmlns:b='urn:b&amp;c'><Body xmlns:a='urn:a'"
                    + " xmlns:c='urn:c'><p xmlns='urn:p' xmlns:c='urn:mine' t='a:x b:y c:z'/></Body></Envelope>";
            String body = new String(reader.readWhole(xml.getBytes(UTF_8)).bodyElement(), UTF_8);
            try (XmlReader parsed = XmlReader.ofFragment(body)) {
                assertThat(parsed.name()).isEqualTo(new QName("urn:p", "p"));
                assertThat(parsed.resolve("a:x")).isEqualTo(new QName("urn:a", "x"));
                assertThat(parsed.resolve("b:y")).isEqualTo(new QName("urn:b&c", "y"));
                assertThat(parsed.resolve("c:z")).isEqualTo(new QName("urn:mine", "z"));
                assertThat(parsed.resolve("d")).isEqualTo(new QName("urn:p", "d"));
            }
        }

        @Test
        void inNoNamespaceStaysThere() throws Exception {
            String xml = "<Envelope xmlns='" + Namespaces.S12 + "'><Body><p xmlns=''/></Body></Envelope>";
            assertThat(new String(reader.index(xml.getBytes(UTF_8)).bodyElement(), UTF_8))
                    .isEqualTo("<p xmlns=''/>");
        }

        @Test
        void ofAnEmptyBodyIsRefused() throws Exception {
            Envelope envelope = reader.readWhole(envelope("", ""));
            assertThatThrownBy(envelope::bodyElement)
                    .isInstanceOfSatisfying(MalformedEnvelopeException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.EMPTY_BODY));
        }

        @Test
        void canBeReadByStax() throws Exception {
            Envelope envelope = reader.index(envelope("", "<x:p a='1'>text</x:p>"));
            var stax = EnvelopeReader.bodyReader(envelope);
            assertThat(stax.getLocalName()).isEqualTo("p");
            assertThat(stax.getElementText()).isEqualTo("text");
        }
    }

    static byte[] envelope(String header, String body) {
        return ("<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:w='" + Namespaces.WSA
                        + "' xmlns:x='urn:x'><s:Header>" + header + "</s:Header><s:Body>" + body
                        + "</s:Body></s:Envelope>")
                .getBytes(UTF_8);
    }
}
