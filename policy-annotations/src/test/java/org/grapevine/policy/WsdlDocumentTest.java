package org.grapevine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsdlDocumentTest {

    private static final String START = "<wsdl:definitions xmlns:wsdl='http://schemas.xmlsoap.org/wsdl/'";

    @Test
    void keepsTheLineOfEachElement() {
        WsdlDocument wsdl = Wsdls.document();
        assertThat(wsdl.line(Dom.children(wsdl.document().getDocumentElement()).get(0)))
                .isEqualTo(5);
    }

    @Test
    void readsAgainWhatItWrote() {
        WsdlDocument once = Wsdls.document();
        WsdlDocument again = WsdlDocument.read(once.toBytes(), "again");
        assertThat(again.toBytes()).isEqualTo(once.toBytes());
        assertThat(again.document().isEqualNode(once.document())).isTrue();
    }

    @Test
    void readsAStream() throws IOException {
        byte[] text = Wsdls.plain().getBytes(StandardCharsets.UTF_8);
        assertThat(WsdlDocument.read(new ByteArrayInputStream(text), "stream").name())
                .isEqualTo("stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE wsdl:definitions>",
                "<!DOCTYPE wsdl:definitions SYSTEM 'file:///etc/hostname'>",
                "<!DOCTYPE d [<!ENTITY a 'a'>]>",
                "<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/p.dtd'> %p;]>"
            })
    void refusesEveryDocumentType(String docType) {
        assertThatThrownBy(() -> Wsdls.document(docType + "\n" + START + "/>"))
                .isInstanceOf(PolicyException.class)
                .hasMessage("needs.wsdl:1: document type: present (expected: none)");
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertThatThrownBy(
                        () -> Wsdls.document(START + ">" + " ".repeat(WsdlDocument.MAX_BYTES) + "</wsdl:definitions>"))
                .hasMessage("needs.wsdl: size: over 1048576 bytes (expected: at most 1048576 bytes)");
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThatThrownBy(() -> Wsdls.document(START + ">" + "<a>".repeat(100_000)))
                .hasMessage("needs.wsdl:1: depth: over 64 (expected: at most 64)");
    }

    @Test
    void refusesTooManyNodes() {
        assertThatThrownBy(() -> Wsdls.document(START + ">" + "<a/>".repeat(WsdlDocument.MAX_NODES)))
                .hasMessage("needs.wsdl:1: nodes: over 100000 (expected: at most 100000)");
    }

    @Test
    void refusesWhatIsNotAWsdl() {
        assertThatThrownBy(() -> Wsdls.document("<html/>"))
                .hasMessage("needs.wsdl:1: root: html (expected: definitions of http://schemas.xmlsoap.org/wsdl/)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "GET / HTTP/1.1", "<a", "<a></b>", "<a>&amp</a>", "<a>&x;</a>", "<a>\u0000</a>", "<x:a/>"})
    void refusesWhatIsNotXml(String text) {
        assertThatThrownBy(() -> Wsdls.document(text))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("needs.wsdl");
    }

    @Test
    void readsUtf16AndRefusesOtherEncodings() {
        String text = Wsdls.plain().replace("UTF-8", "UTF-16");
        assertThat(WsdlDocument.read(text.getBytes(StandardCharsets.UTF_16), "utf16")
                        .toBytes())
                .isEqualTo(Wsdls.document().toBytes());
        assertThatThrownBy(() -> Wsdls.document(Wsdls.plain().replace("UTF-8", "ISO-8859-1")))
                .hasMessage("needs.wsdl:1: encoding: ISO-8859-1 (expected: UTF-8 or UTF-16)");
    }

    @Test
    void namesTheLineOfABrokenByte() {
        byte[] text = Wsdls.plain().getBytes(StandardCharsets.UTF_8);
        text[Wsdls.plain().indexOf("What a day")] = (byte) 0xff;
        assertThatThrownBy(() -> WsdlDocument.read(text, "broken"))
                .hasMessage("broken:5: text: broken bytes (expected: text in UTF-8)");
    }

    /** Whatever arrives, the answer is a result or the one exception that callers know. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesFlippedBytes(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] good = Wsdls.with()
                .definitions(
                        Wsdls.policy(
                                "p",
                                "<g:Fanout>4</g:Fanout><g:Lifetime>PT5S</g:Lifetime>"
                                        + "<g:ShadowOf><wsa:EndpointReference><wsa:Address>urn:x:y</wsa:Address></wsa:EndpointReference></g:ShadowOf>"))
                .inBinding(Wsdls.reference("p"))
                .inBindingOperation(Wsdls.policy("q", "<g:Rounds>auto</g:Rounds>"))
                .text()
                .getBytes(StandardCharsets.UTF_8);
        int results = 0;
        for (int run = 0; run < 500; run++) {
            byte[] text = good.clone();
            int flips = random.nextInt(1, 5);
            for (int i = 0; i < flips; i++) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            try {
                GossipWsdl.read(WsdlDocument.read(text, "fuzz"));
                results++;
            } catch (PolicyException e) {
                assertThat(e.source()).as("seed %s run %s", seed, run).isEqualTo("fuzz");
            }
        }
        assertThat(results).as("flips that do no harm").isBetween(1, 499);
    }
}
