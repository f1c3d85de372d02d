package org.grapevine.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlMapTest {

    private static YamlMap read(String... lines) {
        return YamlMap.read(String.join("\n", lines), "f.yaml", Set.of("a", "b", "c"));
    }

    @Nested
    class AFile {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "'' | f.yaml: empty (expected: keys with values)",
                    "- a | f.yaml:1: file: not a mapping (expected: keys with values)",
                    "d: 1 | f.yaml:1: d: unknown (expected: one of a, b, c)",
                    "a: 1;a: 2 | f.yaml:2: a: twice (expected: once)",
                    "a: [ | f.yaml:1: not YAML: expected the node content",
                    "a: 1;--- ;b: 2 | f.yaml:2: not YAML: but found another document",
                    "a: *x | f.yaml:1: not YAML: found undefined alias x",
                    "b: 1;a: \"\\Uffffffff\" | f.yaml:2: not YAML: ",
                    "a: \"\\U00110000\" | f.yaml:1: not YAML: ",
                    "? [a] ;: 1 | f.yaml:1: ?: unknown (expected: one of a, b, c)"
                })
        void ofTheWrongFormIsRefusedWithItsLine(String text, String message) {
            assertThatThrownBy(() -> read(text.split(";")))
                    .isInstanceOf(YamlMistake.class)
                    .hasMessageStartingWith(message)
                    .hasMessageNotContaining("\n");
        }

        @Test
        void nestedWithoutEndIsRefusedBeforeItFillsTheStack() {
            assertThatThrownBy(() -> read("b: 1", "a: " + "[".repeat(500_000)))
                    .isInstanceOf(YamlMistake.class)
                    .hasMessage("f.yaml:2: nested too deeply (expected: at most 50 levels)");
            assertThatThrownBy(() -> read("- ".repeat(300_000))).hasMessageContaining("nested too deeply");
            assertThatThrownBy(() -> read("a: " + "{b: ".repeat(300_000))).hasMessageContaining("nested too deeply");
        }

        @Test
        void withoutEndInItselfIsReadAsFarAsAsked() {
            YamlMap map = read("a: &x {b: *x}");

            assertThat(map.named("a").named("b").named("b").keys()).containsExactly("b");
        }

        @Test
        void cannotBreakTheLineOfAMessage() {
            assertThatThrownBy(() -> read("\"d\\n\\e[31m\\u2028\": 1"))
                    .hasMessage("f.yaml:1: d [31m : unknown (expected: one of a, b, c)");
            assertThatThrownBy(() -> read("\"" + "d".repeat(5_000) + "\": 1"))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_100));
        }
    }

    @Nested
    class AValue {

        @Test
        void isAsWritten() {
            YamlMap map = read("a: ' x '", "b: 12", "c: true");

            assertThat(map.text("a")).isEqualTo("x");
            assertThat(map.integer("b", 0, 20)).isEqualTo(12);
            assertThat(map.number("b")).isEqualTo(12);
            assertThat(map.flag("c", false)).isTrue();
            assertThat(map.keys()).containsExactly("a", "b", "c");
        }

        @Test
        void hasAUnit() {
            YamlMap map = read("a: 15ms", "b: 5%", "c: [1s, 2s]");

            assertThat(map.quantity("a", Measure.DURATION)).isEqualTo(15_000);
            assertThat(map.share("b")).isEqualTo(0.05);
            assertThat(map.quantities("c", Measure.DURATION)).containsExactly(1_000_000L, 2_000_000L);
        }

        @Test
        void mayBeAWordForANumber() {
            YamlMap map = read("a: auto", "b: 3");

            assertThat(map.integerOr("auto", 0, "a", 1, 9)).isZero();
            assertThat(map.integerOr("auto", 0, "b", 1, 9)).isEqualTo(3);
            assertThat(map.integerOr("auto", 0, "c", 1, 9)).isZero();
            assertThatThrownBy(() -> map.integerOr("none", 0, "a", 1, 9))
                    .hasMessage("f.yaml:1: a: 'auto' (expected: none or 1..9)");
        }

        @Test
        void thatIsAbsentIsWhatTheReaderSays() {
            YamlMap map = read("a: 1");

            assertThat(map.text("b", "x")).isEqualTo("x");
            assertThat(map.integer("b", 7, 0, 9)).isEqualTo(7);
            assertThat(map.number("b", 0.5)).isEqualTo(0.5);
            assertThat(map.share("b", 0.5)).isEqualTo(0.5);
            assertThat(map.quantity("b", Measure.SIZE, 9)).isEqualTo(9);
            assertThat(map.flag("b", true)).isTrue();
            assertThat(map.texts("b")).isEmpty();
            assertThat(map.maps("b", Set.of())).isEmpty();
            assertThat(map.map("b", Set.of())).isEmpty();
            assertThat(map.named("b").keys()).isEmpty();
            assertThat(map.mapOrEmpty("b", Set.of()).keys()).isEmpty();
        }

        @Test
        void thatIsAbsentAndNeededIsAMistake() {
            assertThatThrownBy(() -> read("a: 1").text("b")).hasMessage("f.yaml:1: b: absent (expected: a value)");
        }

        @Test
        void ofAnotherSortIsAMistake() {
            YamlMap map = read("a: x", "b: [[1]]", "c:");

            assertThatThrownBy(() -> map.integer("a", 0, 9)).hasMessage("f.yaml:1: a: 'x' (expected: 0..9)");
            assertThatThrownBy(() -> map.flag("a", true)).hasMessage("f.yaml:1: a: 'x' (expected: true or false)");
            assertThatThrownBy(() -> map.number("a")).hasMessage("f.yaml:1: a: 'x' (expected: a number such as 0.5)");
            assertThatThrownBy(() -> map.share("a"))
                    .hasMessage("f.yaml:1: a: 'x' (expected: a share such as 0.05 or 5%)");
            assertThatThrownBy(() -> map.quantity("a", Measure.SIZE))
                    .hasMessage("f.yaml:1: a: 'x' (expected: a size such as 200B, 4KiB or 1.5MiB)");
            assertThatThrownBy(() -> map.text("b")).hasMessage("f.yaml:2: b: not a text (expected: one value)");
            assertThatThrownBy(() -> map.texts("b")).hasMessage("f.yaml:2: b: not a text (expected: a list of texts)");
            assertThatThrownBy(() -> map.texts("a")).hasMessage("f.yaml:1: a: not a list (expected: a list)");
            assertThatThrownBy(() -> map.text("c")).hasMessage("f.yaml:3: c: not a text (expected: one value)");
            assertThatThrownBy(() -> map.named("a"))
                    .hasMessage("f.yaml:1: a: not a mapping (expected: keys with values)");
        }
    }

    @Nested
    class AMapping {

        @Test
        void mayHaveNamesForKeysWhichKeepTheirOrder() {
            YamlMap named = read("a:", "  zulu: {b: 1}", "  alpha: {b: 2}").named("a");

            assertThat(named.keys()).containsExactly("zulu", "alpha");
            assertThat(named.map("alpha", Set.of("b")).orElseThrow().integer("b", 0, 9))
                    .isEqualTo(2);
            assertThatThrownBy(() -> named.map("zulu", Set.of("c")))
                    .hasMessage("f.yaml:2: a.zulu.b: unknown (expected: one of c)");
        }

        @Test
        void tellsItsOwnMistakesAtTheLineOfItsKey() {
            YamlMap map = read("b: 1", "a:", "", "  c: 1").named("a");

            assertThatThrownBy(() -> map.text("d")).hasMessage("f.yaml:2: a.d: absent (expected: a value)");
            assertThat(map.error("odd", "even")).hasMessage("f.yaml:2: a: odd (expected: even)");
            assertThat(map.error("c", "odd", "even")).hasMessage("f.yaml:4: a.c: odd (expected: even)");
        }

        @Test
        void ofAListIsNumbered() {
            List<YamlMap> maps = read("a:", "- {b: 1}", "- {b: x}").maps("a", Set.of("b"));

            assertThatThrownBy(() -> maps.get(1).integer("b", 0, 9))
                    .hasMessage("f.yaml:3: a[1].b: 'x' (expected: 0..9)");
        }
    }

    @Nested
    class ARefusal {

        private static Object refuse(String message) {
            throw new IllegalArgumentException(message);
        }

        @Test
        void namesTheKeyItsLineAndWhatIsWrittenThere() {
            YamlMap map = read("a:", "  max-fanout:", "   65").named("a");

            assertThatThrownBy(() -> map.checked(() -> refuse("maxFanout: 65 (expected: 1..64)")))
                    .isInstanceOf(YamlMistake.class)
                    .hasMessage("f.yaml:3: a.max-fanout: '65' (expected: 1..64)")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void findsItsWayThroughMappingsAndLists() {
            YamlMap map = read("a:", "- b: 1", "- b: {c: [1s,", "  2s]}");

            assertThatThrownBy(() -> map.checked(() -> refuse("a[1].b.c[1]: 2000000 (expected: at most 1 MiB)")))
                    .hasMessage("f.yaml:4: a[1].b.c[1]: '2s' (expected: at most 1 MiB)");
        }

        @Test
        void ofAKeyThatIsAbsentShowsTheValueThatWasAssumed() {
            YamlMap map = read("a: 1", "b: {c: 1}");

            assertThatThrownBy(() -> map.checked(() -> refuse("b.d: 400 (expected: >= repeatAfter)")))
                    .hasMessage("f.yaml:2: b.d: 400 (expected: >= repeat-after)");
            assertThatThrownBy(() -> map.checked(() -> refuse("a[7].d: 400 (expected: less)")))
                    .hasMessage("f.yaml:1: a[7].d: 400 (expected: less)");
        }

        @Test
        void ofAnotherFormIsNoMistakeOfTheFile() {
            YamlMap map = read("a: 1");

            assertThatThrownBy(() -> map.checked(() -> refuse("bound must be positive")))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("bound must be positive");
        }

        @Test
        void isNotInTheWayOfAValue() {
            assertThat(read("a: 1").checked(() -> "fine")).isEqualTo("fine");
        }
    }
}
