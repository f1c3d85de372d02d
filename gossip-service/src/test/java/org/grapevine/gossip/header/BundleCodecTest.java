package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCodecTest {

    private static final String TO = "soap.udp://127.0.0.1:4000" + BundleCodec.PATH;
    private static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.udp());

    private static byte[] part(String action) {
        return EnvelopeWriter.forAction(action)
                .body("<n:x xmlns:n=\"urn:x\">ü</n:x>".getBytes(UTF_8))
                .toBytes();
    }

    private static byte[] bundle(List<byte[]> parts) {
        int[] sizes = parts.stream().mapToInt(part -> part.length).toArray();
        int size = BundleCodec.headSize(TO, sizes.length) + IntStream.of(sizes).sum() + BundleCodec.tailSize();
        ByteBuffer out = ByteBuffer.allocate(size);
        BundleCodec.writeHead(out, TO, sizes, sizes.length);
        assertThat(out.position()).isEqualTo(BundleCodec.headSize(TO, sizes.length));
        parts.forEach(out::put);
        BundleCodec.writeTail(out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }

    private static int[] offsets(String bundle) throws Exception {
        return BundleCodec.offsets(READER.index(bundle.getBytes(UTF_8)));
    }

    @Test
    void partsComeOutWhereTheyStand() throws Exception {
        List<byte[]> parts = List.of(part("urn:a"), part("urn:bb"), part("urn:ccc"));
        byte[] bytes = bundle(parts);

        Envelope bundle = READER.index(bytes);
        int[] offsets = BundleCodec.offsets(bundle);

        assertThat(BundleCodec.isBundle(bundle)).isTrue();
        assertThat(bundle.to()).contains(TO);
        assertThat(offsets).hasSize(4);
        for (int i = 0; i < 3; i++) {
            assertThat(Arrays.copyOfRange(bytes, offsets[i], offsets[i + 1])).isEqualTo(parts.get(i));
            Envelope part = READER.index(bytes, offsets[i], offsets[i + 1] - offsets[i]);
            assertThat(part.bytes()).as("shared").isSameAs(bytes);
            assertThat(part.bodyElement()).asString(UTF_8).contains(">ü</n:x>");
        }
    }

    @Test
    void aBundleAsItIsWrittenHereNeedsNotBeReadAsAnEnvelope() throws Exception {
        byte[] bytes = bundle(List.of(part("urn:a"), part("urn:bb")));
        int[] expected = BundleCodec.offsets(READER.index(bytes));

        assertThat(BundleCodec.offsets(bytes, 0, bytes.length)).hasValue(expected);

        String text = new String(bytes, UTF_8);
        List<String> others = List.of(
                text.replace("/gossip/bundle", "/gossip/basket"),
                text.replaceFirst("sizes=\"0", "sizes=\"1"),
                text.replace("<g:Bundle>", "<g:Bundle >"),
                text.replace(":Bundle</wsa:Action>", ":Bottle</wsa:Action>"),
                text + " ",
                text.substring(0, text.length() - 1),
                text.substring(0, 200),
                "<");
        for (String other : others) {
            byte[] changed = other.getBytes(UTF_8);
            assertThat(BundleCodec.offsets(changed, 0, changed.length))
                    .as(other)
                    .isEmpty();
        }
    }

    @Test
    void aBundleIsOneWellFormedEnvelope() throws Exception {
        byte[] bytes = bundle(List.of(part("urn:a"), part("urn:b")));

        assertThat(READER.readWhole(bytes).bodyName()).contains(Gossip1.name("Bundle"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "00000",
                "99999",
                "00010 ",
                "00010  00010",
                "-0010",
                "000010",
                "0x10",
                "10,10",
                "10 99999"
            })
    void sizesThatLeadNowhereAreRefused(String sizes) {
        String bundle = new String(bundle(List.of(part("urn:a"))), UTF_8);

        assertThatThrownBy(() -> offsets(bundle.replaceFirst("sizes=\"[0-9 ]*\"", "sizes=\"" + sizes + "\"")))
                .isInstanceOf(MalformedGossipException.class)
                .hasMessage(
                        "g:Parts sizes: " + sizes + " (expected: 1..64 sizes in octets, parted by a space each, that"
                                + " the Bundle has room for)");
    }

    @Test
    void aBundleWithoutItsPartsIsRefused() {
        String bundle = new String(bundle(List.of(part("urn:a"))), UTF_8);

        assertThatThrownBy(() -> offsets(bundle.replaceFirst("<g:Parts[^>]*>", "")))
                .hasMessageStartingWith("g:Parts sizes: absent (expected: ");
        assertThatThrownBy(() -> offsets(bundle.replace("g:Bundle>", "g:Bottle>")))
                .hasMessage("Body: {" + Gossip1.NAMESPACE + "}Bottle (expected: g:Bundle)");
    }

    @Test
    void moreThan64PartsAreRefused() {
        String sizes = "1 ".repeat(64) + "1";
        String bundle = new String(bundle(List.of(part("urn:a"))), UTF_8);

        assertThatThrownBy(() -> offsets(bundle.replaceFirst("sizes=\"[0-9 ]*\"", "sizes=\"" + sizes + "\"")))
                .hasMessageStartingWith("g:Parts sizes: 1 1 ");
    }

    @Test
    void anEnvelopeWithAnXmlDeclarationGoesWithoutIt() {
        assertThat(start("<s:Envelope/>")).isZero();
        assertThat(start("<?xml version='1.0' encoding='utf-8'?>\n<s:Envelope/>"))
                .isEqualTo(39);
        assertThat(start("<?xml version='1.0'?><!-- hm --><s:Envelope/>")).isEqualTo(-1);
        assertThat(start("<!-- hm --><s:Envelope/>")).isEqualTo(-1);
        assertThat(start("<?xml version='1.0'")).isEqualTo(-1);
        assertThat(start("")).isEqualTo(-1);
        assertThat(start("\uFEFF<s:Envelope/>")).isEqualTo(-1);
    }

    private static int start(String envelope) {
        return BundleCodec.partStart(envelope.getBytes(UTF_8));
    }
}
