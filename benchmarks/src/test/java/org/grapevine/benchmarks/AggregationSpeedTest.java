package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.grapevine.grid.sample.SampleGrid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AggregationSpeedTest {

    @Test
    @Timeout(180)
    void printsARowForEachWayAndStateAndCountsEverybodyWhileAllAreHealthy() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            AggregationSpeed.run(new AggregationSpeed.Trial(new SampleGrid("few", 1, 3, 6), 0, 1, 2, 1_000, 1));
        } finally {
            System.setOut(before);
        }

        List<String> rows = out.toString(StandardCharsets.UTF_8).lines().skip(3).toList();
        assertThat(rows).hasSize(12);
        assertThat(rows.subList(0, 5)).allMatch(row -> row.matches(".* healthy .* 1\\.0000, least 1\\.000 +2 .*"));
        assertThat(rows).filteredOn(row -> row.startsWith("reply tree")).hasSize(4);
        assertThat(rows).filteredOn(row -> row.contains("5 % gone")).hasSize(3);
    }

    @Test
    void whoIsBehindADeadMeterIsNotReached() {
        SampleGrid grid = new SampleGrid("few", 1, 3, 6);

        assertThat(SpeedGrid.reachable(grid, Set.of("sm-2", "ied-6")))
                .containsExactly("is", "ssc-1", "sm-1", "sm-3", "ied-1", "ied-2", "ied-5");
    }
}
