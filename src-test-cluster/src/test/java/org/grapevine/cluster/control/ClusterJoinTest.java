package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.cluster.control.Clusters.request;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.grapevine.cluster.record.ClusterRecord;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents that come by themselves; here they are threads of this process. */
class ClusterJoinTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path folder;
    private final List<AutoCloseable> toClose = new ArrayList<>();

    ClusterJoinTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    /** An agent at work. */
    private final class Guest implements AutoCloseable {

        final List<String> log = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> joined = new CompletableFuture<>();
        final Agent agent;
        final CompletableFuture<AgentEnd> end;

        Guest(AgentOptions options) {
            this.agent = new Agent(options, ScriptedWork.in(folder), line -> {
                log.add(line);
                joined.complete(null);
            });
            this.end = CompletableFuture.supplyAsync(agent::run, each -> new Thread(each, "guest").start());
            toClose.add(this);
        }

        AgentEnd end() {
            return end.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            agent.stop();
            end();
        }
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private AgentOptions joining(InetSocketAddress coordinator) {
        return AgentOptions.joining(coordinator, loopback(), folder).withPatience(PATIENCE, Duration.ofMillis(500));
    }

    private ClusterOptions wanting(int agents) {
        return ClusterOptions.joined(agents, loopback(), 0, folder).withJoinWithin(PATIENCE);
    }

    private Cluster start(ClusterOptions options, Cluster.Opening opening) {
        Cluster cluster = Cluster.start(options, opening);
        toClose.add(0, cluster);
        return cluster;
    }

    private static ClusterRecord run(Cluster cluster, Consumer<String> noting, Runnable onBegin) {
        return cluster.run(request(4, "nothing"), new RunListener() {
            @Override
            public void phase(Phase phase) {
                if (phase == Phase.RUN) {
                    onBegin.run();
                }
            }

            @Override
            public void note(String note) {
                noting.accept(note);
            }
        });
    }

    private static ClusterRecord run(Cluster cluster) {
        return run(cluster, note -> {}, () -> {});
    }

    @Test
    void anAgentThatFindsItsCoordinatorTakesPart() {
        Cluster cluster = start(wanting(2), address -> {
            new Guest(joining(address));
            new Guest(joining(address));
        });
        ClusterRecord record = run(cluster);
        assertThat(record.agents()).containsOnlyKeys(0, 1);
        assertThat(record.notes()).isEmpty();
    }

    @Test
    void anAgentMayBeThereBeforeItsCoordinator() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
            port = free.getLocalPort();
        }
        Guest early = new Guest(joining(new InetSocketAddress(loopback(), port)));
        assertThat(early.joined).isNotDone();
        Cluster cluster = start(wanting(1).withBind(loopback(), port), address -> {});
        assertThat(run(cluster).agents()).containsOnlyKeys(0);
    }

    @Test
    void whoJoinsLateTakesPartFromTheNextRunOn() {
        Cluster cluster = start(wanting(1), address -> new Guest(joining(address)));
        ClusterRecord first = cluster.run(request(4, "nothing").lasting(Duration.ofMinutes(2)), new RunListener() {
            @Override
            public void phase(Phase phase) {
                if (phase == Phase.RUN) {
                    new Guest(joining(cluster.address()));
                }
            }

            @Override
            public void note(String note) {
                if (note.startsWith("an agent has joined late")) {
                    cluster.endRun();
                }
            }
        });
        assertThat(first.agents()).containsOnlyKeys(0);
        assertThat(first.notes())
                .first()
                .asString()
                .matches("an agent has joined late, process [0-9]+ at .+; it takes part from the next run on");
        assertThat(run(cluster).agents()).containsOnlyKeys(0, 1);
    }

    @Test
    void anAgentThatLeavesInARunIsLost() {
        List<Guest> guests = new ArrayList<>();
        Cluster cluster = start(wanting(2), address -> {
            guests.add(new Guest(joining(address)));
            guests.add(new Guest(joining(address)));
        });
        ClusterRecord record = cluster.run(request(4, "nothing").lasting(Duration.ofMinutes(2)), new RunListener() {
            @Override
            public void phase(Phase phase) {
                if (phase == Phase.RUN) {
                    guests.get(1).agent.stop();
                }
            }

            @Override
            public void note(String note) {
                if (note.contains("lost at")) {
                    cluster.endRun();
                }
            }
        });
        assertThat(record.agents()).hasSize(1);
        assertThat(record.lost()).hasSize(1);
        assertThat(record.notes()).anyMatch(note -> note.matches("agent [01]: lost at [0-9]+ ms: out of reach, .+"));
    }

    @Test
    void agentsEndWithTheirClusterAndStopTheirDevices() throws Exception {
        List<Guest> guests = new ArrayList<>();
        Cluster cluster = start(wanting(1), address -> guests.add(new Guest(joining(address))));
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<ClusterRecord> run = CompletableFuture.supplyAsync(
                () -> cluster.run(request(4, "nothing").lasting(Duration.ofHours(1)), new RunListener() {
                    @Override
                    public void running(long micros, long ofMicros) {
                        begun.complete(null);
                    }
                }));
        begun.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        cluster.close();
        assertThatThrownBy(() -> run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(ClusterException.class)
                .hasRootCauseMessage("run: the cluster is being closed");
        assertThat(guests.get(0).end()).isEqualTo(new AgentEnd(0, "the coordinator has ended the cluster"));
        assertThat(folder.resolve("bye-0")).exists();
    }

    @Test
    void anAgentWithoutACoordinatorSaysSoInTheEnd() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = free.getLocalPort();
        }
        Guest guest = new Guest(joining(new InetSocketAddress(loopback(), port))
                .withPatience(Duration.ofMillis(300), Duration.ofMillis(300)));
        assertThat(guest.end())
                .isEqualTo(new AgentEnd(
                        1,
                        "coordinator: none in cluster grapevine at localhost:" + port
                                + " (expected: one within 300 ms)"));
    }

    @Test
    void aClusterWithoutAgentsSaysSoInTheEnd() {
        assertThatThrownBy(() -> Cluster.start(wanting(2).withJoinWithin(Duration.ofMillis(300))))
                .isInstanceOf(ClusterException.class)
                .hasMessage("join: 0 agents after 300 ms (expected: 2)");
    }

    @Test
    void childrenThatCannotRunAreToldOfWithTheirLastWords() {
        assertThatThrownBy(
                        () -> Cluster.start(Clusters.local(1, folder).withMain("org.grapevine.cluster.control.Nobody")))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith(
                        "join: agent 0: its process ended with exit code 1 (expected: to join); its last words: ")
                .hasMessageContaining("ClassNotFoundException: org.grapevine.cluster.control.Nobody");
    }

    @Test
    void twoClustersOfOneNameBesideEachOtherDoNotMix() {
        Cluster one = start(wanting(1), address -> new Guest(joining(address)));
        Cluster other = start(wanting(2), address -> {
            new Guest(joining(address));
            new Guest(joining(address));
        });
        CompletableFuture<ClusterRecord> first = CompletableFuture.supplyAsync(() -> run(one));
        assertThat(run(other).agents()).containsOnlyKeys(0, 1);
        assertThat(first.join().agents()).containsOnlyKeys(0);
    }

    @Test
    void aSecondCoordinatorIsRefused() {
        Cluster one = start(wanting(1), address -> new Guest(joining(address)));
        assertThatThrownBy(() -> Cluster.start(wanting(1).withDiscovery(new Discovery.Hosts(List.of(one.address())))))
                .isInstanceOf(ClusterException.class)
                .hasMessage("join: cluster grapevine has two coordinators"
                        + " (expected: one, or another name for the other)");
    }

    @Test
    void aMulticastGroupIsEnoughToFindEachOther() throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = free.getLocalPort();
        }
        Discovery group = new Discovery.Multicast(InetAddress.getByName("239.255.42.7"), port);
        Cluster cluster = start(
                wanting(1).withDiscovery(group),
                address -> new Guest(joining(address).withDiscovery(group)));
        assertThat(run(cluster).agents()).containsOnlyKeys(0);
    }

    @Test
    void nonsenseIsCountedAndChangesNothing() throws Exception {
        Cluster cluster = start(wanting(1), address -> new Guest(joining(address)));
        try (JChannel stranger =
                new JChannel(ControlStack.of(loopback(), 0, new Discovery.Hosts(List.of(cluster.address()))))) {
            stranger.connect(AgentOptions.DEFAULT_NAME);
            ClusterRecord record = run(cluster, note -> {}, () -> {
                try {
                    for (int i = 0; i < 50; i++) {
                        stranger.send(new BytesMessage(null, new byte[] {1, (byte) (100 + i), 3}));
                    }
                    stranger.send(new BytesMessage(null, ControlCodec.encode(new ControlMessage.Bye())));
                    stranger.send(
                            new BytesMessage(null, ControlCodec.encode(new ControlMessage.Prepared(1, List.of()))));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(record.agents()).containsOnlyKeys(0);
            assertThat(cluster.malformed()).isEqualTo(50);
        }
    }
}
