package org.grapevine.cluster.control;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What cluster is wanted. Made by {@link #local} or {@link #joined}, then varied.
 *
 * @param name agents of another name do not join
 * @param agents how many must be there before a run; more may join
 * @param children how many of them are started here as child processes; the others come from elsewhere
 * @param bind this process's own address for the control plane
 * @param port of the control plane; 0 for a free one
 * @param discovery how others are found
 * @param main class of child processes; its arguments are what {@link AgentOptions#ofChild} reads
 * @param heapMegabytes of each child process
 * @param jvmOptions more options of each child's JVM
 * @param folder where child processes have their journals and logs; made if it is not there
 * @param joinWithin how long to wait for all agents; a run fails after it
 */
public record ClusterOptions(
        String name,
        int agents,
        int children,
        InetAddress bind,
        int port,
        Discovery discovery,
        String main,
        int heapMegabytes,
        List<String> jvmOptions,
        Path folder,
        Duration joinWithin) {

    /** The most agents of a cluster. Each tells every other one about once a second that it is there. */
    public static final int MOST_AGENTS = 256;

    /** The main class of agents. */
    public static final String AGENT_MAIN = "org.grapevine.cluster.agent.AgentMain";

    private static final int MOST_HEAP_MEGABYTES = 1 << 20;

    /** @throws IllegalArgumentException for a number out of its range, or a name that is none */
    public ClusterOptions {
        jvmOptions = List.copyOf(jvmOptions);
        AgentOptions.requireName(name);
        require(agents >= 1 && agents <= MOST_AGENTS, "agents", agents, "1.." + MOST_AGENTS);
        require(children >= 0 && children <= agents, "children", children, "0.." + agents + ", the agents");
        require(port >= 0 && port <= 65_535, "port", port, "0..65535");
        require(
                heapMegabytes >= 16 && heapMegabytes <= MOST_HEAP_MEGABYTES,
                "heap",
                heapMegabytes,
                "16.." + MOST_HEAP_MEGABYTES + " MB");
    }

    private static void require(boolean holds, String name, int value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Child processes of this one, on loopback, under a name that no other cluster has. */
    public static ClusterOptions local(int agents, Path folder) {
        return new ClusterOptions(
                AgentOptions.newName(),
                agents,
                agents,
                InetAddress.getLoopbackAddress(),
                0,
                Discovery.none(),
                AGENT_MAIN,
                512,
                List.of(),
                folder,
                Duration.ofSeconds(60));
    }

    /** Agents that come from elsewhere. */
    public static ClusterOptions joined(int agents, InetAddress bind, int port, Path folder) {
        return new ClusterOptions(
                AgentOptions.DEFAULT_NAME,
                agents,
                0,
                bind,
                port,
                Discovery.none(),
                AGENT_MAIN,
                512,
                List.of(),
                folder,
                Duration.ofMinutes(5));
    }

    public ClusterOptions withName(String value) {
        return new ClusterOptions(
                value, agents, children, bind, port, discovery, main, heapMegabytes, jvmOptions, folder, joinWithin);
    }

    public ClusterOptions withChildren(int value) {
        return new ClusterOptions(
                name, agents, value, bind, port, discovery, main, heapMegabytes, jvmOptions, folder, joinWithin);
    }

    public ClusterOptions withDiscovery(Discovery value) {
        return new ClusterOptions(
                name, agents, children, bind, port, value, main, heapMegabytes, jvmOptions, folder, joinWithin);
    }

    public ClusterOptions withMain(String value) {
        return new ClusterOptions(
                name, agents, children, bind, port, discovery, value, heapMegabytes, jvmOptions, folder, joinWithin);
    }

    public ClusterOptions withHeapMegabytes(int value) {
        return new ClusterOptions(
                name, agents, children, bind, port, discovery, main, value, jvmOptions, folder, joinWithin);
    }

    public ClusterOptions withJvmOptions(List<String> value) {
        return new ClusterOptions(
                name, agents, children, bind, port, discovery, main, heapMegabytes, value, folder, joinWithin);
    }

    public ClusterOptions withBind(InetAddress address, int itsPort) {
        return new ClusterOptions(
                name,
                agents,
                children,
                address,
                itsPort,
                discovery,
                main,
                heapMegabytes,
                jvmOptions,
                folder,
                joinWithin);
    }

    public ClusterOptions withJoinWithin(Duration value) {
        return new ClusterOptions(
                name, agents, children, bind, port, discovery, main, heapMegabytes, jvmOptions, folder, value);
    }
}
