package org.grapevine.cluster.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a cluster whose coordinator is killed in the middle of a run: nothing. */
class DeadCoordinatorTest {

    @Test
    @Timeout(120)
    void itsAgentsStopTheirDevicesAndEnd(@TempDir Path folder) throws Exception {
        Process coordinator = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScriptedCoordinator.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<ProcessHandle> children = List.of();
        try (BufferedReader said = coordinator.inputReader(UTF_8)) {
            int port = Integer.parseInt(await(said, "port ").substring("port ".length()));
            InetAddress loopback = InetAddress.getLoopbackAddress();
            Agent guest = new Agent(
                    AgentOptions.joining(new InetSocketAddress(loopback, port), loopback, folder)
                            .withPatience(Duration.ofSeconds(60), Duration.ofSeconds(1)),
                    ScriptedWork.in(folder),
                    line -> {});
            CompletableFuture<AgentEnd> end =
                    CompletableFuture.supplyAsync(guest::run, each -> new Thread(each, "guest").start());
            await(said, "running");
            children = coordinator.descendants().toList();
            assertThat(children).hasSize(2);

            coordinator.destroyForcibly();

            assertThat(end.get(30, TimeUnit.SECONDS))
                    .isEqualTo(new AgentEnd(1, "coordinator: out of reach (expected: back within 1000 ms)"));
            for (ProcessHandle child : children) {
                child.onExit().get(30, TimeUnit.SECONDS);
            }
            assertThat(folder.resolve("bye-0")).exists();
            assertThat(folder.resolve("bye-1")).exists();
            assertThat(folder.resolve("bye-2")).exists();
            assertThat(folder.resolve("agent-0.log")).content().contains("its process is gone (expected: to say Bye)");
        } finally {
            coordinator.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static String await(BufferedReader said, String beginning) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new IOException("coordinator: has ended (expected: '" + beginning + "')");
    }
}
