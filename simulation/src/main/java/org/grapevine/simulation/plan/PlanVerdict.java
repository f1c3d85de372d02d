package org.grapevine.simulation.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A plan beside what simulation measured. Copies, octets and the times to 99 of 100 and to all are those without repair.
 *
 * @param runs without repair
 * @param reachedAll of these, those in which every live device was reached
 * @param coverage share of the live devices reached
 * @param copies sent by each live device
 * @param bytes sent by each live device
 * @param to99 ms until 99 of 100 live devices had the message, of the runs that got there
 * @param toAll ms until all had it, of the runs that got there
 * @param repairRuns with repair
 * @param repairedAll of these, those in which every live device was reached
 * @param repairToAll ms until all had it, of these
 * @param repairBytes sent by each live device with repair, in the whole lifetime
 * @param violations of promises that any run saw
 */
public record PlanVerdict(
        Plan plan,
        int runs,
        int reachedAll,
        Sample coverage,
        Sample copies,
        Sample bytes,
        Sample to99,
        Sample toAll,
        int repairRuns,
        int repairedAll,
        Sample repairToAll,
        Sample repairBytes,
        long violations) {

    /** How exact the formulas for means are over many devices, as a share: three standard errors are often less. */
    private static final double FORMULA = 0.01;

    /**
     * How exact the number of devices is that the last hop reaches, which do not send on, as a share: it depends on how the first
     * few copies fared, and a mean does not.
     */
    private static final double NOT_SENDING_ON = 0.1;

    /** How exact the mean number of devices missed is, as a share. */
    private static final double MISSED = 0.1;

    /** Among fewer devices a mean over time says too little about the last of them. */
    private static final int DEVICES_FOR_TIMES = 50;

    /** The same for times: when the last of a hundred devices has it depends on few copies. */
    private static final double TIMES = 0.15;

    private Successes all() {
        return new Successes(reachedAll, runs);
    }

    /** Measured share of the runs that reached all live devices without repair. */
    public double reachedAllShare() {
        return all().share();
    }

    /** Lower end of that share's 95 % interval (Wilson). */
    public double reachedAllLow() {
        return all().low();
    }

    /** Upper end of that share's 95 % interval (Wilson). */
    public double reachedAllHigh() {
        return all().high();
    }

    /** True if nothing that was measured contradicts the plan. */
    public boolean agrees() {
        return disagreements().isEmpty();
    }

    /** What contradicts the plan by more than three standard errors and more than its formulas are exact; one sentence each. */
    public List<String> disagreements() {
        List<String> found = new ArrayList<>();
        double likely = StrictMath.pow(plan.probability(), 1 - MISSED);
        double unlikely = StrictMath.pow(plan.probability(), 1 + MISSED);
        if (all().isLessThan(unlikely) || all().isMoreThan(likely)) {
            found.add("All were reached in " + reachedAll + " of " + runs + " runs, planned was a probability of "
                    + Numbers.probability(plan.probability()) + ".");
        }
        double formula = FORMULA + 1.0 / plan.request().live(); // A device more or less.
        compare("Coverage", coverage, plan.coverage(), formula, 5, found);
        double sent = formula + NOT_SENDING_ON * Math.max(0, 1 - plan.copiesPerDevice() / plan.fanout());
        compare("Copies per device", copies, plan.copiesPerDevice(), sent, 2, found);
        compare("Octets per device", bytes, plan.bytesPerDevice(), sent, 0, found);
        if (plan.request().live() >= DEVICES_FOR_TIMES && plan.millisTo99() >= 0 && to99.count() > 0) {
            compare("Time to 99 of 100, ms,", to99, (double) plan.millisTo99(), TIMES, 0, found);
        }
        if (plan.lifetimeMillis() >= plan.advisedLifetimeMillis()
                && plan.repairMillis() < plan.lifetimeMillis()
                && repairedAll < repairRuns) {
            found.add("With repair all were reached in " + repairedAll + " of " + repairRuns + " runs only.");
        }
        if (violations > 0) {
            found.add("Promises were broken " + violations + " times.");
        }
        return found;
    }

    private static void compare(
            String what, Sample measured, double planned, double share, int decimals, List<String> found) {
        if (!measured.agreesWith(planned, share)) {
            found.add(what + " came to " + Numbers.decimal(measured.mean(), decimals) + " +- "
                    + Numbers.decimal(measured.error(), decimals + 1) + ", planned was "
                    + Numbers.decimal(planned, decimals) + ".");
        }
    }

    /** The comparison for people; the last sentence says whether the two agree. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add("All live devices were reached without repair in " + reachedAll + " of " + runs + " runs ("
                + Numbers.probability(reachedAllShare()) + ", 95 % interval " + Numbers.probability(reachedAllLow())
                + ".."
                + Numbers.probability(reachedAllHigh()) + "); planned " + Numbers.probability(plan.probability())
                + ".");
        sentences.add("Coverage " + Numbers.probability(coverage.mean()) + "; planned "
                + Numbers.probability(plan.coverage()) + ".");
        sentences.add("Copies sent by each live device " + Numbers.decimal(copies.mean(), 2) + "; planned "
                + Numbers.decimal(plan.copiesPerDevice(), 2) + ".");
        sentences.add("Sent by each live device " + Numbers.bytes(bytes.mean()) + "; planned "
                + Numbers.bytes(plan.bytesPerDevice()) + ".");
        sentences.add("99 of 100 had it after " + time(to99) + "; planned "
                + (plan.millisTo99() < 0 ? "never" : Numbers.millis(plan.millisTo99())) + ".");
        sentences.add("All had it after " + time(toAll)
                + (toAll.count() == 0 ? "" : ", " + millis(toAll.max()) + " at the latest")
                + "; planned " + Numbers.millis(plan.expectedMillis()) + " in half of all cases"
                + (plan.wantedMillis() < 0
                        ? ""
                        : ", " + Numbers.millis(plan.wantedMillis()) + " with probability "
                                + Numbers.probability(plan.request().wanted()))
                + ".");
        sentences.add("With repair all were reached in " + repairedAll + " of " + repairRuns + " runs"
                + (repairedAll == 0 ? "" : ", after " + millis(repairToAll.max()) + " at the latest")
                + "; each live device then sent " + Numbers.bytes(repairBytes.mean()) + " in "
                + Numbers.millis(plan.lifetimeMillis()) + ".");
        sentences.addAll(disagreements());
        sentences.add(agrees() ? "Plan and simulation agree." : "Plan and simulation do not agree.");
        return sentences;
    }

    private static String time(Sample sample) {
        return sample.count() == 0 ? "never" : millis(sample.mean()) + " on average";
    }

    private static String millis(double millis) {
        return Numbers.millis(Math.round(millis));
    }
}
