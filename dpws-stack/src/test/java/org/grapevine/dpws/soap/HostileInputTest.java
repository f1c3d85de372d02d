package org.grapevine.dpws.soap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileInputTest {

    private static final String OPEN =
            "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:w='" + Namespaces.WSA + "' xmlns:x='urn:x'>";
    private static final String MESSAGE =
            OPEN + "<s:Header><w:Action>urn:a</w:Action></s:Header><s:Body><x:p/></s:Body></s:Envelope>";

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    private void assertRefused(byte[] bytes, Reason reason) {
        assertThatThrownBy(() -> reader.readWhole(bytes))
                .isInstanceOfSatisfying(MalformedEnvelopeException.class, e -> {
                    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
                    assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n");
                    assertThat(e.getStackTrace()).isEmpty();
                });
    }

    static Stream<Arguments> attacks() {
        String entities =
                "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>";
        String manyAttributes = many(" x:a%d='1'", 100);
        String manyNamespaces = many(" xmlns:n%d='urn:n'", 500);
        return Stream.of(
                Arguments.of("billion laughs", entities + withHeader("<x:a>&c;</x:a>"), Reason.DTD),
                Arguments.of(
                        "quadratic entity",
                        "<!DOCTYPE a [<!ENTITY a '" + "a".repeat(9_000) + "'>]>"
                                + withHeader("<x:a>" + "&a;".repeat(900) + "</x:a>"),
                        Reason.DTD),
                Arguments.of(
                        "external entity",
                        "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" + withHeader("<x:a>&f;</x:a>"),
                        Reason.DTD),
                Arguments.of("external DTD", "<!DOCTYPE a SYSTEM 'http://x.test/a.dtd'>" + MESSAGE, Reason.DTD),
                Arguments.of(
                        "parameter entity",
                        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///p'> %p;]>" + MESSAGE,
                        Reason.DTD),
                Arguments.of("DTD without use", "<!DOCTYPE a>" + MESSAGE, Reason.DTD),
                Arguments.of("depth", withHeader("<x:a>".repeat(40) + "</x:a>".repeat(40)), Reason.LIMIT),
                Arguments.of("attributes", withHeader("<x:a" + manyAttributes + "/>"), Reason.LIMIT),
                Arguments.of("namespaces", withHeader("<x:a" + manyNamespaces + "/>"), Reason.LIMIT),
                Arguments.of("long attribute", withHeader("<x:a v='" + "v".repeat(5_000) + "'/>"), Reason.LIMIT),
                Arguments.of("children", withHeader("<x:a>" + "<b/>".repeat(2_000) + "</x:a>"), Reason.LIMIT),
                Arguments.of("long text", withHeader("<x:a>" + "t".repeat(60_000) + "</x:a>"), Reason.TOO_LARGE),
                Arguments.of("long comment", withHeader("<!--" + "t".repeat(60_000) + "-->"), Reason.TOO_LARGE),
                Arguments.of("long name", withHeader("<x:" + "n".repeat(60_000) + "/>"), Reason.TOO_LARGE),
                Arguments.of("processing instruction", withHeader("<?run me?>"), Reason.PROCESSING_INSTRUCTION),
                Arguments.of(
                        "stylesheet before the root",
                        "<?xml-stylesheet href='http://x.test/'?>" + MESSAGE,
                        Reason.PROCESSING_INSTRUCTION),
                Arguments.of("instruction behind the root", MESSAGE + "<?run me?>", Reason.PROCESSING_INSTRUCTION),
                Arguments.of("trailing junk", MESSAGE + "junk", Reason.NOT_XML),
                Arguments.of("two roots", MESSAGE + MESSAGE, Reason.NOT_XML),
                Arguments.of("NUL reference", withHeader("<x:a>&#0;</x:a>"), Reason.NOT_XML),
                Arguments.of("undeclared entity", withHeader("<x:a>&nbsp;</x:a>"), Reason.NOT_XML),
                Arguments.of("undeclared prefix", withHeader("<y:a/>"), Reason.NOT_XML),
                Arguments.of("attribute twice", withHeader("<x:a b='1' b='2'/>"), Reason.NOT_XML),
                Arguments.of("XML 1.1", "<?xml version='1.1'?>" + MESSAGE, Reason.NOT_XML),
                Arguments.of(
                        "declared Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?>" + MESSAGE, Reason.NOT_UTF8),
                Arguments.of(
                        "declared UTF-16", "<?xml version='1.0' encoding = \"UTF-16\" ?>" + MESSAGE, Reason.NOT_UTF8),
                Arguments.of("declared nonsense", "<?xml version='1.0' encoding='x", Reason.NOT_XML),
                Arguments.of("unquoted encoding", "<?xml version='1.0' encoding=UTF-8?>" + MESSAGE, Reason.NOT_UTF8),
                Arguments.of(
                        "NUL in the declaration", "<?xml version='1.0'\0encoding='UTF-8'?>" + MESSAGE, Reason.NOT_XML),
                Arguments.of(
                        "a declared encoding behind NUL",
                        "<?xml\0version='1.0' encoding='ISO-8859-1'?>" + MESSAGE,
                        Reason.NOT_XML),
                Arguments.of("nothing", "", Reason.NOT_XML),
                Arguments.of("white space", " \r\n", Reason.NOT_XML),
                Arguments.of("JSON", "{\"a\": 1}", Reason.NOT_XML),
                Arguments.of("only a comment", "<!-- -->", Reason.NOT_XML),
                Arguments.of(
                        "SOAP 1.1",
                        MESSAGE.replace(Namespaces.S12, "http://schemas.xmlsoap.org/soap/envelope/"),
                        Reason.WRONG_ENVELOPE_VERSION),
                Arguments.of("no namespace", "<Envelope><Body/></Envelope>", Reason.WRONG_ENVELOPE_VERSION),
                Arguments.of("another root", "<html/>", Reason.WRONG_ENVELOPE_VERSION),
                Arguments.of("no Body", OPEN + "<s:Header/></s:Envelope>", Reason.NO_BODY),
                Arguments.of("empty Envelope", OPEN + "</s:Envelope>", Reason.NO_BODY),
                Arguments.of(
                        "two Headers",
                        OPEN + "<s:Header/><s:Header/><s:Body/></s:Envelope>",
                        Reason.UNEXPECTED_CONTENT),
                Arguments.of(
                        "something behind the Body", OPEN + "<s:Body/><x:a/></s:Envelope>", Reason.UNEXPECTED_CONTENT),
                Arguments.of("text in the Envelope", OPEN + "text<s:Body/></s:Envelope>", Reason.UNEXPECTED_CONTENT),
                Arguments.of("an element in Action", withHeader("<w:To><x:a/></w:To>"), Reason.UNEXPECTED_CONTENT),
                Arguments.of("two Tos", withHeader("<w:To>a</w:To><w:To>a</w:To>"), Reason.DUPLICATE_HEADER),
                Arguments.of("two Actions", withHeader("<w:Action>a</w:Action>"), Reason.DUPLICATE_HEADER),
                Arguments.of(
                        "two MessageIDs",
                        withHeader("<w:MessageID>a</w:MessageID><w:MessageID/>"),
                        Reason.DUPLICATE_HEADER),
                Arguments.of("ReplyTo without address", withHeader("<w:ReplyTo/>"), Reason.MISSING_ADDRESS),
                Arguments.of(
                        "From with empty address",
                        withHeader("<w:From><w:Address> </w:Address></w:From>"),
                        Reason.MISSING_ADDRESS),
                Arguments.of("unclosed body", MESSAGE.replace("</s:Body></s:Envelope>", ""), Reason.NOT_XML));
    }

    private static String withHeader(String block) {
        return MESSAGE.replace("</s:Header>", block + "</s:Header>");
    }

    private static String many(String pattern, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(pattern.replace("%d", Integer.toString(i)));
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void isRefusedForTheRightReason(String name, String xml, Reason reason) {
        assertRefused(xml.getBytes(UTF_8), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "IBM037"})
    void inAnotherEncodingIsRefused(String charset) {
        byte[] bytes = ("<?xml version='1.0'?>" + MESSAGE).getBytes(Charset.forName(charset));
        assertThatThrownBy(() -> reader.readWhole(bytes))
                .isInstanceOfSatisfying(MalformedEnvelopeException.class, e -> assertThat(e.reason())
                        .isIn(Reason.NOT_UTF8, Reason.NOT_XML));
    }

    @Test
    void withBytesThatAreNotUtf8IsRefused() {
        for (byte[] bad :
                new byte[][] {{(byte) 0xC3, 'a'}, {(byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xFF}
                }) {
            byte[] bytes = withHeader("<x:a>????</x:a>").getBytes(UTF_8);
            int at = new String(bytes, UTF_8).indexOf("????");
            System.arraycopy(bad, 0, bytes, at, bad.length);
            assertThatThrownBy(() -> reader.index(bytes)).isInstanceOf(MalformedEnvelopeException.class);
        }
    }

    /** What was read may be repeated in an answer, so whatever passes the reader has to pass the writer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "&#1;",
                "&#xFFFE;",
                "&#xFFFF;",
                "&#xD800;",
                "\uFFFE",
                "\uFFFF",
                "\u0001",
                "\u0085",
                "&#x85;",
                "&#x10FFFF;",
                "&#x110000;",
                "\u2028"
            })
    void neverBecomesAnAnswerThatCannotBeWritten(String character) {
        byte[] bytes =
                withHeader("<w:MessageID>urn:" + character + "</w:MessageID>").getBytes(UTF_8);
        Envelope envelope;
        try {
            envelope = reader.index(bytes);
        } catch (MalformedEnvelopeException e) {
            assertThat(SoapFault.of(e).toEnvelope("urn:1", Optional.empty())).isNotEmpty();
            return;
        }
        assertThat(SoapFault.receiver("r").toEnvelope("urn:1", envelope.messageId()))
                .isNotEmpty();
    }

    @Test
    void cannotWriteLinesIntoALog() throws Exception {
        MalformedEnvelopeException problem = new MalformedEnvelopeException(
                Reason.INVALID_VALUE, "value: 'a\nINFO all is well\u0085'" + "x".repeat(500));
        assertThat(problem)
                .hasMessageStartingWith("value: 'a?INFO all is well?'x")
                .hasMessageEndingWith("x...");
        assertThat(problem.getMessage()).hasSize(259);
        Envelope envelope =
                reader.index(withHeader("<w:MessageID>a\nb</w:MessageID>").getBytes(UTF_8));
        assertThat(envelope.toString()).isEqualTo("Envelope[" + envelope.length() + " bytes, urn:a, a?b]");
    }

    @Nested
    class TheSize {

        @Test
        void isCheckedBeforeAnythingIsParsed() {
            byte[] garbage = new byte[4_097];
            EnvelopeReader udp = new EnvelopeReader(EnvelopeLimits.udp());
            assertThatThrownBy(() -> udp.index(garbage))
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessage("envelope: 4097 octets (expected: <= 4096)");
        }

        @Test
        void ofTheLimitIsAccepted() throws Exception {
            byte[] largest = withHeader(
                            "<x:a>" + "a".repeat(EnvelopeLimits.MAX_ENVELOPE_SIZE - MESSAGE.length() - 11) + "</x:a>")
                    .getBytes(UTF_8);
            assertThat(largest).hasSize(EnvelopeLimits.MAX_ENVELOPE_SIZE);
            assertThat(reader.readWhole(largest).action()).contains("urn:a");
        }

        @Test
        void canBeSetForDatagramsUpToThatOfHttp() {
            assertThat(EnvelopeLimits.udp(32_767).maxBytes()).isEqualTo(32_767);
            assertThatThrownBy(() -> EnvelopeLimits.udp(32_768))
                    .hasMessage("UDP envelope limit: 32768 (expected: 1..32767)");
            assertThatThrownBy(() -> EnvelopeLimits.http(0))
                    .hasMessage("HTTP envelope limit: 0 (expected: 1..16777216)");
        }
    }

    @Nested
    class ADamagedEnvelope {

        @ParameterizedTest
        @ValueSource(strings = {"prefixes-of-wsdapi.xml", "everything-spread-out.xml", "one-line.xml"})
        void isRefusedAtEveryLength(String name) throws Exception {
            byte[] bytes = Golden.bytes("soap/" + name);
            int rootEnd = new String(bytes, UTF_8).lastIndexOf("Envelope>") + "Envelope>".length();
            int end = new String(bytes, UTF_8).substring(0, rootEnd).getBytes(UTF_8).length;
            for (int length = 0; length < end; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> reader.readWhole(cut))
                        .as("length %d", length)
                        .isInstanceOf(MalformedEnvelopeException.class);
            }
        }

        @Test
        void isEitherReadOrRefusedAndNothingElse() throws Exception {
            byte[] golden = Golden.bytes("soap/everything-spread-out.xml");
            int read = 0;
            for (int seed = 0; seed < 20_000; seed++) {
                Random random = new Random(seed);
                byte[] bytes = golden.clone();
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    int at = random.nextInt(bytes.length);
                    bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(' ', 127));
                }
                try {
                    Envelope envelope = seed % 2 == 0 ? reader.readWhole(bytes) : reader.index(bytes);
                    read++;
                    assertSplices(envelope);
                } catch (MalformedEnvelopeException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
            assertThat(read).isBetween(1_000, 19_000);
        }

        private void assertSplices(Envelope envelope) throws MalformedEnvelopeException {
            EnvelopeSplice splice = new EnvelopeSplice(envelope, Set.of(Wsa.TO));
            Envelope copy = reader.index(
                    splice.with("<w:To xmlns:w='http://www.w3.org/2005/08/addressing'>urn:t</w:To>".getBytes(UTF_8)));
            assertThat(copy.to()).contains("urn:t");
            assertThat(copy.bodyName()).isEqualTo(envelope.bodyName());
        }
    }
}
