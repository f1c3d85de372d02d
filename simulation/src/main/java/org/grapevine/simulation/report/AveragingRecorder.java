package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;

/**
 * Takes down how fast the parts of a count become equal: what each device holds of it when it begins its exchange of a cycle, as its
 * request tells. For one run, of one segment, within one epoch.
 */
final class AveragingRecorder implements Observer {

    /** Cycles in which a count has not come to all devices yet. */
    private static final int SPREADING = 5;

    /** From so small a variance on, in squares of the mean, it is the rounding of numbers that is seen. */
    private static final double ROUNDED = 1e-20;

    private long cycleMicros;
    private int cycles;
    private final List<Cycle> seen = new ArrayList<>();
    private long epoch = -1;

    private static final class Cycle {
        private final Map<PeerAddress, Sums> byStarter = new HashMap<>();
        private long devices;
    }

    private static final class Sums {
        private double sum;
        private double squares;
    }

    @Override
    public void begins(World world) {
        var config = world.scenario().peers().membership();
        if (config != null) {
            cycleMicros = config.estimate().averageMillis() * 1_000;
            cycles = config.estimate().cycles();
        }
    }

    @Override
    public void sent(long now, Transit transit) {
        if (cycleMicros == 0
                || !(transit instanceof Transit.Peering peering)
                || !(peering.message() instanceof PeerMessage.Average request)
                || request.shares().isEmpty()) {
            return;
        }
        if (request.epoch() != epoch) {
            epoch = request.epoch();
            seen.clear();
        }
        int number = (int) ((World.EPOCH_MILLIS * 1_000 + now) / cycleMicros % cycles);
        while (seen.size() <= number) {
            seen.add(new Cycle());
        }
        Cycle cycle = seen.get(number);
        cycle.devices++;
        for (PeerMessage.Share share : request.shares()) {
            Sums sums = cycle.byStarter.computeIfAbsent(share.starter(), starter -> new Sums());
            sums.sum += share.part();
            sums.squares += share.part() * share.part();
        }
    }

    /** Geometric mean, over the cycles and the counts that all devices keep, of variance over that of the cycle before; NaN if none. */
    double factor() {
        double logs = 0;
        long factors = 0;
        if (seen.isEmpty()) {
            return Double.NaN;
        }
        for (PeerAddress starter : seen.get(seen.size() - 1).byStarter.keySet()) {
            for (int i = SPREADING; i + 1 < seen.size(); i++) {
                double before = variance(seen.get(i), starter);
                double after = variance(seen.get(i + 1), starter);
                if (!(before > ROUNDED && after > ROUNDED)) {
                    break;
                }
                logs += StrictMath.log(after / before);
                factors++;
            }
        }
        return factors == 0 ? Double.NaN : StrictMath.exp(logs / factors);
    }

    /** In squares of the mean. */
    private static double variance(Cycle cycle, PeerAddress starter) {
        if (!cycle.byStarter.containsKey(starter)) {
            return Double.NaN;
        }
        Sums sums = Objects.requireNonNull(cycle.byStarter.get(starter));
        double mean = sums.sum / cycle.devices;
        return (sums.squares / cycle.devices - mean * mean) / (mean * mean);
    }
}
