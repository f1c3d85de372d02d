package org.grapevine.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cluster.control.Cluster;
import org.grapevine.cluster.control.ClusterException;
import org.grapevine.cluster.control.RunRequest;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.cluster.report.Prediction;
import org.jspecify.annotations.Nullable;

/** Runs of one cluster, one after the other, each with the seed after that of the one before. */
final class ClusterRuns {

    private final Session session;
    private final ClusterScenario scenario;
    private final List<String> faults;
    private final boolean warm;
    private final boolean predict;
    private final @Nullable Path out;

    /**
     * What is asked for.
     *
     * @param warm one run without faults comes first, and does not count
     * @param out where reports go; null for none
     */
    ClusterRuns(
            Session session,
            ClusterScenario scenario,
            List<String> faults,
            boolean warm,
            boolean predict,
            @Nullable Path out) {
        this.session = session;
        this.scenario = scenario;
        this.faults = List.copyOf(faults);
        this.warm = warm;
        this.predict = predict;
        this.out = out;
    }

    /** Steps of the bar that so many runs have. */
    long steps(int count) {
        return (warm ? count + 1 : count) * ClusterProgress.OF_A_RUN;
    }

    /** True if every promise was kept in every run. */
    boolean run(Cluster cluster, Progress bar, long firstSeed, int count) throws IOException {
        if (warm) {
            warmUp(cluster, bar, firstSeed);
        }
        long before = steps(0);
        RunTally tally = new RunTally();
        for (int i = 0; i < count; i++) {
            long seed = firstSeed + i;
            try {
                ClusterReport report =
                        one(cluster, new ClusterProgress(bar, before + i * ClusterProgress.OF_A_RUN), seed);
                tally.add(report);
                say(report, count);
            } catch (ClusterException e) {
                if (count == 1) {
                    throw new FailedException(String.valueOf(e.getMessage()), e);
                }
                tally.failed(seed);
                session.reporter()
                        .json(Fields.step("run")
                                .and("seed", seed)
                                .and("kept", false)
                                .and("failure", e.getMessage()));
                session.reporter().line("seed " + seed + ": failed: " + e.getMessage());
            }
        }
        session.reporter().json(tally.fields());
        if (count > 1) {
            tally.lines().forEach(session.reporter()::line);
        }
        return tally.isKept();
    }

    private void warmUp(Cluster cluster, Progress bar, long seed) {
        try {
            ClusterRecord unused = cluster.run(request(seed), new ClusterProgress(bar, 0));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ClusterException e) {
            throw new FailedException("warm-up: " + e.getMessage(), e);
        }
    }

    private RunRequest request(long seed) {
        return RunRequest.of(scenario.text(), seed)
                .withPatienceFor(scenario.scenario().devices());
    }

    private ClusterReport one(Cluster cluster, ClusterProgress progress, long seed) {
        try {
            ClusterRecord record = cluster.run(request(seed).withFaults(faults), progress);
            int agents = agents(record);
            return ClusterReport.of(
                    scenario.scenario(),
                    seed,
                    agents,
                    AgentFaults.parse(faults, agents),
                    record,
                    predict ? Prediction.SEEDS : 0);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** More may have joined than were asked for. */
    private static int agents(ClusterRecord record) {
        Set<Integer> all = new HashSet<>(record.agents().keySet());
        all.addAll(record.lost().keySet());
        return all.size();
    }

    private void say(ClusterReport report, int count) throws IOException {
        session.reporter().json(RunLine.fields(report));
        if (count == 1) {
            session.reporter().json(report.json());
            session.reporter().text(String.join("\n", report.text()));
        } else {
            session.reporter().line(RunLine.text(report));
        }
        Path folder = out;
        if (folder != null) {
            Path own = count == 1 ? folder : folder.resolve("seed-" + report.seed());
            write(report, own);
        }
    }

    private void write(ClusterReport report, Path folder) throws IOException {
        try {
            List<Path> written = report.write(folder, true);
            session.reporter().line("Report: " + written.get(0).toAbsolutePath().getParent());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new FailedException("--out: " + e.getMessage(), e);
        }
    }
}
