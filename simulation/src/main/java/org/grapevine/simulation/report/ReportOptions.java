package org.grapevine.simulation.report;

/**
 * What a report says beside the results.
 *
 * @param scenarioText the scenario as its author wrote it; empty if there is no text of it
 * @param command that repeats the run or the sweep; empty if there is none
 * @param plots true to draw plots, which asks for fonts on the machine
 * @param wallClock true to say how long the runs took in real time. Without it, reports of equal runs are equal byte by byte
 */
public record ReportOptions(String scenarioText, String command, boolean plots, boolean wallClock) {

    /** Plots, and nothing that differs between equal runs. */
    public static ReportOptions of(String scenarioText, String command) {
        return new ReportOptions(scenarioText, command, true, false);
    }

    public ReportOptions withPlots(boolean drawn) {
        return new ReportOptions(scenarioText, command, drawn, wallClock);
    }

    public ReportOptions withWallClock(boolean told) {
        return new ReportOptions(scenarioText, command, plots, told);
    }
}
