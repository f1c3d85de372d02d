package org.grapevine.simulation.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.yaml.Measure;
import org.grapevine.yaml.YamlMap;
import org.grapevine.yaml.YamlMistake;
import org.grapevine.yaml.YamlText;

/**
 * Reads scenarios. docs/scenario-file.md describes the file, {@code scenario.schema.json} beside this class is its JSON Schema,
 * {@link ScenarioWriter} writes it.
 */
public final class ScenarioFile {

    private static final Set<String> KEYS = Set.of(
            "scenario", "about", "links", "segments", "devices", "engine", "peers", "workload", "faults", "until");
    private static final Set<String> LINK_KEYS =
            Set.of("latency", "loss", "duplication", "reordering", "bandwidth", "shared", "queue");
    private static final Set<String> SEGMENT_KEYS = Set.of("link", "lan");
    private static final Set<String> LATENCY_KEYS = Set.of("constant", "uniform", "lognormal");
    private static final Set<String> GROUP_KEYS = Set.of("count", "in", "opens", "start");
    private static final Set<String> ENGINE_KEYS = Set.of(
            "wanted",
            "loss",
            "dead",
            "max-fanout",
            "max-rounds",
            "allowed-clock-error",
            "seen-limit",
            "origin-limit",
            "buffer-limit",
            "digest-limit",
            "want-timeout",
            "want-tries",
            "redeliver-after",
            "redeliver-limit",
            "repeat-after",
            "repeat-at-most",
            "query-limit",
            "pull",
            "pull-spread",
            "advertise-after",
            "graft-after",
            "graft-again",
            "tree-links",
            "optimise-hops",
            "bridge-within",
            "order-limit",
            "clock-error",
            "answer",
            "merge",
            "wire");

    private ScenarioFile() {}

    /**
     * Reads a file of at most 1 MiB.
     *
     * @throws YamlMistake naming file, line and key of whatever is wrong, and what is allowed there
     */
    public static Scenario read(Path file) {
        return read(YamlText.of(file.toString(), "a scenario file"), file.toString());
    }

    /**
     * Reads a file's text.
     *
     * @param fileName for messages
     * @throws YamlMistake naming file, line and key of whatever is wrong, and what is allowed there
     */
    public static Scenario read(String text, String fileName) {
        YamlMap file = YamlMap.read(text, fileName, KEYS);
        String name = file.text("scenario");
        List<Link> links = links(file);
        List<SegmentKind> segments = segments(file);
        List<DeviceGroup> groups = groups(file);
        YamlMap engine = file.mapOrEmpty("engine", ENGINE_KEYS);
        GossipConfig config = config(engine);
        Peers peers = PeersReader.of(file);
        long clockError = Values.millis(engine, "clock-error", Defaults.CLOCK_ERROR_MILLIS);
        long answer = engine.quantity("answer", Measure.DURATION, Defaults.ANSWER_MICROS);
        long merge = engine.quantity("merge", Measure.DURATION, Defaults.MERGE_MICROS);
        boolean wire = engine.flag("wire", Defaults.WIRE);
        List<Workload> workload = new WorkloadReader(file).all();
        List<Fault> faults = new FaultReader(file, links, answer).all();
        long until = until(file);
        String about = file.text("about", "");
        return file.checked(() -> new Scenario(
                name,
                about,
                links,
                segments,
                groups,
                config,
                peers,
                clockError,
                answer,
                merge,
                wire,
                workload,
                faults,
                until));
    }

    /** Mappings with names, which are checked here, where their lines are known. */
    private static YamlMap named(YamlMap file, String key) {
        YamlMap entries = file.named(key);
        Values.requireFew(file, key, entries.keys().size());
        for (String name : entries.keys()) {
            if (!Limits.isName(name)) {
                throw entries.error(name, "a bad name", Limits.NAME);
            }
        }
        return entries;
    }

    private static List<Link> links(YamlMap file) {
        YamlMap entries = named(file, "links");
        List<Link> links = new ArrayList<>();
        for (String name : entries.keys()) {
            YamlMap link = Values.map(entries, name, LINK_KEYS);
            Latency latency = latency(link);
            Optional<YamlMap> reordering = link.map("reordering", Set.of("share", "by"));
            double share = reordering.isPresent() ? reordering.get().share("share") : 0;
            long by = reordering.isPresent() ? reordering.get().quantity("by", Measure.DURATION) : 0;
            double loss = link.share("loss", 0);
            double duplication = link.share("duplication", 0);
            long bandwidth = bandwidth(link);
            boolean shared = link.flag("shared", false);
            long queue = link.quantity("queue", Measure.SIZE, Defaults.queueBytes(bandwidth));
            links.add(link.checked(
                    () -> new Link(name, latency, loss, duplication, share, by, bandwidth, shared, queue)));
        }
        return links;
    }

    private static long bandwidth(YamlMap link) {
        if (link.text("bandwidth", Values.UNLIMITED).equals(Values.UNLIMITED)) {
            return 0;
        }
        long bandwidth = link.quantity("bandwidth", Measure.RATE);
        if (bandwidth == 0) { // The record's way to say unlimited.
            throw link.error("bandwidth", YamlMap.quoted(link.text("bandwidth")), "unlimited or 1bit/s..1Tbit/s");
        }
        return bandwidth;
    }

    private static Latency latency(YamlMap link) {
        YamlMap latency = Values.map(link, "latency", LATENCY_KEYS);
        String kind = Values.onlyKey(latency, Values.listed(LATENCY_KEYS));
        if (kind.equals("constant")) {
            long micros = latency.quantity("constant", Measure.DURATION);
            return link.checked(() -> new Latency.Constant(micros));
        } else if (kind.equals("uniform")) {
            List<Long> bounds = latency.quantities("uniform", Measure.DURATION);
            if (bounds.size() != 2) {
                throw latency.error("uniform", bounds.size() + " values", "two, such as [20ms, 400ms]");
            }
            return link.checked(() -> new Latency.Uniform(bounds.get(0), bounds.get(1)));
        }
        YamlMap lognormal = Values.map(latency, "lognormal", Set.of("median", "sigma", "max"));
        long median = lognormal.quantity("median", Measure.DURATION);
        double sigma = lognormal.number("sigma");
        long max = lognormal.quantity("max", Measure.DURATION);
        return link.checked(() -> new Latency.LogNormal(median, sigma, max));
    }

    private static List<SegmentKind> segments(YamlMap file) {
        YamlMap entries = named(file, "segments");
        return entries.keys().stream()
                .map(name -> segment(name, Values.map(entries, name, SEGMENT_KEYS)))
                .toList();
    }

    private static SegmentKind segment(String name, YamlMap segment) {
        return new SegmentKind(name, segment.text("link"), segment.flag("lan", false));
    }

    private static List<DeviceGroup> groups(YamlMap file) {
        YamlMap entries = named(file, "devices");
        List<DeviceGroup> groups = new ArrayList<>();
        for (String name : entries.keys()) {
            YamlMap group = Values.map(entries, name, GROUP_KEYS);
            int count = (int) group.integer("count", 1, Limits.MAX_DEVICES);
            List<String> in = group.texts("in");
            Optional<YamlMap> start = group.map("start", Set.of("at", "within"));
            long at = start.isPresent() ? start.get().quantity("at", Measure.DURATION, 0) : 0;
            long within = start.isPresent() ? start.get().quantity("within", Measure.DURATION, 0) : 0;
            String opens = group.has("opens") ? group.text("opens") : null;
            groups.add(group.checked(() -> new DeviceGroup(name, count, in, opens, at, within)));
        }
        return groups;
    }

    private static GossipConfig config(YamlMap engine) {
        GossipConfig absent = Defaults.CONFIG;
        FanoutRule rule = absent.fanoutRule();
        double wanted = engine.share("wanted", rule.wanted());
        double loss = engine.share("loss", rule.loss());
        double dead = engine.share("dead", rule.dead());
        return engine.checked(() -> new GossipConfig(
                new FanoutRule(wanted, loss, dead),
                Values.integer(engine, "max-fanout", absent.maxFanout()),
                Values.integer(engine, "max-rounds", absent.maxRounds()),
                Values.millis(engine, "allowed-clock-error", absent.allowedClockErrorMillis()),
                Values.integer(engine, "seen-limit", absent.seenLimit()),
                Values.integer(engine, "origin-limit", absent.originLimit()),
                engine.quantity("buffer-limit", Measure.SIZE, absent.bufferLimitBytes()),
                Values.integer(engine, "digest-limit", absent.digestLimit()),
                Values.millis(engine, "want-timeout", absent.wantTimeoutMillis()),
                Values.integer(engine, "want-tries", absent.wantTries()),
                Values.millis(engine, "redeliver-after", absent.redeliverAfterMillis()),
                Values.integer(engine, "redeliver-limit", absent.redeliverLimit()),
                Values.millis(engine, "repeat-after", absent.repeatAfterMillis()),
                Values.millis(engine, "repeat-at-most", absent.repeatAtMostMillis()),
                Values.integer(engine, "query-limit", absent.queryLimit()),
                variants(engine, absent.variants()),
                absent.replies()));
    }

    private static VariantConfig variants(YamlMap engine, VariantConfig absent) {
        return new VariantConfig(
                Values.millisOr(Values.NONE, engine, "pull", absent.pullMillis()),
                engine.share("pull-spread", absent.pullSpread()),
                Values.millis(engine, "advertise-after", absent.advertiseMillis()),
                Values.millis(engine, "graft-after", absent.graftAfterMillis()),
                Values.millis(engine, "graft-again", absent.graftAgainMillis()),
                (int) engine.integerOr(Values.AUTO, absent.treeLinks(), "tree-links", 1, GossipParameters.MAX_FANOUT),
                Values.integer(engine, "optimise-hops", absent.optimiseHops()),
                Values.millis(engine, "bridge-within", absent.bridgeWithinMillis()),
                Values.integer(engine, "order-limit", absent.orderLimit()));
    }

    private static long until(YamlMap file) {
        long until = file.quantity("until", Measure.DURATION, 0);
        if (file.has("until") && until == 0) { // The record's way to say that there is no end.
            throw file.error("until", YamlMap.quoted(file.text("until")), "above 0, up to 240 h, or no such key");
        }
        return until;
    }
}
