package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.xml.namespace.QName;
import org.grapevine.cli.console.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BodyFileTest {

    @TempDir
    private Path folder = Path.of("");

    private BodyFile read(byte[] content) throws IOException {
        return BodyFile.read(Files.write(folder.resolve("body.xml"), content));
    }

    @Test
    void isTheElementWithoutWhatStandsAroundIt() throws IOException {
        BodyFile body = read("\ufeff<?xml version='1.0' encoding='utf-8'?>\n<!-- c --><a:x xmlns:a='urn:a'>ä</a:x>\n"
                .getBytes(UTF_8));

        assertThat(body.element()).isEqualTo(new QName("urn:a", "x"));
        assertThat(new String(body.body(), UTF_8)).isEqualTo("<a:x xmlns:a='urn:a'>ä</a:x>");
        assertThat(body.envelope()).isEmpty();
    }

    @Test
    void mayBeAnEnvelopeWhoseBodyKeepsItsPrefixes() throws IOException {
        BodyFile body = read(("<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' xmlns:b='urn:b'>"
                        + "<e:Body><b:x/></e:Body></e:Envelope>")
                .getBytes(UTF_8));

        assertThat(body.element()).isEqualTo(new QName("urn:b", "x"));
        assertThat(new String(body.body(), UTF_8)).contains("xmlns:b=\"urn:b\"");
        assertThat(body.envelope()).isPresent();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", ":1: .*\\(expected: well-formed XML\\)"),
                Arguments.of("<a>\n<b>\n</a>", ":3: .*\\(expected: well-formed XML\\)"),
                Arguments.of("<a/>\n<b/>", ":2: .*\\(expected: well-formed XML\\)"),
                Arguments.of("hello", ":1: .*\\(expected: well-formed XML\\)"),
                Arguments.of(
                        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
                        ":1: document type: present \\(expected: none\\)"),
                Arguments.of("<a>\n<?go now?></a>", ":2: processing instruction: go \\(expected: none\\)"),
                Arguments.of(
                        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'/>",
                        ":1: root: .*Envelope \\(expected: a body element or an Envelope of SOAP 1.2, .*\\)"),
                Arguments.of(
                        "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body/></e:Envelope>",
                        ": Body: empty.*"),
                Arguments.of("<a>".repeat(100) + "</a>".repeat(100), ": document: .*"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String content, String message) {
        assertThatThrownBy(() -> read(content.getBytes(UTF_8)))
                .isInstanceOf(UsageException.class)
                .hasMessageMatching("(?s).*body\\.xml" + message);
    }

    @Test
    void isInUtf8() {
        assertThatThrownBy(() -> read(new byte[] {'<', 'a', '>', '\n', (byte) 0xC3, '(', '<', '/', 'a', '>'}))
                .hasMessageEndingWith("body.xml:2: broken bytes (expected: XML in UTF-8)");
        assertThatThrownBy(() -> read("<a/>".getBytes(UTF_16))).isInstanceOf(UsageException.class);
    }

    @Test
    void isNotLargerThanAMebibyte() {
        assertThatThrownBy(() -> read(("<a>" + " ".repeat(BodyFile.MAX_BYTES) + "</a>").getBytes(UTF_8)))
                .hasMessageContaining("over 1048576 bytes (expected: at most 1048576)");
    }
}
