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
    private boolean timeLeft;

    Progress(Reporter reporter, String task, long total, LongSupplier nanos) {
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
        this.reporter = reporter;
        this.task = task;
        this.total = total;
    }

    /** Shows the time left as well: for what goes on at an even pace. */
    public Progress withTimeLeft() {
        timeLeft = true;
        return this;
    }

    /**
     * Moves the bar.
     *
     * @param done out of the total; beyond it the bar stays full
     */
    public void at(long done) {
        at(done, "");
    }

    /** Moves the bar and says something behind it. */
    public void at(long done, String note) {
        int columns = reporter.statusColumns();
        if (bar == null && columns > 0 && nanos.getAsLong() - startedNanos >= SHOWN_AFTER_NANOS) {
            ProgressBarBuilder builder = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLIS)
                    .setConsumer(new DelegatingProgressBarConsumer(reporter::status, columns));
            bar = (timeLeft ? builder : builder.hideEta()).build();
        }
        if (bar != null) {
            bar.setExtraMessage(note);
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
