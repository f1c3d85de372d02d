package org.grapevine.simulation.check;

import java.util.Arrays;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Where nothing is wrong, nobody is missing: a request in a network in which all are up, no fault is under way and links lose a
 * tenth at the most gets an answer that says it is whole, but for very few requests without an answer. Every device must have been
 * given time for fifteen repetitions and twelve transits beyond its margins: that all of them are lost is out of the question. Where
 * rounds may run out, whoever lacks them may say so. Not promised where a request is pulled, for who is asked when is left to chance,
 * nor where the first answers are enough.
 */
final class QuietAnswers implements Observer {

    static final String NAME = "quiet-answers";

    private static final double MOST_LOSS = 0.1;
    private static final int REPETITIONS = 15;
    private static final int TRANSITS = 12;
    private static final int ENOUGH_ROUNDS = 64;
    private static final int ASKED_FOR_EACH_GIVEN_UP = 500;

    private final Sightings sightings;
    private final Violations violations;
    private @Nullable World world;
    private long lastChangeMicros;
    private long lastOverflowMicros = -1;
    private int requests;
    /** The least that a device was given for each request, ms. */
    private long[] leastBudget = new long[16];

    QuietAnswers(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void started(long now, Device device) {
        lastChangeMicros = now;
    }

    @Override
    public void stopped(long now, Device device) {
        lastChangeMicros = now;
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        if (why == Loss.OVERFLOW) {
            lastOverflowMicros = now;
        }
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        int number = sightings.number(message);
        ReplyTerms terms = message.parameters().replies();
        if (terms != null && number >= 0) {
            requests++;
            if (number >= leastBudget.length) {
                leastBudget = Arrays.copyOf(leastBudget, Math.max(number + 1, 2 * leastBudget.length));
            }
            leastBudget[number] = terms.timeoutMillis();
        }
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        if (message.parameters().replies() != null) {
            int number = sightings.number(message);
            int slot = sightings.find(number, device);
            if (slot >= 0) {
                leastBudget[number] = Math.min(leastBudget[number], sightings.budgetMillis(slot));
            }
        }
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        check(now, outcome.request(), outcome.completeness());
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        check(now, outcome.request(), outcome.completeness());
    }

    private void check(long now, MessageId id, Completeness completeness) {
        World current = world;
        int number = sightings.number(id);
        GossipMessage request = sightings.message(number);
        if (current == null
                || request == null
                || isAsGoodAsWhole(completeness, roundsLast(current.scenario(), request.parameters()))
                || !isPromised(now, current, number, request)) {
            return;
        }
        violations.add(NAME, now, () -> "the answer to " + id + " is " + completeness + " though nothing was wrong");
    }

    /** A live device that loss keeps silent is given up once in ten thousand times; nobody else may be missing. */
    private static boolean isAsGoodAsWhole(Completeness completeness, boolean roundsLast) {
        int asked = completeness.counted() + completeness.declined() + completeness.timedOut();
        return completeness.failed() == 0
                && (completeness.truncated() == 0 || !roundsLast)
                && completeness.timedOut() <= asked / ASKED_FOR_EACH_GIVEN_UP;
    }

    /** False if a device may have to say that it asked nobody, for want of rounds. */
    private static boolean roundsLast(Scenario scenario, GossipParameters parameters) {
        return parameters.rounds() == GossipParameters.AUTO && scenario.config().maxRounds() >= ENOUGH_ROUNDS;
    }

    private boolean isPromised(long now, World current, int number, GossipMessage request) {
        Scenario scenario = current.scenario();
        GossipParameters parameters = request.parameters();
        ReplyTerms terms = parameters.replies();
        long published = sightings.publishedAtMicros(number);
        long acceptedMillis = parameters.lifetimeMillis()
                + scenario.config().allowedClockErrorMillis()
                - 2 * scenario.clockErrorMillis();
        return terms != null
                && !parameters.variant().isPulled()
                && terms.mode() != ReplyMode.FIRST
                && lastChangeMicros <= published
                && lastOverflowMicros < published
                && Quality.loss(scenario) <= MOST_LOSS
                && Quality.clocksAgree(scenario)
                && acceptedMillis >= neededMillis(scenario, terms)
                && requests <= scenario.config().queryLimit()
                && leastBudget[number] >= neededMillis(scenario, terms)
                && Quality.isQuiet(scenario, published, now)
                && allInViewsAreUp(current);
    }

    private static long neededMillis(Scenario scenario, ReplyTerms terms) {
        return 2 * terms.marginMillis()
                + REPETITIONS * scenario.config().repeatAtMostMillis()
                + TRANSITS * Quality.transitMicros(scenario) / 1_000
                + (scenario.answerMicros() + TRANSITS * scenario.mergeMicros()) / 1_000
                + 1_000;
    }

    private static boolean allInViewsAreUp(World current) {
        for (int i = 0; i < current.size(); i++) {
            Device device = current.device(i);
            // Who has not started yet is in no view. Who said Bye is not either, but makes no difference worth knowing.
            if (!device.isUp() && device.incarnation() > 0) {
                return false;
            }
        }
        return true;
    }
}
