package org.grapevine.simulation.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.api.Test;

class ScenarioGeneratorTest {

    private static final List<Scenario> MANY =
            LongStream.range(0, 2_000).mapToObj(ScenarioGenerator::draw).toList();

    @Test
    void aSeedAlwaysGivesTheSameScenario() {
        assertThat(ScenarioGenerator.draw(17)).isEqualTo(MANY.get(17));
        assertThat(new HashSet<>(MANY)).hasSize(MANY.size());
    }

    @Test
    void everySeedGivesAScenario() {
        assertThat(ScenarioGenerator.draw(Long.MIN_VALUE).devices()).isPositive();
        assertThat(ScenarioGenerator.draw(Long.MAX_VALUE).devices()).isPositive();
        assertThat(ScenarioGenerator.draw(-1)).isNotEqualTo(ScenarioGenerator.draw(1));
    }

    @Test
    void everyKindOfFaultIsDrawn() {
        Set<Class<?>> drawn = new HashSet<>();
        MANY.forEach(scenario -> scenario.faults().forEach(fault -> drawn.add(fault.getClass())));

        assertThat(drawn).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    }

    @Test
    void everyKindOfLatencyIsDrawn() {
        Set<Class<?>> drawn = new HashSet<>();
        MANY.forEach(scenario ->
                scenario.links().forEach(link -> drawn.add(link.latency().getClass())));

        assertThat(drawn).containsExactlyInAnyOrder(Latency.class.getPermittedSubclasses());
    }

    @Test
    void linksLoseDoubleHoldBackAndAreNarrow() {
        List<Link> links =
                MANY.stream().flatMap(scenario -> scenario.links().stream()).toList();

        assertThat(links).anyMatch(link -> link.loss() > 0.3).anyMatch(link -> link.loss() == 0);
        assertThat(links).anyMatch(link -> link.duplication() > 0.1).anyMatch(link -> link.reordering() > 0.1);
        assertThat(links).anyMatch(link -> link.bitsPerSecond() > 0 && link.shared());
        assertThat(links).anyMatch(link -> link.bitsPerSecond() > 0 && !link.shared());
    }

    @Test
    void networksAreFlatJoinedAndGrids() {
        assertThat(MANY).anyMatch(scenario -> scenario.segments().size() == 1);
        assertThat(MANY).anyMatch(scenario -> scenario.groups().stream()
                .anyMatch(group -> group.in().size() == 2));
        assertThat(MANY)
                .anyMatch(scenario ->
                        scenario.groups().stream().map(DeviceGroup::opens).anyMatch("han"::equals));
        assertThat(MANY).anyMatch(scenario -> scenario.devices() >= 500);
        assertThat(MANY).anyMatch(scenario -> scenario.devices() == 2);
    }

    @Test
    void pushesAndRequestsAreOfEverySort() {
        List<Workload> work =
                MANY.stream().flatMap(scenario -> scenario.workload().stream()).toList();

        assertThat(work)
                .anyMatch(each -> each instanceof Workload.Push push && push.repairMillis() == 0)
                .anyMatch(each -> each instanceof Workload.Push push
                        && push.repairMillis() > 0
                        && push.spread().fanout() == 0)
                .anyMatch(each -> each instanceof Workload.Push push
                        && push.spread().fanout() > 0
                        && push.spread().rounds() > 0)
                .anyMatch(each -> each instanceof Workload.Request request
                        && request.replies().minReplies() > 0)
                .anyMatch(each -> each instanceof Workload.Request request
                        && request.replies().marginMillis() > 0)
                .anyMatch(each -> each.repetition().times() > 1);
        assertThat(MANY).anyMatch(Scenario::wire).anyMatch(scenario -> scenario.clockErrorMillis() > 5_000);
        assertThat(MANY).anyMatch(scenario -> scenario.untilMicros() > 0);
    }
}
