package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.check.OverlayShape;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/** Takes down what the membership engines of a run come to. For one run. */
final class OverlayRecorder implements Observer {

    /** A device that started less than this ago is no part of its own, µs. */
    private static final long FRESH_MICROS = 5_000_000;

    /** Devices whose neighbourhood is looked at for the clustering. */
    private static final int SAMPLED = 500;

    private boolean on;
    private long halfMicros;
    private long messages;
    private long bytes;
    private long restingMessages;
    private long restingBytes;
    private double upMicros;
    private double restingMicros;
    private long looks;
    private long splits;
    private long lastSplitMicros = -1;
    private long probes;
    private long unanswered;
    private long declaredDead;
    private long contradicted;
    private final Map<MembershipDrop, Long> dropped = new EnumMap<>(MembershipDrop.class);
    private final DetectionRecorder detection = new DetectionRecorder();
    private final AveragingRecorder averaging = new AveragingRecorder();

    @Override
    public void begins(World world) {
        detection.begins(world);
        averaging.begins(world);
        on = world.scenario().peers().membership() != null && !world.isRecorded();
        halfMicros = world.overlaysEndMicros() / 2;
    }

    @Override
    public void sent(long now, Transit transit) {
        if (transit instanceof Transit.Peering) {
            detection.sent(now, transit);
            averaging.sent(now, transit);
            messages++;
            bytes += transit.bytes();
            if (now >= halfMicros) {
                restingMessages++;
                restingBytes += transit.bytes();
            }
        }
    }

    @Override
    public void started(long now, Device device) {
        detection.started(now, device);
    }

    @Override
    public void stopped(long now, Device device) {
        detection.stopped(now, device);
        if (on) {
            over(now, device);
        }
    }

    /** A life of a device has ended, or the run has. */
    private void over(long now, Device device) {
        upMicros += now - device.upSinceMicros();
        restingMicros += Math.max(0, now - Math.max(halfMicros, device.upSinceMicros()));
        for (int position = 0; position < device.segments().size(); position++) {
            Membership engine = device.membership(position);
            if (engine != null) {
                MembershipStats stats = engine.stats();
                probes += stats.probes();
                unanswered += stats.unanswered();
                declaredDead += stats.declaredDead();
                contradicted += stats.contradicted();
                stats.dropped().forEach((reason, count) -> dropped.merge(reason, count, Long::sum));
            }
        }
    }

    @Override
    public void look(long now, World world) {
        looks++;
        for (OverlayShape shape : OverlayShape.all(world, FRESH_MICROS)) {
            if (shape.parts() > 1) {
                splits++;
                lastSplitMicros = now;
                return;
            }
        }
    }

    /** What the run came to once it has ended; null if no device had an engine. */
    @Nullable
    OverlayResult result(World ended) {
        if (!on) {
            return null;
        }
        long now = Math.min(ended.nowMicros(), ended.overlaysEndMicros());
        Census census = new Census(ended);
        for (int i = 0; i < ended.size(); i++) {
            Device device = ended.device(i);
            if (device.isUp()) {
                over(now, device);
                census.add(device);
            }
        }
        double connected = 1;
        for (OverlayShape shape : OverlayShape.all(ended, FRESH_MICROS)) {
            connected = Math.min(connected, shape.members() == 0 ? 1 : (double) shape.largest() / shape.members());
        }
        return new OverlayResult(
                messages,
                bytes,
                upMicros / 1e6,
                restingMessages,
                restingBytes,
                restingMicros / 1e6,
                share(census.links, census.engines),
                share(census.entries, census.engines),
                share(census.deadLinks, census.links),
                share(census.deadEntries, census.entries),
                share(census.lyingEntries, census.honestEntries),
                census.engines == 0 ? Double.NaN : census.sizeErrors / census.engines,
                census.sizeErrorMost,
                averaging.factor(),
                detection.firstPingPeriods(),
                connected,
                looks,
                splits,
                lastSplitMicros,
                census.shape(),
                new OverlayResult.Counts(probes, unanswered, declaredDead, contradicted, dropped));
    }

    private static double share(long part, long whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }

    /** All views of all devices that are up. */
    private static final class Census {
        private final World world;
        private final Map<Segment, Integer> sizes = new HashMap<>();
        private final List<Set<Integer>> neighbours = new ArrayList<>();
        private final BitSet members = new BitSet();
        private final int[] inDegrees;
        long engines;
        long links;
        long deadLinks;
        long entries;
        long deadEntries;
        long honestEntries;
        long lyingEntries;
        double sizeErrors;
        double sizeErrorMost;

        Census(World world) {
            this.world = world;
            this.inDegrees = new int[world.size()];
            for (int i = 0; i < world.size(); i++) {
                neighbours.add(new LinkedHashSet<>());
                Device device = world.device(i);
                if (device.isUp()) {
                    device.segments().forEach(segment -> sizes.merge(segment, 1, Integer::sum));
                }
            }
        }

        void add(Device device) {
            for (int position = 0; position < device.segments().size(); position++) {
                Membership engine = device.membership(position);
                if (engine != null) {
                    engines++;
                    members.set(device.index());
                    addLinks(engine);
                    addEntries(device, engine);
                    double size = sizes.getOrDefault(device.segments().get(position), 1);
                    double error = Math.abs(engine.size() - size) / size;
                    sizeErrors += error;
                    sizeErrorMost = Math.max(sizeErrorMost, error);
                }
            }
        }

        private void addLinks(Membership engine) {
            for (PeerEntry link : engine.links()) {
                links++;
                deadLinks += world.device(link.address()).isUp() ? 0 : 1;
            }
        }

        private void addEntries(Device device, Membership engine) {
            for (Standing standing : engine.standings()) {
                Device peer = world.device(standing.peer().address());
                entries++;
                deadEntries += peer.isUp() ? 0 : 1;
                if (!device.isLying()) {
                    honestEntries++;
                    lyingEntries += peer.isLying() ? 1 : 0;
                }
                inDegrees[peer.index()]++;
                neighbours.get(device.index()).add(peer.index());
                neighbours.get(peer.index()).add(device.index());
            }
        }

        OverlayResult.Shape shape() {
            long count = 0;
            double sum = 0;
            double squares = 0;
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
                count++;
                sum += inDegrees[i];
                squares += (double) inDegrees[i] * inDegrees[i];
                least = Math.min(least, inDegrees[i]);
                most = Math.max(most, inDegrees[i]);
            }
            double mean = count == 0 ? Double.NaN : sum / count;
            double variance = count == 0 ? Double.NaN : Math.max(0, squares / count - mean * mean);
            return new OverlayResult.Shape(mean, StrictMath.sqrt(variance), count == 0 ? 0 : least, most, clustering());
        }

        private double clustering() {
            int step = Math.max(1, members.cardinality() / SAMPLED);
            double sum = 0;
            int sampled = 0;
            int number = 0;
            for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
                Set<Integer> around = neighbours.get(i);
                if (number++ % step == 0 && around.size() > 1) {
                    sampled++;
                    sum += closed(around);
                }
            }
            return sampled == 0 ? Double.NaN : sum / sampled;
        }

        private double closed(Set<Integer> around) {
            Set<Integer> rest = new HashSet<>(around);
            long joined = 0;
            for (Integer one : around) {
                rest.remove(one);
                for (Integer other : rest) {
                    joined += neighbours.get(one).contains(other) ? 1 : 0;
                }
            }
            return joined / (around.size() * (around.size() - 1) / 2.0);
        }
    }
}
