package org.grapevine.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.cluster.record.Entry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How far a push came, among the devices that were live to the end. */
class ReachTest {

    private final Made made = new Made();

    private static Reach only(ClusterReport report) {
        assertThat(report.pushes()).hasSize(1);
        return report.pushes().get(0);
    }

    @Test
    void isTakenDownForEveryPush() {
        Reach push = only(made.pushToAll().asked().answered().report());

        assertThat(push).isEqualTo(new Reach(0, 1_000_000, 12, 12, List.of(), 50_000, 110_000, 110_000));
        assertThat(push.missingInAll()).isZero();
    }

    @Nested
    class WhenAnAgentWasKilled {

        /** Devices 1, 4, 7 and 10 are gone, two of them before the push had come. */
        private ClusterReport killed() {
            made.pushToAll();
            List<Entry> journal = new ArrayList<>(made.entries.getOrDefault(1, List.of()));
            journal.removeIf(entry -> entry.atMicros() > 1_050_000);
            return made.killed(1, 1_050_000, journal).report(2);
        }

        @Test
        void theDeadCountInNoTime() {
            Reach push = only(killed());

            // The live are 0, 2, 3, 5, 6, 8, 9 and 11, each 10 ms times its number after the publication.
            assertThat(push).isEqualTo(new Reach(0, 1_000_000, 8, 8, List.of(), 50_000, 110_000, 110_000));
        }

        @Test
        void everyReportHasTimesOfTheLive() {
            ClusterReport report = killed();

            assertThat(report.measure(Measure.T50)).isEqualTo(50);
            assertThat(report.measure(Measure.T99)).isEqualTo(110);
            assertThat(report.measure(Measure.T100)).isEqualTo(110);
            assertThat(report.text()).anyMatch(line -> line.startsWith("time to all") && line.contains("110 ms"));
            assertThat(report.json())
                    .contains("{\"measure\":\"t100Ms\",\"measured\":110,")
                    .contains("\"pushes\":[{\"from\":0,\"atMicros\":1000000,\"live\":8,\"reached\":8,"
                            + "\"t50Micros\":50000,\"t99Micros\":110000,\"t100Micros\":110000,\"missingInAll\":0,"
                            + "\"missing\":[]}]");
            assertThat(report.html(false))
                    .contains("How far each push came among the devices that were live to the end")
                    .contains("nobody");
        }

        @Test
        void thePredictionCountsInTheSameWay() {
            Prediction prediction = killed().prediction();

            assertThat(prediction).isNotNull();
            assertThat(prediction.range(Measure.T100).runs()).isEqualTo(2);
        }
    }

    @Nested
    class WhenLiveDevicesWereNotReached {

        private ClusterReport without(IntStream devices) {
            made.pushToAll();
            devices.forEach(device -> made.remove(Made.delivered(device)));
            return made.report();
        }

        @Test
        void theReportNamesThem() {
            ClusterReport report = without(IntStream.of(7, 11));

            assertThat(only(report)).isEqualTo(new Reach(0, 1_000_000, 12, 10, List.of(7, 11), 50_000, -1, -1));
            assertThat(report.text())
                    .anyMatch(line -> line.contains("not reached"))
                    .anyMatch(line -> line.startsWith("1 s") && line.contains("never") && line.endsWith("7, 11"));
            assertThat(report.json()).contains("\"t99Micros\":null", "\"missingInAll\":2,\"missing\":[7,11]}");
            assertThat(report.html(false)).contains("7, 11");
        }

        @Test
        void aPushThatReachedAllHasNoRowInTheTerminal() {
            assertThat(without(IntStream.empty()).text()).noneMatch(line -> line.contains("not reached"));
        }
    }

    @Test
    void ofManyTheFirstFewAreNamed() {
        Reach push = new Reach(
                3, 0, 200, 100, IntStream.range(0, Reach.SHOWN).boxed().toList(), 5, -1, -1);
        Reach whole = new Reach(4, 7, 200, 200, List.of(), 5, 6, 7);

        List<List<String>> rows = ReportTables.pushes(List.of(whole, push), 2);

        assertThat(rows.get(1))
                .endsWith("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 80 more");
        assertThat(rows.get(2)).endsWith("nobody");
        assertThat(ReportTables.pushes(List.of(whole, push), 1)).hasSize(2);
    }
}
