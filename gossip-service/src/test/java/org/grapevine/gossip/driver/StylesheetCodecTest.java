package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StylesheetCodecTest {

    private static final StylesheetText SIGNED = new StylesheetText(
            "<xsl:stylesheet €/>".getBytes(UTF_8), Optional.of(new byte[] {0, -1, 7}), Optional.of("grid-authority"));

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(StylesheetCodec.MOST_ENVELOPE_BYTES));

    private Envelope answer(byte[] body) throws Exception {
        return reader.readWhole(EnvelopeWriter.forAction(StylesheetCodec.RESPONSE_ACTION)
                .body(body)
                .toBytes());
    }

    private Envelope header(byte[] block) throws Exception {
        return reader.readWhole(EnvelopeWriter.forAction("urn:x").header(block).toBytes());
    }

    @Test
    void aTextComesBackAsItWasWritten() throws Exception {
        byte[] largest = new byte[StylesheetText.MOST_BYTES];
        new Random(1).nextBytes(largest);
        for (StylesheetText text : new StylesheetText[] {SIGNED, StylesheetText.unsigned(largest)}) {
            assertThat(StylesheetCodec.answered(answer(StylesheetCodec.element(text))))
                    .isEqualTo(text);
            assertThat(StylesheetCodec.header(header(StylesheetCodec.element(text))))
                    .contains(text);
        }
        assertThat(StylesheetCodec.header(answer(new byte[0]))).isEmpty();
    }

    @Test
    void base64MayHaveLines() throws Exception {
        String lines = Base64.getMimeEncoder(8, new byte[] {'\n'}).encodeToString(SIGNED.text());
        String block = "<g:Stylesheet xmlns:g='" + Gossip1.NAMESPACE + "'>\n" + lines + "\n</g:Stylesheet>";

        assertThat(StylesheetCodec.header(header(block.getBytes(UTF_8)))
                        .orElseThrow()
                        .uri())
                .isEqualTo(SIGNED.uri());
    }

    @Test
    void aRequestNamesTheHash() throws Exception {
        Envelope request = reader.readWhole(StylesheetCodec.request(SIGNED.uri(), "http://127.0.0.1/x", "urn:uuid:1"));

        assertThat(StylesheetCodec.isRequest(request)).isTrue();
        assertThat(StylesheetCodec.requested(request)).isEqualTo(SIGNED.uri());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<g:GetStylesheet/> | g:GetStylesheet hash: absent (expected: urn:sha256:<64 hex digits>)",
                "<g:GetStylesheet hash='urn:sha256:12'/> | g:GetStylesheet hash: urn:sha256:12 (expected:",
                "<g:Stylesheet/> | g:GetStylesheet: "
            })
    void aRequestForNothingIsRefused(String body, String message) throws Exception {
        Envelope request = answer(named(body));

        assertThatThrownBy(() -> StylesheetCodec.requested(request))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageStartingWith(message);
    }

    private static byte[] named(String element) {
        return element.replaceFirst("(<g:[A-Za-z]+)", "$1 xmlns:g='" + Gossip1.NAMESPACE + "'")
                .getBytes(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<g:Stylesheet/> | g:Stylesheet stylesheet: 0 bytes (expected: 1..65536)",
                "<g:Stylesheet>%</g:Stylesheet> | g:Stylesheet text: not base64 (expected: base64)",
                "<g:Stylesheet signature='AA=='>AA==</g:Stylesheet> | g:Stylesheet key: absent (expected: a signature and the key that made it, or neither)",
                "<g:Stylesheet signature='%' key='k'>AA==</g:Stylesheet> | g:Stylesheet signature: not base64 (expected: base64)",
                "<g:Stylesheet key='k'>AA==</g:Stylesheet> | g:Stylesheet key: without a signature"
            })
    void whatIsNoTextIsRefused(String element, String message) throws Exception {
        Envelope answer = answer(named(element));
        Envelope header = header(named(element));

        assertThatThrownBy(() -> StylesheetCodec.answered(answer))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageStartingWith(message);
        assertThatThrownBy(() -> StylesheetCodec.header(header))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aTextBeyondTheLimitIsRefused() throws Exception {
        byte[] body = named("<g:Stylesheet>"
                + Base64.getEncoder().encodeToString(new byte[StylesheetText.MOST_BYTES + 1]) + "</g:Stylesheet>");
        Envelope answer = answer(body);

        assertThatThrownBy(() -> StylesheetCodec.answered(answer))
                .hasMessage("g:Stylesheet stylesheet: 65537 bytes (expected: 1..65536)");
    }

    @Test
    void flippedBytesNeverDoMoreThanBeRefused() {
        Random random = new Random(5);
        int read = 0;
        for (int run = 0; run < 5_000; run++) {
            byte[] bytes = EnvelopeWriter.forAction(StylesheetCodec.RESPONSE_ACTION)
                    .body(StylesheetCodec.element(SIGNED))
                    .toBytes();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                StylesheetCodec.answered(reader.readWhole(bytes));
                read++;
            } catch (MalformedEnvelopeException | MalformedGossipException e) {
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
        assertThat(read).isPositive();
    }
}
