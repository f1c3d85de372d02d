package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.client.DeviceSample;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.RunAnswer;
import org.jspecify.annotations.Nullable;

/** Tells people and programs what came of a question to all devices. Any thread. */
final class AnswerReport {

    private final Reporter reporter;

    AnswerReport(Reporter reporter) {
        this.reporter = reporter;
    }

    /** The one answer. */
    void answer(GossipAnswer answer) {
        value(answer.entry().toString(), answer.value());
        reporter.line(sentence(answer.completeness()) + few(answer.partial()) + after(answer.elapsed()));
        reporter.json(fields(Fields.step("aggregate"), answer.completeness(), answer.partial(), answer.elapsed())
                .and("answer", text(answer.value())));
    }

    /**
     * The answer of one run of several.
     *
     * @param numbered whether it is one of several
     */
    void run(String entry, RunAnswer run, boolean numbered) {
        value(entry, run.value());
        reporter.line((numbered ? "run " + run.number() + ": " : "")
                + run.failure().map(why -> "failed: " + why + "; ").orElse("")
                + sentence(run.completeness())
                + few(run.partial())
                + after(run.elapsed()));
        reporter.json(
                fields(Fields.step("run").and("number", run.number()), run.completeness(), run.partial(), run.elapsed())
                        .and("failure", run.failure().orElse(null))
                        .and("answer", text(run.value())));
    }

    /** The value of one device. */
    void sample(DeviceSample sample) {
        Instant taken = Instant.ofEpochMilli(sample.takenMillis()).truncatedTo(ChronoUnit.MILLIS);
        String device = sample.device().value();
        reporter.line(device + "  " + taken);
        value(device, Optional.of(sample.value()));
        reporter.json(Fields.step("sample")
                .and("run", sample.run())
                .and("device", device)
                .and("taken", taken.toString())
                .and("answer", new String(sample.value(), UTF_8)));
    }

    private void value(String from, Optional<byte[]> value) {
        if (value.isPresent() && !reporter.isJson()) {
            try {
                reporter.text(PrettyXml.of(value.get()));
            } catch (MalformedEnvelopeException e) {
                throw new FailedException(from + ": " + e.getMessage(), e);
            }
        }
    }

    private static @Nullable String text(Optional<byte[]> value) {
        return value.map(element -> new String(element, UTF_8)).orElse(null);
    }

    private static String few(boolean partial) {
        return partial ? ", fewer than asked for" : "";
    }

    private static String after(Duration elapsed) {
        return ", after " + Network.seconds(elapsed);
    }

    private static Fields fields(Fields fields, Completeness completeness, boolean partial, Duration elapsed) {
        Fields faults = Fields.nested();
        completeness.faults().byKind().forEach(faults::and);
        return fields.and("counted", completeness.counted())
                .and("declined", completeness.declined())
                .and("failed", completeness.failed())
                .and("faults", faults)
                .and("timedOut", completeness.timedOut())
                .and("truncated", completeness.truncated())
                .and("oldest", oldest(completeness))
                .and("whole", completeness.isWhole())
                .and("partial", partial)
                .and("elapsedMs", elapsed.toMillis());
    }

    private static @Nullable String oldest(Completeness completeness) {
        return completeness.oldestMillis() == Completeness.NONE
                ? null
                : Instant.ofEpochMilli(completeness.oldestMillis()).toString();
    }

    /** Silent are requests, and several may have gone to one device: so many devices at most. */
    static String sentence(Completeness completeness) {
        int silent = completeness.timedOut();
        StringBuilder sentence = new StringBuilder()
                .append(completeness.counted())
                .append(completeness.counted() == 1 ? " device counted, " : " devices counted, ")
                .append(completeness.failed())
                .append(" failed")
                .append(kinds(completeness.faults()))
                .append(", ")
                .append(silent == 0 ? "0 silent" : "up to " + silent + " silent");
        if (completeness.truncated() > 0) {
            sentence.append(", ").append(completeness.truncated()).append(" without time or rounds to ask further");
        }
        return sentence.toString();
    }

    private static String kinds(Faults faults) {
        return faults.byKind().isEmpty()
                ? ""
                : faults.byKind().entrySet().stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }
}
