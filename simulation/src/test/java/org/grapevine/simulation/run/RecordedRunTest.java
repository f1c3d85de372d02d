package org.grapevine.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.check.Checkers;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.report.JsonReport;
import org.grapevine.simulation.report.ReportFolder;
import org.grapevine.simulation.report.ReportOptions;
import org.grapevine.simulation.report.RequestResult;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SpreadResult;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Recording;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened at real devices is judged and reported as a simulated run is. */
class RecordedRunTest {

    private static final int DEVICES = 5;
    private static final long END = 200_000_000;

    private final Scenario scenario = ScenarioFile.read(
            """
            scenario: street
            links:
              lan: { latency: { constant: 1ms } }
            segments:
              street: { link: lan }
            devices:
              meter: { count: 5, in: [street] }
            engine: { allowed-clock-error: 0s }
            workload:
              - push: { at: 1s, from: meter, lifetime: 100s, order: origin }
              - push: { at: 2s, from: meter, lifetime: 100s, order: origin }
              - request: { at: 3s, from: meter, timeout: 10s }
              - request: { at: 3s, from: meter, timeout: 10s, replies: collect }
            """,
            "street.yaml");

    private final Recording recording = new Recording();

    @BeforeEach
    void allAreUp() {
        IntStream.range(0, DEVICES).forEach(device -> recording.started(-2_000, device));
    }

    private void push(int number, long atMicros) {
        recording.published(atMicros, 0, number, scenario.workload().get(number));
        recording.delivered(atMicros, 0, number, 0);
    }

    private void pushReachesAll(int number, long atMicros) {
        push(number, atMicros);
        IntStream.range(1, DEVICES)
                .forEach(device -> recording.delivered(atMicros + 1_000L * device, device, number, device < 3 ? 1 : 2));
    }

    private void request(int number) {
        recording.published(3_000_000, 0, number, scenario.workload().get(number));
        IntStream.range(0, DEVICES)
                .forEach(device -> recording.delivered(3_001_000, device, number, device == 0 ? 0 : 1));
    }

    private static CountedDevices value(int... devices) {
        BitSet who = new BitSet();
        long sum = 0;
        for (int device : devices) {
            who.set(device);
            sum += CountedDevices.valueOf(device);
        }
        return new CountedDevices(who, sum, 0);
    }

    private static Completeness whole(int counted) {
        return new Completeness(counted, 0, 0, 0, 0, 1);
    }

    private RunResult run() {
        return Run.recorded(scenario, 1, recording, END);
    }

    private List<String> broken() {
        return run().violations().stream().map(Violation::checker).toList();
    }

    private String firstBroken() {
        return run().violations().get(0).what();
    }

    @Nested
    class ARunWithoutFault {

        @Test
        void keepsAllPromisesAndTellsHowFarEachMessageCame() {
            pushReachesAll(0, 1_000_000);

            RunResult run = run();

            assertThat(run.violations()).isEmpty();
            SpreadResult spread = run.spreads().get(0);
            assertThat(spread.devices()).isEqualTo(DEVICES);
            assertThat(spread.reachedOfOwed()).isEqualTo(DEVICES);
            assertThat(spread.t100Micros()).isEqualTo(4_000);
            assertThat(spread.lastHop()).isEqualTo(2);
            assertThat(run.hops().y()).containsExactly(2, 2);
            assertThat(run.virtualMicros()).isEqualTo(END);
        }

        @Test
        void tellsWhatDevicesSentButNothingThatNobodySaw() {
            pushReachesAll(0, 1_000_000);
            IntStream.range(0, 4).forEach(device -> recording.counted(device, 10 + device, 5));

            RunResult run = run();

            assertThat(run.spreads().get(0).copies()).isEqualTo(46);
            assertThat(run.sentPerDevice().mean()).isEqualTo(16.5);
            assertThat(run.traffic().sentByKind()).isEqualTo(Map.of("Copy", 46L, "Control", 20L));
            assertThat(run.traffic().received()).isEqualTo(RunResult.UNSEEN);
            assertThat(JsonReport.of(run, false))
                    .contains("\"copies\":46", "\"repaired\":null", "\"received\":null", "\"redundancy\":null");
        }

        @Test
        void doesNotSayWhichOfSeveralMessagesTookWhat() {
            pushReachesAll(0, 1_000_000);
            pushReachesAll(1, 2_000_000);
            recording.counted(0, 10, 5);

            assertThat(run().spreads()).extracting(SpreadResult::copies).containsOnly((long) RunResult.UNSEEN);
        }

        @Test
        void hasARequestWithItsAnswer() {
            request(2);
            recording.completed(3_050_000, 0, 2, Optional.of(value(0, 1, 2, 3, 4)), whole(DEVICES));

            RunResult run = run();

            assertThat(run.violations()).isEmpty();
            RequestResult request = run.requests().get(0);
            assertThat(request.stayedInside()).isEqualTo(DEVICES);
            assertThat(request.elapsedMicros()).isEqualTo(50_000);
            assertThat(request.meanDepth()).isEqualTo(1);
        }

        @Test
        void hasARequestThatCollects() {
            request(3);
            recording.collected(3_020_000, 0, 3, List.of(0, 2));
            recording.collected(3_030_000, 0, 3, List.of(1, 3, 4));
            recording.completed(3_050_000, 0, 3, Optional.empty(), whole(DEVICES));

            assertThat(run().violations()).isEmpty();
            assertThat(run().requests().get(0).samples()).isEqualTo(DEVICES);
        }

        @Test
        void hasAllTheReportsThatASimulatedRunHas(@TempDir Path folder) throws Exception {
            pushReachesAll(0, 1_000_000);
            recording.counted(1, 10, 5);

            assertThat(ReportFolder.write(folder.resolve("report"), run(), ReportOptions.of("", "")))
                    .hasSizeGreaterThan(5);
        }
    }

    @Nested
    class ABrokenPromise {

        @Test
        void isADeviceThatGotAMessageTwice() {
            pushReachesAll(0, 1_000_000);
            recording.delivered(1_500_000, 3, 0, 2);

            assertThat(broken()).containsExactly("at-most-once", "order");
            assertThat(firstBroken()).startsWith("meter sim:3 got ").endsWith(" again");
        }

        @Test
        void isADeviceThatNeverGotOne() {
            push(0, 1_000_000);
            IntStream.range(1, 4).forEach(device -> recording.delivered(1_001_000, device, 0, 1));

            assertThat(broken()).containsExactly("delivered");
            assertThat(firstBroken()).contains("meter sim:4 never got");
        }

        @Test
        void isAMessagePastItsLifetime() {
            pushReachesAll(0, 1_000_000);
            recording.stopped(50_000_000, 3, false);
            recording.started(60_000_000, 3);
            recording.delivered(102_100_000, 3, 0, 1);

            assertThat(broken()).containsExactly("within-lifetime");
        }

        @Test
        void isNotOneThatWaitedForAProcessorWhenItExpired() {
            pushReachesAll(0, 1_000_000);
            recording.stopped(50_000_000, 3, false);
            recording.started(60_000_000, 3);
            recording.delivered(101_900_000, 3, 0, 1);

            assertThat(broken()).isEmpty();
        }

        @Test
        void isAnEarlierMessageAfterALaterOne() {
            pushReachesAll(0, 1_000_000);
            push(1, 2_000_000);
            recording.stopped(50_000_000, 3, false);
            IntStream.of(1, 2, 4).forEach(device -> recording.delivered(2_001_000, device, 1, 1));
            recording.started(51_000_000, 3);
            recording.delivered(52_000_000, 3, 1, 1);
            recording.delivered(53_000_000, 3, 0, 1);

            assertThat(broken()).containsExactly("order");
        }

        @Test
        void isAnAnswerWhoseSumIsNotThatOfItsDevices() {
            request(2);
            CountedDevices right = value(0, 1, 2, 3, 4);
            recording.completed(
                    3_050_000, 0, 2, Optional.of(new CountedDevices(right.who(), right.sum() + 1, 0)), whole(DEVICES));

            assertThat(broken()).containsExactly("counted-once");
        }

        @Test
        void isAnAnswerThatSaysItIsWholeAndIsNot() {
            request(2);
            recording.completed(3_050_000, 0, 2, Optional.of(value(0, 1, 2, 4)), whole(4));

            assertThat(broken()).containsExactly("honest-answers");
            assertThat(run().requests().get(0).isWrong()).isTrue();
        }

        @Test
        void isAValueCollectedTwice() {
            request(3);
            recording.collected(3_020_000, 0, 3, List.of(0, 1, 2, 3, 4));
            recording.collected(3_030_000, 0, 3, List.of(2));
            recording.completed(3_050_000, 0, 3, Optional.empty(), whole(DEVICES));

            assertThat(broken()).containsExactly("collected-once");
        }

        @Test
        void isARequestThatNeverEnds() {
            request(2);

            assertThat(broken()).containsExactly("requests-end");
        }

        @Test
        void isADeviceThatActsWhileItIsDown() {
            pushReachesAll(0, 1_000_000);
            recording.stopped(2_000_000, 4, true);
            recording.delivered(5_000_000, 4, 0, 1);

            assertThat(broken()).contains("time");
        }
    }

    @Nested
    class DevicesThatWent {

        @Test
        void areOwedNothingFromThenOn() {
            push(0, 1_000_000);
            recording.stopped(1_000_500, 4, false);
            IntStream.range(1, 4).forEach(device -> recording.delivered(1_001_000, device, 0, 1));

            RunResult run = run();

            assertThat(run.violations()).isEmpty();
            assertThat(run.spreads().get(0).devices()).isEqualTo(DEVICES);
            assertThat(run.spreads().get(0).owed()).isEqualTo(4);
            assertThat(run.spreads().get(0).reachedOfOwed()).isEqualTo(4);
        }

        @Test
        void mayGetAMessageAgainWhenTheyComeBack() {
            pushReachesAll(0, 1_000_000);
            recording.stopped(2_000_000, 4, false);
            recording.started(3_000_000, 4);
            recording.delivered(4_000_000, 4, 0, 1);

            assertThat(broken()).isEmpty();
        }

        @Test
        void haveEndedBeforeTheyStartAgainThoughNobodySawIt() {
            List<String> seen = new ArrayList<>();
            recording.started(3_000_000, 4);
            World world = World.recorded(scenario.withUntil(END), 1, recording, List.of(new Observer() {
                @Override
                public void stopped(long now, Device device) {
                    seen.add("stopped " + device.index());
                }

                @Override
                public void started(long now, Device device) {
                    seen.add("started " + device.index());
                }
            }));

            world.run((now, events, waiting) -> {});

            assertThat(seen).endsWith("started 4", "stopped 4", "started 4");
        }
    }

    @Test
    void refusesADeliveryOfWhatNobodyPublished() {
        recording.delivered(1_000_000, 3, 7, 1);

        assertThatThrownBy(() -> run()).hasMessage("message: 7 (expected: one that was published before)");
    }

    @Test
    void everyPromiseIsEitherCheckedOrNamedAsUnseen() {
        assertThat(new TreeSet<>(Checkers.unseen().keySet()))
                .containsExactly(
                        "answers",
                        "bounded-tables",
                        "budget",
                        "conservation",
                        "fetches",
                        "never-to-self",
                        "overlay",
                        "quiet-answers",
                        "rounds",
                        "views");
    }

    @Test
    void settledStrikesHitTheseDevicesAndNoOthers() {
        Scenario struck = ScenarioFile.read(
                """
                scenario: struck
                devices:
                  meter: { count: 20 }
                faults:
                  - crash: { at: 1s, who: { share: 10% } }
                  - restart: { at: 2s, who: { share: 100% } }
                """,
                "struck.yaml");
        BitSet some = new BitSet();
        some.set(3);
        some.set(17);
        List<Integer> stopped = new ArrayList<>();
        World world = World.of(
                struck,
                1,
                List.of(new Observer() {
                    @Override
                    public void stopped(long now, Device device) {
                        stopped.add(device.index());
                    }
                }),
                Map.of(0, some));

        world.run((now, events, waiting) -> {});

        assertThat(stopped).containsExactly(3, 17);
        assertThat(IntStream.range(0, 20)
                        .allMatch(device -> world.device(device).isUp()))
                .isTrue();
    }
}
