package org.grapevine.simulation.scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.grapevine.core.engine.GossipConfig;

/**
 * All that decides a run but its seed: who is there, what joins them, what they do, and what goes wrong.
 *
 * @param name letters, digits, blanks, dots, hyphens and underscores
 * @param about one sentence for people; white space around it is dropped
 * @param links what may carry segments
 * @param groups in the order in which devices are numbered
 * @param config of every engine
 * @param peers whom devices know
 * @param clockErrorMillis each device's clock is off by up to this, either way, ms
 * @param answerMicros how long a hosted service needs for an answer unless a fault says otherwise, µs
 * @param mergeMicros how long an aggregation function needs, µs
 * @param wire true to send every message through the real codec, with true sizes
 * @param untilMicros when the run ends; 0 for when nothing is left to do
 */
public record Scenario(
        String name,
        String about,
        List<Link> links,
        List<SegmentKind> segments,
        List<DeviceGroup> groups,
        GossipConfig config,
        Peers peers,
        long clockErrorMillis,
        long answerMicros,
        long mergeMicros,
        boolean wire,
        List<Workload> workload,
        List<Fault> faults,
        long untilMicros) {

    /** One in which everybody knows everybody. */
    public Scenario(
            String name,
            String about,
            List<Link> links,
            List<SegmentKind> segments,
            List<DeviceGroup> groups,
            GossipConfig config,
            long clockErrorMillis,
            long answerMicros,
            long mergeMicros,
            boolean wire,
            List<Workload> workload,
            List<Fault> faults,
            long untilMicros) {
        this(
                name,
                about,
                links,
                segments,
                groups,
                config,
                Peers.ALL,
                clockErrorMillis,
                answerMicros,
                mergeMicros,
                wire,
                workload,
                faults,
                untilMicros);
    }

    /** @throws IllegalArgumentException for a name that refers to nothing or stands for two things, and for too many devices */
    public Scenario {
        links = List.copyOf(links);
        segments = List.copyOf(segments);
        groups = List.copyOf(groups);
        workload = List.copyOf(workload);
        faults = List.copyOf(faults);
        about = about.strip();
        Limits.require(Limits.isTitle(name), "scenario", "'" + name + "'", Limits.TITLE);
        Limits.require(
                about.length() <= Limits.MAX_ABOUT,
                "about",
                about.length() + " characters",
                "at most " + Limits.MAX_ABOUT);
        Limits.require(!groups.isEmpty(), "devices", "none", "at least one group");
        requireFew("links", links);
        requireFew("segments", segments);
        requireFew("devices", groups);
        requireFew("workload", workload);
        requireFew("faults", faults);
        requireDuration("allowedClockError", config.allowedClockErrorMillis());
        requireDuration("wantTimeout", config.wantTimeoutMillis());
        requireDuration("redeliverAfter", config.redeliverAfterMillis());
        requireDuration("repeatAtMost", config.repeatAtMostMillis());
        Limits.require(
                config.bufferLimitBytes() <= 1L << 40, "engine.bufferLimit", config.bufferLimitBytes(), "0..1 TiB");
        Limits.require(
                clockErrorMillis >= 0 && clockErrorMillis <= 3_600_000,
                "engine.clockError",
                clockErrorMillis,
                "0..1 h");
        Limits.require(
                answerMicros >= 0 && answerMicros <= Limits.MAX_MICROS, "engine.answer", answerMicros, "0..24 h");
        Limits.require(mergeMicros >= 0 && mergeMicros <= Limits.MAX_MICROS, "engine.merge", mergeMicros, "0..24 h");
        Limits.require(untilMicros >= 0 && untilMicros <= 10 * Limits.MAX_MICROS, "until", untilMicros, "0..240 h");
        Set<String> linkNames = names("links", links.stream().map(Link::name).toList());
        Set<String> kinds =
                names("segments", segments.stream().map(SegmentKind::name).toList());
        Set<String> groupNames =
                names("devices", groups.stream().map(DeviceGroup::name).toList());
        for (SegmentKind kind : segments) {
            requireOneOf("segments." + kind.name() + ".link", kind.link(), linkNames);
        }
        Set<String> opened = new HashSet<>();
        long devices = 0;
        for (DeviceGroup group : groups) {
            devices += group.count();
            String opens = group.opens();
            for (String kind : group.in()) {
                requireOneOf("devices." + group.name() + ".in", kind, kinds);
                Limits.require(!kind.equals(opens), "devices." + group.name() + ".opens", kind, "not a kind it is in");
            }
            Limits.require(
                    new HashSet<>(group.in()).size() == group.in().size(),
                    "devices." + group.name() + ".in",
                    group.in(),
                    "each kind once");
            if (opens != null) {
                requireOneOf("devices." + group.name() + ".opens", opens, kinds);
                Limits.require(opened.add(opens), "devices." + group.name() + ".opens", opens, "opened by one group");
            }
        }
        Limits.require(devices <= Limits.MAX_DEVICES, "devices", devices, "at most " + Limits.MAX_DEVICES);
        for (int i = 0; i < workload.size(); i++) {
            Workload each = workload.get(i);
            String place = "workload[" + i + "]." + each.kind();
            Source from = each.from();
            requireOneOf(place + ".from", from.group(), groupNames);
            int count = group(groups, from.group()).count();
            Limits.require(
                    from.index() < count,
                    place + ".from",
                    from.group() + " " + from.index(),
                    "an index below " + count);
            if (each instanceof Workload.Notify notify) {
                requireOneOf(place + ".to", notify.to(), groupNames);
            }
        }
        for (int i = 0; i < faults.size(); i++) {
            Fault each = faults.get(i);
            String place = "faults[" + i + "]." + each.kind();
            Optional<Who> who = whoOf(each);
            if (who.isPresent() && who.get().group() != null) {
                requireOneOf(place + ".who.group", who.get().group(), groupNames);
            }
            if (each instanceof Fault.Degrade degrade) {
                requireOneOf(place + ".link", degrade.link(), linkNames);
            }
        }
    }

    private static void requireFew(String field, List<?> entries) {
        Limits.require(
                entries.size() <= Limits.MAX_ENTRIES,
                field,
                entries.size() + " entries",
                "at most " + Limits.MAX_ENTRIES);
    }

    /** The engines bound these from below only. */
    private static void requireDuration(String field, long millis) {
        Limits.require(millis <= Limits.MAX_MICROS / 1_000, "engine." + field, millis + " ms", "at most 24 h");
    }

    /** Whom a fault strikes; empty if it strikes a link. */
    public static Optional<Who> whoOf(Fault fault) {
        if (fault instanceof Fault.Crash crash) {
            return Optional.of(crash.who());
        } else if (fault instanceof Fault.Restart restart) {
            return Optional.of(restart.who());
        } else if (fault instanceof Fault.Leave leave) {
            return Optional.of(leave.who());
        } else if (fault instanceof Fault.Pause pause) {
            return Optional.of(pause.who());
        } else if (fault instanceof Fault.Partition partition) {
            return Optional.of(partition.who());
        } else if (fault instanceof Fault.Churn churn) {
            return Optional.of(churn.who());
        } else if (fault instanceof Fault.SlowService slow) {
            return Optional.of(slow.who());
        } else if (fault instanceof Fault.Lie lie) {
            return Optional.of(lie.who());
        } else {
            return Optional.empty();
        }
    }

    private static Set<String> names(String field, List<String> names) {
        Set<String> unique = new HashSet<>();
        for (String name : names) {
            Limits.require(Limits.isName(name), field, "'" + name + "'", Limits.NAME);
            Limits.require(unique.add(name), field, name + " twice", "each name once");
        }
        return unique;
    }

    private static void requireOneOf(String field, String name, Set<String> names) {
        String expected = names.isEmpty()
                ? "nothing, for there are none"
                : "one of " + String.join(", ", names.stream().sorted().toList());
        Limits.require(names.contains(name), field, name, expected);
    }

    private static DeviceGroup group(List<DeviceGroup> groups, String name) {
        return groups.stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public DeviceGroup group(String groupName) {
        return group(groups, groupName);
    }

    public Link link(String linkName) {
        return links.stream()
                .filter(link -> link.name().equals(linkName))
                .findFirst()
                .orElseThrow();
    }

    /** All devices of all groups. */
    public int devices() {
        return groups.stream().mapToInt(DeviceGroup::count).sum();
    }

    // Variations, for sweeps and shrinking.

    /** A scenario being varied. */
    private static final class Draft {
        private List<Link> links;
        private List<DeviceGroup> groups;
        private GossipConfig config;
        private Peers peers;
        private long clockErrorMillis;
        private long answerMicros;
        private long mergeMicros;
        private boolean wire;
        private List<Workload> workload;
        private List<Fault> faults;
        private long untilMicros;

        Draft(Scenario from) {
            this.links = from.links;
            this.groups = from.groups;
            this.config = from.config;
            this.peers = from.peers;
            this.clockErrorMillis = from.clockErrorMillis;
            this.answerMicros = from.answerMicros;
            this.mergeMicros = from.mergeMicros;
            this.wire = from.wire;
            this.workload = from.workload;
            this.faults = from.faults;
            this.untilMicros = from.untilMicros;
        }
    }

    private Scenario varied(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new Scenario(
                name,
                about,
                draft.links,
                segments,
                draft.groups,
                draft.config,
                draft.peers,
                draft.clockErrorMillis,
                draft.answerMicros,
                draft.mergeMicros,
                draft.wire,
                draft.workload,
                draft.faults,
                draft.untilMicros);
    }

    public Scenario withLinks(List<Link> others) {
        return varied(draft -> draft.links = others);
    }

    public Scenario withGroups(List<DeviceGroup> others) {
        return varied(draft -> draft.groups = others);
    }

    public Scenario withConfig(GossipConfig other) {
        return varied(draft -> draft.config = other);
    }

    public Scenario withPeers(Peers other) {
        return varied(draft -> draft.peers = other);
    }

    /**
     * The same with another end.
     *
     * @param micros 0 for when nothing is left to do
     */
    public Scenario withUntil(long micros) {
        return varied(draft -> draft.untilMicros = micros);
    }

    public Scenario withWorkload(List<Workload> others) {
        return varied(draft -> draft.workload = others);
    }

    public Scenario withFaults(List<Fault> others) {
        return varied(draft -> draft.faults = others);
    }

    public Scenario withTimes(long clockError, long answer, long merge) {
        return varied(draft -> {
            draft.clockErrorMillis = clockError;
            draft.answerMicros = answer;
            draft.mergeMicros = merge;
        });
    }

    public Scenario withWire(boolean real) {
        return varied(draft -> draft.wire = real);
    }
}
