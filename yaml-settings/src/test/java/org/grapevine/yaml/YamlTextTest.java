package org.grapevine.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlTextTest {

    @Test
    void aFileIsReadAsUtf8(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("f.yaml"), "about: Café\n");

        assertThat(YamlText.of(file.toString(), "a file")).isEqualTo("about: Café\n");
    }

    @Test
    void aFileOfAMebibyteIsReadAndNoLargerOne(@TempDir Path folder) throws Exception {
        Path full = Files.writeString(folder.resolve("full.yaml"), " ".repeat(YamlText.MAX_BYTES));
        Path large = Files.writeString(folder.resolve("large.yaml"), " ".repeat(YamlText.MAX_BYTES + 1));

        assertThat(YamlText.of(full.toString(), "a file")).hasSize(YamlText.MAX_BYTES);
        assertThatThrownBy(() -> YamlText.of(large.toString(), "a file"))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(large + ": over 1048576 bytes (expected: at most that)");
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path latin = Files.write(folder.resolve("latin.yaml"), "café".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> YamlText.of(folder.resolve("none.yaml").toString(), "a device file"))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(folder.resolve("none.yaml") + ": no such file (expected: a device file)");
        assertThatThrownBy(() -> YamlText.of("\0", "a device file")).hasMessageContaining("no such file");
        assertThatThrownBy(() -> YamlText.of(latin.toString(), "a file"))
                .hasMessage(latin + ": not UTF-8 (expected: a text in UTF-8)");
        assertThatThrownBy(() -> YamlText.of(folder.toString(), "a file")).hasMessageContaining("cannot be read");
    }
}
