package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StylesheetTextTest {

    /** SHA-256 of "abc" (FIPS 180-2, appendix B.1). */
    private static final String ABC = "urn:sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isNamedByTheHashOfItsOctets() {
        StylesheetText text = StylesheetText.unsigned("abc".getBytes(UTF_8));

        assertThat(text.uri()).isEqualTo(ABC);
        assertThat(text).isEqualTo(StylesheetText.unsigned("abc".getBytes(UTF_8)));
        assertThat(text).hasToString("StylesheetText[3 bytes]");
    }

    @Test
    void parametersAreNoPartOfTheHash() {
        assertThat(StylesheetText.hashPart(ABC)).contains(ABC);
        assertThat(StylesheetText.hashPart(ABC + "?=k=5&by=max")).contains(ABC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sum", "urn:sha256:", "urn:sha256:ab", "urn:sha1:ab?=k=5", "?=k=5"})
    void otherNamesHaveNoHash(String name) {
        assertThat(StylesheetText.hashPart(name)).isEmpty();
    }

    @Test
    void isBounded() {
        byte[] one = {1};
        assertThatThrownBy(() -> StylesheetText.unsigned(new byte[0]))
                .hasMessage("stylesheet: 0 bytes (expected: 1..65536)");
        assertThatThrownBy(() -> StylesheetText.unsigned(new byte[65_537]))
                .hasMessage("stylesheet: 65537 bytes (expected: 1..65536)");
        assertThatThrownBy(() -> new StylesheetText(one, Optional.of(new byte[1_025]), Optional.of("k")))
                .hasMessage("signature: 1025 bytes (expected: 1..1024)");
        assertThatThrownBy(() -> new StylesheetText(one, Optional.of(one), Optional.of("a b")))
                .hasMessage("key: 3 characters (expected: 1..1024 visible ones of ASCII)");
        assertThatThrownBy(() -> new StylesheetText(one, Optional.of(one), Optional.empty()))
                .hasMessage("key: absent (expected: a signature and the key that made it, or neither)");
        assertThatThrownBy(() -> new StylesheetText(one, Optional.empty(), Optional.of("k")))
                .hasMessage("key: without a signature (expected: a signature and the key that made it, or neither)");
    }
}
