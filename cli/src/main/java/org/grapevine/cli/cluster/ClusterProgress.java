package org.grapevine.cli.cluster;

import java.util.Locale;
import org.grapevine.cli.console.Progress;
import org.grapevine.cluster.control.Phase;
import org.grapevine.cluster.control.RunListener;

/** Shows how far a run has come. */
final class ClusterProgress implements RunListener {

    /** Steps of the bar that each run has. */
    static final long OF_A_RUN = 1_000;

    private final Progress bar;
    private final long before;

    /** @param before steps of the bar that are done already */
    ClusterProgress(Progress bar, long before) {
        this.bar = bar;
        this.before = before;
    }

    @Override
    public void phase(Phase next) {
        bar.at(before + begun(next), next.word());
    }

    @Override
    public void progress(Phase of, int agents, int all) {
        bar.at(before + begun(of), of.word() + " " + agents + "/" + all);
    }

    @Override
    public void running(long micros, long ofMicros) {
        long share = ofMicros <= 0 ? 0 : Math.max(0, Math.min(ofMicros, micros)) * (OF_A_RUN / 2) / ofMicros;
        bar.at(
                before + begun(Phase.RUN) + share,
                String.format(Locale.ROOT, "%.0f of %.0f s", micros / 1e6, ofMicros / 1e6));
    }

    /** How far the whole has come when a phase begins; the run itself is half of it. */
    private long begun(Phase now) {
        return switch (now) {
            case JOIN -> 0;
            case PREPARE -> OF_A_RUN / 10;
            case SETTLE -> OF_A_RUN * 2 / 10;
            case RUN -> OF_A_RUN * 3 / 10;
            case FINISH -> OF_A_RUN * 8 / 10;
            case CLOSE -> OF_A_RUN * 9 / 10;
        };
    }
}
