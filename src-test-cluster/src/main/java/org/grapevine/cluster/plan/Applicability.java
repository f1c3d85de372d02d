package org.grapevine.cluster.plan;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.scenario.Workload;

/** What of a scenario a cluster does otherwise than the simulator, or not at all, and why. */
public final class Applicability {

    /**
     * A key of scenario files that does not mean in a cluster what it means in a simulated run.
     *
     * @param key as docs/scenario-file.md names it
     * @param instead what a cluster does
     */
    public record Rule(String key, String instead) {}

    private record Case(Rule rule, Predicate<Scenario> used) {}

    private static final List<Case> CASES = List.of(
            new Case(
                    new Rule(
                            "links.bandwidth, links.shared, links.queue",
                            "not applied: the sockets of this machine carry what they can"),
                    scenario -> scenario.links().stream().anyMatch(link -> link.bitsPerSecond() > 0)),
            new Case(
                    new Rule(
                            "links.reordering, links.latency",
                            "of datagrams; HTTP connections are late by it, in order"),
                    scenario -> scenario.links().stream()
                            .anyMatch(link ->
                                    link.reordering() > 0 || link.latency().maxMicros() > 0)),
            new Case(
                    new Rule(
                            "segments.lan",
                            "a real multicast group; what the link does to a multicast, it does to all who hear it at once"),
                    scenario -> scenario.segments().stream().anyMatch(SegmentKind::lan)),
            new Case(
                    new Rule("engine.clock-error", "one draw for each agent, whose devices share its clock"),
                    scenario -> scenario.clockErrorMillis() > 0),
            new Case(
                    new Rule("engine.answer, engine.merge", "not applied: services and functions take what they take"),
                    scenario -> scenario.answerMicros() > 0 || scenario.mergeMicros() > 0),
            new Case(new Rule("engine.wire", "always true"), scenario -> !scenario.wire()),
            new Case(
                    new Rule("peers.contacts, peers.lattice", "not applied: discovery tells whom there is"),
                    scenario -> scenario.peers().membership() != null
                            && (scenario.peers().lattice()
                                    || scenario.peers().contacts()
                                            != Peers.of(scenario.peers().membership())
                                                    .contacts())),
            new Case(
                    new Rule("workload.notify", "not carried out; the benchmark AgainstToday has subscribers"),
                    scenario -> scenario.workload().stream().anyMatch(Workload.Notify.class::isInstance)),
            new Case(
                    new Rule("faults.partition", "cuts off the nearest number of whole agents, never that of device 0"),
                    scenario -> scenario.faults().stream().anyMatch(Fault.Partition.class::isInstance)),
            new Case(
                    new Rule(
                            "faults.slow-service",
                            "a push that is refused is not offered again, and every refusal of a request is of the kind Receiver"),
                    scenario -> scenario.faults().stream()
                            .anyMatch(fault -> fault instanceof Fault.SlowService slow && slow.refuses())),
            new Case(
                    new Rule("faults.pause", "not carried out: use the fault of an agent, stop"),
                    scenario -> scenario.faults().stream().anyMatch(Fault.Pause.class::isInstance)),
            new Case(
                    new Rule("faults.lie", "not carried out: real devices have no code for it"),
                    scenario -> scenario.faults().stream().anyMatch(Fault.Lie.class::isInstance)));

    private Applicability() {}

    /** All of them, for documentation. */
    public static List<Rule> rules() {
        return CASES.stream().map(Case::rule).toList();
    }

    /** Those that a scenario makes use of, one line each: {@code faults.lie: not carried out: ...}. */
    public static List<String> notes(Scenario scenario) {
        return CASES.stream()
                .filter(each -> each.used().test(scenario))
                .map(each -> each.rule().key() + ": " + each.rule().instead())
                .toList();
    }

    /**
     * Refuses what would be another run altogether.
     *
     * @throws IllegalArgumentException naming the value and what is expected
     */
    public static void require(Scenario scenario, int agents) {
        Placement placement = Placement.of(scenario, agents);
        Set<String> links = links(scenario);
        if (links.size() > 1) {
            throw new IllegalArgumentException("links: " + String.join(", ", links)
                    + " (expected: one for all segments, for all devices of an agent share its sockets; choose one for all:"
                    + " --link " + links.iterator().next() + ")");
        }
        boolean cuts = scenario.faults().stream().anyMatch(Fault.Partition.class::isInstance);
        if (cuts && placement.agents() < 2) {
            throw new IllegalArgumentException(
                    "agents: 1 (expected: 2 or more, for the scenario has a partition, which strikes whole agents)");
        }
        Layout layout = new Layout(scenario);
        for (DeviceGroup group : scenario.groups()) {
            if (layout.segmentsOf(group, 0).length == 0) {
                throw new IllegalArgumentException(
                        "devices." + group.name() + ".in: none (expected: a kind of segment)");
            }
        }
    }

    /** Names of the links that carry segments. */
    private static Set<String> links(Scenario scenario) {
        Layout layout = new Layout(scenario);
        return IntStream.range(0, layout.segments())
                .mapToObj(layout::link)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The link of all segments; a perfect one without latency if there are no segments. */
    public static Link linkOf(Scenario scenario) {
        return scenario.link(links(scenario).iterator().next());
    }

    /**
     * The same scenario with one link for all segments.
     *
     * @throws IllegalArgumentException if there is no such link
     */
    public static Scenario onLink(Scenario scenario, String link) {
        if (scenario.links().stream().noneMatch(each -> each.name().equals(link))) {
            throw new IllegalArgumentException("link: " + link + " (expected: one of "
                    + String.join(
                            ", ",
                            scenario.links().stream().map(Link::name).sorted().toList()) + ")");
        }
        return with(
                scenario,
                scenario.segments().stream()
                        .map(kind -> new SegmentKind(kind.name(), link, kind.lan()))
                        .toList(),
                scenario.workload(),
                scenario.faults());
    }

    /** The same without the workload and the faults that a cluster leaves out, so that a simulated run leaves them out, too. */
    public static Scenario applied(Scenario scenario) {
        return with(
                scenario,
                scenario.segments(),
                scenario.workload().stream()
                        .filter(each -> !(each instanceof Workload.Notify))
                        .toList(),
                scenario.faults().stream()
                        .filter(fault -> !(fault instanceof Fault.Pause || fault instanceof Fault.Lie))
                        .toList());
    }

    private static Scenario with(Scenario of, List<SegmentKind> segments, List<Workload> workload, List<Fault> faults) {
        return new Scenario(
                of.name(),
                of.about(),
                of.links(),
                segments,
                of.groups(),
                of.config(),
                of.peers(),
                of.clockErrorMillis(),
                of.answerMicros(),
                of.mergeMicros(),
                of.wire(),
                workload,
                faults,
                of.untilMicros());
    }
}
