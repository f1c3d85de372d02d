package org.grapevine.cluster.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.world.Timetable;

/**
 * What a scenario's faults come to in a cluster: the same at every agent. Whom they strike is drawn as in a simulated run; that an
 * agent is killed meanwhile changes no draw.
 *
 * @param changes of devices, in the order of time; the first starts included
 * @param cuts partitions, each struck by whole agents
 */
public record FaultPlan(List<DeviceChange> changes, List<AgentFault.Cut> cuts) {

    /** The most changes of devices in one run. */
    public static final int MOST = 1_000_000;

    public FaultPlan {
        changes = List.copyOf(changes);
        cuts = List.copyOf(cuts);
    }

    /**
     * Draws it.
     *
     * @throws IllegalArgumentException for more than {@value #MOST} changes
     */
    public static FaultPlan of(Scenario scenario, long seed, Placement placement) {
        Drawing drawing = new Drawing(scenario, seed, placement);
        drawing.run();
        return new FaultPlan(drawing.changes, drawing.cuts);
    }

    /** When the last change has happened and the last cut has healed, µs after the start of the run. */
    public long endMicros() {
        long changed = changes.stream().mapToLong(DeviceChange::atMicros).max().orElse(0);
        return Math.max(
                changed,
                cuts.stream().mapToLong(AgentFault.Cut::untilMicros).max().orElse(0));
    }

    /** The run in time, with nothing in it but who is up. */
    private static final class Drawing {

        private static final long CHURN_STEP_MICROS = 1_000_000;

        private record Due(long atMicros, long order, Runnable what) {}

        private final Scenario scenario;
        private final Placement placement;
        private final Timetable timetable;
        private final PriorityQueue<Due> queue =
                new PriorityQueue<>(Comparator.comparingLong(Due::atMicros).thenComparingLong(Due::order));
        private final BitSet up = new BitSet();
        private final BitSet everUp = new BitSet();
        private final List<DeviceChange> changes = new ArrayList<>();
        private final List<AgentFault.Cut> cuts = new ArrayList<>();
        private long nowMicros;
        private long order;

        Drawing(Scenario scenario, long seed, Placement placement) {
            this.scenario = scenario;
            this.placement = placement;
            this.timetable = new Timetable(scenario, seed);
        }

        void run() {
            timetable.starts((device, atMicros) -> {
                if (atMicros == 0) {
                    start(device);
                } else {
                    at(atMicros, () -> start(device));
                }
            });
            List<Fault> faults = scenario.faults();
            for (int number = 0; number < faults.size(); number++) {
                Fault fault = faults.get(number);
                SeededRandom random = timetable.ofFault(number);
                at(fault.atMicros(), () -> begin(fault, random));
            }
            while (!queue.isEmpty()) {
                Due due = queue.remove();
                nowMicros = due.atMicros();
                due.what().run();
            }
        }

        private void at(long micros, Runnable what) {
            queue.add(new Due(micros, order++, what));
        }

        private void add(DeviceChange change) {
            if (changes.size() == MOST) {
                throw new IllegalArgumentException("faults: more changes of devices (expected: at most " + MOST + ")");
            }
            changes.add(change);
        }

        private void start(int device) {
            if (!up.get(device)) {
                up.set(device);
                everUp.set(device);
                add(new DeviceChange.Start(nowMicros, device));
            }
        }

        private void stop(int device, boolean bye) {
            if (up.get(device)) {
                up.clear(device);
                add(bye ? new DeviceChange.Leave(nowMicros, device) : new DeviceChange.Crash(nowMicros, device));
            }
        }

        private void begin(Fault fault, SeededRandom random) {
            if (fault instanceof Fault.Crash crash) {
                struck(crash.who(), up::get, random).forEach(device -> stop(device, false));
            } else if (fault instanceof Fault.Leave leave) {
                struck(leave.who(), up::get, random).forEach(device -> stop(device, true));
            } else if (fault instanceof Fault.Restart restart) {
                struck(restart.who(), device -> !up.get(device) && everUp.get(device), random)
                        .forEach(this::start);
            } else if (fault instanceof Fault.Churn churn) {
                step(churn, struck(churn.who(), device -> true, random), random);
            } else if (fault instanceof Fault.SlowService slow) {
                slow(slow, struck(slow.who(), device -> true, random));
            } else if (fault instanceof Fault.Partition partition) {
                cut(partition, random);
            }
        }

        private List<Integer> struck(Who who, IntPredicate eligible, SeededRandom random) {
            return List.copyOf(
                    Timetable.struck(who, among(who).filter(eligible).boxed().toList(), random));
        }

        private IntStream among(Who who) {
            String group = who.group();
            if (group == null) {
                return IntStream.range(0, scenario.devices());
            }
            int first = timetable.first(group);
            return IntStream.range(first, first + scenario.group(group).count());
        }

        /** As the simulator's: each of those that turn goes with that probability, anywhere within the second. */
        private void step(Fault.Churn churn, List<Integer> turning, SeededRandom random) {
            for (int device : turning) {
                if (up.get(device) && random.nextDouble() < churn.sharePerSecond()) {
                    long within = random.nextLong(CHURN_STEP_MICROS);
                    long goes = Math.min(nowMicros + within, churn.endMicros());
                    at(goes, () -> stop(device, false));
                    at(goes + churn.downMicros(), () -> start(device));
                }
            }
            if (nowMicros + CHURN_STEP_MICROS < churn.endMicros()) {
                at(nowMicros + CHURN_STEP_MICROS, () -> step(churn, turning, random));
            }
        }

        private void slow(Fault.SlowService slow, List<Integer> slowed) {
            for (int device : slowed) {
                add(new DeviceChange.Slow(nowMicros, device, slow.refuses(), slow.fault(), slow.answerMicros()));
            }
            at(slow.endMicros(), () -> slowed.forEach(device -> add(new DeviceChange.Recover(nowMicros, device))));
        }

        /** A share of the devices is the nearest number of whole agents, but never none, never all, and never the first one. */
        private void cut(Fault.Partition partition, SeededRandom random) {
            int eligible = (int) among(partition.who()).count();
            double share = (double) partition.who().of(eligible) / scenario.devices();
            int count = Math.max(1, Math.min(placement.agents() - 1, (int) Math.round(share * placement.agents())));
            List<Integer> others =
                    IntStream.range(1, placement.agents()).boxed().toList();
            List<Integer> apart = Timetable.struck(Who.count(null, count), others, random);
            cuts.add(new AgentFault.Cut(apart.stream().sorted().toList(), partition.atMicros(), partition.endMicros()));
        }
    }
}
