package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.grapevine.cluster.control.AgentWork;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.core.engine.GossipStats;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent's devices do before time 0. */
class ReadinessTest {

    private static final int PATIENCE_SECONDS = 60;

    /** As a coordinator gives it, and some for a busy machine. */
    private static final int LEAD_MILLIS = 500;

    private static final String STREET =
            """
            scenario: street
            links: { line: { latency: { constant: 1ms } } }
            segments: { street: { link: line } }
            devices: { node: { count: 6, in: [street] } }
            workload:
              - push: { at: 100s, from: node, lifetime: 10s }
              - request: { at: 100s, from: node, timeout: 5s }
            """;

    @TempDir
    Path folder = Path.of("");

    private final InetAddress address = InetAddress.getLoopbackAddress();

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private AgentTask task(int agent, int agents, int port) {
        return new AgentTask(1, agent, agents, STREET, 7, List.of(), port);
    }

    private AgentWork work(int agent, int agents, int port) {
        return ScenarioWork.maker(address, folder).make(task(agent, agents, port));
    }

    @Test
    void anAgentThatIsAloneSaysWhichDevicesLackWhat() throws Exception {
        try (AgentWork work = work(0, 2, freePort())) {
            work.prepare().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            CompletableFuture<Void> settled = work.settled();

            // Only three of the six devices are there.
            assertThatThrownBy(() -> settled.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(work.unsettled())
                    .matches("Device 0 \\([0-2] of 5 peers\\), Device 2 \\([0-2] of 5 peers\\),"
                            + " Device 4 \\([0-2] of 5 peers\\)");
        }
    }

    @Test
    void whatIsSentBeforeTimeZeroIsNoPartOfTheRun() throws Exception {
        int port = freePort();
        List<AgentWork> works = new ArrayList<>(List.of(work(0, 2, port), work(1, 2, port)));
        try {
            for (AgentWork work : works) {
                work.prepare().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            List<CompletableFuture<Void>> settled =
                    works.stream().map(AgentWork::settled).toList();
            for (CompletableFuture<Void> each : settled) {
                each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            long start = System.currentTimeMillis() + LEAD_MILLIS;
            works.forEach(work -> work.begin(start));
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 2 * LEAD_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
            for (AgentWork work : works) {
                AgentRecord record = work.finish().get(PATIENCE_SECONDS, TimeUnit.SECONDS);

                assertThat(record.entries()).hasSize(3).allMatch(Entry.Started.class::isInstance);
                assertThat(record.devices()).hasSize(3).allMatch(counts -> counts.sent() == 0);
            }
        } finally {
            works.forEach(AgentWork::close);
        }
    }

    @Nested
    class AnEngineThatIsBusy {

        private final AtomicInteger asked = new AtomicInteger();

        private CompletableFuture<String> ask(int busyTimes) {
            return asked.getAndIncrement() < busyTimes
                    ? CompletableFuture.failedFuture(new RejectedExecutionException("full"))
                    : CompletableFuture.completedFuture("counts");
        }

        @Test
        void isAskedAgain() throws Exception {
            assertThat(Fleet.patiently(() -> ask(2), 60_000).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("counts");
            assertThat(asked).hasValue(3);
        }

        @Test
        void isNotAskedForEver() {
            assertThatThrownBy(() -> Fleet.patiently(() -> ask(1_000), 250).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(RejectedExecutionException.class);
            assertThat(asked).hasValue(3);
        }
    }

    @Test
    void whatWasSentBeforeTimeZeroIsTakenOff() {
        DeviceCounts counts = Fleet.counts(3, stats(10, 4), stats(25, 9));

        assertThat(counts).isEqualTo(new DeviceCounts(3, 20, 5, 0));
    }

    private static GossipStats stats(long forwarded, long controls) {
        return new GossipStats(0, 0, forwarded, 0, 0, 0, controls, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0);
    }
}
