package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.grapevine.cluster.control.AgentWork;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.JournalReader;
import org.grapevine.simulation.world.CountedDevices;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioWorkTest {

    private static final int DEVICES = 24;
    private static final int AGENTS = 2;
    private static final long PATIENCE_SECONDS = 120;

    /** Message 1 is published while the agents are cut off from each other; 2 and 3 are requests after that. */
    private static final String STREET =
            """
            scenario: street
            links: { lan: { latency: { constant: 1ms }, loss: 10%% } }
            segments: { street: { link: lan } }
            devices:
              first: { count: 1, in: [street] }
              house: { count: 23, in: [street] }
            engine: { loss: 10%%, dead: 10%% }
            peers: { view: %s }
            workload:
              - push: { at: 1s, from: first, size: 400B, lifetime: 20s, repair: 200ms }
              - push: { at: 4s, from: first, size: 400B, lifetime: 20s, repair: 200ms }
              - request: { at: 8s, from: first, size: 300B, answer: 200B, timeout: 6s }
              - request: { at: 8500ms, from: house 0, size: 300B, replies: collect, timeout: 5s }
            faults:
              - crash: { at: 2500ms, who: { group: house, count: 2 } }
            """;

    private final Path folder;
    private final List<AgentWork> works = new ArrayList<>();

    ScenarioWorkTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private AgentWork.Maker maker() throws Exception {
        return ScenarioWork.maker(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), folder);
    }

    private static int freePort() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private <T> List<T> all(Function<AgentWork, CompletableFuture<T>> what) throws Exception {
        List<CompletableFuture<T>> asked = works.stream().map(what).toList();
        CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private List<AgentRecord> run(String scenario, long seconds, String... faults) throws Exception {
        int port = freePort();
        for (int agent = 0; agent < AGENTS; agent++) {
            works.add(maker().make(new AgentTask(1, agent, AGENTS, scenario, 7, List.of(faults), port)));
        }
        try {
            all(AgentWork::prepare);
            all(AgentWork::settled);
            long start = System.currentTimeMillis() + 100;
            works.forEach(work -> work.begin(start));
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, seconds, TimeUnit.SECONDS)
                    .join();
            return all(AgentWork::finish);
        } finally {
            works.forEach(AgentWork::close);
        }
    }

    private static <T extends Entry> List<T> entries(List<AgentRecord> records, Class<T> kind) {
        return records.stream()
                .flatMap(record -> record.entries().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private static Map<Integer, Set<Integer>> reached(List<AgentRecord> records) {
        Map<Integer, Set<Integer>> reached = new TreeMap<>();
        for (Entry.Delivered delivered : entries(records, Entry.Delivered.class)) {
            assertThat(reached.computeIfAbsent(delivered.message(), key -> new TreeSet<>())
                            .add(delivered.device()))
                    .as("message %s at device %s once", delivered.message(), delivered.device())
                    .isTrue();
        }
        return reached;
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "hyparview"})
    void keepsItsPromisesWhileDevicesCrashAndAgentsAreCutOff(String view) throws Exception {
        List<AgentRecord> records =
                run(STREET.formatted(view), 16, "cut 1 from 3s until 6s", "full-disk 1 from 0s until 2s");

        Set<Integer> crashed = new HashSet<>();
        entries(records, Entry.Stopped.class).forEach(stopped -> crashed.add(stopped.device()));
        Set<Integer> live = new TreeSet<>();
        for (int device = 0; device < DEVICES; device++) {
            live.add(device);
        }
        live.removeAll(crashed);
        assertThat(crashed).hasSize(2);
        Map<Integer, Set<Integer>> reached = reached(records);
        assertThat(reached.get(0)).hasSize(DEVICES);
        assertThat(reached.get(1)).isEqualTo(live);

        assertThat(entries(records, Entry.Published.class)).hasSize(4);
        assertThat(entries(records, Entry.Started.class)).hasSize(DEVICES);
        // A machine that is too slow for an answer says so; one that is given is honest.
        assertThat(entries(records, Entry.Completed.class).size()
                        + entries(records, Entry.Failed.class).size())
                .isEqualTo(2);
        assertThat(entries(records, Entry.Completed.class)).allSatisfy(completed -> {
            assertThat(completed.completeness().counted())
                    .isEqualTo(completed.who().cardinality());
            assertThat(completed.sum())
                    .isEqualTo(completed.who().stream()
                            .mapToLong(CountedDevices::valueOf)
                            .sum());
            assertThat(live).containsAll(completed.who().stream().boxed().toList());
        });

        // Nothing crosses a cut but what was under way when it began.
        entries(records, Entry.Delivered.class).stream()
                .filter(delivered -> delivered.message() == 1 && delivered.device() % AGENTS == 1)
                .forEach(delivered -> assertThat(delivered.atMicros()).isGreaterThan(6_000_000));
        assertThat(entries(records, Entry.Delivered.class))
                .filteredOn(delivered -> delivered.hops() == 0)
                .extracting(Entry.Delivered::device)
                .containsExactlyInAnyOrder(0, 0, 0, 1);

        AgentRecord second = records.get(1);
        assertThat(second.devices())
                .extracting(DeviceCounts::device)
                .containsExactlyElementsOf(
                        live.stream().filter(device -> device % AGENTS == 1).toList());
        assertThat(second.devices()).allMatch(counts -> counts.sent() > 0);
        assertThat(second.process().writesRefused()).isPositive();
        assertThat(second.process().lostOnPurpose()).isPositive();
        assertThat(second.process().cpuMillis()).isPositive();
        assertThat(second.process().startMillis()).isPositive();
        assertThat(records.get(0).process().writesRefused()).isZero();
        assertThat(JournalReader.read(Path.of(works.get(0).journals().get(0))))
                .containsExactlyInAnyOrderElementsOf(records.get(0).entries());
    }

    @Test
    void takesUpTheRunWhereItIsIfItBeginsLate() throws Exception {
        String scenario =
                """
                scenario: late
                links: { lan: { latency: { constant: 0s } } }
                segments: { all: { link: lan } }
                devices: { peer: { count: 4, in: [all] } }
                workload:
                  - push: { at: 2s, from: peer 1, lifetime: 5s }
                faults:
                  - crash: { at: 1s, who: { count: 4 } }
                  - restart: { at: 1500ms, who: { count: 1 } }
                """;
        try (AgentWork work = maker().make(new AgentTask(9, 0, 1, scenario, 7, List.of(), freePort()))) {
            work.prepare().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            work.begin(System.currentTimeMillis() - 10_000);
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                    .join();
            List<AgentRecord> record = List.of(work.finish().get(PATIENCE_SECONDS, TimeUnit.SECONDS));

            assertThat(record.get(0).devices()).hasSize(1);
            assertThat(entries(record, Entry.Published.class)).isEmpty();
            assertThat(record.get(0).entries()).allMatch(entry -> entry.atMicros() >= 10_000_000);
        }
    }

    @Nested
    class Refuses {

        private void assertRefused(AgentTask task, String message) {
            assertThatThrownBy(() -> maker().make(task))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }

        private static AgentTask task(String scenario, String... faults) {
            return new AgentTask(1, 0, 2, scenario, 7, List.of(faults), 40_000);
        }

        @Test
        void aScenarioThatIsNone() {
            assertRefused(
                    task("scenario: x\ndevices: { a: { count: none } }"),
                    "scenario:2: devices.a.count: 'none' (expected: 1..10000000)");
        }

        @Test
        void aFaultThatIsNone() {
            assertRefused(
                    task(STREET.formatted("all"), "kill 2 at 1s"), "fault 'kill 2 at 1s': agent: 2 (expected: 0..1)");
        }

        @Test
        void anAgentThatIsNone() {
            assertRefused(
                    new AgentTask(1, 2, 2, STREET.formatted("all"), 7, List.of(), 40_000), "agent: 2 (expected: 0..1)");
        }

        @Test
        void aPortThatIsNone() {
            assertRefused(
                    new AgentTask(1, 0, 2, STREET.formatted("all"), 7, List.of(), 0),
                    "discoveryPort: 0 (expected: 1..65535)");
        }

        @Test
        void whatPoliciesCannotSay() {
            assertRefused(
                    task(STREET.formatted("all").replace("engine: {", "engine: { pull: 20ms,")),
                    "engine.pull: 20 ms (expected: none or at least 50 ms, for policies allow no less)");
            assertRefused(
                    task(STREET.formatted("all").replace("repair: 200ms", "repair: 20ms")),
                    "push.repair: 20 ms (expected: none or at least 50 ms, for policies allow no less)");
            assertRefused(
                    task(STREET.formatted("all").replace("timeout: 6s", "timeout: 1h")),
                    "request.timeout: 3600000 ms (expected: 50..600000 ms, as policies allow)");
        }
    }
}
