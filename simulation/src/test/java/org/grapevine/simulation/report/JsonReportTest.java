package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.grapevine.simulation.check.Violation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReportTest {

    static List<RunResult> runs() {
        return List.of(
                SampleRuns.ordinary(),
                SampleRuns.broken(),
                SampleRuns.lopsided(),
                SampleRuns.empty(),
                SampleRuns.nobodyReached(),
                SampleRuns.huge());
    }

    @Test
    void namesAreStable() throws IOException {
        assertThat(read(JsonReport.of(SampleRuns.ordinary(), true)).keySet())
                .containsExactly(
                        "report",
                        "version",
                        "scenario",
                        "about",
                        "wire",
                        "seed",
                        "traceHash",
                        "devices",
                        "virtualMicros",
                        "events",
                        "violationsInAll",
                        "violations",
                        "figures",
                        "spreads",
                        "requests",
                        "infection",
                        "hops",
                        "latency",
                        "load",
                        "traffic",
                        "drops",
                        "overlay",
                        "wallClock");
    }

    @Test
    void viewsAreThereWhereThereAreEngines() throws IOException {
        assertThat(read(JsonReport.of(SampleRuns.ordinary(), false))).containsEntry("overlay", null);
        assertThat(JsonReport.of(SampleRuns.withOverlay(SampleRuns.ordinary()), false))
                .contains("\"messagesPerDeviceSecond\":3,")
                .contains("\"lyingEntries\":null,")
                .contains("\"lastSplitMicros\":7000000,")
                .contains("\"OWN_ENTRY\":424");
    }

    @Test
    void valuesAreThoseOfTheRun() throws IOException {
        Map<String, @Nullable Object> run = read(JsonReport.of(SampleRuns.broken(), false));
        assertThat(run)
                .containsEntry("seed", "7")
                .containsEntry("traceHash", "0123456789abcdef")
                .containsEntry("virtualMicros", "42500000")
                .containsEntry("violationsInAll", "2")
                .containsEntry(
                        "violations",
                        List.of(Map.of(
                                "checker", "at-most-once",
                                "atMicros", "12345678",
                                "what", "device 17 got message 3 twice")));
        assertThat(JsonReport.of(SampleRuns.broken(), false))
                .contains("\"hops\":{\"hops\":[0,1,2,3,4,5,6],\"deliveries\":[12,132,1405,5210,4203,911,126]}")
                .contains("\"lost\":{\"LINK\":4811,\"OVERFLOW\":220,\"CUT\":0,\"DOWN\":291}")
                .contains("\"LATE_REPLY\":17");
    }

    @Test
    void whatNeverHappenedIsNull() {
        assertThat(JsonReport.of(SampleRuns.nobodyReached(), false))
                .contains("\"t99Micros\":null")
                .contains("\"completeness\":null,\"failure\":null,\"elapsedMicros\":null")
                .contains("\"meanDepth\":null");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyRunIsValidJsonInAsciiOnOneLine(RunResult run) throws IOException {
        String json = JsonReport.of(run, true);
        assertThat(read(json)).containsEntry("report", "grapevine-run");
        assertThat(json).matches("[\\x20-\\x7e]+").doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void equalRunsGiveEqualBytesWithoutTheWallClock() {
        RunResult fast = SampleRuns.ordinary(7, 12, 5);
        RunResult slow = SampleRuns.ordinary(7, 12, 5_000_000);
        assertThat(JsonReport.of(fast, false)).isEqualTo(JsonReport.of(slow, false));
        assertThat(JsonReport.of(fast, true)).isNotEqualTo(JsonReport.of(slow, true));
        assertThat(JsonReport.of(fast, true).replace(",\"wallClock\":{\"elapsedNanos\":5}", ""))
                .isEqualTo(JsonReport.of(fast, false));
    }

    @Test
    void hostileTextsStayStrings() throws IOException {
        String text = "\"},\u2028{\"seed\":0,\u0000 \uD83C\uDF47 </script>";
        RunResult run = SampleRuns.with(
                SampleRuns.empty(), SampleRuns.scenario("name", text, 1), List.of(new Violation(text, 1, text)), 1);
        String json = JsonReport.of(run, false);
        assertThat(json).matches("[\\x20-\\x7e]+");
        assertThat(read(json))
                .containsEntry("about", text)
                .containsEntry("violations", List.of(Map.of("checker", text, "atMicros", "1", "what", text)));
    }

    @Test
    void aSweepHasItsPointsWithMeansAndRuns() throws IOException {
        Map<String, @Nullable Object> sweep = read(JsonReport.of(SampleRuns.sweep("0", "0.1"), false));
        assertThat(sweep).containsEntry("report", "grapevine-sweep");
        assertThat((List<?>) sweep.get("points")).hasSize(18).first().satisfies(point -> {
            assertThat((Map<?, ?>) point).extracting("settings").isEqualTo(Map.of("fanout", "2", "loss", "0"));
            assertThat((Map<?, ?>) point)
                    .extracting("runs")
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .hasSize(5);
        });
        assertThat(read(JsonReport.of(List.of(), false))).containsEntry("points", List.of());
    }

    /** An object as a map, numbers as they are written; refuses names that come twice. */
    private static Map<String, @Nullable Object> read(String json) throws IOException {
        JsonFactory strict = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser parser = strict.createParser(json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            Map<String, @Nullable Object> object = object(parser);
            assertThat(parser.nextToken()).isNull();
            return object;
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }
}
