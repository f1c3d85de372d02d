package org.grapevine.simulation.check;

import java.util.LinkedHashMap;
import java.util.Map;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Every request ends at its initiator once, with a value or a fault, and within its timeout, unless the initiator goes down first
 * or stands still. A value holds the replies that were asked for at least, unless fewer are to be given too; and what holds as many
 * is no failure.
 */
final class RequestsEnd implements Observer {

    static final String NAME = "requests-end";

    private static final long SLACK_MICROS = 2_000;

    private static final class Open {
        private final Device initiator;
        private final int incarnation;
        private final long deadlineMicros;
        private final int minReplies;
        /** Fewer are given too. */
        private final boolean partial;

        private Open(Device initiator, long deadlineMicros, ReplyTerms terms) {
            this.initiator = initiator;
            this.incarnation = initiator.incarnation();
            this.deadlineMicros = deadlineMicros;
            this.minReplies = terms.minReplies();
            this.partial = terms.partial();
        }

        private boolean isAlive() {
            return initiator.isUp() && initiator.incarnation() == incarnation;
        }
    }

    private final Violations violations;
    private final Map<MessageId, Open> open = new LinkedHashMap<>();
    private @Nullable World world;

    RequestsEnd(Violations violations) {
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        ReplyTerms terms = message.parameters().replies();
        World current = world;
        if (terms != null && current != null) {
            long deadline = now + terms.timeoutMillis() * 1_000 + SLACK_MICROS + current.slackMicros();
            open.put(message.id(), new Open(at, afterPauses(now, deadline, current.scenario()), terms));
        }
    }

    /** Whoever may stand still when the request is due ends it when it goes on. */
    private static long afterPauses(long from, long deadline, Scenario scenario) {
        long latest = deadline;
        for (int i = 0; i < scenario.faults().size(); i++) {
            for (Fault fault : scenario.faults()) {
                if (fault instanceof Fault.Pause pause && pause.atMicros() <= latest && pause.endMicros() >= from) {
                    latest = Math.max(latest, pause.endMicros() + scenario.mergeMicros() + SLACK_MICROS);
                }
            }
        }
        return latest;
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        Open request = ends(now, initiator, outcome.request());
        if (request != null && !request.partial && outcome.completeness().counted() < request.minReplies) {
            violations.add(
                    NAME,
                    now,
                    () -> outcome.request() + " has " + outcome.completeness().counted()
                            + " replies and is no failure (expected: at least " + request.minReplies + ")");
        }
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        Open request = ends(now, initiator, outcome.request());
        int counted = outcome.completeness().counted();
        if (request != null && counted > 0 && (request.partial || counted >= request.minReplies)) {
            violations.add(
                    NAME,
                    now,
                    () -> outcome.request() + " fails with " + counted + " replies (expected: an answer from "
                            + (request.partial ? 1 : request.minReplies) + " on): " + outcome.reason());
        }
    }

    private @Nullable Open ends(long now, Device initiator, MessageId request) {
        Open ended = open.remove(request);
        if (ended == null || ended.initiator != initiator) {
            violations.add(NAME, now, () -> request + " ends at " + initiator + ", where it was not under way");
        } else if (now > ended.deadlineMicros) {
            violations.add(
                    NAME, now, () -> request + " ends " + (now - ended.deadlineMicros) + " µs after its timeout");
        }
        return ended;
    }

    @Override
    public void ended(long now, World ended) {
        boolean nothingLeft = RunEnd.nothingLeft(ended);
        for (Map.Entry<MessageId, Open> each : open.entrySet()) {
            Open request = each.getValue();
            if (request.isAlive() && (nothingLeft || now > request.deadlineMicros)) {
                violations.add(NAME, now, () -> each.getKey() + " never ended at " + request.initiator);
            }
        }
    }
}
