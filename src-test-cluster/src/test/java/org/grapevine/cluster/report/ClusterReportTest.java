package org.grapevine.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.cluster.record.Entry;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.check.Violation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterReportTest {

    private final Made made = new Made();

    private static List<String> broken(ClusterReport report) {
        return report.measured().violations().stream().map(Violation::checker).toList();
    }

    @Nested
    class ARunInWhichAllWentWell {

        private final ClusterReport report = made.pushToAll().asked().answered().report();

        @Test
        void keepsAllPromises() {
            assertThat(broken(report)).isEmpty();
            assertThat(report.isKept()).isTrue();
        }

        @Test
        void deliversToEveryLiveDeviceExactlyOnce() {
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 12, 12, 0));
            assertThat(report.deliveries().isExactlyOnce()).isTrue();
        }

        @Test
        void isMeasuredAsASimulatedRunIs() {
            assertThat(report.measure(Measure.COVERAGE)).isEqualTo(1);
            assertThat(report.measure(Measure.MEAN_HOPS)).isEqualTo((5 + 12 + 11) / 22.0);
            assertThat(report.measure(Measure.MOST_HOPS)).isEqualTo(2);
            assertThat(report.measure(Measure.COPIES)).isEqualTo(10);
            assertThat(report.measure(Measure.CONTROLS)).isEqualTo(20);
            assertThat(report.measure(Measure.T50)).isEqualTo(50);
            assertThat(report.measure(Measure.T100)).isEqualTo(110);
            assertThat(report.measure(Measure.ANSWERED)).isEqualTo(1);
            assertThat(report.measure(Measure.COMPLETENESS)).isEqualTo(1);
        }

        @Test
        void hasAnAnswerFromWhichNobodyIsMissing() {
            Answer answer = report.answers().get(0);

            assertThat(answer.counted()).isEqualTo(12);
            assertThat(answer.missing()).isEmpty();
            assertThat(answer.saysWhole()).isTrue();
            assertThat(answer.isHonest()).isTrue();
        }
    }

    @Nested
    class APromiseThatIsBroken {

        @Test
        void isADeviceThatGotAMessageTwice() {
            ClusterReport report = made.pushToAll()
                    .add(new Entry.Delivered(5_000_000, 7, Made.PUSH, 3))
                    .report();

            assertThat(broken(report)).containsExactly("at-most-once");
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 12, 12, 1));
            assertThat(report.isKept()).isFalse();
        }

        @Test
        void isALiveDeviceThatNeverGotOne() {
            ClusterReport report = made.pushToAll().remove(Made.delivered(7)).report();

            assertThat(broken(report)).containsExactly("delivered");
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 12, 11, 0));
            assertThat(report.deliveries().isExactlyOnce()).isFalse();
        }

        @Test
        void isAnAnswerThatSaysItIsWholeAndIsNot() {
            Completeness whole = new Completeness(11, 0, 0, 0, 0, 1);
            ClusterReport report =
                    made.asked().add(Made.answer(IntStream.range(0, 11), whole)).report();

            assertThat(broken(report)).containsExactly("honest-answers");
            assertThat(report.answers().get(0).missing()).containsExactly(11);
            assertThat(report.areAnswersHonest()).isFalse();
        }

        @Test
        void isAnAnswerThatCountsWhomItDoesNotHave() {
            Completeness much = new Completeness(12, 0, 0, 1, 0, 1);
            ClusterReport report =
                    made.asked().add(Made.answer(IntStream.range(0, 11), much)).report();

            assertThat(broken(report)).containsExactly("counted-once");
            assertThat(report.areAnswersHonest()).isFalse();
        }

        @Test
        void isARequestThatNeverEnds() {
            assertThat(broken(made.asked().report())).containsExactly("requests-end");
        }
    }

    @Test
    void anAnswerMayLackDevicesIfItSaysSo() {
        Completeness partial = new Completeness(11, 0, 0, 1, 0, 1);
        ClusterReport report =
                made.asked().add(Made.answer(IntStream.range(0, 11), partial)).report();

        assertThat(report.isKept()).isTrue();
        assertThat(report.answers().get(0).missingInAll()).isEqualTo(1);
        assertThat(report.measure(Measure.COMPLETENESS)).isEqualTo(11 / 12.0);
    }

    @Nested
    class AnAgentThatWasKilled {

        @Test
        void owesNothingFromThenOn() {
            made.pushToAll();
            List<Entry> journal = new ArrayList<>(made.entries.getOrDefault(1, List.of()));
            journal.removeIf(entry -> entry.atMicros() > 1_050_000);

            ClusterReport report = made.killed(1, 1_050_000, journal).report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 8, 8, 0));
            assertThat(report.measured().spreads().get(0).devices()).isEqualTo(12);
            assertThat(report.measured().spreads().get(0).reached()).isEqualTo(10);
        }

        @Test
        void countsAsUpUntilItWentThoughNobodyCanReadItsJournal() {
            ClusterReport report =
                    made.pushToAll().killed(1, 1_500_000, List.of()).report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 8, 8, 0));
            assertThat(report.notes())
                    .contains(
                            "agent 1: nobody could read what it had written down; its devices count as up until it went, at"
                                    + " 1500 ms, and as not reached");
        }

        @Test
        void isGoneNotBeforeTheLastThingThatItWroteDown() {
            made.pushToAll();
            List<Entry> journal = List.copyOf(made.entries.getOrDefault(1, List.of()));

            assertThat(broken(made.killed(1, 1_050_000, journal).report())).isEmpty();
        }

        @Test
        void mayStartAgainAndGetWhatItHadBefore() {
            made.pushToAll();
            List<Entry> journal = List.copyOf(made.entries.getOrDefault(1, List.of()));
            made.killed(1, 3_000_000, journal);
            made.entries.put(1, new ArrayList<>());
            for (int device = 1; device < Made.DEVICES; device += Made.AGENTS) {
                made.add(new Entry.Started(5_000_000, device));
                made.add(new Entry.Delivered(6_000_000, device, Made.PUSH, 2));
            }

            ClusterReport report = made.report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.deliveries().twice()).isZero();
        }

        @Test
        void mayHaveBeenThePublisher() {
            ClusterReport report =
                    made.pushToAll().killed(0, 1_001_000, List.of()).report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.deliveries()).isEqualTo(new Deliveries(1, 8, 8, 0));
            assertThat(report.notes())
                    .contains("message 0: nobody told of its publication; taken to be that of its first delivery");
        }
    }

    @Nested
    class ClocksThatDiffer {

        @Test
        void doNotMakeADeliveryCountBeforeItsPublication() {
            ClusterReport report = made.pushToAll()
                    .remove(Made.delivered(4))
                    .add(new Entry.Delivered(999_400, 4, Made.PUSH, 1))
                    .report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.notes()).contains("clocks: something was delivered up to 600 µs before it was published");
        }

        @Test
        void doNotMakeAnAnswerCountWhomNobodyAsked() {
            Entry asked = new Entry.Delivered(2_010_000, 4, Made.REQUEST, 1);
            ClusterReport report = made.asked()
                    .answered()
                    .remove(asked)
                    .add(new Entry.Delivered(2_300_700, 4, Made.REQUEST, 1))
                    .report();

            assertThat(broken(report)).isEmpty();
            assertThat(report.notes()).contains("clocks: a device was asked up to 700 µs after its answer had come");
        }
    }

    @Test
    void entriesThatMakeNoSenseAreLeftOutAndTold() {
        made.entries.getOrDefault(0, List.of()).add(new Entry.Started(0, 5_000));
        ClusterReport report = made.pushToAll()
                .add(new Entry.Failed(3_000_000, 0, 77, "what?"))
                .report();

        assertThat(report.isKept()).isTrue();
        assertThat(report.notes())
                .contains(
                        "1 entries of devices that there are not were left out",
                        "message 77 (expected: one that was published) is left out");
    }

    @Test
    void aRecordFullOfNonsenseHasFewNotes() {
        made.pushToAll();
        IntStream.range(100, 1_100).forEach(message -> made.add(new Entry.Failed(3_000_000, 0, message, "what?")));

        assertThat(made.report().notes()).hasSizeLessThan(210).contains("and 800 more of the record");
    }

    @Nested
    class APage {

        private final ClusterReport report = made.pushToAll()
                .asked()
                .answered()
                .killed(1, 50_000_000, List.copyOf(made.entries.getOrDefault(1, List.of())))
                .report(2);

        @Test
        void andALineOfJsonHaveMeasuredBesidePredicted() {
            assertThat(report.json())
                    .startsWith("{\"report\":\"grapevine-cluster\",\"version\":1,\"scenario\":\"street\",\"seed\":1,"
                            + "\"devices\":12,\"agents\":3,\"faults\":[\"kill 1 at 50s\"],\"endMicros\":120000000,"
                            + "\"kept\":true,\"violationsInAll\":0,\"violations\":[],\"notChecked\":[\"answers\",")
                    .contains("\"deliveries\":{\"pushes\":1,\"live\":8,\"reached\":8,\"twice\":0,\"exactlyOnce\":true}")
                    .contains("\"predictionSeeds\":2")
                    .contains("{\"measure\":\"coverage\",\"measured\":1,\"predictedMean\":1,\"predictedLeast\":1,"
                            + "\"predictedGreatest\":1,\"bound\":\"range ± 0.001\",\"verdict\":\"agrees\"}"
                                    .replace("±", "\\u00B1"))
                    .contains("{\"agent\":1,\"lostMicros\":50000000,\"process\":null}")
                    .contains("\"notes\":[\"agent 2: came late\"")
                    .contains("\"measured\":{\"report\":\"grapevine-run\"")
                    .doesNotContain("\n");
        }

        @Test
        void hasEveryPart() {
            assertThat(report.html(false))
                    .contains("<h1><bdi>Cluster run of street</bdi></h1>")
                    .contains("8 of 8 deliveries owed to live devices over 1 push, none twice.")
                    .contains("kill 1 at 50s")
                    .contains("Measured and predicted")
                    .contains("1, lost at 50 s")
                    .contains("agent 2: came late")
                    .contains("every control message")
                    .doesNotContain("<script");
        }

        @Test
        void hasTheSameForTheTerminal() {
            assertThat(report.text())
                    .contains("8 of 8 deliveries owed to live devices over 1 push, none twice.")
                    .anyMatch(line -> line.startsWith("coverage of the live") && line.endsWith("agrees"))
                    .anyMatch(line -> line.startsWith("2 s") && line.endsWith("yes"))
                    .contains("note: agent 2: came late")
                    .last()
                    .asString()
                    .startsWith("all promises kept");
        }

        @Test
        void isWrittenIntoAFolderWithItsPlots(@TempDir Path folder) throws Exception {
            List<Path> files = report.write(folder.resolve("report"), true);

            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .contains("report.json", "report.html", "infection.svg", "hops.png", "load.svg")
                    .doesNotContain("bytes.svg");
            assertThat(Files.readString(files.get(0))).isEqualTo(report.json() + "\n");
            assertThat(report.write(folder.resolve("report"), false)).hasSize(2);
        }
    }
}
