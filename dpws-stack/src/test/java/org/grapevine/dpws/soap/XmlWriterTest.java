package org.grapevine.dpws.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Test;

class XmlWriterTest {

    @Test
    void declaresEachNamespaceWhereItIsFirstNeeded() {
        XmlWriter writer = new XmlWriter()
                .start("urn:a", "a")
                .start("urn:a", "b")
                .end()
                .start("urn:b", "c")
                .attribute(new QName("urn:c", "d"), "1")
                .end()
                .start("urn:b", "e")
                .end()
                .start(new QName("f"))
                .end()
                .end();
        assertThat(writer.toXml())
                .isEqualTo(
                        "<ns0:a xmlns:ns0=\"urn:a\"><ns0:b/><ns1:c xmlns:ns1=\"urn:b\" xmlns:ns2=\"urn:c\" ns2:d=\"1\"/>"
                                + "<ns1:e xmlns:ns1=\"urn:b\"/><f/></ns0:a>");
    }

    @Test
    void writesQualifiedNamesWithPrefixesThatTheReaderResolves() throws Exception {
        List<QName> names =
                List.of(new QName("urn:a", "x"), new QName("urn:b", "y"), new QName("urn:a", "z"), new QName("plain"));
        String xml = new XmlWriter().start("urn:a", "types").qnames(names).end().toXml();
        try (XmlReader reader = XmlReader.ofFragment(xml)) {
            assertThat(reader.qnames()).isEqualTo(names);
        }
    }

    /** wsdd compares the types of a Probe as text, and answers to wsdp:Device only. */
    @Test
    void keepsThePrefixesOfQualifiedNamesInText() {
        assertThat(types(new QName("urn:a", "Device", "wsdp"), new QName("urn:b", "x", "b_1")))
                .isEqualTo(
                        "<ns0:t xmlns:ns0=\"urn:t\" xmlns:wsdp=\"urn:a\" xmlns:b_1=\"urn:b\">wsdp:Device b_1:x</ns0:t>");
    }

    @Test
    void takesAnotherWhereAPrefixCannotBeKept() throws Exception {
        String[] taken = {"wsa", "ns0", "xml", "xmlns", "XmL", "a b", "a:b", "1a", "<", "", "a".repeat(33)};
        for (String prefix : taken) {
            String xml = types(new QName("urn:a", "x", prefix));
            assertThat(xml).as(prefix).contains("xmlns:ns1=\"urn:a\">ns1:x<");
        }
        QName[] same = {new QName("urn:a", "x", "p"), new QName("urn:b", "y", "p"), new QName("urn:a", "z", "q")};
        String xml = types(same);
        assertThat(xml).contains(">p:x ns1:y p:z<");
        try (XmlReader reader = XmlReader.ofFragment(xml)) {
            assertThat(reader.qnames()).containsExactly(same);
        }
        assertThat(types(new QName(Namespaces.DPWS, "Device", "d"))).contains(">dpws:Device<");
    }

    private static String types(QName... names) {
        return new XmlWriter().start("urn:t", "t").qnames(List.of(names)).end().toXml();
    }

    @Test
    void escapesSoThatTextAndAttributesComeBackAsTheyWere() throws Exception {
        String alphabet = "a<>&\"'\r\n\t ]é€";
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StringBuilder value = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                value.append(random.nextInt(8) == 0 ? "𝄞" : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String xml = new XmlWriter()
                    .start("urn:a", "v")
                    .attribute("v", value.toString())
                    .text(value.toString())
                    .end()
                    .toXml();
            try (XmlReader reader = XmlReader.ofFragment(xml)) {
                assertThat(reader.attribute("v")).as("seed %d", seed).contains(value.toString());
                assertThat(reader.text()).as("seed %d", seed).isEqualTo(value.toString());
            }
        }
    }

    @Test
    void refusesCallsOutOfOrder() {
        XmlWriter writer = new XmlWriter().start("urn:a", "a").text("t");
        assertThatThrownBy(() -> writer.attribute("late", "1")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(writer::toXml).hasMessage("element ns0:a: not ended");
    }
}
