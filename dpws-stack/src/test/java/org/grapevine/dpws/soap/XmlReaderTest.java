package org.grapevine.dpws.soap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.xml.namespace.QName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlReaderTest {

    @Test
    void goesOverChildrenAndSkipsWhatIsUnknown() throws Exception {
        try (XmlReader reader = XmlReader.ofFragment("<a> <b>1</b><!-- --><c><b>2</b><d/></c> <e/><b>3</b></a>")) {
            StringBuilder found = new StringBuilder();
            while (reader.nextChild()) {
                if (reader.is(new QName("b"))) {
                    found.append(reader.text());
                } else {
                    reader.skip();
                }
            }
            assertThat(found.toString()).isEqualTo("13");
            assertThat(reader.name()).isEqualTo(new QName("a"));
        }
    }

    @Test
    void splitsListsAtAnyWhiteSpace() throws Exception {
        try (XmlReader reader = XmlReader.ofFragment("<a>\n one&#9;two\r\n\tthree <!-- -->four </a>")) {
            assertThat(reader.tokens()).containsExactly("one", "two", "three", "four");
        }
        try (XmlReader reader = XmlReader.ofFragment("<a> </a>")) {
            assertThat(reader.tokens()).isEmpty();
        }
    }

    @Test
    void resolvesNamesByTheNearestDeclaration() throws Exception {
        String xml =
                "<a xmlns='urn:d' xmlns:p='urn:1'><b xmlns:p='urn:2'>p:x y</b><c>p:x xml:z</c><d xmlns=''>y</d></a>";
        try (XmlReader reader = XmlReader.ofFragment(xml)) {
            reader.nextChild();
            assertThat(reader.qnames()).containsExactly(new QName("urn:2", "x"), new QName("urn:d", "y"));
            reader.nextChild();
            assertThat(reader.qnames()).containsExactly(new QName("urn:1", "x"), new QName(Namespaces.XML, "z"));
            reader.nextChild();
            assertThat(reader.qnames()).containsExactly(new QName("y"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q:x", ":x", "p:", "p:x:y", "1x", "p:1", "p:-"})
    void refusesWhatIsNoQualifiedName(String name) throws Exception {
        try (XmlReader reader = XmlReader.ofFragment("<a xmlns:p='urn:1'>" + name + "</a>")) {
            assertThatThrownBy(reader::qnames)
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessageContaining("'" + name + "'");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "4294967296", "", "1.5", "99999999999999999999", "abc", "1795219200000"})
    void refusesWhatIsNoUnsignedInt(String number) throws Exception {
        try (XmlReader reader = XmlReader.ofFragment("<Version>" + number + "</Version>")) {
            assertThatThrownBy(reader::unsignedInt)
                    .isInstanceOf(MalformedEnvelopeException.class)
                    .hasMessage("Version: '" + number + "' (expected: 0..4294967295)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", " 4294967295 ", "+7", "0000000042"})
    void readsUnsignedInts(String number) throws Exception {
        try (XmlReader reader = XmlReader.ofFragment("<Version>" + number + "</Version>")) {
            assertThat(reader.unsignedInt()).isEqualTo(Long.parseLong(number.strip()));
        }
    }

    @Test
    void cutsOutElementsOneAfterTheOther() throws Exception {
        String xml = "<a xmlns:p='urn:1' xmlns='urn:d'><p:b é='€'>𝄞</p:b><c/><d xmlns=''><e/></d></a>";
        try (XmlReader reader = XmlReader.ofFragment(xml)) {
            reader.nextChild();
            assertThat(reader.standalone()).isEqualTo("<p:b xmlns:p=\"urn:1\" xmlns=\"urn:d\" é='€'>𝄞</p:b>");
            reader.nextChild();
            assertThat(reader.standalone()).isEqualTo("<c xmlns:p=\"urn:1\" xmlns=\"urn:d\"/>");
            reader.nextChild();
            assertThat(reader.standalone()).isEqualTo("<d xmlns:p=\"urn:1\" xmlns=''><e/></d>");
            assertThat(reader.nextChild()).isFalse();
        }
    }
}
