package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.grapevine.core.message.PeerAddress;

/**
 * A device's parts of the counts of one epoch. Every device begins a count of its own with all of it; of those that it hears of, each
 * keeps the few whose starters come first in an order that changes with every epoch. So the counts that come first of all are kept by
 * everybody from the beginning, and no part of them is ever thrown away; a count that is not held is one of which a device holds nothing.
 */
final class Counts {

    private final int most;
    private final TreeMap<PeerAddress, Double> parts;

    /**
     * @param self its own count begins here, with all of it
     * @param most how many counts are kept
     */
    Counts(PeerAddress self, long epoch, int most) {
        this.most = most;
        this.parts = new TreeMap<>(Comparator.comparingLong((PeerAddress each) -> place(each, epoch))
                .thenComparing(PeerAddress::value));
        parts.put(self, 1.0);
    }

    /** Place of a starter in an epoch's order: the same on every device, and another in each epoch. */
    static long place(PeerAddress starter, long epoch) {
        // FNV-1a over the characters, then the finalizer of SplitMix64.
        long hash = 0xcbf29ce484222325L;
        String value = starter.value();
        for (int i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
        }
        hash += epoch * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    List<PeerMessage.Share> shares() {
        List<PeerMessage.Share> shares = new ArrayList<>(parts.size());
        parts.forEach((starter, part) -> shares.add(new PeerMessage.Share(starter, part)));
        return shares;
    }

    /** Half of what this device and the other one have together, which is what the other one has then too. */
    void average(List<PeerMessage.Share> theirs) {
        parts.replaceAll((starter, part) -> part / 2);
        for (PeerMessage.Share share : theirs) {
            parts.merge(share.starter(), share.part() / 2, Double::sum);
        }
        while (parts.size() > most) {
            parts.pollLastEntry();
        }
    }

    /** True if no part that both have is more than so many times the other's. */
    boolean agrees(List<PeerMessage.Share> theirs, double times) {
        for (PeerMessage.Share share : theirs) {
            Double mine = parts.get(share.starter());
            if (mine != null && (share.part() > mine * times || mine > share.part() * times)) {
                return false;
            }
        }
        return true;
    }

    /** How many devices there are by these parts; a count that got lost with its starter has no part in it. */
    double devices() {
        List<Double> found = new ArrayList<>();
        for (double part : parts.values()) {
            if (part > 0) {
                found.add(1 / part);
            }
        }
        found.sort(Comparator.naturalOrder());
        if (found.isEmpty()) {
            return 0;
        }
        int middle = found.size() / 2;
        return found.size() % 2 == 1 ? found.get(middle) : (found.get(middle - 1) + found.get(middle)) / 2;
    }
}
