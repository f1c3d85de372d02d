package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.cluster.plan.FaultPlan;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Who;

/**
 * What a cluster carried out, as a scenario for the simulator: without what a cluster leaves out, and with the faults of agents as
 * faults of their devices and of the link. A killed agent is a crash of exactly the devices that it ran, a stopped one a pause of
 * them, a cut a partition. What is dropped or late is a link that is worse for that while; what is sent twice or held back a link
 * that does so all the time, for scenarios have no other word for it. A full disk changes nothing.
 *
 * @param struck whom faults strike, by their number, where that is settled
 * @param notes where the scenario says something other than what was done, one sentence each
 */
record Translation(Scenario scenario, Map<Integer, BitSet> struck, List<String> notes) {

    private static final double MOST_SLOWDOWN = 1_000;

    /** @throws IllegalArgumentException if it comes to more faults than a scenario may have */
    static Translation of(Scenario scenario, long seed, int agents, List<AgentFault> faults) {
        return new Translating(scenario, seed, agents, faults).translation();
    }

    private static final class Translating {
        private final Scenario applied;
        private final Placement placement;
        private final List<AgentFault> agentFaults;
        private final Link link;
        private final List<Fault> faults = new ArrayList<>();
        private final Map<Integer, BitSet> struck = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();

        Translating(Scenario scenario, long seed, int agents, List<AgentFault> agentFaults) {
            this.applied = Applicability.applied(scenario);
            this.placement = Placement.of(scenario, agents);
            this.agentFaults = new ArrayList<>(agentFaults);
            this.agentFaults.addAll(FaultPlan.of(applied, seed, placement).cuts());
            this.link = Applicability.linkOf(applied);
        }

        Translation translation() {
            for (Fault fault : applied.faults()) {
                if (!(fault instanceof Fault.Partition || fault instanceof Fault.Degrade)) {
                    faults.add(fault);
                }
            }
            long clockMillis = applied.clockErrorMillis();
            for (AgentFault fault : agentFaults) {
                if (fault instanceof AgentFault.Kill kill) {
                    add(new Fault.Crash(kill.atMicros(), Who.share(null, 1)), kill.agent());
                } else if (fault instanceof AgentFault.Restart restart) {
                    add(new Fault.Restart(restart.atMicros(), Who.share(null, 1)), restart.agent());
                } else if (fault instanceof AgentFault.Stop stop) {
                    add(new Fault.Pause(stop.atMicros(), stop.untilMicros(), Who.share(null, 1)), stop.agent());
                } else if (fault instanceof AgentFault.Cut cut) {
                    add(new Fault.Partition(cut.atMicros(), cut.untilMicros(), Who.share(null, 1)), cut.agents());
                } else if (fault instanceof AgentFault.Clock clock) {
                    clockMillis = Math.max(clockMillis, Math.abs(clock.byMicros()) / 1_000);
                    notes.add("clock of agent " + clock.agent()
                            + ": in the simulator each device's clock is off by up to as much, either way");
                }
            }
            worsen();
            Link all = allTheTime();
            List<Link> links = applied.links().stream()
                    .map(each -> each.name().equals(link.name()) ? all : each)
                    .toList();
            Scenario scenario = applied.withLinks(links)
                    .withFaults(faults)
                    .withTimes(clockMillis, applied.answerMicros(), applied.mergeMicros());
            return new Translation(scenario, Map.copyOf(struck), List.copyOf(notes));
        }

        private void add(Fault fault, int agent) {
            add(fault, List.of(agent));
        }

        private void add(Fault fault, List<Integer> agents) {
            BitSet devices = new BitSet();
            agents.forEach(agent -> placement.devicesOf(agent).forEach(devices::set));
            struck.put(faults.size(), devices);
            faults.add(fault);
        }

        // The link for a while

        /** Faults of one link do not add up in the simulator, so each stretch of time gets one that has them all. */
        private void worsen() {
            TreeSet<Long> times = new TreeSet<>();
            for (Fault fault : applied.faults()) {
                if (fault instanceof Fault.Degrade) {
                    times.add(fault.atMicros());
                    times.add(fault.endMicros());
                }
            }
            for (AgentFault fault : agentFaults) {
                if (fault instanceof AgentFault.Drop drop) {
                    times.add(drop.atMicros());
                    times.add(drop.untilMicros());
                } else if (fault instanceof AgentFault.Delay delay) {
                    times.add(delay.atMicros());
                    times.add(delay.untilMicros());
                }
            }
            Long from = null;
            for (long until : times) {
                if (from != null) {
                    worsen(from, until);
                }
                from = until;
            }
        }

        private void worsen(long from, long until) {
            double loss = link.loss();
            double slowdown = 1;
            boolean any = false;
            for (Fault fault : applied.faults()) {
                if (fault instanceof Fault.Degrade degrade
                        && degrade.link().equals(link.name())
                        && degrade.atMicros() <= from
                        && degrade.endMicros() >= until) {
                    loss = degrade.loss();
                    slowdown = degrade.slowdown();
                    any = true;
                }
            }
            double late = 0;
            for (AgentFault fault : agentFaults) {
                if (fault instanceof AgentFault.Drop drop && drop.atMicros() <= from && drop.untilMicros() >= until) {
                    loss = 1 - (1 - loss) * (1 - drop.share());
                    any = true;
                } else if (fault instanceof AgentFault.Delay delay
                        && delay.atMicros() <= from
                        && delay.untilMicros() >= until) {
                    late += delay.byMicros() + delay.spreadMicros() / 2.0;
                    any = true;
                }
            }
            if (late > 0) {
                slowdown = slowed(slowdown, late);
            }
            if (any) {
                faults.add(new Fault.Degrade(from, until, link.name(), loss, slowdown));
            }
        }

        private double slowed(double slowdown, double lateMicros) {
            double mean = meanMicros(link.latency());
            double slower = mean == 0 ? Double.POSITIVE_INFINITY : slowdown + lateMicros / mean;
            String note = "delay: in the simulator a factor on the latency of the link, at most " + (int) MOST_SLOWDOWN;
            if (slower > MOST_SLOWDOWN && !notes.contains(note)) {
                notes.add(note);
            }
            return mean == 0 ? slowdown : Math.min(MOST_SLOWDOWN, slower);
        }

        private static double meanMicros(Latency latency) {
            if (latency instanceof Latency.Constant constant) {
                return (double) constant.micros();
            } else if (latency instanceof Latency.Uniform uniform) {
                return (uniform.minMicros() + uniform.maxMicros()) / 2.0;
            } else if (latency instanceof Latency.LogNormal normal) {
                return Math.min(
                        (double) normal.maxMicros(),
                        normal.medianMicros() * Math.exp(normal.sigma() * normal.sigma() / 2));
            }
            throw new AssertionError("unhandled: " + latency);
        }

        // The link all the time

        private Link allTheTime() {
            double once = 1 - link.duplication();
            double reordering = link.reordering();
            long heldBack = link.heldBackMicros();
            for (AgentFault fault : agentFaults) {
                if (fault instanceof AgentFault.Duplicate duplicate) {
                    once *= 1 - duplicate.share();
                    notes.add("duplicate: in the simulator all the time");
                } else if (fault instanceof AgentFault.Reorder reorder) {
                    reordering = 1 - (1 - reordering) * (1 - reorder.share());
                    heldBack = Math.max(heldBack, reorder.byMicros());
                    notes.add("reorder: in the simulator all the time");
                }
            }
            return new Link(
                    link.name(),
                    link.latency(),
                    link.loss(),
                    Math.max(0, 1 - once),
                    reordering,
                    heldBack,
                    0,
                    false,
                    link.queueBytes());
        }
    }
}
