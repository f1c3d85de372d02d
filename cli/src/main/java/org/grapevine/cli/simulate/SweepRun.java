package org.grapevine.cli.simulate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.simulation.report.JsonReport;
import org.grapevine.simulation.report.ReportFolder;
import org.grapevine.simulation.report.ReportOptions;
import org.grapevine.simulation.report.SweepPoint;
import org.grapevine.simulation.report.TextReport;
import org.grapevine.simulation.run.Forecast;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.sweep.Setting;
import org.grapevine.simulation.sweep.Sweep;
import org.jspecify.annotations.Nullable;

/** One scenario with many seeds, and over a grid of settings. */
final class SweepRun {

    private final Session session;
    private final int cores;

    SweepRun(Session session, int cores) {
        this.session = session;
        this.cores = cores;
    }

    int run(ScenarioText read, boolean wire, List<String> settings, long firstSeed, long seeds, @Nullable Path folder)
            throws InterruptedException, IOException {
        Scenario base = wire ? read.scenario().withWire(true) : read.scenario();
        Sweep sweep = sweep(base, settings, firstSeed, seeds);
        for (Sweep.Point point : sweep.points()) {
            // As many at a time as there are cores.
            Forecast.of(point.scenario()).requireRoom(point.scenario(), SimulateCommand.heapBytes() / cores);
        }
        List<SweepPoint> points;
        try (Progress bar = session.progress(base.name(), sweep.runs()).withTimeLeft()) {
            points = sweep.run(
                    cores,
                    progress -> bar.at(
                            progress.done(),
                            progress.violations() == 0
                                    ? "all promises kept"
                                    : progress.violations() + " promises broken"));
        }
        List<Path> written = folder == null
                ? List.of()
                : ReportFolder.write(
                        folder, points, ReportOptions.of(read.text(), command(read, wire, settings, firstSeed, seeds)));
        print(points, written);
        boolean kept =
                points.stream().flatMap(point -> point.runs().stream()).allMatch(run -> run.violationsInAll() == 0);
        return kept ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static Sweep sweep(Scenario base, List<String> settings, long firstSeed, long seeds) {
        try {
            return new Sweep(base, settings.stream().map(Setting::parse).toList(), firstSeed, (int)
                    Math.min(Integer.MAX_VALUE, seeds));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--sweep: " + e.getMessage(), e);
        }
    }

    private static String command(ScenarioText read, boolean wire, List<String> settings, long firstSeed, long seeds) {
        StringBuilder command = new StringBuilder("./grapevine simulate " + read.given());
        settings.forEach(setting -> command.append(" --sweep '").append(setting).append('\''));
        command.append(" --seed ").append(firstSeed).append(" --seeds ").append(seeds);
        return command.append(wire ? " --wire" : "").toString();
    }

    private void print(List<SweepPoint> points, List<Path> written) {
        Reporter reporter = session.reporter();
        reporter.json(JsonReport.of(points, true));
        TextReport.headline(points).forEach(reporter::line);
        reporter.line("");
        reporter.table("  ", TextReport.sweep(points));
        reporter.line("");
        TextReport.verdict(points).forEach(reporter::line);
        if (!written.isEmpty()) {
            reporter.line("Report: " + written.get(0).toAbsolutePath().getParent());
        }
    }
}
