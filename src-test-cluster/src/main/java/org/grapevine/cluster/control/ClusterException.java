package org.grapevine.cluster.control;

import org.jspecify.annotations.Nullable;

/** A cluster that cannot be started, or a run that cannot go on. Its message names phase and agent, and is whole: one line. */
public final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Phase phase;
    private final String line;

    public ClusterException(Phase phase, String message) {
        this(phase, message, null);
    }

    public ClusterException(Phase phase, String message, @Nullable Throwable cause) {
        super(phase.word() + ": " + message, cause);
        this.phase = phase;
        this.line = phase.word() + ": " + message;
    }

    @Override
    public String getMessage() {
        return line;
    }

    public Phase phase() {
        return phase;
    }
}
