package org.grapevine.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ApplicabilityTest {

    private static final Scenario TWO_LINKS = ScenarioFile.read(
            """
            scenario: two
            links:
              fibre: { latency: { constant: 1ms } }
              radio: { latency: { uniform: [5ms, 20ms] } }
            segments: { wan: { link: fibre }, fan: { link: radio } }
            devices: { a: { count: 2, in: [wan] }, b: { count: 4, in: [wan, fan] } }
            """,
            "two");

    @Test
    void namesWhatAScenarioHasThatAClusterDoesOtherwise() {
        Scenario scenario = Scenarios.street(
                "faults:",
                "  - lie: { at: 1s, until: 2s, who: { group: house, share: 10% } }",
                "  - partition: { at: 3s, until: 13s, who: { share: 50% } }");

        assertThat(Applicability.notes(scenario))
                .contains(
                        "faults.partition: cuts off the nearest number of whole agents, never that of device 0",
                        "faults.lie: not carried out: real devices have no code for it")
                .noneMatch(note -> note.startsWith("faults.pause"));
    }

    @Test
    void listsAllItKnowsForPeople() {
        assertThat(Applicability.rules())
                .extracting(Applicability.Rule::key)
                .contains("links.bandwidth, links.shared, links.queue", "faults.pause", "workload.notify")
                .doesNotHaveDuplicates();
    }

    @Test
    void leavesOutWhatIsNotCarriedOut() {
        Scenario scenario = Scenarios.street(
                "workload:",
                "  - notify: { at: 1s, from: first, to: house }",
                "  - push: { at: 1s, from: first }",
                "faults:",
                "  - pause: { at: 1s, until: 2s, who: { } }",
                "  - crash: { at: 1s, who: { count: 1 } }");

        Scenario applied = Applicability.applied(scenario);

        assertThat(applied.workload())
                .singleElement()
                .isEqualTo(scenario.workload().get(1));
        assertThat(applied.faults()).singleElement().isInstanceOf(Fault.Crash.class);
    }

    @Nested
    class OneLink {

        @Test
        void hasToCarryAllSegments() {
            assertThatThrownBy(() -> Applicability.require(TWO_LINKS, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("links: fibre, radio (expected: one for all segments, for all devices of an agent share"
                            + " its sockets; choose one for all: --link fibre)");
        }

        @Test
        void canBeChosenForAll() {
            Scenario chosen = Applicability.onLink(TWO_LINKS, "radio");

            assertThatCode(() -> Applicability.require(chosen, 2)).doesNotThrowAnyException();
            assertThat(Applicability.linkOf(chosen).name()).isEqualTo("radio");
        }

        @Test
        void hasToBeOneOfTheScenario() {
            assertThatThrownBy(() -> Applicability.onLink(TWO_LINKS, "copper"))
                    .hasMessage("link: copper (expected: one of fibre, radio)");
        }
    }

    @Nested
    class IsRefused {

        @Test
        void aPartitionOfOneAgent() {
            Scenario cut = Scenarios.street("faults:", "  - partition: { at: 3s, until: 4s, who: { share: 50% } }");

            assertThatThrownBy(() -> Applicability.require(cut, 1))
                    .hasMessage(
                            "agents: 1 (expected: 2 or more, for the scenario has a partition, which strikes whole agents)");
        }

        @Test
        void moreAgentsThanDevices() {
            assertThatThrownBy(() -> Applicability.require(Scenarios.street(), 41))
                    .hasMessage("agents: 41 (expected: 1..40, the devices)");
        }

        @Test
        void aDeviceInNoSegment() {
            Scenario alone = ScenarioFile.read("scenario: alone\ndevices: { a: { count: 2 } }", "alone");

            assertThatThrownBy(() -> Applicability.require(alone, 1))
                    .hasMessage("devices.a.in: none (expected: a kind of segment)");
        }
    }
}
