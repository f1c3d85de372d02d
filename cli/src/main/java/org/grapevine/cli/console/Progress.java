package org.grapevine.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on standard error, for people at a terminal, and only for what takes over a second. For one thread; what the
 * {@link Reporter} prints meanwhile goes above it.
 */
public final class Progress implements AutoCloseable {

    private static final long SHOWN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int REDRAW_MILLIS = 100;

    private final Reporter reporter;
    private final String task;
    private final long total;
    private final LongSupplier nanos;
    private final long startedNanos;
    private @Nullable ProgressBar bar;

    Progress(Reporter reporter, String task, long total, LongSupplier nanos) {
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
        this.reporter = reporter;
        this.task = task;
        this.total = total;
    }

    /**
     * Moves the bar.
     *
     * @param done out of the total; beyond it the bar stays full
     */
    public void at(long done) {
        int columns = reporter.statusColumns();
        if (bar == null && columns > 0 && nanos.getAsLong() - startedNanos >= SHOWN_AFTER_NANOS) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLIS)
                    .hideEta()
                    .setConsumer(new DelegatingProgressBarConsumer(reporter::status, columns))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(Math.min(done, total));
        }
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            reporter.eraseStatus();
        }
    }
}
