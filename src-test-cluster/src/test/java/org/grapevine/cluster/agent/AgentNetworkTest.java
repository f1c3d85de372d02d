package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.plan.FaultPlan;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.transport.DatagramFate;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.dpws.transport.RequestFate;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AgentNetworkTest {

    private static final Scenario SCENARIO = ScenarioFile.read(
            """
            scenario: net
            links: { lan: { latency: { constant: 10ms } } }
            segments: { all: { link: lan } }
            devices: { peer: { count: 9, in: [all] } }
            faults:
              - degrade: { at: 20s, until: 30s, link: lan, loss: 100%, slowdown: 3 }
              - degrade: { at: 40s, until: 50s, link: lan, slowdown: 3 }
            """,
            "net");
    private static final Placement PLACEMENT = Placement.of(SCENARIO, 3);
    private static final DeviceAddress DEVICES = new DeviceAddress(5, PLACEMENT);

    private static AgentNetwork network(int agent, String... faults) {
        return new AgentNetwork(
                agent,
                SCENARIO,
                FaultPlan.of(SCENARIO, 1, PLACEMENT),
                AgentFaults.parse(List.of(faults), 3),
                DEVICES,
                9);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static DatagramFate fate(AgentNetwork network, long micros) {
        network.be(micros);
        return network.conditions().leaving(at(4_000), 100);
    }

    @Test
    void isPerfectUntilTheRunBegins() {
        AgentNetwork network = network(0, "drop 100% from 0s until 20s");

        assertThat(network.conditions().leaving(at(4_000), 100)).isEqualTo(DatagramFate.SENT);
    }

    @Test
    void isTheLinkOfTheScenario() {
        assertThat(fate(network(0), 0)).isEqualTo(DatagramFate.after(10_000L));
    }

    @Test
    void getsWorseWhileTheLinkDoes() {
        AgentNetwork network = network(0);

        assertThat(fate(network, 20_000_000)).isEqualTo(DatagramFate.LOST);
        assertThat(fate(network, 30_000_000)).isEqualTo(DatagramFate.after(10_000L));
        assertThat(fate(network, 40_000_000)).isEqualTo(DatagramFate.after(30_000L));
    }

    @Test
    void hasTheFaultsOfTheMoment() {
        AgentNetwork network = network(
                0,
                "drop 100% from 1s until 2s",
                "delay 5ms spread 0s from 3s until 5s",
                "delay 1ms spread 0s from 4s until 6s",
                "duplicate 100% from 7s until 8s",
                "reorder 100% by 70ms from 9s until 10s");

        assertThat(fate(network, 1_000_000)).isEqualTo(DatagramFate.LOST);
        assertThat(fate(network, 2_000_000)).isEqualTo(DatagramFate.after(10_000L));
        assertThat(fate(network, 4_500_000)).isEqualTo(DatagramFate.after(16_000L));
        assertThat(fate(network, 7_000_000)).isEqualTo(DatagramFate.after(10_000L, 10_000L));
        assertThat(fate(network, 9_000_000)).isEqualTo(DatagramFate.after(80_000L));
    }

    @Nested
    class Cuts {

        private final AgentNetwork network = network(1, "cut 1 from 3s until 13s");

        private void hear(int device, int port) {
            network.heard(new DeviceAnnouncement(
                    EndpointReference.of(DEVICES.of(device)),
                    List.of(),
                    List.of(),
                    List.of("http://127.0.0.1:" + port + "/device-" + device),
                    1));
        }

        @Test
        void areBetweenTheAgentsOfBothSides() {
            hear(0, 4_000);
            hear(4, 4_001);
            network.be(3_000_000);
            NetworkConditions conditions = network.conditions();

            assertThat(conditions.leaving(at(4_000), 100)).isEqualTo(DatagramFate.LOST);
            assertThat(conditions.admits(at(4_000), true)).isFalse();
            assertThat(conditions.requesting(at(4_000))).isEqualTo(RequestFate.CUT);
            assertThat(conditions.admits(at(4_001), true)).isTrue();
        }

        @Test
        void healAtTheirEnd() {
            hear(0, 4_000);
            network.be(3_000_000);
            network.be(13_000_000);

            assertThat(network.conditions().admits(at(4_000), false)).isTrue();
        }

        @Test
        void followAnAgentThatComesBackElsewhere() {
            hear(0, 4_000);
            network.be(3_000_000);
            hear(0, 4_002);

            assertThat(network.conditions().admits(at(4_002), false)).isFalse();
        }

        @Test
        void areNothingToStrangers() {
            network.heard(new DeviceAnnouncement(
                    EndpointReference.of("urn:uuid:" + new java.util.UUID(1, 2)),
                    List.of(),
                    List.of(),
                    List.of("http://127.0.0.1:4000/x"),
                    1));
            network.be(3_000_000);

            assertThat(network.conditions().admits(at(4_000), false)).isTrue();
        }
    }
}
