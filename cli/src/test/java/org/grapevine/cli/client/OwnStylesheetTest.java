package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.cli.CommandLineRun;
import org.grapevine.cli.LiveRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of docs/aggregation.md, from the first version that is refused to the answer of all devices. */
@Timeout(180)
class OwnStylesheetTest {

    private static final String MEAN = "../examples/mean-voltage.xsl";
    private static final Pattern SHADOW = Pattern.compile("\"shadow\":\"([^\"]+/grid-measurements/gossip)\"");

    @TempDir
    private Path folder = Path.of("");

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private CommandLineRun check(String stylesheet, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("aggregate", "--check", stylesheet));
        int number = 1;
        for (String voltage : List.of("229.97", "229.71", "230.00", "228.4")) {
            arguments.add("--sample");
            arguments.add(file(
                    "s" + number++ + ".xml",
                    "<m:voltages xmlns:m=\"urn:org.grapevine:smart-grid:measurement:1\"><m:voltage device=\"d\""
                            + " taken=\"2026-11-22T03:16:31Z\">" + voltage + "</m:voltage></m:voltages>"));
        }
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private static String mean(String more) {
        return """
                <xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                    xmlns:a="urn:org.grapevine:aggregation:1" xmlns:m="urn:org.grapevine:smart-grid:measurement:1">
                """
                + more
                + """
                  <xsl:template match="a:Merge">
                    <m:mean><xsl:value-of select="avg(*/m:voltages/m:voltage | */m:mean)"/></m:mean>
                  </xsl:template>
                </xsl:stylesheet>
                """;
    }

    @Test
    void whatDevicesWouldRefuseIsNamedByItsLineWithWhatToDo() throws Exception {
        String stylesheet = file("mean.xsl", mean("<xsl:output method=\"xml\"/>\n"));

        CommandLineRun people = check(stylesheet);
        CommandLineRun programs = check(stylesheet, "--json");

        assertThat(people.exitCode()).isEqualTo(1);
        assertThat(people.out())
                .containsExactly(stylesheet
                        + ":3: xsl:output: not allowed (leave it out: the result is always plain XML in UTF-8)");
        assertThat(programs.text())
                .contains(
                        "\"accepted\":false,\"findings\":[{\"line\":3,\"construct\":\"xsl:output\",\"instead\":\"leave it"
                                + " out: the result is always plain XML in UTF-8\"}]");
    }

    @Test
    void aMeanOfMeansIsToldApartFromAMean() throws Exception {
        CommandLineRun run = check(file("mean.xsl", mean("")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.text())
                .contains("the order of merging matters: 1(2, 3, 4) gives <m:mean")
                .contains("but 1(2(3(4)))");
    }

    @Test
    void whatMergesInAnyOrderIsAccepted() throws Exception {
        CommandLineRun run = check(MEAN);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().get(0)).isEqualTo(MEAN + ": accepted; 42 other orders and groupings give the same");
        assertThat(run.out().get(1)).matches("urn:sha256:[0-9a-f]{64}");
        assertThat(run.text()).contains("of=\"4\">229.52</m:mean>");
    }

    @Test
    void whatFailsOnAnswersThatItIsNotForAsksForSamples() {
        CommandLineRun run = CommandLineRun.of("aggregate", "--check", MEAN);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().get(0)).startsWith(MEAN + ": ").endsWith("Decimal divide by zero");
        assertThat(run.out().get(1)).startsWith(MEAN + ": no --sample was given");
    }

    @Test
    void samplesAreForCheckingAndAQuestionNeedsABody() throws Exception {
        CommandLineRun sample =
                CommandLineRun.of("aggregate", "--sample", "s.xml", "--to", "http://127.0.0.1:9/x", "b.xml");
        CommandLineRun none = CommandLineRun.of("aggregate", "--to", "http://127.0.0.1:9/x");

        assertThat(sample.exitCode()).isEqualTo(2);
        assertThat(String.join(" ", sample.err())).contains("--sample: s.xml (expected: together with --check)");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(String.join(" ", none.err())).contains("FILE: none (expected: an XML file with the body element");
    }

    @Test
    void allDevicesRunItThoughNoneHadIt() throws Exception {
        String port = Integer.toString(Neighbourhood.freePort());
        String devices = file(
                "street.yaml",
                "grid: street\naggregation: {strangers: sandboxed}\nsample: {substations: 1, meters: 2, appliances: 4}\n");
        LiveRun run = LiveRun.of("device", devices, "--json", "--discovery-port", port, "--for", "90");
        Matcher shadow = SHADOW.matcher(run.await("/ied-1/grid-measurements/gossip"));
        assertThat(shadow.find()).isTrue();
        run.await("\"ready\"");

        CommandLineRun mean = CommandLineRun.of(
                "aggregate",
                "--discovery-port",
                port,
                "--to",
                shadow.group(1),
                "--xslt",
                MEAN,
                "--min-replies",
                "1",
                "../examples/voltage-request.xml");

        assertThat(mean.err()).isEmpty();
        assertThat(mean.exitCode()).isZero();
        assertThat(mean.text()).containsPattern("<m:mean xmlns:m=\"[^\"]+\" of=\"[1-7]\">[0-9.]+</m:mean>");
        assertThat(mean.out()).last().asString().matches("[1-7] devices? counted, .*");
    }
}
