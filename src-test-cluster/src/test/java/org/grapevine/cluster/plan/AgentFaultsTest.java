package org.grapevine.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentFaultsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kill 3 at 2s",
                "restart 3 at 5s",
                "stop 1 from 2s until 4s",
                "cut 0,1 from 3s until 13s",
                "drop 0.1 from 0s until 20s",
                "delay 50ms spread 20ms from 0s until 20s",
                "duplicate 0.05 from 0s until 20s",
                "reorder 0.05 by 100ms from 1500ms until 20s",
                "full-disk 2 from 1s until 9s",
                "clock 2 by -3s"
            })
    void areWrittenAsTheyWereRead(String line) {
        assertThat(AgentFaults.write(AgentFaults.parse(line, 4))).isEqualTo(line);
    }

    @Test
    void areReadWithTheUnitsOfScenarioFiles() {
        assertThat(AgentFaults.parse("  drop  10%   from 0s until 1.5m ", 4))
                .isEqualTo(new AgentFault.Drop(0.1, 0, 90_000_000));
        assertThat(AgentFaults.parse("cut 2,1,2 from 3s until 13s", 4))
                .isEqualTo(new AgentFault.Cut(List.of(2, 1), 3_000_000, 13_000_000));
        assertThat(AgentFaults.parse("clock 0 by 250us", 4)).isEqualTo(new AgentFault.Clock(0, 250));
    }

    @Test
    void tellHowTheyAreWritten() {
        assertThat(AgentFaults.forms()).hasSize(10).contains("kill AGENT at TIME");
    }

    @Nested
    class AreRefused {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                textBlock =
                        """
                        explode 3 at 2s                     | fault: 'explode 3 at 2s' (expected: one of kill, restart, stop, cut, drop, delay, duplicate, reorder, full-disk, clock)
                        ''                                  | fault: '' (expected: one of kill, restart, stop, cut, drop, delay, duplicate, reorder, full-disk, clock)
                        kill 3                              | fault: 'kill 3' (expected: kill AGENT at TIME)
                        kill 3 on 2s                        | fault: 'kill 3 on 2s' (expected: kill AGENT at TIME)
                        kill 4 at 2s                        | fault 'kill 4 at 2s': agent: 4 (expected: 0..3)
                        kill -1 at 2s                       | fault 'kill -1 at 2s': agent: -1 (expected: 0..3)
                        kill all at 2s                      | fault 'kill all at 2s': agent: all (expected: 0..3)
                        kill 3 at 2                         | fault 'kill 3 at 2': at: 2 (expected: a duration such as 250us, 15ms, 1.5s, 10m or 2h)
                        kill 3 at -2s                       | fault 'kill 3 at -2s': at: -2s (expected: 0s..24h)
                        stop 1 from 4s until 4s             | fault 'stop 1 from 4s until 4s': until: 4s (expected: later than 4s)
                        cut 0,1,2,3 from 1s until 2s        | fault 'cut 0,1,2,3 from 1s until 2s': agents: 0,1,2,3 (expected: not all 4, for a cut has two sides)
                        cut 0, from 1s until 2s             | fault 'cut 0, from 1s until 2s': agent:  (expected: 0..3)
                        drop 110% from 0s until 1s          | fault 'drop 110% from 0s until 1s': drop: 110% (expected: a share such as 0.05 or 5%)
                        reorder 5% by 2h from 0s until 1s   | fault 'reorder 5% by 2h from 0s until 1s': by: 2h (expected: 0s..1h)
                        clock 1 by 2h                       | fault 'clock 1 by 2h': by: 2h (expected: -1h..1h)
                        """)
        void withTheValueAndWhatIsExpected(String line, String message) {
            assertThatThrownBy(() -> AgentFaults.parse(line, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }

        @Test
        void whenTheyAreTooMany() {
            assertThatThrownBy(() -> AgentFaults.parse(Collections.nCopies(501, "kill 1 at 1s"), 4))
                    .hasMessage("faults: 501 (expected: at most 500)");
        }

        @Test
        void whenALineIsTooLong() {
            assertThatThrownBy(() -> AgentFaults.parse("kill " + "1".repeat(5_000) + " at 1s", 4))
                    .hasMessage("fault: 5011 characters (expected: at most 4000)");
        }
    }
}
