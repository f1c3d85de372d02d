package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Who;
import org.jspecify.annotations.Nullable;

/** What goes wrong, at its times. Whom it strikes is drawn when it begins. */
final class Faults {

    private static final long CHURN_STEP_MICROS = 1_000_000;

    private final World world;
    private final Map<Integer, BitSet> settled;
    private final List<Channel.Medium> degraded = new ArrayList<>();
    private long usedSides;

    /**
     * Whom a fault strikes.
     *
     * @param settled null where it is drawn
     */
    private record Strike(SeededRandom random, @Nullable BitSet settled) {
        List<Device> among(Who who, List<Device> candidates) {
            return settled == null
                    ? Timetable.struck(who, candidates, random)
                    : candidates.stream()
                            .filter(device -> settled.get(device.index()))
                            .toList();
        }
    }

    /** @param settled whom a fault strikes, by its number, where that is not left to chance */
    Faults(World world, Map<Integer, BitSet> settled) {
        this.world = world;
        this.settled = settled;
    }

    void plan() {
        List<Fault> faults = world.scenario().faults();
        for (int number = 0; number < faults.size(); number++) {
            Fault fault = faults.get(number);
            SeededRandom random = world.timetable().ofFault(number);
            Strike strike = new Strike(random, settled.get(number));
            at(fault.atMicros(), () -> begin(fault, strike));
        }
    }

    private void at(long micros, Runnable what) {
        world.at(micros, new Occurrence() {
            @Override
            void happen(World there) {
                what.run();
            }
        });
    }

    private void begin(Fault fault, Strike strike) {
        if (fault instanceof Fault.Crash crash) {
            struck(crash.who(), Device::isUp, strike).forEach(device -> world.stop(device, false));
        } else if (fault instanceof Fault.Leave leave) {
            struck(leave.who(), Device::isUp, strike).forEach(device -> world.stop(device, true));
        } else if (fault instanceof Fault.Restart restart) {
            // Those that have not started for the first time do so in their own time.
            struck(restart.who(), device -> !device.isUp() && device.incarnation() > 0, strike)
                    .forEach(world::start);
        } else if (fault instanceof Fault.Pause pause) {
            for (Device device : struck(pause.who(), Device::isUp, strike)) {
                device.pausedUntilMicros = Math.max(device.pausedUntilMicros, pause.endMicros());
            }
        } else if (fault instanceof Fault.Partition partition) {
            cut(partition, strike);
        } else if (fault instanceof Fault.Degrade degrade) {
            degrade(degrade);
        } else if (fault instanceof Fault.Churn churn) {
            churn(churn, strike);
        } else if (fault instanceof Fault.SlowService slow) {
            slowDown(slow, strike);
        } else if (fault instanceof Fault.Lie lie) {
            List<Device> liars = List.copyOf(struck(lie.who(), device -> true, strike));
            world.overlays().lies(liars, true);
            at(lie.endMicros(), () -> world.overlays().lies(liars, false));
        } else {
            throw new AssertionError("unhandled: " + fault);
        }
    }

    private List<Device> struck(Who who, Predicate<Device> eligible, Strike strike) {
        List<Device> candidates = new ArrayList<>();
        for (int i = 0; i < world.size(); i++) {
            Device device = world.device(i);
            if ((who.group() == null || device.group().equals(who.group())) && eligible.test(device)) {
                candidates.add(device);
            }
        }
        return strike.among(who, candidates);
    }

    private void cut(Fault.Partition partition, Strike strike) {
        long side = Long.lowestOneBit(~usedSides);
        if (side == 0) {
            throw new IllegalStateException("partitions: more than 64 at a time (expected: at most 64)");
        }
        usedSides |= side;
        List<Device> apart = List.copyOf(struck(partition.who(), device -> true, strike));
        apart.forEach(device -> device.sides |= side);
        at(partition.endMicros(), () -> {
            usedSides &= ~side;
            apart.forEach(device -> device.sides &= ~side);
        });
    }

    /** Several at a time on one link: the one that began last counts, and the end of the last one restores the link. */
    private void degrade(Fault.Degrade degrade) {
        Channel.Medium medium = world.medium(degrade.link());
        medium.loss = degrade.loss();
        medium.slowdown = degrade.slowdown();
        degraded.add(medium);
        at(degrade.endMicros(), () -> {
            degraded.remove(medium);
            if (!degraded.contains(medium)) {
                medium.loss = medium.asBuilt.loss();
                medium.slowdown = 1;
            }
        });
    }

    private void churn(Fault.Churn churn, Strike strike) {
        List<Device> turning = List.copyOf(struck(churn.who(), device -> true, strike));
        step(churn, turning, strike);
    }

    private void step(Fault.Churn churn, List<Device> turning, Strike strike) {
        SeededRandom random = strike.random();
        for (Device device : turning) {
            if (device.isUp() && random.nextDouble() < churn.sharePerSecond()) {
                // Anywhere within the second, lest all go in the same instant.
                long within = random.nextLong(CHURN_STEP_MICROS);
                long goes = Math.min(world.nowMicros() + within, churn.endMicros());
                at(goes, () -> world.stop(device, false));
                at(goes + churn.downMicros(), () -> world.start(device));
            }
        }
        if (world.nowMicros() + CHURN_STEP_MICROS < churn.endMicros()) {
            at(world.nowMicros() + CHURN_STEP_MICROS, () -> step(churn, turning, strike));
        }
    }

    private void slowDown(Fault.SlowService slow, Strike strike) {
        List<Device> slowed = List.copyOf(struck(slow.who(), device -> true, strike));
        for (Device device : slowed) {
            device.serviceRefuses = slow.refuses();
            device.refusal = slow.fault();
            device.answerMicros = slow.answerMicros();
        }
        at(slow.endMicros(), () -> {
            for (Device device : slowed) {
                device.serviceRefuses = false;
                device.answerMicros = world.scenario().answerMicros();
            }
        });
    }
}
