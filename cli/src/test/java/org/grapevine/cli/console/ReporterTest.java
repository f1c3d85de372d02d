package org.grapevine.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReporterTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Reporter reporter(int columns, boolean json) {
        return new Reporter(
                new Screen(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), columns, true), json);
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    @Nested
    class ForPeople {

        @Test
        void breaksAtBlanksWhereTheTerminalEnds() {
            reporter(40, false).field("scopes", List.of("grid:fan/ssc-3", "grid:han/sm-17", "grid:wan"));

            assertThat(lines())
                    .containsExactly("  scopes      grid:fan/ssc-3", "              grid:han/sm-17 grid:wan");
        }

        @Test
        void neverCutsAnAddress() {
            String address = "http://127.0.0.1:12345/" + "x".repeat(60);
            reporter(40, false).field("address", address);

            assertThat(lines()).containsExactly("  address     " + address);
        }

        @Test
        void keepsEachThingOnOneLineWhenNobodyLooks() {
            reporter(0, false).field("types", List.of("a".repeat(100), "b".repeat(100)));

            assertThat(lines()).containsExactly("  types       " + "a".repeat(100) + " " + "b".repeat(100));
        }

        @Test
        void alignsTheColumnsOfATable() {
            reporter(0, false)
                    .table("  ", List.of(List.of("post", "one-way", "x"), List.of("countAll", "in-out", "y")));

            assertThat(lines()).containsExactly("  post      one-way  x", "  countAll  in-out   y");
        }

        @Test
        void showsNoControlCharactersOfStrangers() {
            Reporter reporter = reporter(0, false);
            reporter.line("a\u001b]0;owned\u0007b\r\nc");
            reporter.field("name", "\u202egnp.exe\u009b31m");
            reporter.table("", List.of(List.of("x\u0000", "\u2028")));
            reporter.text("<a>\n  \u007f</a>");

            assertThat(lines())
                    .containsExactly("a?]0;owned?b  c", "  name        ?gnp.exe?31m", "x?  ?", "<a>", "  ?</a>");
        }

        @Test
        void leavesOrdinaryTextOfAllLanguagesAlone() {
            reporter(0, false).line("Zähler 17 電力 \ud83d\ude00");

            assertThat(lines()).containsExactly("Zähler 17 電力 \ud83d\ude00");
        }

        @Test
        void saysNothingInJson() {
            reporter(0, false).json(Fields.step("x"));

            assertThat(lines()).isEmpty();
        }

        @Test
        void takesTheProgressBarAwayBeforeItPrints() {
            Reporter reporter = reporter(80, false);
            reporter.status("50%");
            reporter.line("found");

            assertThat(err.toString(UTF_8)).isEqualTo("\r\u001b[K50%\r\u001b[K");
            assertThat(lines()).containsExactly("found");
        }
    }

    @Nested
    class ForPrograms {

        @Test
        void writesOneObjectPerLineAndNothingElse() {
            Reporter reporter = reporter(10, true);
            reporter.line("for people");
            reporter.field("x", "y");
            reporter.table("", List.of(List.of("z")));
            reporter.text("t");
            reporter.json(Fields.step("device")
                    .and("name", "a \"b\"\n")
                    .and("number", 12L)
                    .and("exact", new BigDecimal("1.20"))
                    .and("half", 0.5)
                    .and("yes", true)
                    .and("none", null)
                    .and("list", List.of("p", "q"))
                    .and("inside", Fields.nested().and("n", 1)));

            assertThat(lines())
                    .containsExactly("{\"step\":\"device\",\"name\":\"a \\\"b\\\"\\n\",\"number\":12,\"exact\":1.20,"
                            + "\"half\":0.5,\"yes\":true,\"none\":null,\"list\":[\"p\",\"q\"],\"inside\":{\"n\":1}}");
            assertThat(reporter.statusColumns()).isZero();
        }

        @Test
        void escapesWhatATerminalWouldObey() {
            reporter(0, true).json(Fields.step("x").and("name", "\u001b\u007f\u009b\u202eä"));

            assertThat(lines()).containsExactly("{\"step\":\"x\",\"name\":\"\\u001B\\u007F\\u009B\\u202E\\u00E4\"}");
        }

        @Test
        void refusesAFieldTwiceAndValuesThatJsonHasNoFormFor() {
            assertThatThrownBy(() -> Fields.step("x").and("step", "y")).hasMessageContaining("step twice");
            assertThatThrownBy(() -> Fields.step("x").and("n", Double.NaN)).hasMessageContaining("n: NaN");
            assertThatThrownBy(() -> Fields.step("x").and("n", new Object())).hasMessageContaining("field n");
        }
    }
}
