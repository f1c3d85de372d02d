package org.grapevine.dpws.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SoapFaultTest {

    private static final String WSA_FAULT = Namespaces.WSA + "/fault";

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(SoapFault.versionMismatch(), 500, Namespaces.WSA + "/soap/fault"),
                Arguments.of(
                        SoapFault.mustUnderstand(List.of(new QName("urn:h", "a"), new QName("urn:i", "b"))),
                        500,
                        Namespaces.WSA + "/soap/fault"),
                Arguments.of(SoapFault.messageAddressingHeaderRequired(Wsa.ACTION), 400, WSA_FAULT),
                Arguments.of(SoapFault.invalidAddressingHeader("InvalidCardinality", Wsa.TO), 400, WSA_FAULT),
                Arguments.of(SoapFault.onlyAnonymousAddressSupported(Wsa.REPLY_TO), 400, WSA_FAULT),
                Arguments.of(SoapFault.destinationUnreachable("urn:gone"), 400, WSA_FAULT),
                Arguments.of(SoapFault.actionNotSupported("urn:a<b"), 400, WSA_FAULT),
                Arguments.of(SoapFault.endpointUnavailable(500), 500, WSA_FAULT),
                Arguments.of(SoapFault.matchingRuleNotSupported(List.of("urn:r")), 400, Namespaces.WSD + "/fault"),
                Arguments.of(
                        SoapFault.sender("no", new QName(Namespaces.DPWS, "FilterActionNotSupported")),
                        400,
                        Namespaces.DPWS + "/fault"),
                Arguments.of(SoapFault.receiver("no", new QName(Namespaces.WSE, "UnableToRenew")), 500, WSA_FAULT),
                Arguments.of(SoapFault.sender("é & <ü>"), 400, Namespaces.WSA + "/soap/fault"),
                Arguments.of(
                        SoapFault.sender("x", new QName("urn:own", "Sub")).withDetail("<a xmlns='urn:a'/><b/>"),
                        400,
                        Namespaces.WSA + "/soap/fault"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void hasStatusAndActionAndComesBackAsItWas(SoapFault fault, int status, String action) throws Exception {
        assertThat(fault.httpStatus()).isEqualTo(status);
        Envelope envelope = reader.readWhole(fault.toEnvelope("urn:m", Optional.of("urn:request")));
        assertThat(envelope.action()).contains(action);
        assertThat(envelope.messageId()).contains("urn:m");
        assertThat(envelope.relatesTo()).contains("urn:request");
        assertThat(SoapFault.isFault(envelope)).isTrue();
        SoapFault read = SoapFault.read(envelope);
        assertThat(read.code()).isEqualTo(fault.code());
        assertThat(read.subcodes()).isEqualTo(fault.subcodes());
        assertThat(read.reason()).isEqualTo(fault.reason());
        assertThat(read.headerBlocks()).hasSameSizeAs(fault.headerBlocks());
        assertThat(read.detail().isPresent()).isEqualTo(fault.detail().isPresent());
    }

    @Test
    void namesTheHeadersThatAreNotUnderstood() throws Exception {
        QName header = new QName("urn:h", "a");
        SoapFault fault = SoapFault.mustUnderstand(List.of(header));
        SoapFault read = SoapFault.read(reader.readWhole(fault.toEnvelope("urn:m", Optional.empty())));
        try (XmlReader block = XmlReader.ofFragment(read.headerBlocks().get(0))) {
            assertThat(block.name()).isEqualTo(new QName(Namespaces.S12, "NotUnderstood"));
            assertThat(block.resolve(block.attribute("qname").orElseThrow())).isEqualTo(header);
        }
    }

    @Test
    void offersTheVersionThatIsUnderstood() throws Exception {
        try (XmlReader upgrade =
                XmlReader.ofFragment(SoapFault.versionMismatch().headerBlocks().get(0))) {
            assertThat(upgrade.name()).isEqualTo(new QName(Namespaces.S12, "Upgrade"));
            assertThat(upgrade.nextChild()).isTrue();
            assertThat(upgrade.resolve(upgrade.attribute("qname").orElseThrow()))
                    .isEqualTo(new QName(Namespaces.S12, "Envelope"));
        }
    }

    @Test
    void ofANonAnonymousReplyEndpointNestsItsSubcodes() throws Exception {
        SoapFault fault = SoapFault.onlyAnonymousAddressSupported(Wsa.REPLY_TO);
        assertThat(fault.subcodes())
                .containsExactly(Wsa.name("InvalidAddressingHeader"), Wsa.name("OnlyAnonymousAddressSupported"));
        try (XmlReader detail = XmlReader.ofFragment(fault.detail().orElseThrow())) {
            assertThat(detail.name()).isEqualTo(Wsa.name("ProblemHeaderQName"));
            assertThat(detail.qnames()).containsExactly(Wsa.REPLY_TO);
        }
    }

    @Test
    void ofAMalformedEnvelopeDependsOnWhatIsWrong() {
        assertThat(SoapFault.of(new MalformedEnvelopeException(Reason.WRONG_ENVELOPE_VERSION, "old")))
                .isEqualTo(SoapFault.versionMismatch());
        assertThat(SoapFault.of(new MalformedEnvelopeException(Reason.DUPLICATE_HEADER, "two", Wsa.TO)))
                .isEqualTo(SoapFault.invalidAddressingHeader("InvalidCardinality", Wsa.TO));
        assertThat(SoapFault.of(new MalformedEnvelopeException(Reason.MISSING_ADDRESS, "none", Wsa.FROM)))
                .isEqualTo(SoapFault.invalidAddressingHeader("MissingAddressInEPR", Wsa.FROM));
        assertThat(SoapFault.of(new MalformedEnvelopeException(Reason.NOT_XML, "bad\u0000\uFFFE")))
                .isEqualTo(SoapFault.sender("bad?"));
    }

    @Test
    void isReadFromOtherStacks() throws Exception {
        SoapFault fault = SoapFault.read(reader.readWhole(Golden.bytes("soap/fault-of-another-stack.xml")));
        assertThat(fault.code()).isEqualTo(SoapFault.Code.SENDER);
        assertThat(fault.subcodes()).containsExactly(new QName(Namespaces.WSE, "InvalidMessage"));
        assertThat(fault.reason()).isEqualTo("Die Nachricht ist ungültig.");
        assertThat(fault.detail()).isEmpty();
    }

    @Test
    void withTooManySubcodesOrNoCodeIsRefused() throws Exception {
        String deep = "<s:Subcode><s:Value>x:a</s:Value>".repeat(9) + "</s:Subcode>".repeat(9);
        String code = "<s:Code><s:Value>s:Sender</s:Value>";
        assertThatThrownBy(() -> read("<s:Fault>" + code + deep + "</s:Code></s:Fault>"))
                .hasMessageContaining("more than 8 subcodes");
        assertThatThrownBy(() -> read("<s:Fault/>")).hasMessage("Fault: has no Code");
        assertThatThrownBy(() -> read("<s:Fault><s:Code/></s:Fault>")).hasMessageContaining("has no Value");
        assertThatThrownBy(() -> read("<s:Fault><s:Code><s:Value>x:Sender</s:Value></s:Code></s:Fault>"))
                .hasMessageContaining("a code of SOAP 1.2");
        assertThatThrownBy(() ->
                        SoapFault.sender("r", Collections.nCopies(9, Wsa.TO).toArray(QName[]::new)))
                .hasMessage("fault subcodes: 9 (expected: <= 8)");
    }

    private SoapFault read(String fault) throws MalformedEnvelopeException {
        return SoapFault.read(reader.readWhole(EnvelopeReaderTest.envelope("", fault)));
    }
}
