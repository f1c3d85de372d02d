package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code grapevine aggregate} can be told beside the message and where it goes. */
@Timeout(120)
class AggregateFlagsTest {

    @TempDir
    private Path folder = Path.of("");

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String count() throws IOException {
        return file("count.xml", "<n:count xmlns:n=\"urn:example:bulletin\"><of>all</of></n:count>");
    }

    @Nested
    class WrongUse {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "--collect --first|--first: 1 (expected: without --collect, which takes all answers)",
                    "--first 0|--first: 0 (expected: 1..2147483647)",
                    "--function sum --aggregation urn:sha256:ab"
                            + "|--function, --aggregation, --xslt: sum and urn:sha256:ab (expected: one of them at most)",
                    "--collect --function sum|--function: sum (expected: without --collect, which merges nothing)",
                    "--collect --xslt f.xsl|--xslt: f.xsl (expected: without --collect, which merges nothing)",
                    "--function median|--function: function median: not on this device's list (expected: *",
                    "--function top-k?n=5|--function: *",
                    "--aggregation sum|--aggregation: 'sum' (expected: urn:sha256:<64 hex digits>, at most 512 characters)",
                    "--signature f.sig|--signature: f.sig (expected: together with --xslt)",
                    "--xslt f.xsl|--xslt: f.xsl, no such file (expected: a readable file)",
                    "--runs 3|--runs: 3 (expected: together with --every)",
                    "--every soon|--every: 'soon' (expected: 10..2678400000 ms, as a number or in ISO-8601 form such as"
                            + " PT30S)",
                    "--every P32D|--every: P32D (expected: 10..2678400000 ms, as a number or in ISO-8601 form such as"
                            + " PT30S)",
                    "--every PT1S --runs 0|--runs: 0 (expected: 1..1000000)",
                    "--min-replies many|--min-replies: 'many' (expected: 0..2147483647)"
                })
        void isToldBeforeAnybodyIsAsked(String flags, String message) throws Exception {
            List<String> arguments = new ArrayList<>(List.of("aggregate", "--to", "http://127.0.0.1:9/x"));
            arguments.addAll(List.of(flags.split(" ")));
            arguments.add(count());

            CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));

            assertThat(run.exitCode()).isEqualTo(2);
            String told = String.join(" ", run.err()).replaceAll("\\s+", " ");
            int open = message.indexOf('*');
            assertThat(told).startsWith("grapevine: " + (open < 0 ? message : message.substring(0, open)));
        }

        @Test
        void ofAStylesheetThatIsTooLargeOrEmptyNamesItsFile() throws Exception {
            String large = file("large.xsl", "x".repeat(65_537));
            String empty = file("empty.xsl", "");

            assertThat(refused(large)).contains("--xslt: " + large + " of over 65536 bytes (expected: at most 65536)");
            assertThat(refused(empty)).contains("stylesheet: 0 bytes (expected: 1..65536)");
        }
    }

    private String refused(String stylesheet) throws IOException {
        CommandLineRun run =
                CommandLineRun.of("aggregate", "--to", "http://127.0.0.1:9/x", "--xslt", stylesheet, count());
        assertThat(run.exitCode()).isEqualTo(2);
        return String.join(" ", run.err());
    }

    @Nested
    class OtherModes {

        @Test
        void printEachAnswerOrTheFirstOrFewerThanAskedFor() throws Exception {
            try (Neighbourhood neighbours = Neighbourhood.of(3)) {
                CommandLineRun each = neighbours.run("aggregate", "--to", neighbours.shadow(0), "--collect", count());
                CommandLineRun objects =
                        neighbours.run("aggregate", "--json", "--to", neighbours.shadow(0), "--collect", count());
                CommandLineRun first = neighbours.run("aggregate", "--to", neighbours.shadow(1), "--first", count());
                CommandLineRun two = neighbours.run("aggregate", "--to", neighbours.shadow(1), "--first", "2", count());
                CommandLineRun few = neighbours.run(
                        "aggregate",
                        "--to",
                        neighbours.shadow(2),
                        "--min-replies",
                        "9",
                        "--partial",
                        "--timeout",
                        "PT2S",
                        count());

                assertThat(each.err()).isEmpty();
                assertThat(each.exitCode()).isZero();
                assertThat(each.out().stream().filter(line -> line.contains("<count>1</count>")))
                        .hasSize(3);
                assertThat(each.out()).last().asString().startsWith("3 devices counted, 0 failed, 0 silent, after ");
                assertThat(objects.out()).hasSize(5);
                assertThat(objects.out().get(0))
                        .matches("\\{\"step\":\"sample\",\"run\":1,\"device\":\"soap.udp://.*\",\"taken\":\".*Z\","
                                + "\"answer\":\"<.*<count>1</count>.*\"}");
                assertThat(objects.out().get(3)).contains("\"step\":\"run\",\"number\":1,\"counted\":3");
                assertThat(first.text()).contains("<count>1</count>", "1 device counted");
                assertThat(two.text()).contains("devices counted");
                assertThat(few.exitCode()).isZero();
                assertThat(few.text())
                        .contains("<count>3</count>", "3 devices counted", ", fewer than asked for, after ");
            }
        }
    }

    @Nested
    class AgainAndAgain {

        @Test
        void printsTheAnswerOfEachRun() throws Exception {
            try (Neighbourhood neighbours = Neighbourhood.of(3)) {
                CommandLineRun people = neighbours.run(
                        "aggregate", "--to", neighbours.shadow(0), "--every", "PT1S", "--runs", "2", count());
                CommandLineRun programs = neighbours.run(
                        "aggregate", "--json", "--to", neighbours.shadow(1), "--every", "1000", "--runs", "1", count());

                assertThat(people.err()).isEmpty();
                assertThat(people.exitCode()).isZero();
                assertThat(people.text()).contains("<count>3</count>");
                assertThat(people.out())
                        .anyMatch(line -> line.matches("run 1: 3 devices counted, 0 failed, 0 silent, after [0-9.]+ s"))
                        .anyMatch(line -> line.matches("run 2: 3 devices counted, 0 failed, 0 silent, after [0-9.]+ s"))
                        .last()
                        .isEqualTo("2 runs");
                assertThat(programs.out()).hasSize(2);
                assertThat(programs.out().get(0))
                        .matches(
                                "\\{\"step\":\"run\",\"number\":1,\"counted\":3,\"declined\":[0-9]+,\"failed\":0,"
                                        + "\"faults\":\\{},\"timedOut\":0,\"truncated\":0,\"oldest\":\".*Z\",\"whole\":true,"
                                        + "\"partial\":false,\"elapsedMs\":[0-9]+,\"failure\":null,\"answer\":\"<.*<count>3</count>.*\"}");
                assertThat(programs.out().get(1))
                        .isEqualTo(
                                "{\"step\":\"ended\",\"why\":\"done\",\"runs\":1,\"failedRuns\":0,\"unsubscribed\":false}");
            }
        }

        @Test
        void failsIfARunFailedOrTheShadowRefuses() throws Exception {
            try (Neighbourhood neighbours = Neighbourhood.of(2)) {
                CommandLineRun tooFew = neighbours.run(
                        "aggregate",
                        "--to",
                        neighbours.shadow(0),
                        "--min-replies",
                        "9",
                        "--timeout",
                        "PT2S",
                        "--every",
                        "PT1S",
                        "--runs",
                        "1",
                        count());
                CommandLineRun tooOften =
                        neighbours.run("aggregate", "--to", neighbours.shadow(0), "--every", "500", count());

                assertThat(tooFew.exitCode()).isEqualTo(1);
                assertThat(tooFew.text())
                        .contains("run 1: failed: too few replies: 2 (expected: at least 9); 2 devices counted,");
                assertThat(tooOften.exitCode()).isEqualTo(1);
                assertThat(String.join(" ", tooOften.err()))
                        .contains("g:Ask every: PT0.5S (expected: at least PT1S, by the limits of the shadow)");
            }
        }

        @Test
        void unsubscribesWhenTheProcessIsToldToEnd() throws Exception {
            try (Neighbourhood neighbours = Neighbourhood.of(2)) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.grapevine.cli.Main",
                                "aggregate",
                                "--json",
                                "--to",
                                neighbours.shadow(0),
                                "--every",
                                "PT1S",
                                count())
                        .redirectErrorStream(true)
                        .start();
                try (BufferedReader out = process.inputReader(UTF_8)) {
                    assertThat(out.readLine()).startsWith("{\"step\":\"run\",\"number\":1,\"counted\":2");

                    // Unlike the process itself, its handle leaves the streams open.
                    assertThat(process.toHandle().destroy()).isTrue();

                    String line = out.readLine();
                    while (line != null && line.contains("\"step\":\"run\"")) {
                        line = out.readLine();
                    }
                    assertThat(line)
                            .matches("\\{\"step\":\"ended\",\"why\":\"interrupted\",\"runs\":[0-9]+,\"failedRuns\":0,"
                                    + "\"unsubscribed\":true}");
                    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                } finally {
                    process.destroyForcibly();
                }
            }
        }
    }
}
