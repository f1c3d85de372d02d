package org.grapevine.cluster.control;

import java.nio.ByteBuffer;
import java.util.List;
import org.grapevine.cluster.plan.AgentTask;

/**
 * What coordinator and agents say to each other. A coordinator begins: it invites whoever appears, and an agent that takes the
 * invitation says who it is. From then on it does what it is told. Messages of a run carry its number, so that none is taken for one
 * of another run. All may come twice.
 */
sealed interface ControlMessage {

    /** Of a coordinator, to whoever is new in its sight. */
    record Invite() implements ControlMessage {}

    /**
     * Answer to an invitation.
     *
     * @param process unlike that of any other process
     * @param seat which child of the coordinator it is; {@link AgentOptions#NO_SEAT} for none
     * @param pid its number at its machine
     * @param run that it is at; 0 for none
     */
    record Hello(String process, int seat, long pid, String host, long run) implements ControlMessage {}

    /** Answer to the invitation of a second coordinator. */
    record Taken() implements ControlMessage {}

    /** What time is it? */
    record Ping(long nonce) implements ControlMessage {}

    /**
     * Answer to a ping.
     *
     * @param micros µs since the epoch by the agent's clock
     */
    record Pong(long nonce, long micros) implements ControlMessage {}

    record Prepare(AgentTask task) implements ControlMessage {}

    /** The devices are up. */
    record Prepared(long run, List<String> journals) implements ControlMessage {
        public Prepared {
            journals = List.copyOf(journals);
        }
    }

    /**
     * Let your devices find each other.
     *
     * @param withinMillis how long that may take, ms
     */
    record Settle(long run, long withinMillis) implements ControlMessage {}

    /**
     * The devices have found each other, or the time for it is over.
     *
     * @param lacking what has not settled, for people; empty if all has
     */
    record Settled(long run, String lacking) implements ControlMessage {}

    /**
     * Time 0 is known.
     *
     * @param startMillis by the agent's clock
     */
    record Begin(long run, long startMillis) implements ControlMessage {}

    /** To an agent of another machine: end without a word, as if killed. */
    record Die(long run) implements ControlMessage {}

    /** To an agent of another machine: stop where you are for so long. */
    record Halt(long run, long micros) implements ControlMessage {}

    record Finish(long run) implements ControlMessage {}

    /**
     * The record is ready to be fetched.
     *
     * @param length of the encoded record, octets
     */
    record Finished(long run, int length) implements ControlMessage {}

    /** Asks for the record from an octet on. */
    record Fetch(long run, int offset) implements ControlMessage {}

    /** Octets of a record, between the buffer's position and limit. */
    record Part(long run, int offset, ByteBuffer octets) implements ControlMessage {}

    /** Stop your devices, whatever state the run is in. */
    record Close(long run) implements ControlMessage {}

    record Closed(long run) implements ControlMessage {}

    /** An agent cannot do what it was told. */
    record Failed(long run, Phase phase, String reason) implements ControlMessage {}

    /** Of a coordinator: the cluster is over. */
    record Bye() implements ControlMessage {}
}
