package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Counts the devices of a segment by push-pull averaging, epoch after epoch (Jelasity, Montresor, Babaoglu 2005). The clock says which
 * epoch it is, so nobody can push others into a later one; a device takes part from the first epoch whose beginning it sees.
 */
final class SizeEstimate {

    /** No segment has more devices. */
    static final int MOST_DEVICES = 10_000_000;

    /** By how much the estimate of one epoch can differ from that of the last one. */
    static final double CHANGE = 4;

    /** Exchanges that are remembered, so that a repeated request gets the same answer. */
    static final int ANSWERS = 32;

    /** Exchanges that a device accepts from the same peer in one period. */
    static final int OF_ONE = 4;

    /** How often a request is sent. */
    static final int TRIES = 4;

    /** Peers that are asked in one period as long as they decline. */
    static final int PARTNERS = 3;

    /** Estimates of others, of whose median a newcomer makes its first one. */
    static final int HINTS = 3;

    /** After so many exchanges honest parts are nearly equal, in a segment of a million devices too. */
    static final int SETTLED_CYCLES = 20;

    private static final double SETTLED_TIMES = 4;

    private final MembershipConfig.Estimate config;
    private final PeerAddress self;
    private final Overlay overlay;
    private final RandomGenerator random;
    private final Tally tally;

    private long epoch;
    private @Nullable Counts counts;
    /** Exchanges in this epoch. */
    private int exchanges;

    private int size;
    /** False as long as the estimate is only what others say. */
    private boolean counted;

    private final Map<PeerAddress, Integer> hints = new LinkedHashMap<>(0);
    private @Nullable Exchange own;

    /** An exchange that this device has begun. */
    private static final class Exchange {
        private final PeerAddress partner;
        private final PeerMessage.Average request;
        private final Set<PeerAddress> asked;
        private int tries = 1;

        private Exchange(PeerAddress partner, PeerMessage.Average request, Set<PeerAddress> asked) {
            this.partner = partner;
            this.request = request;
            this.asked = asked;
        }
    }

    private record Request(PeerAddress from, long number) {}

    private record Answered(long at, PeerMessage.AverageAnswer answer) {}

    private final Map<Request, Answered> answers = new LinkedHashMap<>(0);

    SizeEstimate(
            MembershipConfig.Estimate config, PeerAddress self, Overlay overlay, RandomGenerator random, Tally tally) {
        this.config = config;
        this.self = self;
        this.overlay = overlay;
        this.random = random;
        this.tally = tally;
    }

    void onStarted(long now, List<MembershipAction> out) {
        if (config.averageMillis() == 0) {
            return;
        }
        epoch = epoch(now);
        if (cycle(now) == 0) {
            counts = new Counts(self, epoch, config.counts());
        }
        schedule(now, out);
    }

    /** At a random moment of the next period: whoever always came first would see other parts than whoever comes last. */
    private void schedule(long now, List<MembershipAction> out) {
        long period = config.averageMillis();
        long delay = period - Math.floorMod(now, period) + random.nextLong(period);
        out.add(new MembershipAction.Schedule(delay, new MembershipTimer.Average()));
    }

    private long epoch(long now) {
        return Math.floorDiv(now, config.epochMillis());
    }

    private int cycle(long now) {
        return (int) (Math.floorMod(now, config.epochMillis()) / config.averageMillis());
    }

    private long timeoutMillis() {
        return Math.max(1, config.averageMillis() / 8);
    }

    void onTimer(long now, MembershipTimer.OfSize timer, List<MembershipAction> out) {
        if (config.averageMillis() == 0) {
            return;
        }
        enter(now, out);
        if (timer instanceof MembershipTimer.Average) {
            schedule(now, out);
            if (own == null) {
                ask(now, new HashSet<>(), out);
            }
        } else if (timer instanceof MembershipTimer.AverageDue due) {
            onNoAnswer(due.number(), out);
        }
    }

    // Epochs

    private void enter(long now, List<MembershipAction> out) {
        long current = epoch(now);
        if (current == epoch) {
            return;
        }
        if (current == epoch + 1) {
            end(out);
        }
        epoch = current;
        own = null;
        exchanges = 0;
        hints.clear();
        // Who slept through the beginning knows nothing of the first exchanges, as if it came only now.
        counts = cycle(now) <= 1 ? new Counts(self, epoch, config.counts()) : null;
    }

    private void end(List<MembershipAction> out) {
        if (counts == null || exchanges < Math.max(1, config.cycles() / 3)) {
            return;
        }
        double devices = counts.devices();
        if (devices >= 1) {
            double bounded = !counted ? devices : Math.min(size * CHANGE, Math.max(size / CHANGE, devices));
            counted = true;
            sized((int) Math.round(Math.min(MOST_DEVICES, bounded)), out);
        }
    }

    private void sized(int devices, List<MembershipAction> out) {
        int found = Math.max(1, devices);
        if (found != size) {
            size = found;
            out.add(new MembershipAction.Sized(found));
        }
    }

    // Asking

    private void ask(long now, Set<PeerAddress> asked, List<MembershipAction> out) {
        boolean takesPart = counts != null;
        if (!takesPart && size > 0) {
            return;
        }
        long timeLeft = config.epochMillis() - Math.floorMod(now, config.epochMillis());
        if (takesPart && timeLeft <= timeoutMillis()) {
            // An answer in the next epoch would be lost, and with it what the partner has given away.
            return;
        }
        PeerAddress partner = partner(asked);
        if (partner == null) {
            return;
        }
        asked.add(partner);
        PeerMessage.Average request = new PeerMessage.Average(
                epoch, random.nextLong() & Long.MAX_VALUE, size, counts == null ? List.of() : counts.shares());
        own = new Exchange(partner, request, asked);
        send(own, out);
    }

    private @Nullable PeerAddress partner(Set<PeerAddress> asked) {
        List<PeerEntry> links = overlay.links();
        for (int tries = 0; tries < 2 * PARTNERS && !links.isEmpty(); tries++) {
            PeerAddress peer = links.get(random.nextInt(links.size())).address();
            if (!asked.contains(peer)) {
                return peer;
            }
        }
        return null;
    }

    private void send(Exchange exchange, List<MembershipAction> out) {
        out.add(new MembershipAction.Send(exchange.partner, exchange.request));
        out.add(new MembershipAction.Schedule(
                timeoutMillis(), new MembershipTimer.AverageDue(exchange.request.number())));
    }

    private void onNoAnswer(long number, List<MembershipAction> out) {
        Exchange waiting = own;
        if (waiting == null || waiting.request.number() != number) {
            return;
        }
        if (waiting.tries >= TRIES) {
            own = null;
        } else {
            waiting.tries++;
            send(waiting, out);
        }
    }

    // Messages

    void onMessage(long now, PeerAddress from, PeerMessage.OfSize message, List<MembershipAction> out) {
        if (config.averageMillis() == 0) {
            return;
        }
        enter(now, out);
        if (message instanceof PeerMessage.Average request) {
            onRequest(now, from, request, out);
        } else if (message instanceof PeerMessage.AverageAnswer answer) {
            onAnswer(now, from, answer, out);
        }
    }

    private void onRequest(long now, PeerAddress from, PeerMessage.Average request, List<MembershipAction> out) {
        forgetAnswers(now);
        Answered before = answers.get(new Request(from, request.number()));
        if (before != null) {
            out.add(new MembershipAction.Send(from, before.answer()));
            return;
        }
        boolean busy = own != null;
        boolean accepted = accepts(now, from, request);
        PeerMessage.AverageAnswer answer = new PeerMessage.AverageAnswer(
                epoch, request.number(), accepted, size, accepted && counts != null ? counts.shares() : List.of());
        if (accepted && counts != null) {
            counts.average(request.shares());
            exchanges++;
        }
        if (accepted || (busy && answers.size() < ANSWERS)) {
            // A copy of a request that was declined must not be accepted: its sender has gone on to somebody else.
            answers.put(new Request(from, request.number()), new Answered(now, answer));
        }
        out.add(new MembershipAction.Send(from, answer));
    }

    private boolean accepts(long now, PeerAddress from, PeerMessage.Average request) {
        if (!isPossible(request.size(), request.shares())) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            return false;
        }
        if (request.epoch() != epoch) {
            tally.drop(MembershipDrop.WRONG_TIME);
            return false;
        }
        if (counts == null || own != null || request.shares().isEmpty()) {
            return false;
        }
        if (!agrees(now, counts, request.shares())) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            return false;
        }
        if (answers.size() >= ANSWERS) {
            tally.drop(MembershipDrop.TABLE_FULL);
            return false;
        }
        int ofThatOne = 0;
        for (Map.Entry<Request, Answered> each : answers.entrySet()) {
            boolean recent =
                    each.getValue().answer().accepted() && now - each.getValue().at() < config.averageMillis();
            ofThatOne += recent && each.getKey().from().equals(from) ? 1 : 0;
        }
        if (ofThatOne >= OF_ONE) {
            tally.drop(MembershipDrop.TOO_OFTEN);
            return false;
        }
        return true;
    }

    private void forgetAnswers(long now) {
        long kept = Math.max(2 * TRIES * timeoutMillis(), config.averageMillis());
        for (Iterator<Answered> each = answers.values().iterator(); each.hasNext(); ) {
            if (now - each.next().at() < kept) {
                break;
            }
            each.remove();
        }
    }

    private void onAnswer(long now, PeerAddress from, PeerMessage.AverageAnswer answer, List<MembershipAction> out) {
        Exchange waiting = own;
        if (waiting == null || waiting.request.number() != answer.number() || !waiting.partner.equals(from)) {
            tally.drop(MembershipDrop.UNASKED);
            return;
        }
        own = null;
        if (!isPossible(answer.size(), answer.shares())) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            return;
        }
        hint(from, answer.size(), out);
        if (!answer.accepted()) {
            if (counts != null && waiting.asked.size() < PARTNERS) {
                ask(now, waiting.asked, out);
            }
        } else if (answer.epoch() != epoch) {
            tally.drop(MembershipDrop.WRONG_TIME);
        } else if (counts != null) {
            if (answer.shares().isEmpty() || !agrees(now, counts, answer.shares())) {
                tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            } else {
                counts.average(answer.shares());
                exchanges++;
            }
        }
    }

    private boolean agrees(long now, Counts held, List<PeerMessage.Share> shares) {
        int settled = Math.max(SETTLED_CYCLES, config.cycles() * 2 / 3);
        return cycle(now) < settled || held.agrees(shares, SETTLED_TIMES);
    }

    private boolean isPossible(int claimed, List<PeerMessage.Share> shares) {
        Set<PeerAddress> starters = new HashSet<>();
        for (PeerMessage.Share share : shares) {
            starters.add(share.starter());
        }
        return claimed >= 0
                && claimed <= MOST_DEVICES
                && shares.size() <= config.counts()
                && starters.size() == shares.size();
    }

    /** A newcomer takes over what several others say, until it has counted itself. */
    private void hint(PeerAddress from, int claimed, List<MembershipAction> out) {
        if (size > 0 || claimed == 0) {
            return;
        }
        hints.put(from, claimed);
        if (hints.size() >= HINTS || hints.size() >= overlay.links().size()) {
            List<Integer> sorted = new ArrayList<>(hints.values());
            Collections.sort(sorted);
            hints.clear();
            sized(sorted.get(sorted.size() / 2), out);
        }
    }

    /** What this device holds of each count now; nothing if it takes no part in this epoch. */
    List<PeerMessage.Share> shares() {
        return counts == null ? List.of() : counts.shares();
    }

    /** The latest estimate; 0 if there is none yet. */
    int size() {
        return size;
    }
}
