package org.grapevine.simulation.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.grapevine.yaml.Measure;
import org.grapevine.yaml.YamlMap;

/** Reads the {@code faults} of a scenario file. */
final class FaultReader {

    private static final Set<String> KINDS =
            Set.of("crash", "restart", "leave", "pause", "partition", "degrade", "churn", "slow-service", "lie");
    private static final Set<String> WHO_KEYS = Set.of("group", "share", "count");

    private final YamlMap file;
    private final List<Link> links;
    private final long answerMicros;

    /**
     * A reader.
     *
     * @param links of the scenario; the loss of one that gets slower only stays what it is
     * @param answerMicros what a service needs for an answer without a fault, µs
     */
    FaultReader(YamlMap file, List<Link> links, long answerMicros) {
        this.file = file;
        this.links = links;
        this.answerMicros = answerMicros;
    }

    List<Fault> all() {
        Values.requireFew(file, "faults", file.length("faults"));
        List<Fault> all = new ArrayList<>();
        for (YamlMap entry : file.maps("faults", KINDS)) {
            String kind = Values.onlyKey(entry, Values.listed(KINDS));
            YamlMap fault = Values.map(entry, kind, keys(kind));
            all.add(fault.checked(() -> of(kind, fault)));
        }
        return all;
    }

    private static Set<String> keys(String kind) {
        return switch (kind) {
            case "crash", "restart", "leave" -> Set.of("at", "who");
            case "pause", "partition", "lie" -> Set.of("at", "until", "who");
            case "degrade" -> Set.of("at", "until", "link", "loss", "slowdown");
            case "churn" -> Set.of("at", "until", "who", "per-second", "down");
            case "slow-service" -> Set.of("at", "until", "who", "refuses", "fault", "answer");
            default -> throw new AssertionError("unhandled: " + kind);
        };
    }

    private Fault of(String kind, YamlMap fault) {
        long at = fault.quantity("at", Measure.DURATION);
        return switch (kind) {
            case "crash" -> new Fault.Crash(at, who(fault));
            case "restart" -> new Fault.Restart(at, who(fault));
            case "leave" -> new Fault.Leave(at, who(fault));
            case "pause" -> new Fault.Pause(at, until(fault), who(fault));
            case "partition" -> new Fault.Partition(at, until(fault), who(fault));
            case "lie" -> new Fault.Lie(at, until(fault), who(fault));
            case "degrade" -> degrade(at, fault);
            case "churn" ->
                new Fault.Churn(
                        at,
                        until(fault),
                        who(fault),
                        fault.share("per-second"),
                        fault.quantity("down", Measure.DURATION));
            case "slow-service" ->
                new Fault.SlowService(
                        at,
                        until(fault),
                        who(fault),
                        fault.flag("refuses", false),
                        fault.text("fault", Defaults.REFUSAL),
                        fault.quantity("answer", Measure.DURATION, answerMicros));
            default -> throw new AssertionError("unhandled: " + kind);
        };
    }

    private Fault degrade(long at, YamlMap fault) {
        String name = fault.text("link");
        double loss = links.stream()
                .filter(link -> link.name().equals(name))
                .mapToDouble(Link::loss)
                .findFirst()
                .orElse(0);
        return new Fault.Degrade(
                at, until(fault), name, fault.share("loss", loss), fault.number("slowdown", Defaults.SLOWDOWN));
    }

    private static long until(YamlMap fault) {
        return fault.quantity("until", Measure.DURATION);
    }

    private static Who who(YamlMap fault) {
        YamlMap who = Values.map(fault, "who", WHO_KEYS);
        if (who.has("share") && who.has("count")) {
            throw who.error("share and count", "one of them");
        }
        String group = who.has("group") ? who.text("group") : null;
        if (who.has("count")) {
            int count = (int) who.integer("count", 0, Limits.MAX_DEVICES);
            return who.checked(() -> Who.count(group, count));
        }
        double share = who.share("share", 1);
        return who.checked(() -> Who.share(group, share));
    }
}
