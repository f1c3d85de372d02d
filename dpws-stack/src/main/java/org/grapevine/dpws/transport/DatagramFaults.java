package org.grapevine.dpws.transport;

/**
 * Faults put into sending on purpose, for tests and for showing what gossip survives. Off unless asked for.
 *
 * @param loss share of datagrams that are silently not sent, 0..1
 * @param duplication share of the other datagrams that are sent twice, 0..1
 * @param seed of the generator that draws them; the same seed and the same order of sends give the same faults
 */
public record DatagramFaults(double loss, double duplication, long seed) {

    public static final DatagramFaults NONE = new DatagramFaults(0, 0, 0);

    public DatagramFaults {
        Arguments.require(loss >= 0 && loss <= 1, "loss: %s (expected: 0..1)", loss);
        Arguments.require(duplication >= 0 && duplication <= 1, "duplication: %s (expected: 0..1)", duplication);
    }

    boolean isNone() {
        return loss == 0 && duplication == 0;
    }
}
