package org.grapevine.simulation.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.yaml.Measure;
import org.grapevine.yaml.YamlMap;

/** Reads the {@code workload} of a scenario file. */
final class WorkloadReader {

    private static final Set<String> KINDS = Set.of("push", "request", "notify");
    private static final Set<String> PUSH_KEYS = Set.of(
            "at",
            "from",
            "times",
            "every",
            "within",
            "size",
            "variant",
            "fanout",
            "rounds",
            "eager-hops",
            "order",
            "lifetime",
            "repair");
    private static final Set<String> REQUEST_KEYS = Set.of(
            "at",
            "from",
            "times",
            "every",
            "within",
            "size",
            "answer",
            "variant",
            "fanout",
            "rounds",
            "eager-hops",
            "lifetime",
            "replies",
            "enough",
            "timeout",
            "margin",
            "min-replies",
            "partial");
    private static final Set<String> NOTIFY_KEYS =
            Set.of("at", "from", "to", "times", "every", "within", "size", "attempts", "timeout", "at-once");

    private final YamlMap file;

    WorkloadReader(YamlMap file) {
        this.file = file;
    }

    List<Workload> all() {
        Values.requireFew(file, "workload", file.length("workload"));
        List<Workload> all = new ArrayList<>();
        for (YamlMap entry : file.maps("workload", KINDS)) {
            String kind = Values.onlyKey(entry, Values.listed(KINDS));
            if (kind.equals("push")) {
                all.add(push(Values.map(entry, kind, PUSH_KEYS)));
            } else if (kind.equals("request")) {
                all.add(request(Values.map(entry, kind, REQUEST_KEYS)));
            } else {
                all.add(notify(Values.map(entry, kind, NOTIFY_KEYS)));
            }
        }
        return all;
    }

    private static Workload push(YamlMap push) {
        long lifetime = Values.millis(push, "lifetime", Defaults.LIFETIME_MILLIS);
        long repair = Values.millisOr(Values.NONE, push, "repair", Defaults.REPAIR_MILLIS);
        return push.checked(() -> new Workload.Push(
                push.quantity("at", Measure.DURATION),
                Values.source(push, "from"),
                repetition(push),
                bytes(push, "size", Defaults.BYTES),
                spread(push),
                lifetime,
                repair));
    }

    private static Workload request(YamlMap request) {
        long timeout = Values.millis(request, "timeout", Defaults.TIMEOUT_MILLIS);
        return request.checked(() -> new Workload.Request(
                request.quantity("at", Measure.DURATION),
                Values.source(request, "from"),
                repetition(request),
                bytes(request, "size", Defaults.BYTES),
                bytes(request, "answer", Defaults.ANSWER_BYTES),
                spread(request),
                Values.millis(request, "lifetime", timeout),
                new Workload.Replies(
                        Values.mode(request, "replies", Defaults.MODE),
                        Values.integer(request, "enough", 1),
                        Values.integer(request, "min-replies", 0),
                        request.flag("partial", false),
                        timeout,
                        Values.millisOr(Values.AUTO, request, "margin", 0))));
    }

    private static Workload notify(YamlMap notify) {
        return notify.checked(() -> new Workload.Notify(
                notify.quantity("at", Measure.DURATION),
                Values.source(notify, "from"),
                repetition(notify),
                notify.text("to"),
                bytes(notify, "size", Defaults.BYTES),
                Values.integer(notify, "attempts", Defaults.ATTEMPTS),
                Values.millis(notify, "timeout", Defaults.ATTEMPT_MILLIS),
                Values.integer(notify, "at-once", Defaults.AT_ONCE)));
    }

    private static Workload.Repetition repetition(YamlMap of) {
        int times = Values.integer(of, "times", 1);
        long every = of.quantity("every", Measure.DURATION, Defaults.everyMicros(times));
        long within = of.quantity("within", Measure.DURATION, 0);
        return new Workload.Repetition(times, every, within);
    }

    /** A size that an int holds; the records know the exact range, the largest stands for all that is too much. */
    private static int bytes(YamlMap of, String key, int absent) {
        long bytes = of.quantity(key, Measure.SIZE, absent);
        return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, bytes));
    }

    private static Workload.Spread spread(YamlMap of) {
        return new Workload.Spread(
                Values.variant(of, "variant", Defaults.VARIANT),
                fanout(of),
                rounds(of),
                (int) of.integerOr(
                        Values.AUTO, GossipParameters.AUTO_EAGER_HOPS, "eager-hops", 0, GossipParameters.MAX_ROUNDS),
                Values.isOrdered(of, "order"));
    }

    private static int fanout(YamlMap of) {
        return (int) of.integerOr(Values.AUTO, GossipParameters.AUTO, "fanout", 1, GossipParameters.MAX_FANOUT);
    }

    private static int rounds(YamlMap of) {
        return (int) of.integerOr(Values.AUTO, GossipParameters.AUTO, "rounds", 1, GossipParameters.MAX_ROUNDS);
    }
}
