package org.grapevine.cluster.control;

/** Is told how a run goes on, in the thread that runs it; must not block. */
public interface RunListener {

    /** Wants to know nothing. */
    RunListener SILENT = new RunListener() {};

    /** A phase begins. */
    default void phase(Phase phase) {}

    /** How many of the run's agents are through the phase. */
    default void progress(Phase phase, int agents, int of) {}

    /** While the workload takes its course, some times a second. */
    default void running(long micros, long ofMicros) {}

    /** Something that the record's notes will say, too. */
    default void note(String note) {}
}
