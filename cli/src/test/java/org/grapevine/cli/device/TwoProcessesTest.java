package org.grapevine.cli.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.cli.Grapevine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices in two processes and a client in a third, so that nothing can work only inside one JVM. */
@Timeout(180)
class TwoProcessesTest {

    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Pattern SHADOW = Pattern.compile("\"shadow\":\"([^\"]+)\"");

    private final List<Process> processes = new ArrayList<>();
    private final BlockingQueue<String> utility = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> homes = new LinkedBlockingQueue<>();
    private String discoveryPort = "";

    @BeforeEach
    void aStreetOfTwoProcesses() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            discoveryPort = Integer.toString(free.getLocalPort());
        }
        run("street-utility.yaml", utility);
        run("street-homes.yaml", homes);
    }

    private void run(String file, BlockingQueue<String> lines) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.grapevine.cli.Main",
                        "device",
                        EXAMPLES.resolve(file).toString(),
                        "--json",
                        "--discovery-port",
                        discoveryPort)
                .redirectErrorStream(true)
                .start();
        processes.add(process);
        Thread reader = new Thread(() -> read(process, lines), "output of " + file);
        reader.setDaemon(true);
        reader.start();
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("unreadable: " + e);
        }
    }

    @AfterEach
    void endThem() {
        processes.forEach(Process::destroyForcibly);
    }

    private static String await(BlockingQueue<String> lines, String part) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(1, TimeUnit.SECONDS);
            if (line != null && line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("no line with " + part);
    }

    private static String shadowIn(String line) {
        Matcher shadow = SHADOW.matcher(line);
        assertThat(shadow.find()).as(line).isTrue();
        return shadow.group(1);
    }

    private String grapevine(int expectedExit, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--discovery-port", discoveryPort));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(out, true, UTF_8);
        int exit = Grapevine.run(all.toArray(String[]::new), both, both);
        assertThat(exit).as(out.toString(UTF_8)).isEqualTo(expectedExit);
        return out.toString(UTF_8);
    }

    @Test
    void needsAreAddedUpAndATariffReachesEveryHomeAcrossProcesses() throws Exception {
        String tariffShadow = shadowIn(await(utility, "TariffService\""));
        String needsShadow = shadowIn(await(utility, "EnergyNeedsService\""));
        await(utility, "\"step\":\"ready\"");
        await(homes, "\"step\":\"ready\"");

        // Nine devices in all; by the time that a client has found them, they have found each other.
        assertThat(grapevine(0, "discover", "--expect", "9", "--wait", "20", "--json")
                        .lines())
                .hasSizeGreaterThanOrEqualTo(9);
        String answer = awaitWhole(needsShadow);
        assertThat(answer).contains("\"counted\":9");

        grapevine(
                0, "push", "--to", tariffShadow, EXAMPLES.resolve("tariff.xml").toString());
        for (int device = 0; device < 7; device++) {
            assertThat(await(homes, "\"step\":\"tariff\""))
                    .contains("day-ahead-2024-06-21")
                    .contains("\"taken\":true");
        }

        processes.get(1).destroy();
        assertThat(processes.get(1).waitFor(20, TimeUnit.SECONDS)).isTrue();
        String left = grapevine(0, "discover", "--expect", "2", "--wait", "3", "--json");
        assertThat(left.lines().filter(line -> line.contains("urn:uuid:"))).hasSize(2);
    }

    /** Views fill within seconds of a device's Hello, at a moment that no client can see; so the question is asked again. */
    private String awaitWhole(String shadow) {
        String answer = "";
        for (int tries = 0; tries < 20; tries++) {
            answer = grapevine(
                    0,
                    "aggregate",
                    "--to",
                    shadow,
                    EXAMPLES.resolve("needs-request.xml").toString(),
                    "--json");
            if (answer.contains("\"counted\":9")) {
                break;
            }
        }
        return answer;
    }
}
