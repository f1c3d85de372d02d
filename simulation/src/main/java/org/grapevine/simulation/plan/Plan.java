package org.grapevine.simulation.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.EnvelopeSizes;

/**
 * What a network needs to spread messages as wished, and what that costs. Fanout and rounds are those that the engines choose by
 * themselves under {@code auto} when they are told loss, dead share and wanted probability.
 *
 * @param fanout peers to which each device pushes
 * @param rounds hops that a copy may travel
 * @param promised probability that a push reaches all, by the rule behind the fanout: a lower bound for many devices
 * @param probability the same, with the number of devices and the way in which targets are drawn taken into account
 * @param coverage share of the live devices that a push reaches on average, the publisher included
 * @param expectedCopies of one message, in all, without repair
 * @param copiesPerDevice of one message, sent by each live device on average
 * @param bytesPerDevice that these take, headers included
 * @param repairBytesPerSecond sent by each live device for repair while one message lives
 * @param millisTo99 until 99 of 100 live devices have it, ms; -1 if pushes do not get there
 * @param expectedMillis until the last device has it that a push reaches, in half of all cases, ms
 * @param wantedMillis until all live devices have it with the wanted probability, ms; -1 if pushes do not get there
 * @param repairMillis pause between two comparisons of digests: the one asked for, or advice
 * @param lifetimeMillis the one asked for, or advice
 * @param advisedLifetimeMillis a lifetime with which repair brings what pushes missed, but for one message in a million
 * @param warnings what is worth knowing; one sentence each
 * @param obstacle why the wish cannot be met and what would be needed; empty if it can be met
 */
public record Plan(
        PlanRequest request,
        int fanout,
        int rounds,
        double promised,
        double probability,
        double coverage,
        double expectedCopies,
        double copiesPerDevice,
        double bytesPerDevice,
        double repairBytesPerSecond,
        long millisTo99,
        long expectedMillis,
        long wantedMillis,
        long repairMillis,
        long lifetimeMillis,
        long advisedLifetimeMillis,
        List<String> warnings,
        Optional<String> obstacle) {

    private static final long USUAL_REPAIR_MILLIS = 1_000;
    private static final long LEAST_REPAIR_MILLIS = 100;
    private static final long MOST_LIFETIME_MILLIS = GossipParameters.MAX_LIFETIME_MILLIS;

    /** Repair is given as long as it takes to leave out one message in a million. */
    private static final double LEFT_OUT = 1e-6;

    /** Hops beyond the rule's, of which more would bring nothing that fewer have not. */
    private static final int MOST_MORE_ROUNDS = 10;

    private static final long CRASH_MICROS = 500_000;
    private static final long PUSH_MICROS = 1_000_000;

    public Plan {
        warnings = List.copyOf(warnings);
    }

    /** Plans. Whether the wish can be met is for the caller to look up in {@link #obstacle()}. */
    public static Plan of(PlanRequest request) {
        return new Planning(request).plan();
    }

    /** One plan in the making. */
    private static final class Planning {
        private final PlanRequest request;
        private final int n;
        private final int live;
        private final int fanout;
        private final int rounds;
        private final MeanField field;
        private final Delay delay;

        Planning(PlanRequest request) {
            this.request = request;
            this.n = request.devices();
            this.live = request.live();
            this.fanout = request.rule().fanout(n);
            this.rounds = FanoutRule.rounds(n, fanout);
            this.delay = new Delay(request.latency());
            this.field = field(fanout, rounds);
        }

        private MeanField field(int withFanout, int withRounds) {
            return MeanField.of(n, live, withFanout, withRounds, request.loss(), delay);
        }

        Plan plan() {
            double copies = field.copies();
            long wantedMillis = millis(field.microsTo(share(request.wanted())));
            long repair = repairMillis(wantedMillis);
            long advised = advisedLifetimeMillis(repair);
            long lifetime = request.lifetimeMillis() > 0 ? request.lifetimeMillis() : advised;
            return new Plan(
                    request,
                    fanout,
                    rounds,
                    promised(n, fanout, request),
                    field.reachesAll(),
                    (1 + (live - 1) * field.reachedAtLast()) / live,
                    copies,
                    copies / live,
                    copies / live * (EnvelopeSizes.MESSAGE_HEADERS + request.bodyBytes()),
                    (EnvelopeSizes.SEGMENT_HEADERS + EnvelopeSizes.EACH_ID) * 1_000.0 / repair,
                    millisTo99(),
                    expectedMillis(),
                    wantedMillis,
                    repair,
                    lifetime,
                    advised,
                    warnings(repair, lifetime, advised),
                    obstacle(wantedMillis, lifetime));
        }

        /** Share of the others that each must have reached so that all have it with a probability. */
        private double share(double probability) {
            return live == 1 ? 0 : StrictMath.pow(probability, 1.0 / (live - 1));
        }

        private long millisTo99() {
            int reached = (int) StrictMath.ceil(0.99 * live);
            return reached == live ? expectedMillis() : millis(field.microsTo((reached - 1.0) / (live - 1)));
        }

        /** Half of all pushes that reach as much as they do on average have done so by then. */
        private long expectedMillis() {
            return millis(field.microsTo(field.reachedAtLast() * share(0.5)));
        }

        private static long millis(long micros) {
            return micros < 0 ? -1 : (micros + 999) / 1_000;
        }

        // Repair

        /** A second, or a quarter of what a deadline leaves after the pushes: then two or three repairs still fit into it. */
        private long repairMillis(long wantedMillis) {
            if (request.repairMillis() > 0) {
                return request.repairMillis();
            }
            Duration deadline = request.deadline();
            if (deadline == null || wantedMillis < 0) {
                return USUAL_REPAIR_MILLIS;
            }
            long quarter = (deadline.toMillis() - wantedMillis) / 4;
            return Math.max(LEAST_REPAIR_MILLIS, Math.min(USUAL_REPAIR_MILLIS, quarter));
        }

        /**
         * Each holder tells one peer per period, so a device that lacks the message is told by one of them on average, if neither
         * that peer is dead nor the digest, the question and the copy are lost: it is left out for k periods with probability
         * exp(-k (1 - dead) (1 - loss)^3).
         */
        private long advisedLifetimeMillis(long repair) {
            double toldPerPeriod = (live - 1.0) / (n - 1.0) * StrictMath.pow(1 - request.loss(), 3);
            double missed = Math.max(LEFT_OUT, (live - 1) * (1 - field.reachedAtLast()));
            // Half a period more, for that is how far the periods of two devices are apart.
            double periods =
                    toldPerPeriod <= 0 ? MOST_LIFETIME_MILLIS : 1.5 + StrictMath.log(missed / LEFT_OUT) / toldPerPeriod;
            double needed = rounds * delay.p999() / 1_000 + 3 * delay.p999() / 1_000 + Math.ceil(periods) * repair;
            Duration deadline = request.deadline();
            double wished = deadline == null ? 0 : deadline.toMillis();
            double seconds = StrictMath.ceil(Math.max(needed, wished) / 1_000);
            return (long) Math.min(MOST_LIFETIME_MILLIS, 1_000 * seconds);
        }

        // What there is to say

        private List<String> warnings(long repair, long lifetime, long advised) {
            List<String> warnings = new ArrayList<>();
            if (fanout >= n - 1) {
                warnings.add("With " + n + " devices every device pushes to all others: a list of subscribers costs "
                        + (n - 1) + " copies in place of " + Numbers.decimal(field.copies(), 0) + ".");
            }
            if (lifetime < advised) {
                warnings.add("A lifetime of " + Numbers.millis(lifetime) + " is shorter than the "
                        + Numbers.millis(advised) + " in which repair reaches nearly everyone.");
            }
            if (repair >= lifetime) {
                warnings.add("Repair every " + Numbers.millis(repair) + " does not happen within a lifetime of "
                        + Numbers.millis(lifetime) + ".");
            }
            if (request.loss() >= 0.3) {
                warnings.add("Loss of " + Numbers.percent(request.loss())
                        + " is often a queue that overflows; a larger fanout would then make it worse.");
            }
            return warnings;
        }

        private Optional<String> obstacle(long wantedMillis, long lifetime) {
            if (live == 1) {
                return Optional.of("dead: " + Numbers.percent(request.dead()) + " of " + n
                        + " devices leaves nobody but the publisher (needed: a live device to send to).");
            }
            if (field.reachesAll() < request.wanted()) {
                return Optional.of(tooFewCopies());
            }
            Duration deadline = request.deadline();
            if (deadline != null && (wantedMillis < 0 || wantedMillis > deadline.toMillis())) {
                return Optional.of(tooSlow(deadline.toMillis(), wantedMillis));
            }
            if (wantedMillis > lifetime) {
                return Optional.of("lifetime: " + Numbers.millis(lifetime) + " is over before the pushes are (needed: "
                        + Numbers.millis(wantedMillis) + " or more).");
            }
            return Optional.empty();
        }

        private String tooFewCopies() {
            String reached = " reaches all with probability " + Numbers.probability(field.reachesAll()) + ", not "
                    + Numbers.probability(request.wanted()) + "; ";
            String repaired = "; repair brings the message to the others later, in any case.";
            Optional<Integer> enough = roundsEnough();
            if (enough.isPresent()) {
                return "rounds: " + rounds + ", the engines' own choice," + reached + "needed: " + enough.get()
                        + " rounds, or a larger fanout" + repaired;
            }
            if (fanout >= n - 1) {
                return "devices: to push to all " + (n - 1) + " others, which is all there are," + reached
                        + "needed: less loss than " + Numbers.percent(request.loss()) + ", or more devices that forward"
                        + repaired;
            }
            double arriving = needed(n, request.wanted()) / GossipParameters.MAX_FANOUT;
            double most = 1 - arriving / (1 - request.dead());
            String less = most > 0
                    ? "a loss of at most " + Numbers.percent(Math.floor(most * 1_000) / 1_000)
                    : "a dead share of at most " + Numbers.percent(Math.floor((1 - arriving) * 1_000) / 1_000);
            return "fanout: " + GossipParameters.MAX_FANOUT + ", the largest there is," + reached
                    + "needed: a fanout of "
                    + Numbers.decimal(
                            StrictMath.ceil(
                                    needed(n, request.wanted()) / ((1 - request.loss()) * (1 - request.dead()))),
                            0)
                    + ", or " + less + ", or smaller segments" + repaired;
        }

        /** The least rounds above those of the rule with which all are reached as wished. */
        private Optional<Integer> roundsEnough() {
            for (int more = rounds + 1;
                    more <= Math.min(GossipParameters.MAX_ROUNDS, rounds + MOST_MORE_ROUNDS);
                    more++) {
                if (field(fanout, more).reachesAll() >= request.wanted()) {
                    return Optional.of(more);
                }
            }
            return Optional.empty();
        }

        private String tooSlow(long deadline, long wantedMillis) {
            String found = wantedMillis < 0 ? "longer than the pushes go on" : Numbers.millis(wantedMillis);
            StringBuilder text = new StringBuilder("deadline: ")
                    .append(Numbers.millis(deadline))
                    .append(" is too short, for it takes ")
                    .append(found)
                    .append(" until all have the message with probability ")
                    .append(Numbers.probability(request.wanted()))
                    .append("; needed: ");
            if (wantedMillis > 0) {
                double factor = (double) deadline / wantedMillis;
                text.append("that time, or a latency of ")
                        .append(Numbers.percent(factor))
                        .append(" of the present one, ");
            }
            Optional<Integer> larger = fanoutFor(deadline);
            return text.append(larger.map(f -> "or a fanout of " + f + ".").orElse("for no fanout is large enough."))
                    .toString();
        }

        /** The least fanout above that of the rule which meets a deadline. */
        private Optional<Integer> fanoutFor(long deadline) {
            for (int f = fanout + 1; f <= Math.min(GossipParameters.MAX_FANOUT, n - 1); f++) {
                long micros = field(f, FanoutRule.rounds(n, f)).microsTo(share(request.wanted()));
                if (micros >= 0 && micros <= deadline * 1_000) {
                    return Optional.of(f);
                }
            }
            return Optional.empty();
        }
    }

    /** ln n + c: copies that have to arrive at each device on average. */
    private static double needed(int n, double wanted) {
        return StrictMath.log(n) - StrictMath.log(-StrictMath.log(wanted));
    }

    private static double promised(int n, int fanout, PlanRequest request) {
        double c = fanout * (1 - request.loss()) * (1 - request.dead()) - StrictMath.log(n);
        return StrictMath.exp(-StrictMath.exp(-c));
    }

    // What to do with it

    /** The network with one message, fanout and rounds left to the engines, and repair as planned. */
    public Scenario toScenario() {
        return scenario(repairMillis);
    }

    /** The same without repair: what pushes reach by themselves. */
    public Scenario withoutRepair() {
        return scenario(0);
    }

    /** {@link #toScenario()} as a file. */
    public String toYaml() {
        return ScenarioWriter.write(toScenario());
    }

    private Scenario scenario(long repair) {
        Link lan = Link.perfect("lan", request.latency()).withLoss(request.loss());
        Workload push = new Workload.Push(
                PUSH_MICROS,
                Source.first("publisher"),
                Workload.Repetition.once(),
                request.bodyBytes(),
                Workload.Spread.of(GossipVariant.EAGER_PUSH),
                lifetimeMillis,
                repair);
        return network(request, lan, push);
    }

    static Scenario network(PlanRequest request, Link link, Workload workload) {
        GossipConfig config = GossipConfig.defaults().withFanoutRule(request.rule());
        int dead = request.deadDevices();
        return new Scenario(
                "plan",
                "Made from a plan for " + request.devices() + " devices in one segment.",
                List.of(link),
                List.of(new SegmentKind("all", link.name())),
                List.of(DeviceGroup.of("publisher", 1, "all"), DeviceGroup.of("peer", request.devices() - 1, "all")),
                config,
                0,
                1_000,
                1_000,
                false,
                List.of(workload),
                dead == 0 ? List.of() : List.of(new Fault.Crash(CRASH_MICROS, Who.count("peer", dead))),
                0);
    }

    /** The plan for people: one sentence for each number, with its formula and source; then warnings, then the obstacle. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        int n = request.devices();
        sentences.add(
                "Fanout " + fanout + ": each device pushes to so many peers. It is ln n + c, rounded up, for n = " + n
                        + " and c = " + Numbers.decimal(needed(n, request.wanted()) - StrictMath.log(n), 2)
                        + " (probability " + Numbers.probability(request.wanted())
                        + " = exp(-exp(-c)): Eugster and others, 2004)"
                        + (request.loss() > 0 || request.dead() > 0
                                ? ", divided by the share of copies that arrive at somebody alive, (1 - loss)(1 - dead) = "
                                        + Numbers.decimal((1 - request.loss()) * (1 - request.dead()), 4)
                                : "")
                        + ". The engines choose it under auto when they are told wanted, loss and dead.");
        sentences.add("Rounds " + rounds
                + ": ln n / ln fanout hops reach n devices when no copy is wasted; rounded up, and two"
                + " more for the copies that are; all that twice, for quick ways over many hops come before slow ones over"
                + " few, and a copy that came first by the last hop is not sent on.");
        sentences.add("All " + request.live() + " live devices have it, without repair, with probability "
                + Numbers.probability(probability)
                + ": nobody is missed by all the others, each of whom forwards once (infect"
                + " and die). The rule behind the fanout promises " + Numbers.probability(promised)
                + " for many devices.");
        sentences.add("Coverage " + Numbers.probability(coverage)
                + " of the live devices on average: the root of p = 1 -"
                + " exp(-fanout (1 - loss)(1 - dead) p), made exact for " + n + " devices and " + rounds + " rounds.");
        sentences.add(Numbers.decimal(expectedCopies, 0) + " copies in all, " + Numbers.decimal(copiesPerDevice, 1)
                + " sent by each live device: whoever is reached sends fanout copies, once.");
        sentences.add(Numbers.bytes(bytesPerDevice) + " sent by each live device: " + request.bodyBytes()
                + " B of body and about " + EnvelopeSizes.MESSAGE_HEADERS + " B of envelope in each copy.");
        sentences.add(time());
        sentences.add("Repair every " + Numbers.millis(repairMillis) + " costs " + Numbers.bytes(repairBytesPerSecond)
                + " per second and live device while the message lives: one digest of about "
                + (EnvelopeSizes.SEGMENT_HEADERS + EnvelopeSizes.EACH_ID)
                + " B per period.");
        sentences.add("Lifetime " + Numbers.millis(lifetimeMillis)
                + (lifetimeMillis == advisedLifetimeMillis ? "" : " as asked for")
                + ": after " + Numbers.millis(advisedLifetimeMillis)
                + " repair leaves somebody out of one message in a million,"
                + " for in each period a device that lacks it is told by one holder on average.");
        sentences.addAll(warnings);
        obstacle.ifPresent(text -> sentences.add("The wish cannot be met: " + text));
        return sentences;
    }

    private String time() {
        Delay delay = new Delay(request.latency());
        String hops = "At most " + rounds + " hops of " + Numbers.decimal(delay.median() / 1_000, 1)
                + " ms (median): the last device has it after " + Numbers.millis(expectedMillis)
                + " in half of all cases";
        String most = millisTo99 < 0 ? "" : ", 99 of 100 after " + Numbers.millis(millisTo99);
        String wanted = wantedMillis < 0
                ? ""
                : ", all with probability " + Numbers.probability(request.wanted()) + " after "
                        + Numbers.millis(wantedMillis);
        return hops + most + wanted
                + ". Worked out from the latency's distribution, hop by hop, on average over all devices; no"
                + " queues.";
    }
}
