package org.grapevine.simulation.mutation;

import java.util.List;

/** The planted bugs, each of a kind that somebody could make. */
final class Mutants {

    private static final String REPLY_TREE = "ReplyTree.java";
    private static final String QUERY = "Query.java";
    private static final String SLOT = "Slot.java";
    private static final String ASKS = "Asks.java";
    private static final String GATHERING = "Gathering.java";
    private static final String ANSWERING = "Answering.java";
    private static final String DISSEMINATION = "Dissemination.java";
    private static final String SEEN_TABLE = "SeenTable.java";
    private static final String FETCHING = "Fetching.java";
    private static final String REPAIR = "Repair.java";
    private static final String OUTGOING = "Outgoing.java";
    private static final String PULL = "Pull.java";
    private static final String TREE = "Tree.java";
    private static final String MULTICAST = "Multicast.java";
    private static final String ORDERED = "OrderedDelivery.java";
    private static final String SPREAD = "Spread.java";
    private static final String LIFETIMES = "Lifetimes.java";

    private Mutants() {}

    static final List<Mutant> ALL = List.of(
            // Spreading
            new Mutant(
                    "one round too many",
                    SPREAD,
                    "targets.add(new Target(peer, segment, left - 1));",
                    "targets.add(new Target(peer, segment, left));"),
            new Mutant(
                    "one peer too many",
                    SPREAD,
                    "view.draw(segment, fanout, exclude, random)",
                    "view.draw(segment, fanout + 1, exclude, random)"),
            new Mutant("the sender gets it back", SPREAD, "exclude.add(from);", "exclude.add(message.origin());"),
            new Mutant("the origin gets it back", SPREAD, "exclude.add(message.origin());", "exclude.clear();"),
            new Mutant(
                    "hops are not counted",
                    OUTGOING,
                    "return new Hop(segment, left, Math.min(Hop.MAX_COUNT, hopsSoFar + 1), 0);",
                    "return new Hop(segment, left, Math.max(1, hopsSoFar), 0);"),
            new Mutant(
                    "expired copies are accepted",
                    LIFETIMES,
                    "if (nowMillis >= refusedFromMillis(config, parameters)) {",
                    "if (nowMillis >= refusedFromMillis(config, parameters) + 1_000) {"),
            // Remembering
            new Mutant(
                    "ids are forgotten while copies are still accepted",
                    DISSEMINATION,
                    "seen.see(message, Lifetimes.refusedFromMillis(config, parameters), isKept(message), hop)",
                    "seen.see(message, parameters.expiresAtMillis(), isKept(message), hop)"),
            new Mutant(
                            "what had to be forgotten early counts as new",
                            SEEN_TABLE,
                            "largest.watermarkMillis = Math.max(largest.watermarkMillis, oldest.originTimeMillis);",
                            "")
                    .from(270),
            new Mutant(
                            "more ids than allowed",
                            SEEN_TABLE,
                            "if (entries.size() > limit) {",
                            "if (entries.size() > limit + 2) {")
                    .from(122),
            new Mutant(
                    "more payloads than allowed",
                    SEEN_TABLE,
                    "while (bufferedBytes > bufferLimitBytes) {",
                    "while (bufferedBytes > bufferLimitBytes + 1_000) {"),
            new Mutant(
                    "payloads stay when their ids go",
                    SEEN_TABLE,
                    "        unbuffer(entry, share);\n        if (!share.ids",
                    "        if (!share.ids"),
            new Mutant(
                    "nothing is ever purged",
                    SEEN_TABLE,
                    "first != null && first.expiresAtMillis <= nowMillis;",
                    "first != null && first.expiresAtMillis <= 0;"),
            new Mutant(
                            "a message that the service refused is not let in again",
                            DISSEMINATION,
                            "            seen.notDelivered(message.id());\n",
                            "")
                    .from(976),
            // Repair
            new Mutant(
                    "repair stops early",
                    FETCHING,
                    "if (message != null && now < message.parameters().expiresAtMillis()) {",
                    "if (message != null && 10 * now < 10 * message.parameters().expiresAtMillis()"
                            + " - 9 * message.parameters().lifetimeMillis()) {"),
            new Mutant(
                    "a digest is never answered with IHave",
                    REPAIR,
                    "if (!missingThere.isEmpty()) {",
                    "if (missingThere.size() > config.seenLimit()) {"),
            new Mutant(
                    "IWant is not repeated",
                    FETCHING,
                    "if (repetitionScheduled || wanted.isEmpty()) {",
                    "if (!repetitionScheduled || wanted.isEmpty()) {"),
            new Mutant(
                            "the next advertiser is asked through the first one's segment",
                            FETCHING,
                            "further.add(new Advertiser(from, segment));",
                            "further.add(new Advertiser(from, want.asked.segment()));")
                    .from(74),
            // Variants
            new Mutant(
                    "what is advertised is not asked for",
                    FETCHING,
                    "outgoing.control(from, new Control.IWant(segment, missing, false), actions);",
                    ""),
            new Mutant("a lazy push is eager in every hop", SPREAD, "return hops < eager;", "return true;"),
            new Mutant(
                    "what is to be pulled is pushed",
                    DISSEMINATION,
                    "case PULL, PUSH_PULL, LAZY_PULL -> pull;",
                    "case PULL, PUSH_PULL, LAZY_PULL -> push;"),
            new Mutant("a pull is not answered", PULL, "fetching.give(now, from, pull.segment(), entry, actions);", ""),
            new Mutant(
                    "a pull brings what the puller has",
                    PULL,
                    "if (message == null || !entry.isIn(pull.slice()) || has.contains(entry.id())) {",
                    "if (message == null || !entry.isIn(pull.slice())) {"),
            new Mutant(
                            "strangers are answered",
                            "PeerCheck.java",
                            "if (!view.knows(from)) {",
                            "if (from.value().isEmpty()) {")
                    .from(99),
            new Mutant(
                    "a branch is pruned for what it brings first",
                    TREE,
                    "            links.branch = link;\n            link.eager = true;",
                    "            prune(now, segment, parent, actions);"),
            new Mutant(
                    "a multicast is sent again by all who hear it",
                    MULTICAST,
                    "if (view.isLan(segment) && !(hop != null && segment.equals(hop.segment()))) {",
                    "if (view.isLan(segment)) {"),
            new Mutant(
                    "the last one that waits goes first",
                    ORDERED,
                    "Map.Entry<Long, Held> first = sequence.held.pollFirstEntry();",
                    "Map.Entry<Long, Held> first = sequence.held.pollLastEntry();"),
            new Mutant("nobody waits for what comes before", ORDERED, "if (!mayPass) {", "if (!mayPass && now < 0) {"),
            // Requests
            new Mutant(
                    "a second request is accepted as well",
                    REPLY_TREE,
                    "outgoing.control(from, new Control.Decline(message.id()), actions);",
                    "outgoing.control(from, query.reply == null ? query.accept() : query.reply, actions);"),
            new Mutant(
                    "a second request is not declined",
                    REPLY_TREE,
                    "outgoing.control(from, new Control.Decline(message.id()), actions);",
                    "counters.drop(DropReason.DUPLICATE);"),
            new Mutant(
                    "a slot takes two replies",
                    SLOT,
                    "return state != State.LOST && state != State.ANSWERED;",
                    "return state != State.LOST;"),
            new Mutant(
                    "no margin is kept",
                    QUERY,
                    "this.gatherUntil = answerBy - terms.marginMillis();",
                    "this.gatherUntil = answerBy;"),
            new Mutant(
                    "the budget is passed on unchanged",
                    ASKS,
                    "return Math.min(Hop.MAX_BUDGET_MILLIS, query.gatherUntil - now);",
                    "return Math.min(Hop.MAX_BUDGET_MILLIS, query.answerBy - now);"),
            new Mutant("a request is never repeated", ASKS, "if (next < query.lookAt) {", "if (next < now) {"),
            new Mutant(
                    "a reply is not acknowledged",
                    GATHERING,
                    "outgoing.control(from, new Control.ReplyAck(reply.request()), actions);",
                    ""),
            new Mutant(
                    "tombstones go with the answer",
                    REPLY_TREE,
                    "long forgetAt = Math.max(\n                answerBy + message.parameters().lifetimeMillis(),\n"
                            + "                Lifetimes.refusedFromMillis(config, message.parameters()));",
                    "long forgetAt = answerBy;"),
            new Mutant("silent children count as declined", ANSWERING, "timedOut++;", "declined++;"),
            new Mutant(
                    "what replies count is not added up",
                    GATHERING,
                    "query.completeness = query.completeness.plus(query.collects() ? withoutCounted(told) : told);",
                    ""),
            new Mutant(
                    "gathering ends too late",
                    REPLY_TREE,
                    "Math.max(0, query.gatherUntil - now), new GossipTimer.GatheringEnds(query.id)",
                    "Math.max(0, 2 * (query.gatherUntil - now)), new GossipTimer.GatheringEnds(query.id)"),
            new Mutant(
                    "a merge may take for ever",
                    ANSWERING,
                    "fail(now, query, Faults.MERGE, \"merge: not done when the answer was due\", actions);",
                    ""),
            new Mutant(
                    "too few replies are enough",
                    ANSWERING,
                    "if (counted < query.terms.minReplies() && !query.terms.partial()) {",
                    "if (counted < query.terms.minReplies() - 1 && !query.terms.partial()) {"),
            new Mutant(
                            "more requests than allowed",
                            REPLY_TREE,
                            "return queries.size() >= config.queryLimit();",
                            "return queries.size() > config.queryLimit();")
                    .from(177));
}
