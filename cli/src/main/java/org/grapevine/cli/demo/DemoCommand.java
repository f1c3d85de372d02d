package org.grapevine.cli.demo;

import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.grid.data.NoPricesException;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.View;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code grapevine demo}. */
@Command(
        name = "demo",
        description = {
            "Builds a grid of real devices on loopback, pushes a real tariff through it and adds up real energy needs"
                    + " before and after, each beside the truth.",
            "Exits with 1 if a device was missed or a sum differs."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int MOST_SUBSTATIONS = 1_000;
    private static final int MOST_METERS = 10_000;
    private static final int MOST_APPLIANCES = 20_000;

    private final Session session;

    @Option(
            names = "--ssc",
            paramLabel = "N",
            defaultValue = "4",
            description = "Substation controllers (default: ${DEFAULT-VALUE}).")
    private String ssc = "4";

    @Option(
            names = "--meters",
            paramLabel = "N",
            defaultValue = "40",
            description = "Smart meters (default: ${DEFAULT-VALUE}).")
    private String meters = "40";

    @Option(
            names = "--ieds",
            paramLabel = "N",
            defaultValue = "160",
            description = "Appliances (default: ${DEFAULT-VALUE}).")
    private String ieds = "160";

    @Option(
            names = "--date",
            paramLabel = "DATE",
            defaultValue = "2024-06-21",
            description = "Day whose prices and needs are taken (default: ${DEFAULT-VALUE}).")
    private String date = "2024-06-21";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Equal seeds give equal appliances (default: ${DEFAULT-VALUE}).")
    private String seed = "1";

    @Option(
            names = "--loss",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "Share of datagrams that are dropped on purpose, 0..0.5 (default: ${DEFAULT-VALUE}).")
    private String loss = "0";

    @Option(
            names = "--view",
            paramLabel = "KIND",
            defaultValue = "hyparview",
            description =
                    "Whom a device keeps in mind of a segment: full, hyparview or cyclon (default: ${DEFAULT-VALUE}).")
    private String view = "hyparview";

    public DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    @SuppressWarnings("try") // The hook is a resource for its closing only.
    public Integer call() throws InterruptedException {
        DemoOptions options = new DemoOptions(
                (int) Values.integer("--ssc", ssc, 1, MOST_SUBSTATIONS),
                (int) Values.integer("--meters", meters, 1, MOST_METERS),
                (int) Values.integer("--ieds", ieds, 1, MOST_APPLIANCES),
                date(),
                Values.integer("--seed", seed, 0, Long.MAX_VALUE / 10),
                loss(),
                view(),
                session.networkInterface());
        boolean exact;
        try (GridDemo demo = open(options);
                OnInterrupt leaving = OnInterrupt.run(demo::close)) {
            exact = run(demo, options);
        } catch (GridDemo.DemoFailedException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
        closed();
        return exact ? ExitCode.DONE : ExitCode.FAILED;
    }

    private GridDemo open(DemoOptions options) {
        try {
            return new GridDemo(options, session.hostSettings());
        } catch (NoPricesException e) {
            throw new UsageException("--" + e.getMessage(), e);
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private boolean run(GridDemo demo, DemoOptions options) throws InterruptedException {
        DemoReport report = new DemoReport(session.reporter());
        try (Bars bars = new Bars()) {
            long opened = System.nanoTime();
            demo.start(bars);
            long started = System.nanoTime();
            Connection connection = demo.connect(bars);
            long found = System.nanoTime();
            if (!connection.lacking().isEmpty()) {
                throw new FailedException("not all devices found each other: " + shown(connection.lacking()));
            }
            bars.finish();
            report.started(options, demo.devices(), connection, (started - opened) / 1e6, (found - started) / 1e6);
            NeedsResult before = demo.needs(bars);
            report.needs("needs-before", before);
            PushResult push = demo.push(bars);
            report.push(push);
            NeedsResult after = demo.needs(bars);
            report.needs("needs-after", after);
            bars.finish();
            report.summary(before, push, after, demo.tariff());
            return before.isExact() && push.isExact() && after.isExact();
        }
    }

    /** Says what is left behind: no thread may keep the process alive. */
    private void closed() {
        if (session.reporter().isJson()) {
            long threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("grapevine-") && !thread.isDaemon())
                    .count();
            Runtime runtime = Runtime.getRuntime();
            session.reporter()
                    .json(Fields.step("closed")
                            .and("threadsLeft", threads)
                            .and("heapUsedMb", (runtime.totalMemory() - runtime.freeMemory()) >> 20)
                            .and("heapMaxMb", runtime.maxMemory() >> 20));
        }
    }

    private static String shown(List<String> names) {
        List<String> some = new ArrayList<>(names.subList(0, Math.min(5, names.size())));
        if (names.size() > some.size()) {
            some.add("and " + (names.size() - some.size()) + " more");
        }
        return String.join(", ", some);
    }

    private LocalDate date() {
        try {
            return LocalDate.parse(date);
        } catch (DateTimeParseException e) {
            throw UsageException.of("--date", "'" + date + "'", "a date such as 2024-06-21");
        }
    }

    private View view() {
        try {
            return View.ofWireName(view);
        } catch (PolicyException e) {
            throw UsageException.of("--view", "'" + view + "'", e.expected());
        }
    }

    private double loss() {
        String expected = "0..0.5";
        if (!loss.matches("0?\\.?[0-9]{1,6}")) {
            throw UsageException.of("--loss", "'" + loss + "'", expected);
        }
        double share = Double.parseDouble(loss);
        if (share > 0.5) {
            throw UsageException.of("--loss", loss, expected);
        }
        return share;
    }

    /** One bar for each phase. */
    private final class Bars implements DemoProgress, AutoCloseable {
        private String phase = "";
        private @Nullable Progress bar;

        @Override
        public void progress(String newPhase, long done, long of) {
            Progress shown = bar;
            if (shown == null || !newPhase.equals(phase)) {
                finish();
                phase = newPhase;
                shown = session.progress(newPhase, of);
                bar = shown;
            }
            shown.at(done);
        }

        @Override
        public void close() {
            finish();
        }

        private void finish() {
            Progress shown = bar;
            if (shown != null) {
                shown.close();
                bar = null;
            }
        }
    }
}
