package org.grapevine.dpws.soap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeSpliceTest {

    private static final QName HOP = new QName("urn:example:gossip", "Hop");
    private static final byte[] NEW_TO = ("<a:To xmlns:a='" + Namespaces.WSA + "'>urn:next</a:To>").getBytes(UTF_8);
    private static final byte[] NEW_HOP = "<a:Hop xmlns:a='urn:example:gossip' left='0004'/>".getBytes(UTF_8);

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(200_000));

    @ParameterizedTest
    @ValueSource(
            strings = {"prefixes-of-wsdapi.xml", "default-namespace.xml", "everything-spread-out.xml", "one-line.xml"})
    void exchangesBlocksInWhateverTheSenderWrote(String name) throws Exception {
        Envelope envelope = reader.readWhole(Golden.bytes("soap/" + name));
        EnvelopeSplice splice = new EnvelopeSplice(envelope, Set.of(Wsa.TO, HOP));

        Envelope copy = reader.readWhole(splice.with(NEW_HOP, NEW_TO));

        assertThat(copy.to()).contains("urn:next");
        assertThat(copy.headerBlocks()).hasSameSizeAs(envelope.headerBlocks());
        assertThat(copy.headerBlock(HOP).orElseThrow().attributes()).containsOnlyKeys(new QName("left"));
        assertThat(copy.messageId()).isEqualTo(envelope.messageId());
        assertThat(copy.action()).isEqualTo(envelope.action());
        assertThat(copy.bodyElement()).isEqualTo(envelope.bodyElement());
        assertThat(copy.headerBlocks().get(copy.headerBlocks().size() - 1).name())
                .isEqualTo(Wsa.TO);
    }

    @Test
    void leavesEveryOtherByteAsItWas() throws Exception {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            List<QName> names =
                    new ArrayList<>(List.of(Wsa.TO, Wsa.ACTION, new QName("urn:x", "Hop"), new QName("urn:x", "Hop")));
            Collections.shuffle(names, random);
            StrangeSerializer.Written written = new StrangeSerializer(random).write(names);
            Envelope envelope = reader.index(written.bytes(), written.offset(), written.length());
            byte[] without = new EnvelopeSplice(envelope, Set.of(Wsa.TO, new QName("urn:x", "Hop"))).with(NEW_TO);

            assertThat(new String(without, UTF_8)).as("seed %d", seed).isEqualTo(expected(written));
        }
    }

    private static String expected(StrangeSerializer.Written written) {
        StringBuilder text = new StringBuilder();
        int from = written.offset();
        for (StrangeSerializer.Block block : written.blocks()) {
            if (!block.name().equals(Wsa.ACTION)) {
                text.append(new String(written.bytes(), from, block.start() - from, UTF_8));
                from = block.end();
            }
        }
        text.append(new String(written.bytes(), from, written.headerEnd() - from, UTF_8));
        text.append(new String(NEW_TO, UTF_8));
        int end = written.bytes().length;
        return text.append(new String(written.bytes(), written.headerEnd(), end - written.headerEnd(), UTF_8))
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<s:Header/>",
                "<s:Header />",
                "<s:Header a='/>'/>",
                "",
                "<s:Header></s:Header>",
                "<!-- -->",
                "<e:Header xmlns:e='http://www.w3.org/2003/05/soap-envelope'/>"
            })
    void makesAHeaderWhereThereIsNone(String header) throws Exception {
        String xml = "<s:Envelope xmlns:s='" + Namespaces.S12 + "'>" + header + "<s:Body><p/></s:Body></s:Envelope>";
        Envelope envelope = reader.index(xml.getBytes(UTF_8));
        Envelope copy = reader.readWhole(new EnvelopeSplice(envelope, Set.of()).with(NEW_TO));
        assertThat(copy.to()).contains("urn:next");
        assertThat(copy.headerBlocks()).hasSize(1);
        assertThat(copy.bodyName()).contains(new QName("p"));
        Envelope again = reader.readWhole(new EnvelopeSplice(copy, Set.of(Wsa.TO)).with());
        assertThat(again.headerBlocks()).isEmpty();
    }

    @Test
    void makesAHeaderInTheDefaultNamespaceToo() throws Exception {
        String xml = "<Envelope xmlns='" + Namespaces.S12 + "'><Body/></Envelope>";
        Envelope copy = reader.readWhole(new EnvelopeSplice(reader.index(xml.getBytes(UTF_8)), Set.of()).with(NEW_TO));
        assertThat(copy.to()).contains("urn:next");
    }

    @Test
    void knowsTheSizeOfACopyBeforehand() throws Exception {
        Envelope envelope = reader.index(Golden.bytes("soap/one-line.xml"));
        EnvelopeSplice splice = new EnvelopeSplice(envelope, Set.of(Wsa.TO));
        assertThat(splice.sizeWith(NEW_TO, NEW_HOP)).isEqualTo(splice.with(NEW_TO, NEW_HOP).length);
        assertThat(splice.sizeWith()).isEqualTo(splice.with().length);
    }

    @Test
    void withNothingTakenOutAndNothingPutInIsTheEnvelope() throws Exception {
        byte[] bytes = Golden.bytes("soap/everything-spread-out.xml");
        assertThat(new EnvelopeSplice(reader.index(bytes), Set.of()).with()).isEqualTo(bytes);
    }
}
