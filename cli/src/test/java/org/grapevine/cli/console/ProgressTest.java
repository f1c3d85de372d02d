package org.grapevine.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private long nanos;

    private Progress progress(boolean terminal, boolean json) {
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
        Screen screen = new Screen(out, new PrintStream(err, true, UTF_8), 80, terminal);
        return new Progress(new Reporter(screen, json), "discover", 3_000, () -> nanos);
    }

    private void runFor(Progress progress, Duration time) {
        long end = nanos + time.toNanos();
        while (nanos < end) {
            nanos += Duration.ofMillis(50).toNanos();
            progress.at(Duration.ofNanos(nanos).toMillis());
        }
        progress.close();
    }

    @Test
    void showsABarForWhatTakesOverASecondAndTakesItAway() {
        runFor(progress(true, false), Duration.ofMillis(1_400));

        assertThat(err.toString(UTF_8)).contains("discover").endsWith("\r\u001b[K");
    }

    @Test
    void showsNothingForWhatIsQuick() {
        runFor(progress(true, false), Duration.ofMillis(50));

        assertThat(err.size()).isZero();
    }

    @Test
    void showsNothingWhereNobodyLooks() {
        runFor(progress(false, false), Duration.ofMillis(1_200));
        runFor(progress(true, true), Duration.ofMillis(1_200));

        assertThat(err.size()).isZero();
    }
}
