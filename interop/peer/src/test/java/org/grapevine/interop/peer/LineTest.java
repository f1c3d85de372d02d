package org.grapevine.interop.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineTest {

    @Test
    void isReadAsItWasWritten() {
        Line line = Line.of("event", "notified", "<l:level xmlns:l='urn:l'>4 +\n2 %</l:level>", "é");
        assertThat(line.toString()).doesNotContain("\n").matches("event notified [^ ]+ [^ ]+");
        assertThat(Line.read(line.toString())).isEqualTo(line);
        assertThat(line.first()).isEqualTo(Line.EVENT);
        assertThat(line.rest()).hasSize(3).startsWith("notified");
    }

    /** A peer in C encodes no more than it has to. */
    @Test
    void maySayPlainlyWhatBreaksNoLine() {
        assertThat(Line.read("ok urn:uuid:1  http://127.0.0.1/x ").words())
                .containsExactly("ok", "urn:uuid:1", "http://127.0.0.1/x");
    }

    @Test
    void saysSomething() {
        assertThatThrownBy(() -> new Line(List.of())).hasMessage("words: none (expected: at least one)");
        assertThatThrownBy(() -> Line.read(" ")).hasMessage("word: '' (expected: not empty)");
        assertThatThrownBy(() -> Line.read("ok %4")).isInstanceOf(IllegalArgumentException.class);
    }
}
