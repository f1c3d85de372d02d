package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Takes down when each device got each push, in a simulated run and in a recorded one alike. Four octets for each pair of a push and
 * a device. For one run.
 */
final class Reaching implements Observer {

    private static final int NEVER = -1;

    /** One push while the run goes. */
    private static final class Push {
        private final int from;
        private final long atMicros;
        private final BitSet around;
        private final int[] incarnations; // Of all devices, at its publication.
        private final int[] micros; // Until each device had it first.

        Push(int from, long atMicros, BitSet around, int[] incarnations) {
            this.from = from;
            this.atMicros = atMicros;
            this.around = around;
            this.incarnations = incarnations;
            this.micros = new int[incarnations.length];
            Arrays.fill(micros, NEVER);
        }
    }

    private final Map<MessageId, Push> known = new HashMap<>();
    private final List<Push> pushes = new ArrayList<>();
    private @Nullable World world;
    private BitSet around = new BitSet();
    private int[] incarnations = new int[0];
    private long topology = -1;

    @Override
    public void begins(World begun) {
        world = begun;
    }

    private World world() {
        World here = world;
        if (here == null) {
            throw new IllegalStateException("run: not begun (expected: begun)");
        }
        return here;
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        if (message.parameters().replies() != null) {
            return;
        }
        World here = world();
        if (here.topology() != topology || !around.get(at.index())) {
            topology = here.topology();
            around = here.reachable(at);
            incarnations = incarnations(here);
        }
        Push push = new Push(at.index(), now, around, incarnations);
        known.put(message.id(), push);
        pushes.add(push);
    }

    private static int[] incarnations(World world) {
        int[] all = new int[world.size()];
        Arrays.setAll(all, index -> world.device(index).incarnation());
        return all;
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        Push push = known.get(message.id());
        if (push != null && push.micros[device.index()] == NEVER) {
            push.micros[device.index()] = (int) Math.min(Integer.MAX_VALUE, now - push.atMicros);
        }
    }

    /** In the order of publication, once the run has ended. */
    List<Reach> reaches() {
        return pushes.stream().map(this::reach).toList();
    }

    private Reach reach(Push push) {
        World here = world();
        List<Integer> missing = new ArrayList<>();
        int[] times = new int[push.around.cardinality()];
        int live = 0;
        int reached = 0;
        for (int i = push.around.nextSetBit(0); i >= 0; i = push.around.nextSetBit(i + 1)) {
            Device device = here.device(i);
            if (device.incarnation() != push.incarnations[i] || !device.isUp()) {
                continue;
            }
            live++;
            if (push.micros[i] != NEVER) {
                times[reached++] = push.micros[i];
            } else if (missing.size() < Reach.SHOWN) {
                missing.add(i);
            }
        }
        int[] sorted = Arrays.copyOf(times, reached);
        Arrays.sort(sorted);
        return new Reach(
                push.from,
                push.atMicros,
                live,
                reached,
                missing,
                until(sorted, live, 0.5),
                until(sorted, live, 0.99),
                until(sorted, live, 1));
    }

    private static long until(int[] sorted, int live, double share) {
        int wanted = (int) Math.max(1, StrictMath.ceil(share * live));
        return wanted <= sorted.length ? sorted[wanted - 1] : NEVER;
    }
}
