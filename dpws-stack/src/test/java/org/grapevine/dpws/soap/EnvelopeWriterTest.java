package org.grapevine.dpws.soap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeWriterTest {

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    @Test
    void writesWhatTheReaderReads() throws Exception {
        byte[] bytes = EnvelopeWriter.forAction("urn:a?x=1&y=<2>")
                .messageId("urn:uuid:1")
                .relatesTo("urn:uuid:0")
                .to("urn:to")
                .from(EndpointReference.of("urn:from"))
                .replyTo(EndpointReference.ANONYMOUS)
                .faultTo(EndpointReference.NONE)
                .header("<h:x xmlns:h='urn:h'>é€𝄞</h:x>")
                .body("<p xmlns='urn:p'>text</p>".getBytes(UTF_8))
                .toBytes();
        Envelope envelope = reader.readWhole(bytes);
        assertThat(envelope.action()).contains("urn:a?x=1&y=<2>");
        assertThat(envelope.messageId()).contains("urn:uuid:1");
        assertThat(envelope.relatesTo()).contains("urn:uuid:0");
        assertThat(envelope.relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
        assertThat(envelope.to()).contains("urn:to");
        assertThat(envelope.from()).contains(EndpointReference.of("urn:from"));
        assertThat(envelope.replyTo()).contains(EndpointReference.ANONYMOUS);
        assertThat(envelope.faultTo()).contains(EndpointReference.NONE);
        assertThat(envelope.headerBlock(new QName("urn:h", "x")).orElseThrow().text())
                .contains("é€𝄞");
        assertThat(new String(envelope.bodyElement(), UTF_8)).endsWith(">text</p>");
    }

    @Test
    void writesTheBytesOfTheGoldenEnvelope() throws Exception {
        byte[] bytes =
                EnvelopeWriter.forAction("urn:a").messageId("urn:m").to("urn:t").toBytes();
        assertThat(new String(bytes, UTF_8))
                .isEqualTo("<s12:Envelope xmlns:s12=\"http://www.w3.org/2003/05/soap-envelope\""
                        + " xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><s12:Header><wsa:Action>urn:a</wsa:Action>"
                        + "<wsa:MessageID>urn:m</wsa:MessageID><wsa:To>urn:t</wsa:To></s12:Header><s12:Body></s12:Body>"
                        + "</s12:Envelope>");
    }

    @Test
    void namesARelationThatIsNoReply() throws Exception {
        Envelope envelope = reader.index(EnvelopeWriter.forAction("urn:a")
                .relatesTo("urn:m", "urn:relation")
                .toBytes());
        assertThat(envelope.relatesTo()).contains("urn:m");
        assertThat(envelope.relationshipType()).isEqualTo("urn:relation");
    }

    @Test
    void echoesReferenceParametersAsMarkedHeaderBlocks() throws Exception {
        EndpointReference destination = new EndpointReference(
                "urn:t",
                List.of(
                        "<i:Identifier xmlns:i='urn:i' xmlns:wsa='urn:other'>7</i:Identifier>",
                        "<Empty/>",
                        "<m:Marked xmlns:m='urn:m' xmlns:w='" + Namespaces.WSA + "' w:IsReferenceParameter='1'/>"));
        Envelope envelope = reader.readWhole(
                EnvelopeWriter.forAction("urn:a").to(destination).toBytes());
        assertThat(envelope.headerBlocks())
                .filteredOn(HeaderBlock::isReferenceParameter)
                .extracting(HeaderBlock::name)
                .containsExactly(new QName("urn:i", "Identifier"), new QName("Empty"), new QName("urn:m", "Marked"));
    }

    @Test
    void writesEndpointReferencesWithTheirParameters() throws Exception {
        EndpointReference from = new EndpointReference("urn:f", List.of("<i:Id xmlns:i='urn:i'>&lt;7</i:Id>"));
        Envelope envelope =
                reader.readWhole(EnvelopeWriter.forAction("urn:a").from(from).toBytes());
        String parameter = envelope.from().orElseThrow().referenceParameters().get(0);
        try (XmlReader parsed = XmlReader.ofFragment(parameter)) {
            assertThat(parsed.name()).isEqualTo(new QName("urn:i", "Id"));
            assertThat(parsed.text()).isEqualTo("<7");
        }
    }

    @Test
    void takesABodyByStax() throws Exception {
        Envelope envelope = reader.readWhole(EnvelopeWriter.forAction("urn:a")
                .body(writer -> {
                    writer.writeStartElement("p", "Payload", "urn:p");
                    writer.writeNamespace("p", "urn:p");
                    writer.writeCharacters("a < b & 𝄞");
                    writer.writeEndElement();
                })
                .toBytes());
        try (XmlReader body = envelope.openBody(new QName("urn:p", "Payload"))) {
            assertThat(body.text()).isEqualTo("a < b & 𝄞");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0008", "\uFFFE", "\uFFFF", "\uD800", "a\uDC00", "\uDBFFa"})
    void refusesCharactersThatXmlCannotHold(String character) {
        EnvelopeWriter to = EnvelopeWriter.forAction("urn:a").to("urn:" + character);
        assertThatThrownBy(to::toBytes)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("character U\\+[0-9A-F]{4} at \\d .*expected: characters of XML 1.0\\)");
        assertThatThrownBy(() -> EnvelopeWriter.forAction("urn:a").body(writer -> {
                    writer.writeStartElement("p");
                    writer.writeCharacters(character);
                    writer.writeEndElement();
                }))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesABodyByStaxThatWouldNotBeRead() {
        assertThatThrownBy(() ->
                        EnvelopeWriter.forAction("urn:a").body(writer -> writer.writeEmptyElement("p", "a", "urn:p")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: one element that declares its namespaces)");
        assertThatThrownBy(() -> EnvelopeWriter.forAction("urn:a").body(writer -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAReferenceParameterThatIsNoElement() {
        EnvelopeWriter to = EnvelopeWriter.forAction("urn:a").to(new EndpointReference("urn:t", List.of("no element")));
        assertThatThrownBy(to::toBytes)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("reference parameter: 'no element' (expected: an element)");
    }

    @Test
    void refusesAnEmptyAction() {
        assertThatThrownBy(() -> EnvelopeWriter.forAction(" "))
                .hasMessage("wsa:Action: ' ' (expected: an absolute IRI)");
    }
}
