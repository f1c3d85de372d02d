package org.grapevine.cluster.control;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.grapevine.cluster.record.ClusterRecord;

/**
 * Agents, held together by their coordinator, which this process is. One run after the other; an agent that died in one is started
 * again for the next, and whoever joined meanwhile takes part.
 *
 * <p>Any thread; runs wait for each other. {@link #close} ends a run that is under way.
 */
public final class Cluster implements AutoCloseable {

    private final ClusterOptions options;
    private final Crew crew;
    private final ReentrantLock lock = new ReentrantLock();
    private final int discoveryPort;
    private long runs = Clocks.epochMicros();
    private volatile boolean closed;

    private Cluster(ClusterOptions options) {
        this.options = options;
        this.discoveryPort = freePort();
        this.crew = new Crew(options);
    }

    /** That of a multicast group, which only this cluster's devices know of. */
    private static int freePort() {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new ClusterException(Phase.JOIN, "discovery port: " + e.getMessage() + " (expected: a free one)", e);
        }
    }

    /**
     * Starts a cluster and waits until all agents are there.
     *
     * @throws ClusterException if they are not in time, with who is missing
     */
    public static Cluster start(ClusterOptions options) {
        return start(options, address -> {});
    }

    /** Is told where agents can join, before they are waited for. */
    @FunctionalInterface
    public interface Opening {
        void at(InetSocketAddress address);
    }

    /**
     * As {@link #start(ClusterOptions)}.
     *
     * @param opening is told where agents that come by themselves find this coordinator
     */
    public static Cluster start(ClusterOptions options, Opening opening) {
        Cluster cluster = new Cluster(options);
        try {
            opening.at(cluster.address());
            cluster.assemble();
            return cluster;
        } catch (InterruptedException e) {
            cluster.close();
            Thread.currentThread().interrupt();
            throw new ClusterException(Phase.JOIN, "interrupted", e);
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Where agents that come by themselves find this coordinator. */
    public InetSocketAddress address() {
        return crew.channel().address();
    }

    public ClusterOptions options() {
        return options;
    }

    /**
     * Makes a run, in this thread.
     *
     * @throws IllegalArgumentException for a scenario or a fault that makes no sense here
     * @throws ClusterException if the run cannot be ended, naming phase and agent; the cluster can go on with another one
     */
    public ClusterRecord run(RunRequest request, RunListener listener) {
        lock.lock();
        try {
            requireOpen();
            listener.phase(Phase.JOIN);
            List<Seat> agents = assemble();
            RunPlan plan = RunPlan.of(request, ++runs, agents.size(), discoveryPort);
            return new ClusterRun(crew, agents, request, plan, listener).go();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(Phase.RUN, "interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the run that is under way as if its time were over, if its workload has begun; any thread. */
    public void endRun() {
        crew.tell(new Crew.Enough());
    }

    /** Messages that came by the control plane and cannot have come from a process of a cluster. */
    public long malformed() {
        return crew.channel().malformed();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("cluster: closed (expected: open)");
        }
    }

    /** @return the agents of the next run, in the order of their numbers */
    private List<Seat> assemble() throws InterruptedException {
        Set<Seat> started = crew.fill();
        long deadline = Clocks.in(options.joinWithin());
        while (crew.taken().size() < options.agents() || !crew.missing().isEmpty()) {
            Crew.News news = crew.next(deadline);
            if (news == null) {
                throw new ClusterException(
                        Phase.JOIN,
                        crew.taken().size() + " agents after "
                                + options.joinWithin().toMillis() + " ms (expected: " + options.agents() + ")"
                                + missing());
            } else if (news instanceof Crew.Over over) {
                throw new ClusterException(Phase.JOIN, over.why());
            } else if (news instanceof Crew.Lost lost && lost.seat().isChild()) {
                int child = lost.seat().child();
                if (!started.add(lost.seat())) {
                    throw new ClusterException(
                            Phase.JOIN,
                            "agent " + child + ": " + lost.how() + " (expected: to join); "
                                    + crew.children().lastWords(child));
                }
                crew.children().start(child); // It died of the run before.
            }
        }
        return crew.taken();
    }

    private String missing() {
        return crew.missing().stream()
                .map(seat -> "; agent " + seat.child() + ": " + crew.children().lastWords(seat.child()))
                .collect(Collectors.joining());
    }

    /** Ends a run that is under way, and all agents; their devices say Bye. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        crew.tell(new Crew.Over("the cluster is being closed"));
        lock.lock();
        try {
            crew.close();
        } finally {
            lock.unlock();
        }
    }
}
