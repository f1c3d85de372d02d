package org.grapevine.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakCommandTest {

    @Test
    void saysALineForEachStretchAndWhetherAnythingWasLost() {
        CommandLineRun run = CommandLineRun.of(
                "soak",
                "--json",
                "--agents",
                "2",
                "--devices",
                "3",
                "--rate",
                "10",
                "--ramp-up",
                "0",
                "--for",
                "3",
                "--every",
                "1",
                "--lifetime",
                "1000");

        String last = run.out().get(run.out().size() - 1);
        assertThat(run.out().get(0)).isEqualTo("{\"step\":\"started\"}");
        assertThat(run.out().get(1)).isEqualTo("{\"step\":\"settled\"}");
        assertThat(run.out().subList(2, run.out().size() - 1))
                .allSatisfy(line -> assertThat(line).startsWith("{\"step\":\"minute\",\"number\":"));
        assertThat(last)
                .startsWith("{\"step\":\"soak\",\"devices\":6,\"published\":")
                .contains("\"lost\":0,\"twice\":0,", "\"what\":\"descriptors\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--agents 0 | --agents: 0 (expected: 1..64)",
                "--agents 64 --devices 1000 | --devices: 64000 (expected: 64..10000)",
                "--rate none | --rate: 'none' (expected: 1..10000)",
                "--for 0 | --for: 0 (expected: 1..2592000 seconds)",
                "--every 0 | --every: 0 (expected: 1..3600 seconds)",
                "--lifetime 10 | --lifetime: 10 (expected: 1000..600000 ms, as a number or in ISO-8601 form such as PT30S)",
                "--repair 20000 | --repair: 20000 (expected: 50..5000)",
                "--heap much | --heap: much (expected: a size as -Xmx takes it, such as 512m)",
                "--variant pull | --variant: pull (expected: eager-push, lazy-push, tree or multicast; what is pulled has"
                        + " no repair)",
            })
    void wrongOptionsAreToldInOneLine(String options, String message) {
        CommandLineRun run = CommandLineRun.of(("soak " + options.strip()).split(" "));
        assertThat(run.err()).containsExactly("grapevine: " + message.strip());
        assertThat(run.exitCode()).isEqualTo(2);
    }
}
