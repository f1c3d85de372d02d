package org.grapevine.simulation.scenario;

import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;

/**
 * Something that devices are asked to do. Times in µs of virtual time from the start of the run unless the name says ms, as the
 * engines' own parameters do.
 */
public sealed interface Workload {

    /** When it is done first. */
    long atMicros();

    Source from();

    /** What a scenario file calls this sort of workload. */
    String kind();

    /** How often it is repeated, and the pause in between; for {@link Source.Pick#EACH}, the time over which devices begin. */
    Repetition repetition();

    /**
     * How often.
     *
     * @param times 1 for once
     * @param everyMicros pause between two times, µs
     * @param withinMicros each time starts this much later at the most, drawn evenly, µs
     */
    record Repetition(int times, long everyMicros, long withinMicros) {
        public Repetition {
            Limits.require(times >= 1 && times <= 1_000_000, "times", times, "1..1000000");
            Limits.require(everyMicros >= 0 && everyMicros <= Limits.MAX_MICROS, "every", everyMicros, "0..24 h");
            Limits.require(withinMicros >= 0 && withinMicros <= Limits.MAX_MICROS, "within", withinMicros, "0..24 h");
        }

        public static Repetition once() {
            return new Repetition(1, 0, 0);
        }

        /** When the last time starts at the latest, after the first, µs. */
        public long spanMicros() {
            return (times - 1) * everyMicros + withinMicros;
        }
    }

    /**
     * How a message or a request goes from device to device.
     *
     * @param fanout 0 for auto
     * @param rounds 0 for auto
     * @param eagerHops of a lazy push; {@link GossipParameters#AUTO_EAGER_HOPS} for auto
     * @param ordered of a push, true if nothing may overtake what the same device published before
     */
    record Spread(GossipVariant variant, int fanout, int rounds, int eagerHops, boolean ordered) {
        public Spread {
            Limits.require(fanout >= 0 && fanout <= 64, "fanout", fanout, "auto or 1..64");
            Limits.require(rounds >= 0 && rounds <= 255, "rounds", rounds, "auto or 1..255");
            Limits.require(
                    eagerHops >= GossipParameters.AUTO_EAGER_HOPS && eagerHops <= 255,
                    "eagerHops",
                    eagerHops,
                    "auto or 0..255");
        }

        /** By eager push, in any order; 0 for auto. */
        public static Spread eager(int fanout, int rounds) {
            return of(GossipVariant.EAGER_PUSH).withFanout(fanout, rounds);
        }

        /** By a variant, all else left to the engines, in any order. */
        public static Spread of(GossipVariant variant) {
            return new Spread(variant, 0, 0, GossipParameters.AUTO_EAGER_HOPS, false);
        }

        public Spread withVariant(GossipVariant other) {
            return new Spread(other, fanout, rounds, eagerHops, ordered);
        }

        /** The same with this fanout and these rounds; 0 for auto. */
        public Spread withFanout(int peers, int hops) {
            return new Spread(variant, peers, hops, eagerHops, ordered);
        }

        public Spread withEagerHops(int hops) {
            return new Spread(variant, fanout, rounds, hops, ordered);
        }

        public Spread withOrder(boolean kept) {
            return new Spread(variant, fanout, rounds, eagerHops, kept);
        }
    }

    /**
     * A one-way message that spreads.
     *
     * @param bytes size of its body
     * @param repairMillis pause between two comparisons of digests; 0 for no repair
     */
    record Push(
            long atMicros,
            Source from,
            Repetition repetition,
            int bytes,
            Spread spread,
            long lifetimeMillis,
            long repairMillis)
            implements Workload {
        public Push {
            requireAt(atMicros);
            requireSpread(bytes, lifetimeMillis);
            Limits.require(
                    repairMillis >= 0 && repairMillis <= 86_400_000, "repair", repairMillis, "none or up to 24 h");
        }

        @Override
        public String kind() {
            return "push";
        }
    }

    /**
     * How the replies to a request come back.
     *
     * @param enough how many answers end a request for the first ones; 1 in the other modes
     * @param minReplies fewer devices counted is a failure
     * @param partial an answer below that floor is given all the same
     * @param timeoutMillis the initiator's whole budget
     * @param marginMillis what each level keeps for itself; 0 for a share of the timeout
     */
    record Replies(ReplyMode mode, int enough, int minReplies, boolean partial, long timeoutMillis, long marginMillis) {
        public Replies {
            boolean first = mode == ReplyMode.FIRST;
            Limits.require(
                    enough >= 1 && (first || enough == 1),
                    "enough",
                    enough,
                    first ? ">= 1" : "1, unless replies: first");
            Limits.require(timeoutMillis >= 1 && timeoutMillis <= 9_000_000, "timeout", timeoutMillis, "1 ms..2.5 h");
            Limits.require(
                    marginMillis >= 0 && marginMillis <= timeoutMillis, "margin", marginMillis, "0 to the timeout");
            Limits.require(minReplies >= 0, "minReplies", minReplies, ">= 0");
        }

        /** All answers merged into one, however few, with a share of the timeout for each level. */
        public static Replies merged(long timeoutMillis) {
            return of(ReplyMode.AGGREGATE, timeoutMillis);
        }

        /** In that mode, however few, with a share of the timeout for each level. */
        public static Replies of(ReplyMode mode, long timeoutMillis) {
            return new Replies(mode, 1, 0, false, timeoutMillis, 0);
        }

        /** In another mode; how many are enough stays where it means something. */
        public Replies withMode(ReplyMode other) {
            return new Replies(
                    other, other == ReplyMode.FIRST ? enough : 1, minReplies, partial, timeoutMillis, marginMillis);
        }

        public Replies withMargin(long millis) {
            return new Replies(mode, enough, minReplies, partial, timeoutMillis, millis);
        }

        /** The same in that much time, with a share of it for each level. */
        public Replies within(long millis) {
            return new Replies(mode, enough, minReplies, partial, millis, 0);
        }

        public Replies withMinReplies(int floor, boolean orPartial) {
            return new Replies(mode, enough, floor, orPartial, timeoutMillis, marginMillis);
        }

        /** As the engines are told it. */
        public ReplyTerms terms(String aggregation) {
            boolean merges = mode == ReplyMode.AGGREGATE || enough > 1;
            return new ReplyTerms(
                    mode,
                    merges ? aggregation : ReplyTerms.NO_FUNCTION,
                    minReplies,
                    partial,
                    enough,
                    timeoutMillis,
                    marginMillis == 0 ? ReplyTerms.defaultMargin(timeoutMillis) : marginMillis);
        }
    }

    /**
     * A request whose replies come back along the tree of those who were asked.
     *
     * @param bytes size of its body
     * @param answerBytes size of an answer and of what answers merge to
     */
    record Request(
            long atMicros,
            Source from,
            Repetition repetition,
            int bytes,
            int answerBytes,
            Spread spread,
            long lifetimeMillis,
            Replies replies)
            implements Workload {
        public Request {
            requireAt(atMicros);
            requireSpread(bytes, lifetimeMillis);
            Limits.require(answerBytes >= 1 && answerBytes <= 1 << 20, "answer", answerBytes, "1 B..1 MiB");
            Limits.require(!spread.ordered(), "order", "origin", "none, for requests have no order");
        }

        /** The same, spread and answered otherwise. */
        public Request with(Spread otherSpread, Replies otherReplies) {
            return new Request(
                    atMicros, from, repetition, bytes, answerBytes, otherSpread, lifetimeMillis, otherReplies);
        }

        @Override
        public String kind() {
            return "request";
        }
    }

    /**
     * What stacks without gossip do, the baseline: the source sends the message to every subscriber by itself, over a connection
     * that repeats what is lost.
     *
     * @param to group of the subscribers; each shares a segment with the source
     * @param bytes size of the body
     * @param attempts how often one subscriber is tried
     * @param timeoutMillis pause before the next attempt
     * @param atOnce subscribers notified at the same time; the others wait for them
     */
    record Notify(
            long atMicros,
            Source from,
            Repetition repetition,
            String to,
            int bytes,
            int attempts,
            long timeoutMillis,
            int atOnce)
            implements Workload {
        public Notify {
            requireAt(atMicros);
            Limits.require(bytes >= 1 && bytes <= 1 << 20, "size", bytes, "1 B..1 MiB");
            Limits.require(attempts >= 1 && attempts <= 100, "attempts", attempts, "1..100");
            Limits.require(timeoutMillis >= 1 && timeoutMillis <= 3_600_000, "timeout", timeoutMillis, "1 ms..1 h");
            Limits.require(atOnce >= 1 && atOnce <= 1_000_000, "atOnce", atOnce, "1..1000000");
        }

        @Override
        public String kind() {
            return "notify";
        }
    }

    private static void requireAt(long atMicros) {
        Limits.require(atMicros >= 0 && atMicros <= Limits.MAX_MICROS, "at", atMicros, "0..24 h");
    }

    private static void requireSpread(int bytes, long lifetimeMillis) {
        Limits.require(bytes >= 1 && bytes <= 1 << 20, "size", bytes, "1 B..1 MiB");
        Limits.require(lifetimeMillis >= 1 && lifetimeMillis <= 86_400_000, "lifetime", lifetimeMillis, "1 ms..24 h");
    }
}
