package org.grapevine.cli.simulate;

import java.nio.file.Path;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.simulation.validation.Validation;
import org.grapevine.simulation.validation.ValidationReport;
import org.jspecify.annotations.Nullable;

/** The tables of docs/validation.md. */
final class ValidationRun {

    private final Session session;
    private final int cores;

    ValidationRun(Session session, int cores) {
        this.session = session;
        this.cores = cores;
    }

    int run(@Nullable Path file) throws InterruptedException {
        ValidationReport report;
        try (Progress bar = session.progress("validation", 1_000).withTimeLeft()) {
            report = Validation.run(
                    cores, progress -> bar.at(1_000 * progress.runs() / progress.runsInAll(), progress.table()));
        }
        if (file == null) {
            session.reporter().text(report.toMarkdown());
        } else {
            OutputFile.write("--out", file, report.toMarkdown());
            session.reporter().line("Tables: " + file.toAbsolutePath());
        }
        session.reporter().line(report.passed() ? "All figures agree." : "Some figures do not agree.");
        session.reporter().json(Fields.step("validation").and("passed", report.passed()));
        return report.passed() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
