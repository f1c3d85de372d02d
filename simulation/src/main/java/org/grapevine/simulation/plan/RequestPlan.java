package org.grapevine.simulation.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.EnvelopeSizes;

/**
 * What a network needs for requests whose replies are merged on their way back, and what one request costs. Of the wish, the
 * deadline is that for the answer; repair and lifetime mean nothing here.
 *
 * @param answerBytes size of an answer and of what answers merge to
 * @param fanout peers that each device asks; the engines' own choice under {@code auto}
 * @param rounds hops that a request may travel
 * @param depth levels of the tree that replies have to climb at the most
 * @param marginMillis what each level keeps for itself of the time that is left, ms
 * @param timeoutMillis the initiator's whole budget with which that depth fits, ms
 * @param missed devices that nobody asks, on average
 * @param copiesPerDevice requests sent by each live device, without repetitions
 * @param messagesPerDevice requests, accepting, declining, replies and acknowledgements sent by each live device, without
 *     repetitions
 * @param bytesPerDevice that these take
 * @param warnings what is worth knowing; one sentence each
 * @param obstacle why the wish cannot be met and what would be needed; empty if it can be met
 */
public record RequestPlan(
        PlanRequest request,
        int answerBytes,
        int fanout,
        int rounds,
        int depth,
        long marginMillis,
        long timeoutMillis,
        double missed,
        double copiesPerDevice,
        double messagesPerDevice,
        double bytesPerDevice,
        List<String> warnings,
        Optional<String> obstacle) {

    private static final long REQUEST_MICROS = 1_000_000;
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final long MAX_TIMEOUT_MILLIS = 9_000_000;

    /** Exchanges that may stay without an answer after all repetitions for which a margin leaves time. */
    private static final double UNANSWERED = 1e-3;

    public RequestPlan {
        warnings = List.copyOf(warnings);
    }

    /**
     * Plans. Whether the wish can be met is for the caller to look up in {@link #obstacle()}.
     *
     * @param answerBytes size of an answer and of what answers merge to, 1 B..1 MiB
     */
    public static RequestPlan of(PlanRequest request, int answerBytes) {
        if (answerBytes < 1 || answerBytes > MAX_ANSWER_BYTES) {
            throw new IllegalArgumentException("answer: " + answerBytes + " (expected: 1 B..1 MiB)");
        }
        int n = request.devices();
        FanoutRule rule = rule(request);
        int fanout = rule.fanout(n);
        int rounds = FanoutRule.rounds(n, fanout);
        // The rounds leave as many again for quick ways over many hops; those reply as quickly.
        int depth = rounds / 2 + 1;
        long margin = marginMillis(request);
        long timeout = (depth + 1) * margin;
        Delay delay = new Delay(request.latency());
        MeanField field = MeanField.of(n, request.live(), fanout, rounds, request.loss(), delay);
        double copies = field.copies() / request.live();
        double reached = (request.live() - 1) * field.reachedAtLast() / request.live();
        double answered = copies * (1 - request.loss()) * (1 - request.dead());
        double bytes = copies * (EnvelopeSizes.MESSAGE_HEADERS + request.bodyBytes())
                + answered * EnvelopeSizes.CONTROL_HEADERS
                + reached * (EnvelopeSizes.CONTROL_HEADERS + EnvelopeSizes.COMPLETENESS + answerBytes)
                + reached * EnvelopeSizes.CONTROL_HEADERS;
        return new RequestPlan(
                request,
                answerBytes,
                fanout,
                rounds,
                depth,
                margin,
                timeout,
                (request.live() - 1) * (1 - field.reachedAtLast()),
                copies,
                copies + answered + 2 * reached,
                bytes,
                warnings(request, timeout, margin),
                obstacle(request, fanout, depth, margin, timeout, field));
    }

    /** As the engines sharpen it for requests. */
    static FanoutRule rule(PlanRequest request) {
        return new FanoutRule(request.wanted(), request.loss(), request.dead()).forRequests();
    }

    /** There and back for 999 of 1,000 copies, and the pauses of repetitions. */
    private static long marginMillis(PlanRequest request) {
        double thereAndBack = 2 * new Delay(request.latency()).p999() / 1_000;
        return Math.max(1, (long) StrictMath.ceil(thereAndBack)) + repetitionMillis(request.loss());
    }

    /** The pauses before so many repetitions that one exchange in a thousand stays without an answer. */
    static long repetitionMillis(double loss) {
        GossipConfig config = GossipConfig.defaults();
        double fails = 1 - (1 - loss) * (1 - loss);
        double unanswered = fails;
        long pause = config.repeatAfterMillis();
        long millis = 0;
        while (unanswered > UNANSWERED && millis < MAX_TIMEOUT_MILLIS) {
            millis += pause;
            pause = Math.min(config.repeatAtMostMillis(), 2 * pause);
            unanswered *= fails;
        }
        return millis;
    }

    private static List<String> warnings(PlanRequest request, long timeout, long margin) {
        List<String> warnings = new ArrayList<>();
        if (request.deadDevices() > 0) {
            warnings.add(
                    "A dead device never answers, so the answer comes only when the initiator's time is over but for one"
                            + " margin, after about " + Numbers.millis(timeout - margin) + ".");
        }
        return warnings;
    }

    private static Optional<String> obstacle(
            PlanRequest request, int fanout, int depth, long margin, long timeout, MeanField field) {
        Duration deadline = request.deadline();
        if (request.live() == 1) {
            return Optional.of("dead: " + Numbers.percent(request.dead()) + " of " + request.devices()
                    + " devices leaves nobody but the initiator (needed: a live device to ask).");
        }
        if (fanout == GossipParameters.MAX_FANOUT && field.reachesAll() < request.wanted()) {
            return Optional.of("fanout: " + fanout + ", the largest there is, asks all with probability "
                    + Numbers.probability(field.reachesAll()) + ", not " + Numbers.probability(request.wanted())
                    + "; needed: less loss, fewer dead devices in the views, or smaller segments.");
        }
        if (timeout > MAX_TIMEOUT_MILLIS) {
            return Optional.of(
                    "timeout: " + Numbers.millis(timeout) + " is more than a request may have; needed: at most "
                            + Numbers.millis(MAX_TIMEOUT_MILLIS) + ", so a margin of at most "
                            + Numbers.millis(MAX_TIMEOUT_MILLIS / (depth + 1)) + " in place of "
                            + Numbers.millis(margin) + ".");
        }
        if (deadline != null && deadline.toMillis() < timeout) {
            return Optional.of("deadline: " + Numbers.millis(deadline.toMillis()) + " is too short for " + (depth + 1)
                    + " margins of " + Numbers.millis(margin) + "; needed: " + Numbers.millis(timeout)
                    + ", or a margin of at most " + Numbers.millis(deadline.toMillis() / (depth + 1))
                    + " by less latency or loss.");
        }
        return Optional.empty();
    }

    /** The network with one request, fanout and rounds left to the engines. */
    public Scenario toScenario() {
        Link lan = Link.perfect("lan", request.latency()).withLoss(request.loss());
        long timeout = Math.min(MAX_TIMEOUT_MILLIS, timeoutMillis);
        Workload asked = new Workload.Request(
                REQUEST_MICROS,
                Source.first("publisher"),
                Workload.Repetition.once(),
                request.bodyBytes(),
                answerBytes,
                Workload.Spread.of(GossipVariant.EAGER_PUSH),
                timeout,
                Workload.Replies.merged(timeout).withMargin(Math.min(timeout, marginMillis)));
        return Plan.network(request, lan, asked);
    }

    /** {@link #toScenario()} as a file. */
    public String toYaml() {
        return ScenarioWriter.write(toScenario());
    }

    /** The plan for people: one sentence for each number, with its formula and source; then warnings, then the obstacle. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add("Fanout " + fanout + ", rounds " + rounds
                + ": as for a message that reaches all with probability "
                + Numbers.probability(rule(request).wanted())
                + ", for nobody notices a device that was not asked. On average "
                + (missed < 1e-6 ? "fewer than 0.000001" : Numbers.decimal(missed, 6)) + " devices are not asked.");
        sentences.add("Depth " + depth
                + ": half the rounds, the other half being for quick ways over many hops, and one level for"
                + " the device that answers last.");
        sentences.add(
                "Margin " + Numbers.millis(marginMillis) + ": twice the one-way latency that 999 of 1,000 copies do not"
                        + " exceed, and " + Numbers.millis(repetitionMillis(request.loss()))
                        + " for repetitions until one exchange in a thousand stays without an answer. A service that needs long to answer"
                        + " needs as much more.");
        sentences.add("Timeout " + Numbers.millis(timeoutMillis) + " or more: " + depth
                + " levels and the initiator, a margin"
                + " each (a fixed decrement, as TAG divides its time by depth: Madden and others, 2002).");
        sentences.add(Numbers.decimal(copiesPerDevice, 1) + " requests and " + Numbers.decimal(messagesPerDevice, 1)
                + " messages in all, " + Numbers.bytes(bytesPerDevice)
                + ", sent by each live device: every request that arrives"
                + " is accepted or declined (echo algorithm: Chang, 1982), one reply and one acknowledgement are sent for each"
                + " device; repetitions come on top.");
        sentences.addAll(warnings);
        obstacle.ifPresent(text -> sentences.add("The wish cannot be met: " + text));
        return sentences;
    }
}
