package org.grapevine.cluster.agent;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.policy.PortGossip;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.Timetable;

/** How the devices' host of one agent is set up and opened. */
final class AgentHost {

    private static final int PORT_TRIES = 50;
    private static final int APPLICATION_THREADS = 32;
    private static final int ENVELOPE_OVERHEAD = 8_192;

    private final AgentTask task;
    private final Scenario scenario;
    private final InetAddress address;
    private final AgentFiles files;

    AgentHost(AgentTask task, Scenario scenario, InetAddress address, AgentFiles files) {
        this.task = task;
        this.scenario = scenario;
        this.address = address;
        this.files = files;
    }

    /** What makes its devices gossip, with one policy for all of them. */
    GossipExtension gossip(PortGossip policy) {
        DriverOptions driver = DriverOptions.defaults();
        GossipExtension gossip = new GossipExtension(
                scenario.config(),
                new DeviceSets(),
                driver.withGroups(driver.groupBase(), driver.groupBits(), task.discoveryPort()),
                LegacyOptions.none(),
                ScenarioPolicy.peers(scenario));
        gossip.setPolicies((device, service) -> Optional.of(policy));
        gossip.setWatch((device, service, message, hops) -> ClusterDevice.HOPS.set(hops));
        return gossip;
    }

    /**
     * Opens it: one port for datagrams and HTTP, so that others know both by what discovery tells.
     *
     * @throws IOException if there is no such port, or the host cannot start
     */
    DeviceHost open(long seed, List<AgentFault> faults, NetworkConditions network, GossipExtension gossip)
            throws IOException {
        HostSettings settings = settings(seed, faults, network);
        IOException last = new IOException("port: none that is free for TCP and UDP");
        for (int i = 0; i < PORT_TRIES; i++) {
            try {
                return DeviceHost.start(settings.withPort(freePort()), gossip);
            } catch (BindException e) {
                last = e; // Somebody else was faster.
            } catch (IOException e) {
                if (!(e.getCause() instanceof BindException)) {
                    throw e;
                }
                last = e;
            }
        }
        throw last;
    }

    private int freePort() throws IOException {
        try (ServerSocket tcp = new ServerSocket()) {
            tcp.bind(new InetSocketAddress(address, 0));
            try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, tcp.getLocalPort()))) {
                return udp.getLocalPort();
            }
        }
    }

    private HostSettings settings(long seed, List<AgentFault> faults, NetworkConditions network) throws IOException {
        int devices = scenario.devices();
        // A datagram for each device, twice, at every agent: they need not all come at once.
        int delay = Math.max(50, Math.min(10_000, devices));
        int largest = EnvelopeLimits.MAX_ENVELOPE_SIZE;
        for (Workload workload : scenario.workload()) {
            if (workload instanceof Workload.Push push) {
                largest = Math.max(largest, push.bytes() + ENVELOPE_OVERHEAD);
            } else if (workload instanceof Workload.Request request) {
                int bytes = Math.max(request.bytes(), request.answerBytes()) + devices / 4;
                largest = Math.max(largest, bytes + ENVELOPE_OVERHEAD);
            }
        }
        return HostSettings.on(new InetSocketAddress(address, 0), seed)
                .withDiscovery(
                        new InetSocketAddress(InetAddress.getByName(WsDiscovery.IPV4_GROUP), task.discoveryPort()),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(delay))
                .withMaxEnvelopeBytes(Math.min(EnvelopeLimits.HIGHEST_MAX_BYTES, largest))
                .withMaxKnownDevices(2 * devices + 1_000)
                .withEventLoops(2, 200_000, 1_000_000)
                .withApplication(APPLICATION_THREADS, 200_000)
                .withClockError(clockErrorMillis(faults))
                .withStateFile(files.state())
                .withStateWriter(files.stateWriter())
                .withFaults(network);
    }

    /** The draw of the first device of this agent stands for all of them. */
    private long clockErrorMillis(List<AgentFault> faults) {
        long error = new Timetable(scenario, task.seed()).clockErrorsMillis()[task.agent()];
        for (AgentFault fault : faults) {
            if (fault instanceof AgentFault.Clock off && off.agent() == task.agent()) {
                error += off.byMicros() / 1_000;
            }
        }
        return error;
    }
}
