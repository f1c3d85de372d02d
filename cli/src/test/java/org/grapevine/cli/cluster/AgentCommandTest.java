package org.grapevine.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentCommandTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "agent | agent: nobody to join (expected: --join HOST:PORT, --multicast or --dns NAME)",
                "agent --join here | --join: 'here' (expected: HOST:PORT)",
                "agent --join 127.0.0.1:0 | --join: 0 (expected: 1..65535)",
                "agent --join 127.0.0.1:7800 --multicast | --join, --multicast, --dns: several (expected: one of them)",
                "agent --multicast 127.0.0.1:7555 | group: 127.0.0.1 (expected: a multicast address)",
                "agent --join 127.0.0.1:7800 --wait 0 | --wait: 0 (expected: 0.1..86400 seconds)",
            })
    void wrongOptionsAreToldInOneLine(String words, String message) {
        CommandLineRun run = CommandLineRun.of(words.strip().split(" "));
        assertThat(run.err()).containsExactly("grapevine: " + message.strip());
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void anAgentWithoutACoordinatorEndsAndSaysWhereItLooked() throws Exception {
        CommandLineRun run = CommandLineRun.of("agent", "--join", "127.0.0.1:1", "--wait", "0.2");
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0))
                .startsWith("grapevine: coordinator: none in cluster grapevine at ")
                .endsWith("(expected: one within 200 ms)");
        assertThat(run.exitCode()).isEqualTo(1);
    }
}
