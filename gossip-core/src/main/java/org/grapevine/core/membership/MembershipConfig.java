package org.grapevine.core.membership;

/**
 * How a membership engine works.
 *
 * @param kind of view
 * @param view its sizes and periods
 * @param detection how failed peers are found
 * @param estimate how the size of the segment is estimated
 */
public record MembershipConfig(Kind kind, View view, Detection detection, Estimate estimate) {

    /** The kinds of view. */
    public enum Kind {
        /** A few symmetric links, and a larger sample in reserve. */
        HYPARVIEW,
        /** One sample, which changes all the time. */
        CYCLON,
        /** Everybody. */
        FULL
    }

    /**
     * Sizes and periods of a view. Those of HyParView are of its paper (Leitão, Pereira, Rodrigues 2007, section 5.1), those of Cyclon
     * of Voulgaris, Gavidia, van Steen 2005.
     *
     * @param links HyParView: size of the active view. Cyclon and full: no meaning
     * @param entries HyParView: size of the passive view. Cyclon: size of the cache. Full: most peers
     * @param joinWalk hops of a ForwardJoin (ARWL)
     * @param passiveWalk hops left at which a newcomer is put into the passive view (PRWL)
     * @param shuffleWalk hops of a Shuffle
     * @param shuffleLinks links in a Shuffle
     * @param shuffleEntries other entries in a Shuffle; Cyclon and full: all entries in an exchange, the own one included
     * @param shuffleMillis period of shuffles
     * @param tendMillis how soon too few links, or unanswered offers of one, are looked after
     * @param contactMillis how often an old contact, lost without a Bye, is tried again
     * @param contacts old contacts that are remembered
     * @param entriesPerMessage a message with more is refused as a whole
     */
    public record View(
            int links,
            int entries,
            int joinWalk,
            int passiveWalk,
            int shuffleWalk,
            int shuffleLinks,
            int shuffleEntries,
            long shuffleMillis,
            long tendMillis,
            long contactMillis,
            int contacts,
            int entriesPerMessage) {

        public View {
            require(links >= 1 && links <= 64, "links", links, "1..64");
            require(entries >= 0 && entries <= 100_000, "entries", entries, "0..100000");
            require(joinWalk >= 0 && joinWalk <= MAX_WALK, "joinWalk", joinWalk, "0.." + MAX_WALK);
            require(passiveWalk >= 0 && passiveWalk <= joinWalk, "passiveWalk", passiveWalk, "0..joinWalk");
            require(shuffleWalk >= 0 && shuffleWalk <= MAX_WALK, "shuffleWalk", shuffleWalk, "0.." + MAX_WALK);
            require(shuffleLinks >= 0, "shuffleLinks", shuffleLinks, ">= 0");
            require(shuffleEntries >= 1, "shuffleEntries", shuffleEntries, ">= 1");
            require(shuffleMillis >= 1, "shuffleMillis", shuffleMillis, ">= 1");
            require(tendMillis >= 1, "tendMillis", tendMillis, ">= 1");
            require(contactMillis >= 1, "contactMillis", contactMillis, ">= 1");
            require(contacts >= 0 && contacts <= 1_000, "contacts", contacts, "0..1000");
            require(
                    entriesPerMessage >= 1 + shuffleLinks + shuffleEntries,
                    "entriesPerMessage",
                    entriesPerMessage,
                    "at least the entries that this device sends itself");
        }

        /** The same in other periods, ms. */
        public View withPeriods(long shuffle, long tend, long contact) {
            return new View(
                    links,
                    entries,
                    joinWalk,
                    passiveWalk,
                    shuffleWalk,
                    shuffleLinks,
                    shuffleEntries,
                    shuffle,
                    tend,
                    contact,
                    contacts,
                    entriesPerMessage);
        }
    }

    /** Hops of a walk at the most, whoever asks for it. */
    public static final int MAX_WALK = 16;

    /**
     * Failure detection (SWIM with Lifeguard). The defaults are those that HashiCorp's memberlist has for a LAN.
     *
     * @param probeMillis period of probes: one peer in each; 0 for no probes at all
     * @param pingMillis how long a direct answer is waited for, below probeMillis
     * @param indirect peers that are asked to ping too (k)
     * @param suspicion least time that a suspect has to contradict, in probes times max(1, log10 n); 0: no suspicion, the first failed
     *     probe counts
     * @param suspicionSpread the longest time, without confirmations, in least times
     * @param healthLimit highest local health multiplier; 1 for none
     * @param rumoursPerMessage that travel with one message
     * @param rumours that are remembered
     */
    public record Detection(
            long probeMillis,
            long pingMillis,
            int indirect,
            int suspicion,
            int suspicionSpread,
            int healthLimit,
            int rumoursPerMessage,
            int rumours) {

        public Detection {
            require(probeMillis >= 0, "probeMillis", probeMillis, ">= 0");
            require(
                    probeMillis == 0 || (pingMillis >= 1 && pingMillis < probeMillis),
                    "pingMillis",
                    pingMillis,
                    "1 to below probeMillis");
            require(indirect >= 0 && indirect <= 16, "indirect", indirect, "0..16");
            require(suspicion >= 0 && suspicion <= 100, "suspicion", suspicion, "0..100");
            require(suspicionSpread >= 1 && suspicionSpread <= 100, "suspicionSpread", suspicionSpread, "1..100");
            require(healthLimit >= 1 && healthLimit <= 100, "healthLimit", healthLimit, "1..100");
            require(rumoursPerMessage >= 0 && rumoursPerMessage <= 32, "rumoursPerMessage", rumoursPerMessage, "0..32");
            require(rumours >= 1, "rumours", rumours, ">= 1");
        }

        public static Detection defaults() {
            return new Detection(1_000, 500, 3, 4, 6, 8, 6, 64);
        }
    }

    /**
     * Size estimate by push-pull averaging.
     *
     * @param averageMillis period of exchanges; 0 for no estimate
     * @param cycles exchanges in an epoch, after which the estimate is renewed
     * @param counts counts at the same time; the estimate is their median
     */
    public record Estimate(long averageMillis, int cycles, int counts) {

        public Estimate {
            require(averageMillis >= 0, "averageMillis", averageMillis, ">= 0");
            require(cycles >= 1 && cycles <= 1_000, "cycles", cycles, "1..1000");
            require(counts >= 1 && counts <= 16, "counts", counts, "1..16");
        }

        public static Estimate defaults() {
            return new Estimate(2_000, 30, 5);
        }

        /** Length of an epoch, ms. */
        public long epochMillis() {
            return averageMillis * cycles;
        }
    }

    /** HyParView with as many links as a fanout needs, one more than it. */
    public static MembershipConfig hyParView(int fanout) {
        int links = Math.max(5, Math.min(16, fanout + 1));
        return new MembershipConfig(
                Kind.HYPARVIEW,
                new View(links, 30, 6, 3, 6, 3, 4, 10_000, 1_000, 15_000, 16, 32),
                Detection.defaults(),
                Estimate.defaults());
    }

    /** Cyclon with a cache of 20 peers, or as many as a fanout needs. */
    public static MembershipConfig cyclon(int fanout) {
        int entries = Math.max(20, Math.min(64, fanout + 1));
        return new MembershipConfig(
                Kind.CYCLON,
                new View(1, entries, 0, 0, 0, 0, 8, 10_000, 1_000, 15_000, 16, 32),
                Detection.defaults(),
                Estimate.defaults());
    }

    /** Everybody, up to a limit. The estimate is what is known. */
    public static MembershipConfig full(int most) {
        return new MembershipConfig(
                Kind.FULL,
                new View(1, most, 0, 0, 0, 0, 16, 10_000, 1_000, 15_000, 16, 32),
                Detection.defaults(),
                new Estimate(0, 30, 5));
    }

    /** Two links and nothing else, for a device that asks another one's Peer Service for whom to send to. */
    public static MembershipConfig leaf() {
        return new MembershipConfig(
                Kind.HYPARVIEW,
                new View(2, 2, 6, 3, 6, 1, 1, 10_000, 1_000, 15_000, 4, 32),
                Detection.defaults(),
                new Estimate(0, 30, 5));
    }

    /** The same with another view. */
    public MembershipConfig withView(View other) {
        return new MembershipConfig(kind, other, detection, estimate);
    }

    /** The same with another failure detection. */
    public MembershipConfig withDetection(Detection other) {
        return new MembershipConfig(kind, view, other, estimate);
    }

    /** The same with another estimate. */
    public MembershipConfig withEstimate(Estimate other) {
        return new MembershipConfig(kind, view, detection, other);
    }

    private static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
