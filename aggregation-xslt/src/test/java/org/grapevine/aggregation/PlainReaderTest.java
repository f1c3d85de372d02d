package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.grapevine.aggregation.library.Element;
import org.grapevine.aggregation.library.ElementReader;
import org.grapevine.aggregation.library.ElementWriter;
import org.grapevine.aggregation.library.PlainReader;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short cut reads nothing that the hardened reader refuses, and nothing in another way. */
class PlainReaderTest {

    private static final int MUTANTS = 60_000;
    private static final String FRAGMENTS = "<>/='\"&;!?-[]: \n\t\rxmlnsabvalue0.9\u0000\u0080\u00e9\u007f{}#";

    private final HardenedXml hardened = new HardenedXml(256 << 10);
    private final PlainReader plain = new PlainReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<r/>",
                "<r>1</r>",
                " <r a='1' b=\"2\" />\n",
                "<p:r xmlns:p=\"urn:p\" unit=\"W\"><p:value>-7.25</p:value></p:r>",
                "<r xmlns='urn:d' xmlns:p='urn:p' p:a='1'><e key='1'>x</e><p:e key='2' ><q:f xmlns:q='urn:q'/></p:e\n></r>"
            })
    void readsWhatDevicesMostlyWrite(String text) throws AggregationException {
        Element element = plain.read(text.getBytes(StandardCharsets.UTF_8));
        assertThat(element).isNotNull();
        assertThat(written(element)).isEqualTo(written(byHardened(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<r>&lt;</r>",
                "<r><!-- --></r>",
                "<r><![CDATA[1]]></r>",
                "<?xml version='1.0'?><r/>",
                "<r>\u00e9</r>",
                "<r a='1\n2'/>",
                "<r xml:lang='en'/>",
                "<r>a\r\nb</r>",
                "<r xmlns=''/>",
                "<r><p:x/></r>",
                "<r a='1' a='2'/>",
                "<r p:a='1' q:a='1' xmlns:p='urn:p' xmlns:q='urn:p'/>",
                "<r></q>",
                "<r><r></r>",
                "<r/><r/>",
                "<r/>x",
                "x<r/>",
                "<r a=1/>",
                "<r a='1'b='2'/>",
                "<r a='<'/>",
                "<r>]]></r>",
                "<p:r xmlns:p='urn:p' xmlns:p='urn:q'/>",
                "<r xmlns:xmlns='urn:p'/>",
                "<a:b:c xmlns:a='urn:a'/>",
                "<:r/>",
                "</r>",
                "<",
                "<r",
                "</",
                "<1/>"
            })
    void leavesEverythingElseToTheOther(String text) {
        assertThat(plain.read(text.getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void leavesWhatIsLargeOrDeepToTheOther() {
        for (String text : new String[] {
            "<r>" + " ".repeat(8 << 10) + "</r>",
            "<r>".repeat(33) + "</r>".repeat(33),
            "<r " + attributes(33) + "/>",
            "<r>" + "<e a='1'/>".repeat(501) + "</r>",
            "<" + "r".repeat(129) + "/>"
        }) {
            assertThat(plain.read(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isNull();
        }
    }

    private static String attributes(int count) {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            attributes.append("a").append(i).append("='1' ");
        }
        return attributes.toString();
    }

    /** Answers with a few characters changed, which makes most of them wrong. */
    @Test
    void agreesOnMutants() throws AggregationException {
        int read = 0;
        for (long seed = 1; seed <= MUTANTS; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            StringBuilder text = new StringBuilder(new RandomAnswers(random, random.nextBoolean()).next());
            int changes = random.nextInt(0, 4);
            for (int i = 0; i < changes; i++) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(3));
                int fragment = random.nextInt(FRAGMENTS.length());
                String instead = random.nextBoolean()
                        ? FRAGMENTS.substring(fragment, Math.min(FRAGMENTS.length(), fragment + random.nextInt(3)))
                        : text.substring(from, Math.min(text.length(), from + random.nextInt(12)));
                text.replace(from, to, instead);
            }
            byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
            Element element = plain.read(octets);
            if (element != null) {
                read++;
                assertThat(written(element))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(written(byHardened(text.toString())));
            }
        }
        assertThat(read).as("documents that both have read").isGreaterThan(MUTANTS / 50);
    }

    private static String written(Element element) {
        return new String(ElementWriter.write(element), StandardCharsets.UTF_8);
    }

    private Element byHardened(String text) throws AggregationException {
        AtomicReference<@Nullable Element> element = new AtomicReference<>();
        hardened.read(
                text, text.getBytes(StandardCharsets.UTF_8), reader -> element.set(ElementReader.read(reader, 1000)));
        Element read = element.get();
        if (read == null) {
            throw new AssertionError(text);
        }
        return read;
    }
}
