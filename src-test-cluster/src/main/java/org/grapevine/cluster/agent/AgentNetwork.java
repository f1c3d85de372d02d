package org.grapevine.cluster.agent;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.cluster.plan.FaultPlan;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;

/**
 * The network of one agent: perfect until the run begins, then the scenario's link with whatever faults there are at each moment. Who
 * is cut off, it knows by the addresses at which devices announce themselves: an agent has one port for datagrams and HTTP alike.
 */
final class AgentNetwork {

    /** An agent has one address in each of its lives; whoever announces more than so many is none of ours. */
    private static final int MOST_ADDRESSES = 10_000;

    private final int agent;
    private final Link link;
    private final List<AgentFault.Lasting> faults = new ArrayList<>();
    private final List<Fault.Degrade> degrades = new ArrayList<>();
    private final NetworkConditions conditions;
    private final Map<InetSocketAddress, Integer> agents = new ConcurrentHashMap<>();
    private final DeviceAddress devices;
    private volatile List<AgentFault.Cut> cuts = List.of();

    /** @param agentFaults all of the run; those that are nothing to the network are left out */
    AgentNetwork(
            int agent,
            Scenario scenario,
            FaultPlan plan,
            List<AgentFault> agentFaults,
            DeviceAddress devices,
            long seed) {
        this.agent = agent;
        this.link = Applicability.linkOf(scenario);
        this.devices = devices;
        this.conditions = new NetworkConditions(seed);
        faults.addAll(plan.cuts());
        for (AgentFault fault : agentFaults) {
            if (fault instanceof AgentFault.Lasting lasting) {
                faults.add(lasting);
            }
        }
        for (Fault fault : scenario.faults()) {
            if (fault instanceof Fault.Degrade degrade && degrade.link().equals(link.name())) {
                degrades.add(degrade);
            }
        }
        conditions.cutOff(this::isCutOff);
    }

    NetworkConditions conditions() {
        return conditions;
    }

    /** Lets a timeline change the network at every time at which it changes. */
    void plan(Timeline timeline) {
        for (AgentFault.Lasting fault : faults) {
            timeline.at(fault.atMicros(), () -> be(fault.atMicros()));
            timeline.at(fault.untilMicros(), () -> be(fault.untilMicros()));
        }
        for (Fault.Degrade degrade : degrades) {
            timeline.at(degrade.atMicros(), () -> be(degrade.atMicros()));
            timeline.at(degrade.endMicros(), () -> be(degrade.endMicros()));
        }
    }

    /** Makes the network as it is to be at a time, µs since the start of the run. */
    void be(long micros) {
        double kept = 1;
        double single = 1 - link.duplication();
        double reordered = link.reordering();
        long reorderedBy = link.heldBackMicros();
        long delay = 0;
        long spread = 0;
        List<AgentFault.Cut> now = new ArrayList<>();
        for (AgentFault.Lasting fault : faults) {
            if (fault.atMicros() > micros || fault.untilMicros() <= micros) {
                continue;
            }
            if (fault instanceof AgentFault.Drop drop) {
                kept *= 1 - drop.share();
            } else if (fault instanceof AgentFault.Duplicate duplicate) {
                single *= 1 - duplicate.share();
            } else if (fault instanceof AgentFault.Delay later) {
                delay += later.byMicros();
                spread += later.spreadMicros();
            } else if (fault instanceof AgentFault.Reorder reorder) {
                reordered = Math.max(reordered, reorder.share());
                reorderedBy = Math.max(reorderedBy, reorder.byMicros());
            } else if (fault instanceof AgentFault.Cut cut) {
                now.add(cut);
            }
        }
        double loss = link.loss();
        double slowdown = 1;
        for (Fault.Degrade degrade : degrades) {
            if (degrade.atMicros() <= micros && degrade.endMicros() > micros) {
                loss = degrade.loss();
                slowdown = degrade.slowdown();
            }
        }
        double slower = slowdown;
        conditions
                .loss(1 - (1 - loss) * kept)
                .duplication(1 - single)
                .reordering(reordered, reorderedBy)
                .delay(delay, spread)
                .latency(random -> (long) (link.latency().draw(random) * slower));
        cuts = List.copyOf(now);
    }

    private boolean isCutOff(InetSocketAddress peer) {
        List<AgentFault.Cut> now = cuts;
        if (now.isEmpty()) {
            return false;
        }
        Integer other = agents.get(peer);
        if (other == null) {
            return false;
        }
        for (AgentFault.Cut cut : now) {
            if (cut.agents().contains(agent) != cut.agents().contains(other)) {
                return true;
            }
        }
        return false;
    }

    /** What discovery has heard. On the event loop of discovery. */
    void heard(KnownDevices.Event event) {
        if (!(event instanceof KnownDevices.Event.Left)) {
            heard(event.device());
        }
    }

    void heard(DeviceAnnouncement device) {
        OptionalInt number = devices.deviceOf(device.epr().address());
        if (number.isEmpty()) {
            return; // None of this run.
        }
        int of = devices.agentOf(number.getAsInt());
        for (String address : device.xAddrs()) {
            devices.socketOf(address).ifPresent(socket -> {
                if (agents.size() < MOST_ADDRESSES || agents.containsKey(socket)) {
                    agents.put(socket, of);
                }
            });
        }
    }
}
