package org.grapevine.simulation.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/** The next smaller neighbours of a scenario, those that take away most first. Each differs from it, and each is valid. */
final class Smaller {

    private final Scenario scenario;
    private final List<Scenario> candidates = new ArrayList<>();

    private Smaller(Scenario scenario) {
        this.scenario = scenario;
    }

    static Stream<Scenario> than(Scenario scenario) {
        return new Smaller(scenario).all().stream();
    }

    private List<Scenario> all() {
        add(() -> scenario.withFaults(List.of()));
        dropWorkload();
        dropFaults();
        dropGroups();
        dropSegments();
        shrinkGroups();
        add(() -> scenario.withLinks(scenario.links().stream()
                .map(link -> Link.perfect(link.name(), new Latency.Constant(1_000)))
                .toList()));
        simplifyLinks();
        simplifyRest();
        simplifyWorkload();
        shortenFaults();
        return candidates;
    }

    private void add(Supplier<Scenario> variation) {
        Scenario smaller;
        try {
            smaller = variation.get();
        } catch (IllegalArgumentException invalid) {
            return; // What was taken away was still referred to: not a neighbour.
        }
        if (!smaller.equals(scenario)) {
            candidates.add(smaller);
        }
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> rest = new ArrayList<>(list);
        rest.remove(index);
        return rest;
    }

    private static <T> List<T> with(List<T> list, int index, T other) {
        List<T> changed = new ArrayList<>(list);
        changed.set(index, other);
        return changed;
    }

    private void dropWorkload() {
        for (int i = 0;
                scenario.workload().size() > 1 && i < scenario.workload().size();
                i++) {
            int index = i;
            add(() -> scenario.withWorkload(without(scenario.workload(), index)));
        }
    }

    private void dropFaults() {
        for (int i = 0; i < scenario.faults().size(); i++) {
            int index = i;
            add(() -> scenario.withFaults(without(scenario.faults(), index)));
        }
    }

    private void dropGroups() {
        for (int i = 0; scenario.groups().size() > 1 && i < scenario.groups().size(); i++) {
            DeviceGroup dropped = scenario.groups().get(i);
            List<DeviceGroup> rest = without(scenario.groups(), i);
            // What somebody else is in stays, as one segment, when nobody opens it any longer.
            add(() -> onlyUsed(scenario.links(), scenario.segments(), rest, redirected(dropped, rest)));
        }
    }

    /** The workload with what started from a dropped group started from the first one that is left. */
    private List<Workload> redirected(DeviceGroup dropped, List<DeviceGroup> rest) {
        return scenario.workload().stream()
                .map(each -> each.from().group().equals(dropped.name())
                        ? withSource(each, Source.first(rest.get(0).name()))
                        : each)
                .toList();
    }

    private void dropSegments() {
        for (SegmentKind dropped : scenario.segments()) {
            List<DeviceGroup> groups = scenario.groups().stream()
                    .map(group -> without(group, dropped.name()))
                    .filter(group -> !group.in().isEmpty() || group.opens() != null)
                    .toList();
            if (!groups.isEmpty()) {
                add(() -> onlyUsed(scenario.links(), scenario.segments(), groups, scenario.workload()));
            }
        }
    }

    private static DeviceGroup without(DeviceGroup group, String kind) {
        return new DeviceGroup(
                group.name(),
                group.count(),
                group.in().stream().filter(each -> !each.equals(kind)).toList(),
                kind.equals(group.opens()) ? null : group.opens(),
                group.startMicros(),
                group.startWithinMicros());
    }

    /** Leaves out segments that nobody is in, and links that carry none. */
    private Scenario onlyUsed(
            List<Link> links, List<SegmentKind> segments, List<DeviceGroup> groups, List<Workload> workload) {
        List<SegmentKind> used = segments.stream()
                .filter(kind -> groups.stream()
                        .anyMatch(group ->
                                group.in().contains(kind.name()) || kind.name().equals(group.opens())))
                .toList();
        List<Link> carrying = links.stream()
                .filter(link -> used.stream().anyMatch(kind -> kind.link().equals(link.name())))
                .toList();
        List<Fault> faults = scenario.faults().stream()
                .filter(fault -> !(fault instanceof Fault.Degrade degrade)
                        || carrying.stream().anyMatch(link -> link.name().equals(degrade.link())))
                .toList();
        return rebuilt(carrying, used, groups, workload, faults, scenario.untilMicros());
    }

    private Scenario rebuilt(
            List<Link> links,
            List<SegmentKind> segments,
            List<DeviceGroup> groups,
            List<Workload> workload,
            List<Fault> faults,
            long untilMicros) {
        return new Scenario(
                scenario.name(),
                scenario.about(),
                links,
                segments,
                groups,
                scenario.config(),
                scenario.peers(),
                scenario.clockErrorMillis(),
                scenario.answerMicros(),
                scenario.mergeMicros(),
                scenario.wire(),
                workload,
                faults,
                untilMicros);
    }

    private void shrinkGroups() {
        for (int i = 0; i < scenario.groups().size(); i++) {
            DeviceGroup group = scenario.groups().get(i);
            int index = i;
            if (group.count() > 1) {
                add(() -> withGroup(index, group.withCount(group.count() / 2)));
                add(() -> withGroup(index, group.withCount(group.count() - 1)));
            }
            add(() -> withGroup(index, new DeviceGroup(group.name(), group.count(), group.in(), group.opens(), 0, 0)));
        }
    }

    private Scenario withGroup(int index, DeviceGroup group) {
        List<Workload> workload = scenario.workload().stream()
                .map(each -> each.from().group().equals(group.name())
                                && each.from().index() >= group.count()
                        ? withSource(each, new Source(group.name(), each.from().pick(), group.count() - 1))
                        : each)
                .toList();
        return rebuilt(
                scenario.links(),
                scenario.segments(),
                with(scenario.groups(), index, group),
                workload,
                scenario.faults(),
                scenario.untilMicros());
    }

    private void simplifyLinks() {
        for (int i = 0; i < scenario.links().size(); i++) {
            Link link = scenario.links().get(i);
            int index = i;
            for (Link simpler : List.of(
                    Link.perfect(link.name(), new Latency.Constant(1_000)),
                    link.withLoss(0),
                    link(link, link.latency(), 0, link.reordering(), link.bitsPerSecond()),
                    link(link, link.latency(), link.duplication(), 0, link.bitsPerSecond()),
                    link(link, link.latency(), link.duplication(), link.reordering(), 0),
                    link(
                            link,
                            new Latency.Constant(1_000),
                            link.duplication(),
                            link.reordering(),
                            link.bitsPerSecond()))) {
                add(() -> scenario.withLinks(with(scenario.links(), index, simpler)));
            }
        }
    }

    private static Link link(Link link, Latency latency, double duplication, double reordering, long bitsPerSecond) {
        return new Link(
                link.name(),
                latency,
                link.loss(),
                duplication,
                reordering,
                reordering == 0 ? 0 : link.heldBackMicros(),
                bitsPerSecond,
                bitsPerSecond != 0 && link.shared(),
                bitsPerSecond == 0 ? 0 : link.queueBytes());
    }

    private void simplifyRest() {
        add(() -> scenario.withConfig(GossipConfig.defaults()));
        add(() -> scenario.withTimes(0, scenario.answerMicros(), scenario.mergeMicros()));
        add(() -> scenario.withTimes(scenario.clockErrorMillis(), 0, scenario.mergeMicros()));
        add(() -> scenario.withTimes(scenario.clockErrorMillis(), scenario.answerMicros(), 0));
        add(() -> scenario.withWire(false));
        add(() -> scenario.withPeers(Peers.ALL));
        MembershipConfig membership = scenario.peers().membership();
        if (membership != null) {
            add(() -> scenario.withPeers(Peers.of(membership.kind())));
        }
        add(() -> rebuilt(
                scenario.links(), scenario.segments(), scenario.groups(), scenario.workload(), scenario.faults(), 0));
    }

    private void simplifyWorkload() {
        for (int i = 0; i < scenario.workload().size(); i++) {
            Workload each = scenario.workload().get(i);
            int index = i;
            List<Workload> simpler = new ArrayList<>();
            simpler.add(withRepetition(each, Workload.Repetition.once()));
            simpler.add(withRepetition(each, fewer(each.repetition())));
            simpler.add(withSource(each, Source.first(each.from().group())));
            if (each instanceof Workload.Push push) {
                simpler.add(push(push, 0, 1, push.spread(), push.lifetimeMillis(), push.repairMillis()));
                for (Workload.Spread plainer : plainer(push.spread())) {
                    simpler.add(push(push, push.atMicros(), 1, plainer, push.lifetimeMillis(), push.repairMillis()));
                }
                simpler.add(push(push, 0, push.bytes(), push.spread(), push.lifetimeMillis(), push.repairMillis()));
                simpler.add(push(push, push.atMicros(), 1, push.spread(), push.lifetimeMillis(), 0));
                simpler.add(push(
                        push,
                        push.atMicros(),
                        1,
                        push.spread(),
                        Math.max(1, push.lifetimeMillis() / 2),
                        push.repairMillis()));
            } else if (each instanceof Workload.Request request) {
                for (Workload.Spread plainer : plainer(request.spread())) {
                    simpler.add(request(request, request.atMicros(), plainer, request.replies()));
                }
                simpler.add(request(request, 0, request.spread(), request.replies()));
                for (Workload.Replies plainer : plainer(request.replies())) {
                    simpler.add(request(request, request.atMicros(), request.spread(), plainer));
                }
            }
            for (Workload other : simpler) {
                add(() -> scenario.withWorkload(with(scenario.workload(), index, other)));
            }
        }
    }

    private static Workload.Repetition fewer(Workload.Repetition repetition) {
        return new Workload.Repetition(
                Math.max(1, repetition.times() / 2), repetition.everyMicros(), repetition.withinMicros());
    }

    /** One thing less to think of, each. */
    private static List<Workload.Spread> plainer(Workload.Spread spread) {
        return List.of(
                Workload.Spread.of(GossipVariant.EAGER_PUSH),
                Workload.Spread.of(spread.variant()),
                spread.withVariant(GossipVariant.EAGER_PUSH),
                spread.withOrder(false),
                spread.withFanout(0, spread.rounds()),
                spread.withFanout(spread.fanout(), 0),
                spread.withEagerHops(GossipParameters.AUTO_EAGER_HOPS));
    }

    private static Workload.Push push(
            Workload.Push push, long at, int bytes, Workload.Spread spread, long lifetimeMillis, long repairMillis) {
        return new Workload.Push(at, push.from(), push.repetition(), bytes, spread, lifetimeMillis, repairMillis);
    }

    private static List<Workload.Replies> plainer(Workload.Replies replies) {
        long timeout = replies.timeoutMillis();
        return List.of(
                Workload.Replies.merged(timeout),
                Workload.Replies.of(replies.mode(), timeout),
                replies.withMargin(0),
                replies.withMinReplies(0, false),
                replies.within(Math.max(1, timeout / 2)));
    }

    private static Workload.Request request(
            Workload.Request request, long at, Workload.Spread spread, Workload.Replies replies) {
        return new Workload.Request(
                at, request.from(), request.repetition(), 1, 1, spread, request.lifetimeMillis(), replies);
    }

    private static Workload withSource(Workload each, Source from) {
        return changed(each, from, each.repetition());
    }

    private static Workload withRepetition(Workload each, Workload.Repetition repetition) {
        return changed(each, each.from(), repetition);
    }

    private static Workload changed(Workload each, Source from, Workload.Repetition repetition) {
        if (each instanceof Workload.Push push) {
            return new Workload.Push(
                    push.atMicros(),
                    from,
                    repetition,
                    push.bytes(),
                    push.spread(),
                    push.lifetimeMillis(),
                    push.repairMillis());
        } else if (each instanceof Workload.Request request) {
            return new Workload.Request(
                    request.atMicros(),
                    from,
                    repetition,
                    request.bytes(),
                    request.answerBytes(),
                    request.spread(),
                    request.lifetimeMillis(),
                    request.replies());
        } else if (each instanceof Workload.Notify notify) {
            return new Workload.Notify(
                    notify.atMicros(),
                    from,
                    repetition,
                    notify.to(),
                    notify.bytes(),
                    notify.attempts(),
                    notify.timeoutMillis(),
                    notify.atOnce());
        }
        throw new AssertionError("unhandled: " + each);
    }

    private void shortenFaults() {
        for (int i = 0; i < scenario.faults().size(); i++) {
            Fault fault = scenario.faults().get(i);
            Fault shorter = shorter(fault);
            int index = i;
            if (shorter != null && !Objects.equals(shorter, fault)) {
                add(() -> scenario.withFaults(with(scenario.faults(), index, shorter)));
            }
        }
    }

    private static @Nullable Fault shorter(Fault fault) {
        long end = fault.atMicros() + Math.max(1, (fault.endMicros() - fault.atMicros()) / 2);
        if (fault instanceof Fault.Pause pause) {
            return new Fault.Pause(pause.atMicros(), end, pause.who());
        } else if (fault instanceof Fault.Partition partition) {
            return new Fault.Partition(partition.atMicros(), end, partition.who());
        } else if (fault instanceof Fault.Degrade degrade) {
            return new Fault.Degrade(degrade.atMicros(), end, degrade.link(), degrade.loss(), degrade.slowdown());
        } else if (fault instanceof Fault.Churn churn) {
            return new Fault.Churn(churn.atMicros(), end, churn.who(), churn.sharePerSecond(), churn.downMicros());
        } else if (fault instanceof Fault.SlowService slow) {
            return new Fault.SlowService(
                    slow.atMicros(), end, slow.who(), slow.refuses(), slow.fault(), slow.answerMicros());
        } else if (fault instanceof Fault.Lie lie) {
            return new Fault.Lie(lie.atMicros(), end, lie.who());
        }
        return null;
    }
}
