package org.grapevine.cli.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.grapevine.cli.console.Progress;
import org.grapevine.simulation.run.RunWatch;
import org.grapevine.simulation.world.TraceSink;
import org.jspecify.annotations.Nullable;

/** Shows how far one run has come, and writes its trace. */
final class RunProgress implements RunWatch {

    private final Progress bar;
    private final @Nullable Appendable trace;
    private final long startedNanos = System.nanoTime();

    RunProgress(Progress bar, @Nullable Appendable trace) {
        this.bar = bar;
        this.trace = trace;
    }

    @Override
    public void progress(long virtualMicros, long events, long waiting) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        bar.at(
                events,
                String.format(
                        Locale.ROOT,
                        // Short: bar, counts and time left stand before it, in 80 columns.
                        "%.1f s virtual, %.0fk ev/s",
                        virtualMicros / 1e6,
                        seconds > 0 ? events / seconds / 1_000 : 0));
    }

    @Override
    public @Nullable TraceSink trace() {
        Appendable to = trace;
        if (to == null) {
            return null;
        }
        return line -> {
            try {
                to.append(line).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException("writing the trace: " + e.getMessage(), e);
            }
        };
    }
}
