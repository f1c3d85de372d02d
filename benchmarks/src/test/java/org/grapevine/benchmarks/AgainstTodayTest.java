package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AgainstTodayTest {

    @Test
    @Timeout(180)
    void everyWayReachesEveryDeviceOnceAndThoseThatAreNotSilentAnyway() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            AgainstToday.run(new AgainstToday.Trial(5, 1, 2, 1, 1, Duration.ZERO, Duration.ofMillis(1), 1, 1));
        } finally {
            System.setOut(before);
        }

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).filteredOn(line -> line.endsWith(" 1.00000")).hasSize(TodayWay.values().length);
        assertThat(lines)
                .filteredOn(line -> line.matches(".* 1 +[0-9.]+ +[0-9.]+ +([0-9.]+|-) +[0-9.]+ +[0-9.]+"))
                .hasSize(TodayWay.values().length);
        assertThat(lines)
                .filteredOn(line -> line.matches(".* 1( +[0-9]+\\.[0-9]){4}"))
                .hasSize(TodayWay.values().length);
    }
}
