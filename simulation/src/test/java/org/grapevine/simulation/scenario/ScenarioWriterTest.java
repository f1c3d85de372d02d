package org.grapevine.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.yaml.YamlText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioWriterTest {

    private static final int SCENARIOS = 1_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsWrittenIsReadAsTheSameScenario(long seed) {
        GeneratedScenarios generated = new GeneratedScenarios(seed);
        for (int i = 0; i < SCENARIOS; i++) {
            Scenario scenario = generated.next();
            String yaml = ScenarioWriter.write(scenario);

            assertThat(ScenarioFile.read(yaml, "f.yaml")).as(yaml).isEqualTo(scenario);
            assertThat(yaml).matches("[ -~\n\u00A1-\u024F]*");
        }
    }

    @Test
    void whatAReaderAssumesIsLeftOut() {
        Scenario scenario = new Scenario(
                "flat",
                "",
                List.of(Link.perfect("lan", new Latency.Constant(10_000))),
                List.of(new SegmentKind("all", "lan")),
                List.of(DeviceGroup.of("origin", 1, "all"), DeviceGroup.of("peer", 999, "all")),
                GossipConfig.defaults(),
                0,
                1_000,
                1_000,
                false,
                List.of(new Workload.Push(
                        1_000_000,
                        Source.first("origin"),
                        Workload.Repetition.once(),
                        1_200,
                        Workload.Spread.eager(0, 0),
                        30_000,
                        0)),
                List.of(new Fault.Pause(1_500_000, 90_000_000, Who.share("peer", 0.05))),
                0);

        assertThat(ScenarioWriter.write(scenario))
                .isEqualTo(
                        """
                        scenario: flat
                        links:
                          lan: { latency: { constant: 10ms } }
                        segments:
                          all: { link: lan }
                        devices:
                          origin: { count: 1, in: [all] }
                          peer: { count: 999, in: [all] }
                        workload:
                          - push: { at: 1s, from: origin, repair: none }
                        faults:
                          - pause: { at: 1500ms, until: 90s, who: { group: peer, share: 0.05 } }
                        """);
    }

    @Test
    void theLargestScenarioFitsIntoAFile() {
        List<String> names = IntStream.range(0, Limits.MAX_ENTRIES)
                .mapToObj(i -> "n".repeat(37) + (i + 100))
                .toList();
        long odd = Limits.MAX_MICROS - 1;
        double long17 = 0.12345678901234566;
        Who who = Who.share(names.get(0), long17);
        Scenario largest = new Scenario(
                "n".repeat(80),
                "\u0001".repeat(Limits.MAX_ABOUT),
                names.stream()
                        .map(name -> new Link(
                                name,
                                new Latency.LogNormal(odd, long17, odd),
                                long17,
                                long17,
                                long17,
                                odd,
                                999_999_999_999L,
                                true,
                                (1L << 40) - 1))
                        .toList(),
                names.stream().map(name -> new SegmentKind(name, name, true)).toList(),
                names.stream()
                        .map(name -> new DeviceGroup(
                                name, 19_999, names.subList(400, 400 + Limits.MAX_KINDS), null, odd, odd))
                        .toList(),
                GossipConfig.defaults(),
                0,
                odd,
                odd,
                true,
                Collections.nCopies(
                        Limits.MAX_ENTRIES,
                        new Workload.Request(
                                odd,
                                new Source(names.get(0), Source.Pick.ONE, 19_998),
                                new Workload.Repetition(999_999, odd, odd),
                                (1 << 20) - 1,
                                (1 << 20) - 1,
                                new Workload.Spread(GossipVariant.MULTICAST, 63, 254, 254, false),
                                86_399_999,
                                new Workload.Replies(
                                        ReplyMode.FIRST,
                                        Integer.MAX_VALUE,
                                        Integer.MAX_VALUE,
                                        true,
                                        8_999_999,
                                        8_999_998))),
                Collections.nCopies(Limits.MAX_ENTRIES, new Fault.Churn(odd - 1, odd, who, long17, odd)),
                odd);

        String yaml = ScenarioWriter.write(largest);

        assertThat(yaml.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(YamlText.MAX_BYTES);
        assertThat(ScenarioFile.read(yaml, "f.yaml")).isEqualTo(largest);
    }
}
