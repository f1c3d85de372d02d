package org.grapevine.dpws.soap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes with attachments: MTOM as DPWS 1.1 restricts it (R0022, R0036 to R0039), from friends and from strangers. */
class MimePackageTest {

    private static final String TYPE =
            "multipart/related; boundary=b; type=\"application/xop+xml\"; start=\"<r>\"; start-info=\"application/soap+xml\"";
    private static final String ROOT_HEAD = head(
            "Content-Type: application/xop+xml; charset=utf-8; type=\"application/soap+xml\"",
            "Content-Transfer-Encoding: binary",
            "Content-ID: <r>");
    private static final String PART_HEAD =
            head("Content-Type: image/png", "Content-Transfer-Encoding: binary", "Content-ID: <p1@x>");
    private static final String INCLUDE =
            "<x:Include xmlns:x='http://www.w3.org/2004/08/xop/include' href='cid:p1@x'/>";

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());

    private static String head(String... fields) {
        return String.join("\r\n", fields) + "\r\n\r\n";
    }

    private static String envelope(String body) {
        return "<s:Envelope xmlns:s='" + Namespaces.S12 + "'><s:Header/><s:Body><p>" + body
                + "</p></s:Body></s:Envelope>";
    }

    private static String message(String root, String... parts) {
        StringBuilder text = new StringBuilder("--b\r\n").append(root);
        for (String part : parts) {
            text.append("\r\n--b\r\n").append(part);
        }
        return text.append("\r\n--b--\r\n").toString();
    }

    private static String valid() {
        return message(ROOT_HEAD + envelope(INCLUDE), PART_HEAD + "picture");
    }

    private Envelope read(String type, String message) throws MalformedEnvelopeException {
        return reader.readMessage(type, message.getBytes(ISO_8859_1));
    }

    private void assertRefused(String type, String message, String because) {
        MalformedEnvelopeException refused =
                catchThrowableOfType(MalformedEnvelopeException.class, () -> read(type, message));
        assertThat(refused).as(message).isNotNull();
        assertThat(refused).hasMessageContaining(because);
        assertThat(SoapFault.of(refused).code()).isEqualTo(SoapFault.Code.SENDER);
    }

    @Nested
    class Packed {

        @Test
        void isWhatDpwsAsksForAndCanBeReadBack() throws Exception {
            byte[] content = new byte[10_000];
            new Random(1).nextBytes(content);
            Attachment picture = Attachment.of("picture 1".replace(' ', '+') + "%@x", "image/png", content);
            Attachment empty = Attachment.of("empty", "text/plain; charset=utf-8", new byte[0]);
            byte[] envelope = envelope(picture.include() + empty.include()).getBytes(UTF_8);

            MimePackage packed = MimePackage.of(envelope, List.of(picture, empty), "urn:uuid:1-2-3");

            assertThat(packed.contentType())
                    .isEqualTo("multipart/related; type=\"application/xop+xml\"; boundary=\"part-urn-uuid-1-2-3\";"
                            + " start=\"<envelope.part-urn-uuid-1-2-3@grapevine.invalid>\";"
                            + " start-info=\"application/soap+xml\"");
            String wire = new String(packed.bytes(), ISO_8859_1);
            assertThat(wire)
                    .as("R0039: the envelope is first")
                    .startsWith("--part-urn-uuid-1-2-3\r\nContent-Type: application/xop+xml; charset=utf-8;"
                            + " type=\"application/soap+xml\"\r\nContent-Transfer-Encoding: binary\r\n");
            assertThat(wire.split("Content-Transfer-Encoding: binary", -1))
                    .as("R0037: binary in every part")
                    .hasSize(4);
            Envelope back = reader.readMessage(packed.contentType(), packed.bytes());
            assertThat(back.attachments()).hasSize(2);
            assertThat(back.attachments().get(0).contentId()).isEqualTo(picture.contentId());
            assertThat(back.attachments().get(0).contentType()).isEqualTo("image/png");
            assertThat(back.attachments().get(0).toBytes()).isEqualTo(content);
            assertThat(back.attachments().get(1).length()).isZero();
            assertThat(Arrays.copyOfRange(back.bytes(), back.offset(), back.offset() + back.length()))
                    .isEqualTo(envelope);
        }

        @Test
        void hasOnlySoManyAttachmentsAndEachOnce() {
            Attachment one = Attachment.of("a", "text/plain", new byte[1]);
            assertThatThrownBy(() -> MimePackage.of(new byte[0], List.of(one, one), "x"))
                    .hasMessage("attachment: a stands twice (expected: ids of their own)");
            assertThatThrownBy(() -> MimePackage.of(new byte[0], Collections.nCopies(65, one), "x"))
                    .hasMessage("attachments: 65 (expected: <= 64)");
            Attachment large = Attachment.of("l", "text/plain", new byte[MimePackage.MAX_BYTES]);
            assertThatThrownBy(() -> MimePackage.of(new byte[1], List.of(large), "x"))
                    .hasMessage("message with attachments: 16777217 octets (expected: <= 16777216)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a b", "<a>", "a\r\nX: y", "\u00e4"})
        void hasNoContentIdThatIsNone(String id) {
            assertThatThrownBy(() -> Attachment.of(id, "text/plain", new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("content id: '" + id + "' (expected: ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "text", "text/", "text/plain\r\nX: y", "text/plain; a=b\r\nX: y"})
        void hasNoContentTypeThatIsNone(String type) {
            assertThatThrownBy(() -> Attachment.of("a", type, new byte[0]))
                    .hasMessageStartingWith("content type: '" + type + "' (expected: a media type)");
        }
    }

    @Nested
    class Read {

        @Test
        void isAnEnvelopeWithItsAttachments() throws Exception {
            Envelope envelope = read(TYPE, valid());
            assertThat(envelope.bodyName()).isPresent();
            assertThat(envelope.attachments()).singleElement().satisfies(part -> {
                assertThat(part.contentId()).isEqualTo("p1@x");
                assertThat(part.toBytes()).isEqualTo("picture".getBytes(UTF_8));
                assertThat(part.open().readAllBytes()).isEqualTo(part.toBytes());
            });
        }

        @Test
        void isAnEnvelopeAloneWhenItIsNoPackage() throws Exception {
            assertThat(read("application/soap+xml", envelope("x")).attachments())
                    .isEmpty();
        }

        /** Be generous in what is read. */
        @Test
        void mayHaveAPreambleAnEpilogueFoldedHeadsAndUnusualNames() throws Exception {
            String usual = valid();
            for (String message : List.of(
                    "\r\n" + usual,
                    "This is MIME.\r\n\r\n" + usual,
                    usual + "epilogue",
                    usual.replace("--b\r\n", "--b \t\r\n"),
                    usual.replace("xml; charset", "xml;\r\n\tcharset"),
                    usual.replace("Content-Transfer-Encoding: binary", "CONTENT-TRANSFER-ENCODING:Binary"),
                    usual.replace("Content-Transfer-Encoding: binary\r\n", ""),
                    usual.replace("<p1@x>", "p1@x"),
                    usual.replace("cid:p1@x", "cid:p1%40x"),
                    usual.replace("picture", "\r\n--bb\r\n--b-\r\n--bpicture"))) {
                assertThat(read(TYPE, message).attachments()).as(message).hasSize(1);
            }
            for (String type : List.of(
                    TYPE.replace("; start=\"<r>\"", ""),
                    TYPE.replace("; start-info=\"application/soap+xml\"", ""),
                    TYPE.replace(
                            "start-info=\"application/soap+xml\"",
                            "start-info=\"application/soap+xml; action=\\\"a\\\"\""),
                    TYPE.replace("multipart/related", "Multipart/Related"),
                    TYPE.replace("boundary=b", "BOUNDARY=\"b\""))) {
                assertThat(read(type, valid()).attachments()).as(type).hasSize(1);
            }
        }

        @Test
        void mayHoldAnyBytesInAPart() throws Exception {
            byte[] all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i;
            }
            String content = new String(all, ISO_8859_1) + "\r\n\r\n--";
            Envelope envelope = read(TYPE, message(ROOT_HEAD + envelope(INCLUDE), PART_HEAD + content));
            assertThat(envelope.attachments().get(0).toBytes()).isEqualTo(content.getBytes(ISO_8859_1));
        }
    }

    @Nested
    class Hostile {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "multipart/related; type=\"application/xop+xml\" | boundary: none or not valid",
                    "multipart/related; boundary=\"\"; type=\"application/xop+xml\" | boundary: none or not valid",
                    "multipart/related; boundary=\"b \"; type=\"application/xop+xml\" | boundary: none or not valid",
                    "multipart/related; boundary=\"b<\"; type=\"application/xop+xml\" | boundary: none or not valid",
                    "multipart/related; boundary=other; type=\"application/xop+xml\" | boundary: not found at the start",
                    "multipart/related; boundary=b | type of multipart/related: 'none'",
                    "multipart/related; boundary=b; type=\"text/xml\" | type of multipart/related: 'text/xml'",
                    "multipart/related; boundary=b; type=\"application/xop+xml\"; start-info=\"text/xml\" | start-info of",
                    "multipart/related; boundary=b; boundary=c; type=\"application/xop+xml\" | content type:",
                    "multipart/related; boundary=\"b | content type:",
                    "multipart/related; =b | content type:",
                    "multipart/relatedx; boundary=b | content type:",
                    "multipart/related; boundary=b; type=\"application/xop+xml\"; start=\"<nobody>\" | first part: 'r'"
                })
        void contentTypesAreRefused(String type, String because) {
            assertRefused(type, valid(), because);
        }

        @Test
        void boundariesOfMoreThan70CharactersAreRefused() {
            String longest = "b".repeat(70);
            assertRefused(
                    TYPE.replace("boundary=b", "boundary=" + longest + "b"), valid(), "boundary: none or not valid");
            assertRefused(TYPE.replace("boundary=b", "boundary=" + longest), valid(), "boundary: not found");
        }

        @Test
        void partsAreRefused() {
            String root = ROOT_HEAD + envelope(INCLUDE);
            assertRefused(TYPE, "", "boundary: not found at the start");
            assertRefused(TYPE, "--b--\r\n", "package: has no part");
            assertRefused(TYPE, "--b\r\n" + root, "a part without its end");
            assertRefused(TYPE, "--b\r\nContent-Type: x", "no end");
            assertRefused(TYPE, "--b\r\n", "no end");
            assertRefused(TYPE, "x".repeat(1_024) + "\r\n" + valid(), "boundary: not found at the start");
            assertRefused(TYPE, message(root, "Content-Type: image/png\r\n\r\nx"), "a part without Content-ID");
            assertRefused(TYPE, message(root, PART_HEAD + "1", PART_HEAD + "2"), "Content-ID: 'p1@x' twice");
            assertRefused(TYPE, message(PART_HEAD + "x", root), "first part: 'p1@x'");
            assertRefused(
                    TYPE.replace("; start=\"<r>\"", ""),
                    message(PART_HEAD + "x", root),
                    "first part of type 'image/png'");
            assertRefused(
                    TYPE, message(root.replace("type=\"application/soap", "type=\"text/html"), PART_HEAD), "type of");
            assertRefused(
                    TYPE,
                    message(root, PART_HEAD.replace("image/png", "multipart/mixed; boundary=c") + "x"),
                    "not multipart");
            assertRefused(TYPE, message(root, PART_HEAD.replace("image/png", "image") + "x"), "part of type 'image'");
            assertRefused(TYPE, message(root, PART_HEAD.replace("<p1@x>", "<p 1>") + "x"), "Content-ID: '<p 1>'");
        }

        @ParameterizedTest
        @ValueSource(strings = {"base64", "quoted-printable", "7bit", "8bit", "x", ""})
        void encodingsOtherThanBinaryAreRefused(String encoding) {
            assertRefused(
                    TYPE,
                    valid().replace("binary\r\nContent-ID: <p1", encoding + "\r\nContent-ID: <p1"),
                    "Content-Transfer-Encoding: '" + encoding + "' (expected: binary)");
        }

        @Test
        void headsAreBounded() {
            String root = ROOT_HEAD + envelope(INCLUDE);
            assertRefused(
                    TYPE, message(root, "X-Flood: " + "x".repeat(5_000) + "\r\n" + PART_HEAD), "more than 4096 octets");
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                many.append("X-").append(i).append(": y\r\n");
            }
            assertRefused(TYPE, message(root, many + PART_HEAD), "more than 32 lines");
            assertRefused(TYPE, message(root, " folded: nothing\r\n" + PART_HEAD), "begins with a blank");
            assertRefused(TYPE, message(root, "no colon\r\n" + PART_HEAD), "'no colon' (expected: name: value)");
            assertRefused(TYPE, message(root, "X: 1\r\nX: 2\r\n" + PART_HEAD), "x twice");
        }

        @Test
        void partsAreCounted() throws Exception {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < MimePackage.MAX_ATTACHMENTS; i++) {
                parts.add(PART_HEAD.replace("p1@x", "p" + i));
            }
            String root = ROOT_HEAD + envelope("");
            assertThat(read(TYPE, message(root, parts.toArray(String[]::new))).attachments())
                    .hasSize(MimePackage.MAX_ATTACHMENTS);
            for (int i = 0; i < 5_000; i++) {
                parts.add(PART_HEAD.replace("p1@x", "q" + i));
            }
            assertThatThrownBy(() -> read(TYPE, message(root, parts.toArray(String[]::new))))
                    .isInstanceOfSatisfying(MalformedEnvelopeException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.LIMIT);
                        assertThat(e).hasMessage("package: has more than 64 attachments");
                    });
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"cid:nobody", "cid:", "", "http://127.0.0.1/secret", "file:///etc/passwd", "p1@x", "cid:%zz"
                })
        void includesOfWhatDidNotComeAreRefused(String href) {
            assertRefused(TYPE, valid().replace("cid:p1@x", href), "xop:Include of '" + href + "'");
        }

        /** One attachment of a megabyte, included a thousand times, would be a gigabyte. */
        @Test
        void includesOfTheSameTwiceAreRefused() {
            assertRefused(
                    TYPE,
                    message(ROOT_HEAD + envelope(INCLUDE + INCLUDE), PART_HEAD + "x"),
                    "xop:Include of 'cid:p1@x'");
        }

        @Test
        void envelopesAreUnderTheirOwnLimits() {
            String large = envelope("x".repeat(EnvelopeLimits.MAX_ENVELOPE_SIZE));
            assertThatThrownBy(() -> read(TYPE, message(ROOT_HEAD + large)))
                    .isInstanceOfSatisfying(MalformedEnvelopeException.class, e -> assertThat(e.reason())
                            .isEqualTo(Reason.TOO_LARGE));
            assertRefused(TYPE, message(ROOT_HEAD + "<!DOCTYPE x>" + envelope("")), "DOCTYPE");
        }

        @Test
        void packagesAreNotLargerThanTheyMayBe() {
            byte[] large = new byte[MimePackage.MAX_BYTES + 1];
            assertThatThrownBy(() -> reader.readMessage(TYPE, large))
                    .hasMessage("package: 16777217 octets (expected: <= 16777216)");
        }

        /** Whatever is cut off or flipped: an envelope or a refusal, and nothing else. */
        @Test
        void truncationsAndFlipsAreReadOrRefused() {
            byte[] whole = valid().getBytes(ISO_8859_1);
            Random random = new Random(7);
            for (int i = 0; i < 5_000; i++) {
                byte[] broken = Arrays.copyOf(whole, i < whole.length ? i : whole.length);
                for (int flips = i < whole.length ? 0 : 1 + random.nextInt(4); flips > 0; flips--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
                }
                Throwable problem = catchThrowable(() -> reader.readMessage(TYPE, broken));
                if (problem != null) {
                    assertThat(problem).isInstanceOf(MalformedEnvelopeException.class);
                    reader.remains(TYPE, broken);
                }
            }
        }
    }

    @Test
    void whatRemainsOfARefusedPackageIsReadFromItsEnvelope() {
        String root = envelope("")
                .replace(
                        "<s:Header/>",
                        "<s:Header><a:MessageID xmlns:a='" + Namespaces.WSA + "'>urn:uuid:1</a:MessageID></s:Header>");
        byte[] broken = message(ROOT_HEAD + root.replace("</p>", "")).getBytes(UTF_8);
        assertThat(reader.remains(TYPE, broken).messageId()).hasValue("urn:uuid:1");
        assertThat(reader.remains(TYPE, new byte[0]).messageId()).isEmpty();
    }
}
