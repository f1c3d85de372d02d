package org.grapevine.cluster.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.simulation.report.Plot;
import org.grapevine.simulation.report.Plots;
import org.grapevine.simulation.report.ReportFolder;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Forecast;
import org.grapevine.simulation.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a cluster came to, judged by the simulator's own checkers, with the simulator's prediction beside it.
 *
 * @param scenario that was carried out
 * @param agents how many there were
 * @param faults of agents and of the network between them
 * @param record what all agents saw
 * @param measured as the simulator puts it, with the promises that were broken. Its scenario is the translated one, whose faults are
 *     those of the agents as well
 * @param measures the numbers that have a prediction
 * @param deliveries whether every live device got every push once
 * @param pushes how far each came, and whom it did not reach, in the order of publication
 * @param answers of all requests, with who is missing
 * @param prediction null if none was asked for, or the devices would not fit into the simulator
 * @param agreement of measured and predicted; null without a prediction
 * @param notes what a reader should know, of the run and of its judging
 */
public record ClusterReport(
        Scenario scenario,
        long seed,
        int agents,
        List<AgentFault> faults,
        ClusterRecord record,
        RunResult measured,
        Map<Measure, Double> measures,
        Deliveries deliveries,
        List<Reach> pushes,
        List<Answer> answers,
        @Nullable Prediction prediction,
        @Nullable Agreement agreement,
        List<String> notes) {

    public ClusterReport {
        faults = List.copyOf(faults);
        measures = Map.copyOf(measures);
        pushes = List.copyOf(pushes);
        answers = List.copyOf(answers);
        notes = List.copyOf(notes);
    }

    /**
     * Judges a run.
     *
     * @param scenario that the agents carried out
     * @param seed of the run
     * @param agents how many it had
     * @param faults of the run
     * @param seeds runs of the simulator for the prediction; 0 for none
     * @throws IllegalArgumentException if the scenario cannot have been that of a cluster
     */
    public static ClusterReport of(
            Scenario scenario, long seed, int agents, List<AgentFault> faults, ClusterRecord record, int seeds) {
        Applicability.require(scenario, agents);
        Translation translation = Translation.of(scenario, seed, agents, faults);
        Replay.Result replayed = new Replay(translation.scenario(), seed, agents, record).run(seed);
        Map<Measure, Double> measures = Measure.all(replayed.run(), replayed.pushes(), replayed.sent());
        List<String> notes = new ArrayList<>(record.notes());
        notes.addAll(Applicability.notes(scenario));
        notes.addAll(replayed.notes());
        if (replayed.sent().devices() < scenario.devices()) {
            notes.add("messages sent are those of " + replayed.sent().devices() + " of " + scenario.devices()
                    + " devices: the others were gone at the end, or too busy to tell");
        }
        Prediction prediction = null;
        if (seeds > 0) {
            try {
                prediction = Prediction.of(translation, seed, seeds, record.endMicros());
                translation.notes().forEach(note -> notes.add("prediction: " + note));
            } catch (Forecast.OutOfRoomException e) {
                notes.add("no prediction: " + e.getMessage());
            }
        }
        return new ClusterReport(
                scenario,
                seed,
                agents,
                faults,
                record,
                replayed.run(),
                measures,
                replayed.deliveries(),
                replayed.pushes(),
                replayed.answers(),
                prediction,
                prediction == null ? null : Agreement.of(measures, prediction),
                notes);
    }

    /** True if no promise was broken, every live device got every push once, and no answer says more than is true. */
    public boolean isKept() {
        return measured.violationsInAll() == 0 && deliveries.isExactlyOnce() && areAnswersHonest();
    }

    /** True if every request is over with an answer or a fault, and no answer says more than is true. */
    public boolean areAnswersHonest() {
        return answers.stream().allMatch(Answer::isHonest);
    }

    /** NaN if the run has no such number. */
    public double measure(Measure measure) {
        return measures.getOrDefault(measure, Double.NaN);
    }

    /** One object on one line, see docs/test-cluster.md. */
    public String json() {
        return ReportJson.of(this);
    }

    /** For the terminal, in lines. */
    public List<String> text() {
        return ReportText.of(this);
    }

    /**
     * One page that needs nothing else.
     *
     * @param plots whether to draw; needs fonts on the machine
     */
    public String html(boolean plots) {
        return ReportPage.of(this, plots ? plots() : List.of());
    }

    /**
     * Writes {@code report.json}, {@code report.html} and the plots as SVG and PNG into a folder. An earlier report there is
     * overwritten, nothing else is.
     *
     * @return the files written
     * @throws IllegalArgumentException if the folder has files of these names that are no report's
     * @throws IllegalStateException if plots are asked for and the machine has no fonts; nothing is written then
     */
    public List<Path> write(Path folder, boolean plots) throws IOException {
        List<Plot> drawn = plots ? plots() : List.of();
        return ReportFolder.write(folder, json(), ReportPage.of(this, drawn), drawn);
    }

    /** Without those of what nobody saw. */
    private List<Plot> plots() {
        return Plots.of(measured).stream()
                .filter(plot -> !plot.name().equals("bytes"))
                .toList();
    }
}
