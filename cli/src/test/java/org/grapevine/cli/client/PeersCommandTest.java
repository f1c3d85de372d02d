package org.grapevine.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.grapevine.cli.CommandLineRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Against six devices that are reached by sockets only. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeersCommandTest {

    private static final int SIZE = 6;
    private static final String PORT_TYPE = "{" + BulletinService.NAMESPACE + "}BulletinService";

    private Neighbourhood neighbours;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    void start() throws Exception {
        neighbours = Neighbourhood.of(SIZE);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!peers("--json").text().contains("\"devices\":6,\"connected\":true")) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not connected: " + peers().text());
            }
        }
    }

    @AfterAll
    void stop() {
        neighbours.close();
    }

    private CommandLineRun peers(String... args) {
        List<String> all = new ArrayList<>(List.of("peers", "--wait", "1"));
        all.addAll(Arrays.asList(args));
        return neighbours.run(all.toArray(String[]::new));
    }

    private static void assertFailed(CommandLineRun run, String line) {
        assertThat(run.err()).singleElement().asString().matches("grapevine: " + line);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void showsTheViewOfEachDeviceAndWhetherTheSegmentHangsTogether() {
        CommandLineRun run = peers();

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).hasSize(2 + SIZE + 2);
        assertThat(run.out().get(0)).isEqualTo("segment " + Neighbourhood.SEGMENT.scope() + "  " + PORT_TYPE);
        assertThat(run.out().get(1)).matches("  device +view +links +entries +suspected +size +oldest +dropped");
        assertThat(run.out().get(2)).matches("  meter 1 +hyparview +[1-5] +[1-5] +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+");
        assertThat(run.out().get(2 + SIZE))
                .matches(
                        "  6 devices, connected; links to each [1-5] to [1-5], mean [1-5]\\.[0-9]{2}; .*; clustering .*");
        assertThat(run.out().get(3 + SIZE)).isEqualTo("6 devices, 1 segment, each connected; 0 did not answer");
    }

    @Test
    void writesAnObjectForEachViewAndOnesForTheSegmentAndTheEnd() {
        CommandLineRun run = peers("--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).hasSize(SIZE + 2);
        assertThat(run.out().get(0))
                .startsWith("{\"step\":\"view\",\"device\":\"meter 1\",\"endpoint\":\"urn:uuid:")
                .contains("\"segment\":\"test:street/12\"")
                .contains("\"kind\":\"hyparview\"")
                .contains("\"peers\":[{\"address\":\"soap.udp://127.0.0.1:");
        assertThat(run.out().get(SIZE))
                .startsWith("{\"step\":\"segment\",\"segment\":\"test:street/12\"")
                .contains("\"pieces\":[6]")
                .contains("\"silent\":[]");
        assertThat(run.out().get(SIZE + 1))
                .matches("\\{\"step\":\"peers\",\"devices\":6,\"segments\":1,\"inPieces\":0,\"unanswered\":0,"
                        + "\"withoutPeerService\":0,\"elapsedMs\":[0-9]+}");
    }

    @Test
    void drawsTheSegment() throws Exception {
        Path picture = folder.resolve("peers.svg");

        assertThat(peers("--graph", picture.toString()).exitCode()).isZero();

        Element svg = DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(picture.toFile())
                .getDocumentElement();
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("test:street/12 BulletinService");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).contains("6 devices, all connected");
    }

    @Test
    void asksOnlyWhomItIsToldToAsk() {
        String first = neighbours.devices.get(0).address().toString();

        CommandLineRun run = peers("--at", first);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).anyMatch(line -> line.startsWith("  1 device, alone;"));
        assertThat(run.out()).anyMatch(line -> line.matches("  [1-5] more have links to them and told nothing: .*"));
        assertThat(run.out()).last().asString().startsWith("1 device, 1 segment");
    }

    @Test
    void narrowsToScopesAndPortTypes() {
        assertThat(peers("--scope", "test:street", "--type", PORT_TYPE).exitCode())
                .isZero();
        assertFailed(
                peers("--type", "{urn:example}Radio"),
                "no view among 6 devices: 0 did not answer, 0 have no Peer Service \\(expected: at least 1 view\\)");
    }

    @Test
    void nobodyThereIsAFailureThatSaysWhereItLooked() {
        assertFailed(
                peers("--scope", "test:nowhere"),
                "found 0 devices within 1 s \\(expected: at least 1\\); looked on --interface .*");
    }

    @Test
    void anAddressWhereNobodyListensIsToldAndFails() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }

        CommandLineRun run = peers("--at", "http://127.0.0.1:" + port + "/nobody");

        assertFailed(run, "no view among 1 device: 1 did not answer, 0 have no Peer Service .*");
        assertThat(run.text()).contains("nobody listens there");
    }

    @Test
    void wrongUseIsTold() {
        assertThat(peers("--timeout", "0").err())
                .containsExactly("grapevine: --timeout: 0 (expected: 0.1..300 seconds)");
        assertThat(peers("--at", "lamp").exitCode()).isEqualTo(2);
        assertThat(peers("--scope", "street").exitCode()).isEqualTo(2);
        assertThat(peers("--at", "http://h/d", "--proxy", "http://p/p").exitCode())
                .isEqualTo(2);
    }

    @Test
    void aPictureThatCannotBeWrittenIsAFailure() {
        String nowhere = folder.resolve("none").resolve("peers.svg").toString();

        assertFailed(
                peers("--graph", nowhere),
                "--graph: .*peers\\.svg cannot be written \\(expected: a file in a folder that is there\\)");
    }
}
