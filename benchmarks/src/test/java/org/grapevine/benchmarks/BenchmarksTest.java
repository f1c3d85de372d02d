package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarksTest {

    @Test
    void allRunInTheHarness() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .mode(Mode.SingleShotTime)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        assertThat(results)
                .extracting(result -> result.getParams().getBenchmark())
                .containsExactlyInAnyOrder(
                        EnvelopeBenchmark.class.getName() + ".headerIndex",
                        EnvelopeBenchmark.class.getName() + ".wholeRead",
                        EnvelopeBenchmark.class.getName() + ".splicedCopy",
                        EnvelopeBenchmark.class.getName() + ".indexAndSplice4",
                        EnvelopeBenchmark.class.getName() + ".woodstoxReserialise",
                        EnvelopeBenchmark.class.getName() + ".jdkDomReserialise",
                        MergeBenchmark.class.getName() + ".ownAndTenPartials",
                        MergeBenchmark.class.getName() + ".ownAndTenPartials",
                        MergeBenchmark.class.getName() + ".tenPartialsByPeriod",
                        MergeBenchmark.class.getName() + ".tenPartialsByPeriod",
                        ProbeBenchmark.class.getName() + ".refusedByType",
                        ProbeBenchmark.class.getName() + ".refusedByType",
                        ProbeBenchmark.class.getName() + ".refusedByScope",
                        ProbeBenchmark.class.getName() + ".refusedByScope",
                        ProbeBenchmark.class.getName() + ".matched",
                        ProbeBenchmark.class.getName() + ".matched",
                        EngineBenchmark.class.getName() + ".duplicate",
                        EngineBenchmark.class.getName() + ".newMessage");
    }

    @Nested
    class AThousandDevicesAndOneProbe {

        private final ProbeBenchmark benchmark = new ProbeBenchmark();

        AThousandDevicesAndOneProbe() {
            benchmark.devices = 1_000;
            benchmark.start();
        }

        @Test
        void refuseWhatNoneHas() throws Exception {
            assertThat(benchmark.refusedByType()).isEmpty();
            assertThat(benchmark.refusedByScope()).isEmpty();
        }

        @Test
        void answerOnceWhatOneHas() throws Exception {
            assertThat(benchmark.matched())
                    .singleElement()
                    .isInstanceOfSatisfying(DiscoveryAction.SendTo.class, answer -> assertThat(
                                    new String(answer.envelope(), StandardCharsets.UTF_8))
                            .contains("ProbeMatches", "http://example.org/rooms/0<"));
        }
    }

    @Nested
    class TheSampleEnvelope {

        @Test
        void hasTheSizesThatTheReadmeStates() throws Exception {
            byte[] bytes = SampleEnvelope.arrived();
            Envelope envelope = SampleEnvelope.READER.readWhole(bytes);

            assertThat(bytes).hasSize(940);
            assertThat(envelope.headerContentEnd() - envelope.headerContentStart())
                    .isEqualTo(632);
            assertThat(envelope.headerBlock(Gossip1.GOSSIP).orElseThrow().attributes())
                    .hasSize(9);
            assertThat(GossipHeader.arrival(envelope)).isPresent();
        }
    }

    @Nested
    class Envelopes {

        private final EnvelopeBenchmark benchmark = new EnvelopeBenchmark();
        private final byte[] arrived = SampleEnvelope.arrived();

        @Test
        void areIndexedWithAllTheirBlocksAndReadToTheEnd() throws Exception {
            assertThat(benchmark.headerIndex().headerBlocks()).hasSize(6);
            assertThat(benchmark.wholeRead().bodyElement()).startsWith("<t:tariff".getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void areCopiedWithTheNextHopAndTheSameBody() throws Exception {
            Envelope copy = SampleEnvelope.READER.readWhole(benchmark.splicedCopy());

            assertThat(copy.to()).contains(SampleEnvelope.TARGETS.get(0).value());
            assertThat(GossipHeader.arrival(copy))
                    .contains(new GossipHeader.Arrival(SampleEnvelope.nextHop(), SampleEnvelope.RELAY));
            assertThat(copy.bodyElement())
                    .isEqualTo(SampleEnvelope.READER.readWhole(arrived).bodyElement());
        }

        @Test
        void comeOutOfTheBaselinesWithAllThatWentIn() throws Exception {
            Envelope original = SampleEnvelope.READER.readWhole(arrived);
            for (byte[] written : List.of(benchmark.woodstoxReserialise(), benchmark.jdkDomReserialise())) {
                Envelope again = SampleEnvelope.READER.readWhole(written);

                assertThat(again.messageId()).isEqualTo(original.messageId());
                assertThat(again.headerBlocks())
                        .extracting(HeaderBlock::name, HeaderBlock::attributes)
                        .containsExactlyElementsOf(original.headerBlocks().stream()
                                .map(block -> tuple(block.name(), block.attributes()))
                                .toList());
                assertThat(again.bodyElement()).hasSameSizeAs(original.bodyElement());
            }
        }
    }

    @Nested
    class Merges {

        @ParameterizedTest
        @ValueSource(strings = {"NATIVE", "XSLT"})
        void sumAnswersHourByHourAndPeriodByPeriod(String form) throws Exception {
            MergeBenchmark benchmark = new MergeBenchmark();
            benchmark.form = form;
            benchmark.resolve();

            Payload merged = benchmark.ownAndTenPartials().orElseThrow();

            String xml = new String(((EncodedPayload) merged).bytes(), StandardCharsets.UTF_8);
            // 11 * 100 and 0 + 1 + ... + 10, and 11 tenths more for each hour.
            assertThat(xml)
                    .contains("<n:reading key=\"00\" value=\"1155\"/>")
                    .contains("<n:reading key=\"23\" value=\"1180.3\"/>");
            assertThat(benchmark.inputBytes()).isEqualTo(10_197);

            Payload byPeriod = benchmark.tenPartialsByPeriod().orElseThrow();
            // Eight times the 100s, and 1 + ... + 10, of each of ten devices; and ten times the tenths.
            assertThat(new String(((EncodedPayload) byPeriod).bytes(), StandardCharsets.UTF_8))
                    .contains("<n:reading key=\"00\" value=\"8468\"/>")
                    .contains("<n:reading key=\"08\" value=\"8532\"/>")
                    .contains("<n:reading key=\"16\" value=\"8596\"/>");
        }
    }

    @Nested
    class TheEngine {

        private final EngineBenchmark benchmark = new EngineBenchmark();

        @Test
        void dropsADuplicateAndDoesNothing() {
            long before = benchmark.stats().dropped(DropReason.DUPLICATE);

            assertThat(benchmark.duplicate()).isEmpty();
            assertThat(benchmark.stats().dropped(DropReason.DUPLICATE)).isEqualTo(before + 1);
        }

        @Test
        void deliversANewMessageAndSendsItToFanoutPeers() {
            List<GossipAction> actions = benchmark.newMessage();

            assertThat(actions).hasSize(1 + EngineBenchmark.FANOUT);
            assertThat(actions.get(0)).isInstanceOf(GossipAction.Deliver.class);
            assertThat(actions.subList(1, actions.size())).hasOnlyElementsOfType(GossipAction.Send.class);
        }

        @Test
        void isInASteadyStateWhereEveryIdIsNew() {
            for (int i = 0; i < 20_000; i++) {
                benchmark.newMessage();
            }

            assertThat(benchmark.stats().dropped().values()).allMatch(count -> count == 0);
            assertThat(benchmark.stats().seen()).isEqualTo(4_000);
            assertThat(benchmark.stats().bufferedBytes()).isEqualTo(4_000L * SampleEnvelope.arrived().length);
        }
    }
}
