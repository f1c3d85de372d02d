package org.grapevine.cluster.plan;

import java.util.List;

/**
 * What goes wrong with whole agents and with the network between them, beside the faults of devices that a scenario names. Times in
 * µs since the start of the run; agents are numbered from 0.
 *
 * <p>Written as one line of text, see {@link AgentFaults}.
 */
public sealed interface AgentFault {

    /** When it begins. */
    long atMicros();

    /** One that ends. */
    sealed interface Lasting extends AgentFault {
        /** When it ends; later than it begins. */
        long untilMicros();
    }

    /** SIGKILL: {@code kill 3 at 2s}. */
    record Kill(int agent, long atMicros) implements AgentFault {}

    /** A killed or ended agent starts again, with nothing remembered but what it had written: {@code restart 3 at 5s}. */
    record Restart(int agent, long atMicros) implements AgentFault {}

    /** SIGSTOP, then SIGCONT: {@code stop 1 from 2s until 4s}. */
    record Stop(int agent, long atMicros, long untilMicros) implements Lasting {}

    /** No datagram and no connection passes between these agents and all others: {@code cut 0,1 from 3s until 13s}. */
    record Cut(List<Integer> agents, long atMicros, long untilMicros) implements Lasting {
        public Cut {
            agents = List.copyOf(agents);
        }
    }

    /** Datagrams lost, on top of what the link loses: {@code drop 10% from 0s until 20s}. */
    record Drop(double share, long atMicros, long untilMicros) implements Lasting {}

    /** All that is sent is late by so much and by up to {@code spread} more: {@code delay 50ms spread 20ms from 0s until 20s}. */
    record Delay(long byMicros, long spreadMicros, long atMicros, long untilMicros) implements Lasting {}

    /** Datagrams sent twice: {@code duplicate 5% from 0s until 20s}. */
    record Duplicate(double share, long atMicros, long untilMicros) implements Lasting {}

    /** Datagrams held back, so that later ones overtake them: {@code reorder 5% by 100ms from 0s until 20s}. */
    record Reorder(double share, long byMicros, long atMicros, long untilMicros) implements Lasting {}

    /** Nothing that an agent writes finds room: {@code full-disk 2 from 1s until 9s}. */
    record FullDisk(int agent, long atMicros, long untilMicros) implements Lasting {}

    /** An agent's clock is off by so much, before the run begins and all through it: {@code clock 2 by -3s}. */
    record Clock(int agent, long byMicros) implements AgentFault {
        @Override
        public long atMicros() {
            return 0;
        }
    }
}
