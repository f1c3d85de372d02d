package org.grapevine.simulation.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.yaml.Decimal;
import org.grapevine.yaml.Measure;

/**
 * Writes scenarios in the form that {@link ScenarioFile} reads: what is read again equals what was written. What a reader assumes
 * anyway is left out.
 */
public final class ScenarioWriter {

    /** What YAML takes for something else than a text, so that an editor would complain. */
    private static final Set<String> WORDS = Set.of("null", "true", "false");

    private static final int SOFT_HYPHEN = 0xAD;

    private ScenarioWriter() {}

    /** A variant as scenario files write it. */
    public static String name(GossipVariant variant) {
        return Values.name(variant);
    }

    /** What becomes of replies, as files write it: {@code collect}. */
    public static String name(ReplyMode mode) {
        return Values.name(mode);
    }

    /** The YAML text of a scenario, lines ending with a line feed. */
    public static String write(Scenario scenario) {
        StringBuilder yaml = new StringBuilder();
        yaml.append("scenario: ").append(text(scenario.name())).append('\n');
        if (!scenario.about().isEmpty()) {
            yaml.append("about: ").append(text(scenario.about())).append('\n');
        }
        if (!scenario.links().isEmpty()) {
            yaml.append("links:\n");
            scenario.links().forEach(link -> entry(yaml, link.name(), link(link)));
        }
        if (!scenario.segments().isEmpty()) {
            yaml.append("segments:\n");
            scenario.segments().forEach(kind -> entry(yaml, kind.name(), segment(kind)));
        }
        yaml.append("devices:\n");
        scenario.groups().forEach(group -> entry(yaml, group.name(), group(group)));
        String engine = engine(scenario).toString();
        if (!engine.equals(new Flow().toString())) {
            yaml.append("engine: ").append(engine).append('\n');
        }
        if (!scenario.peers().equals(Peers.ALL)) {
            yaml.append("peers: ").append(PeersWriter.flow(scenario.peers())).append('\n');
        }
        if (!scenario.workload().isEmpty()) {
            yaml.append("workload:\n");
            scenario.workload().forEach(each -> item(yaml, each.kind(), workload(each)));
        }
        if (!scenario.faults().isEmpty()) {
            yaml.append("faults:\n");
            scenario.faults().forEach(each -> item(yaml, each.kind(), fault(each)));
        }
        if (scenario.untilMicros() > 0) {
            yaml.append("until: ").append(time(scenario.untilMicros())).append('\n');
        }
        return yaml.toString();
    }

    private static void entry(StringBuilder yaml, String name, Flow value) {
        yaml.append("  ").append(text(name)).append(": ").append(value).append('\n');
    }

    private static void item(StringBuilder yaml, String kind, Flow value) {
        yaml.append("  - ").append(kind).append(": ").append(value).append('\n');
    }

    private static Flow link(Link link) {
        Flow reordering =
                new Flow().with("share", Decimal.write(link.reordering())).with("by", time(link.heldBackMicros()));
        return new Flow()
                .with("latency", latency(link.latency()).toString())
                .with("loss", Decimal.write(link.loss()), isZero(link.loss()))
                .with("duplication", Decimal.write(link.duplication()), isZero(link.duplication()))
                .with("reordering", reordering.toString(), isZero(link.reordering()) && link.heldBackMicros() == 0)
                .with("bandwidth", Measure.RATE.write(link.bitsPerSecond()), link.bitsPerSecond() == 0)
                .with("shared", "true", !link.shared())
                .with("queue", size(link.queueBytes()), link.queueBytes() == Defaults.queueBytes(link.bitsPerSecond()));
    }

    private static Flow segment(SegmentKind kind) {
        return new Flow().with("link", text(kind.link())).with("lan", "true", !kind.lan());
    }

    private static Flow latency(Latency latency) {
        if (latency instanceof Latency.Constant constant) {
            return new Flow().with("constant", time(constant.micros()));
        } else if (latency instanceof Latency.Uniform uniform) {
            return new Flow().with("uniform", "[" + time(uniform.minMicros()) + ", " + time(uniform.maxMicros()) + "]");
        } else if (latency instanceof Latency.LogNormal lognormal) {
            Flow values = new Flow()
                    .with("median", time(lognormal.medianMicros()))
                    .with("sigma", Decimal.write(lognormal.sigma()))
                    .with("max", time(lognormal.maxMicros()));
            return new Flow().with("lognormal", values.toString());
        }
        throw new AssertionError("unhandled: " + latency);
    }

    private static Flow group(DeviceGroup group) {
        Flow start = new Flow()
                .with("at", time(group.startMicros()), group.startMicros() == 0)
                .with("within", time(group.startWithinMicros()), group.startWithinMicros() == 0);
        String opens = group.opens();
        return new Flow()
                .with("count", Integer.toString(group.count()))
                .with("in", list(group.in()), group.in().isEmpty())
                .with("opens", text(String.valueOf(opens)), opens == null)
                .with("start", start.toString(), group.startMicros() == 0 && group.startWithinMicros() == 0);
    }

    private static String list(List<String> names) {
        return names.stream().map(ScenarioWriter::text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static Flow engine(Scenario scenario) {
        GossipConfig config = scenario.config();
        GossipConfig absent = Defaults.CONFIG;
        Flow flow = new Flow();
        FanoutRule rule = config.fanoutRule();
        FanoutRule usual = absent.fanoutRule();
        share(flow, "wanted", rule.wanted(), usual.wanted());
        share(flow, "loss", rule.loss(), usual.loss());
        share(flow, "dead", rule.dead(), usual.dead());
        count(flow, "max-fanout", config.maxFanout(), absent.maxFanout());
        count(flow, "max-rounds", config.maxRounds(), absent.maxRounds());
        millis(flow, "allowed-clock-error", config.allowedClockErrorMillis(), absent.allowedClockErrorMillis());
        count(flow, "seen-limit", config.seenLimit(), absent.seenLimit());
        count(flow, "origin-limit", config.originLimit(), absent.originLimit());
        flow.with(
                "buffer-limit",
                size(config.bufferLimitBytes()),
                config.bufferLimitBytes() == absent.bufferLimitBytes());
        count(flow, "digest-limit", config.digestLimit(), absent.digestLimit());
        millis(flow, "want-timeout", config.wantTimeoutMillis(), absent.wantTimeoutMillis());
        count(flow, "want-tries", config.wantTries(), absent.wantTries());
        millis(flow, "redeliver-after", config.redeliverAfterMillis(), absent.redeliverAfterMillis());
        count(flow, "redeliver-limit", config.redeliverLimit(), absent.redeliverLimit());
        millis(flow, "repeat-after", config.repeatAfterMillis(), absent.repeatAfterMillis());
        millis(flow, "repeat-at-most", config.repeatAtMostMillis(), absent.repeatAtMostMillis());
        count(flow, "query-limit", config.queryLimit(), absent.queryLimit());
        variants(flow, config.variants(), absent.variants());
        millis(flow, "clock-error", scenario.clockErrorMillis(), Defaults.CLOCK_ERROR_MILLIS);
        flow.with("answer", time(scenario.answerMicros()), scenario.answerMicros() == Defaults.ANSWER_MICROS);
        flow.with("merge", time(scenario.mergeMicros()), scenario.mergeMicros() == Defaults.MERGE_MICROS);
        return flow.with("wire", String.valueOf(scenario.wire()), scenario.wire() == Defaults.WIRE);
    }

    private static void variants(Flow flow, VariantConfig config, VariantConfig absent) {
        flow.with("pull", orNone(config.pullMillis()), config.pullMillis() == absent.pullMillis());
        share(flow, "pull-spread", config.pullSpread(), absent.pullSpread());
        millis(flow, "advertise-after", config.advertiseMillis(), absent.advertiseMillis());
        millis(flow, "graft-after", config.graftAfterMillis(), absent.graftAfterMillis());
        millis(flow, "graft-again", config.graftAgainMillis(), absent.graftAgainMillis());
        count(flow, "tree-links", config.treeLinks(), absent.treeLinks());
        count(flow, "optimise-hops", config.optimiseHops(), absent.optimiseHops());
        millis(flow, "bridge-within", config.bridgeWithinMillis(), absent.bridgeWithinMillis());
        count(flow, "order-limit", config.orderLimit(), absent.orderLimit());
    }

    static String orNone(long millis) {
        return millis == 0 ? Values.NONE : time(millis * 1_000);
    }

    private static Flow workload(Workload workload) {
        Flow flow = new Flow().with("at", time(workload.atMicros())).with("from", source(workload.from()));
        if (workload instanceof Workload.Notify notify) {
            flow.with("to", text(notify.to()));
        }
        Workload.Repetition repetition = workload.repetition();
        long every = repetition.everyMicros();
        count(flow, "times", repetition.times(), 1);
        flow.with("every", time(every), every == Defaults.everyMicros(repetition.times()));
        flow.with("within", time(repetition.withinMicros()), repetition.withinMicros() == 0);
        if (workload instanceof Workload.Push push) {
            bytes(flow, "size", push.bytes(), Defaults.BYTES);
            spread(flow, push.spread());
            millis(flow, "lifetime", push.lifetimeMillis(), Defaults.LIFETIME_MILLIS);
            return flow.with("repair", orNone(push.repairMillis()), push.repairMillis() == Defaults.REPAIR_MILLIS);
        } else if (workload instanceof Workload.Request request) {
            bytes(flow, "size", request.bytes(), Defaults.BYTES);
            bytes(flow, "answer", request.answerBytes(), Defaults.ANSWER_BYTES);
            spread(flow, request.spread());
            return replies(flow, request);
        } else if (workload instanceof Workload.Notify notify) {
            bytes(flow, "size", notify.bytes(), Defaults.BYTES);
            count(flow, "attempts", notify.attempts(), Defaults.ATTEMPTS);
            millis(flow, "timeout", notify.timeoutMillis(), Defaults.ATTEMPT_MILLIS);
            return count(flow, "at-once", notify.atOnce(), Defaults.AT_ONCE);
        }
        throw new AssertionError("unhandled: " + workload);
    }

    private static Flow replies(Flow flow, Workload.Request request) {
        Workload.Replies replies = request.replies();
        millis(flow, "lifetime", request.lifetimeMillis(), replies.timeoutMillis());
        flow.with("replies", Values.name(replies.mode()), replies.mode() == Defaults.MODE);
        count(flow, "enough", replies.enough(), 1);
        millis(flow, "timeout", replies.timeoutMillis(), Defaults.TIMEOUT_MILLIS);
        millis(flow, "margin", replies.marginMillis(), 0);
        count(flow, "min-replies", replies.minReplies(), 0);
        return flow.with("partial", "true", !replies.partial());
    }

    private static void spread(Flow flow, Workload.Spread spread) {
        flow.with("variant", Values.name(spread.variant()), spread.variant() == Defaults.VARIANT);
        count(flow, "fanout", spread.fanout(), 0);
        count(flow, "rounds", spread.rounds(), 0);
        count(flow, "eager-hops", spread.eagerHops(), GossipParameters.AUTO_EAGER_HOPS);
        flow.with("order", Values.ORIGIN, !spread.ordered());
    }

    private static String source(Source source) {
        return switch (source.pick()) {
            case ONE -> source.index() == 0 ? text(source.group()) : source.group() + " " + source.index();
            case RANDOM -> "random " + source.group();
            case EACH -> "each " + source.group();
        };
    }

    private static Flow fault(Fault fault) {
        Flow flow = new Flow().with("at", time(fault.atMicros()));
        flow.with("until", time(fault.endMicros()), fault.endMicros() == fault.atMicros());
        Scenario.whoOf(fault).ifPresent(who -> flow.with("who", who(who).toString()));
        if (fault instanceof Fault.Degrade degrade) {
            flow.with("link", text(degrade.link())).with("loss", Decimal.write(degrade.loss()));
            share(flow, "slowdown", degrade.slowdown(), Defaults.SLOWDOWN);
        } else if (fault instanceof Fault.Churn churn) {
            flow.with("per-second", Decimal.write(churn.sharePerSecond())).with("down", time(churn.downMicros()));
        } else if (fault instanceof Fault.SlowService slow) {
            flow.with("refuses", "true", !slow.refuses())
                    .with("fault", text(slow.fault()), slow.fault().equals(Defaults.REFUSAL))
                    .with("answer", time(slow.answerMicros()));
        }
        return flow;
    }

    private static Flow who(Who who) {
        Flow flow = new Flow();
        if (who.group() != null) {
            flow.with("group", text(who.group()));
        }
        return who.count() >= 0
                ? flow.with("count", Integer.toString(who.count()))
                : flow.with("share", Decimal.write(who.share()));
    }

    private static boolean isZero(double share) {
        return Double.compare(share, 0) == 0; // Not so for -0.0, which is another value.
    }

    private static void share(Flow flow, String key, double value, double assumed) {
        flow.with(key, Decimal.write(value), Double.compare(value, assumed) == 0);
    }

    static Flow count(Flow flow, String key, long value, long assumed) {
        return flow.with(key, Long.toString(value), value == assumed);
    }

    private static void bytes(Flow flow, String key, long value, long assumed) {
        flow.with(key, size(value), value == assumed);
    }

    static void millis(Flow flow, String key, long value, long assumed) {
        flow.with(key, time(value * 1_000), value == assumed);
    }

    private static String time(long micros) {
        return Measure.DURATION.write(micros);
    }

    private static String size(long bytes) {
        return Measure.SIZE.write(bytes);
    }

    /** A text as YAML takes it for one, in double quotes unless it is a plain word. */
    private static String text(String text) {
        if (text.matches("[a-z][a-z0-9-]*") && !WORDS.contains(text)) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (isPlain(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\U%08x", c));
            }
        });
        return quoted.append('"').toString();
    }

    /** Latin letters, digits and signs; the rest is escaped, for what is a letter differs from JDK to JDK. */
    private static boolean isPlain(int c) {
        return (c >= ' ' && c <= '~') || (c > 0xA0 && c < 0x250 && c != SOFT_HYPHEN);
    }
}
