package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.List;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.StylesheetFinding;
import org.grapevine.aggregation.sandbox.SmallJvmPool;
import org.grapevine.aggregation.sandbox.StylesheetCheck;
import org.grapevine.aggregation.sandbox.StylesheetReport;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.driver.StylesheetText;

/** Tells the author of a stylesheet what devices would refuse in it, and whether the order of merging matters. For one thread. */
final class CheckReport {

    /** A check takes a second or two; more than that is a small JVM that hangs, and is ended. */
    private static final long LONGEST_MILLIS = 30_000;

    /** The same orders and groupings each time, so that two versions of a stylesheet can be compared. */
    private static final long SEED = 1;

    private final Session session;

    CheckReport(Session session) {
        this.session = session;
    }

    /** Checks a file, and gives the exit code. */
    @SuppressWarnings("try") // The bar is a resource for its closing only.
    int check(Path file, List<Path> sampleFiles) {
        byte[] text = ReplyOptions.bytes("--check", file, StylesheetText.MOST_BYTES);
        List<Payload> samples = sampleFiles.stream()
                .map(sample ->
                        (Payload) new EncodedPayload(BodyFile.read(sample).body()))
                .toList();
        StylesheetReport report;
        try (Progress progress = session.progress("check", LONGEST_MILLIS);
                SmallJvmPool pool = SmallJvmPool.start()) {
            report = new StylesheetCheck(pool, AggregationLimits.defaults()).check(text, samples, SEED);
        } catch (AggregationException e) {
            throw new FailedException(file + ": " + e.getMessage(), e);
        }
        tell(file, StylesheetText.unsigned(text).uri(), report);
        if (report.problem().isPresent() && samples.isEmpty()) {
            session.reporter()
                    .line(file
                            + ": no --sample was given, so it was tried on answers of the library's two shapes (give some answers"
                            + " of the service that it is for)");
        }
        return report.isClean() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void tell(Path file, String uri, StylesheetReport report) {
        Reporter reporter = session.reporter();
        report.findings().forEach(finding -> reporter.line(file + ":" + finding));
        report.problem().ifPresent(why -> reporter.line(file + ": " + why));
        report.difference()
                .ifPresent(how -> reporter.line(file + ": the order of merging matters: " + how
                        + " (expected: the same, since devices merge in any order and grouping)"));
        if (report.isClean()) {
            reporter.line(file + ": accepted; " + report.merges() + " other orders and groupings give the same");
            reporter.line(uri);
            report.result().ifPresent(this::pretty);
        }
        reporter.json(Fields.step("check")
                .and("file", file.toString())
                .and("uri", uri)
                .and("accepted", report.isClean())
                .and(
                        "findings",
                        report.findings().stream().map(CheckReport::fields).toList())
                .and("problem", report.problem().orElse(null))
                .and("merges", report.merges())
                .and("difference", report.difference().orElse(null))
                .and("result", report.result().orElse(null)));
    }

    private void pretty(String result) {
        try {
            session.reporter().text(PrettyXml.of(result.getBytes(UTF_8)));
        } catch (MalformedEnvelopeException e) {
            session.reporter().text(result);
        }
    }

    private static Fields fields(StylesheetFinding finding) {
        return Fields.nested()
                .and("line", finding.line())
                .and("construct", finding.construct())
                .and("instead", finding.instead());
    }
}
