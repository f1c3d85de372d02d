package org.grapevine.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.grapevine.cli.Grapevine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DemoCommandTest {

    private record Run(int exit, List<String> out, String err) {}

    private static Run demo(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("demo"));
        all.addAll(Arrays.asList(args));
        try (DatagramSocket free = new DatagramSocket(0)) {
            all.addAll(List.of("--discovery-port", Integer.toString(free.getLocalPort())));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Grapevine.run(
                all.toArray(String[]::new), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new Run(exit, out.toString(UTF_8).lines().toList(), err.toString(UTF_8));
    }

    @Nested
    class ASmallGrid {

        @Test
        void reachesAllAndSumsExactlyDespiteLossAndLeavesNoThread() throws IOException {
            Run run = demo("--ssc", "2", "--meters", "4", "--ieds", "12", "--loss", "0.1", "--json");

            assertThat(run.err()).isEmpty();
            assertThat(run.exit()).isZero();
            assertThat(run.out()).hasSize(5);
            assertThat(run.out().get(0)).matches(".*\"view\":\"hyparview\",\"linksMin\":[1-4],.*\"linksMax\":[3-5],.*");
            assertThat(run.out().get(1))
                    .contains("\"step\":\"needs-before\"")
                    .contains("\"contributors\":12,\"expected\":12")
                    .contains("\"exact\":true");
            assertThat(run.out().get(2))
                    .contains("\"step\":\"tariff-push\"")
                    .contains("\"devices\":19,\"delivered\":19,\"duplicatesToApplication\":0");
            assertThat(run.out().get(3)).contains("\"step\":\"needs-after\"").contains("\"exact\":true");
            assertThat(run.out().get(4)).contains("\"threadsLeft\":0");
        }

        @ParameterizedTest
        @ValueSource(strings = {"full", "cyclon"})
        void worksWithAnyView(String view) throws IOException {
            Run run = demo("--ssc", "1", "--meters", "2", "--ieds", "6", "--view", view);

            assertThat(run.err()).isEmpty();
            assertThat(run.exit()).isZero();
            assertThat(run.out()).anyMatch(line -> line.contains("; view " + view + ", "));
        }

        @Test
        void fitsAScreenForPeople() throws IOException {
            Run run = demo("--ssc", "1", "--meters", "2", "--ieds", "6", "--date", "2024-10-27");

            assertThat(run.exit()).isZero();
            assertThat(run.out()).hasSizeLessThanOrEqualTo(24).allMatch(line -> line.length() <= 100);
            assertThat(run.out()).anyMatch(line -> line.contains("reached 10 of 10 devices, none twice"));
            assertThat(run.out()).anyMatch(line -> line.contains("25 prices"));
        }
    }

    @Test
    void aViewOfNoKindIsRefused() throws IOException {
        Run run = demo("--view", "few");

        assertThat(run.err().lines()).containsExactly("grapevine: --view: 'few' (expected: full | hyparview | cyclon)");
        assertThat(run.exit()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--date 2025-01-01 | --date: 2025-01-01 (expected: 2024-01-02..2024-12-30 in Europe/Berlin)",
                "--date tomorrow   | --date: 'tomorrow' (expected: a date such as 2024-06-21)",
                "--ssc 0           | --ssc: 0 (expected: 1..1000)",
                "--meters -1       | --meters: '-1' (expected: 1..10000)",
                "--ieds 1e9        | --ieds: '1e9' (expected: 1..20000)",
                "--loss 0.6        | --loss: 0.6 (expected: 0..0.5)",
                "--seed x          | --seed: 'x' (expected: 0..922337203685477580)"
            })
    void wrongUseIsOneLineAndExitTwo(String args, String message) throws IOException {
        Run run = demo(args.split(" +"));

        assertThat(run.err().lines()).containsExactly("grapevine: " + message);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }
}
