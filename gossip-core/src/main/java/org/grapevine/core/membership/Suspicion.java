package org.grapevine.core.membership;

import java.util.LinkedHashSet;
import java.util.Set;
import org.grapevine.core.message.PeerAddress;

/** The time that one suspect has to contradict. It gets shorter with each further device that accuses it (Lifeguard, section IV.B). */
final class Suspicion {

    /** Probes without any answer, direct or indirect, after which another device's word that the peer is dead is taken. */
    static final int ASKED_IN_VAIN = 3;

    private final long incarnation;
    private final long since;
    private final long leastMillis;
    private final long mostMillis;
    private final int wanted;
    private final boolean begunByOthers;
    private final Set<PeerAddress> accusers = new LinkedHashSet<>(4);
    private boolean confirmed;
    private int inVain;
    private long grace;

    /**
     * @param incarnation of the suspect that is accused
     * @param accuser the first one; it is no confirmation
     * @param begunByOthers it is not this device
     * @param devices in the segment
     */
    Suspicion(
            long now,
            long incarnation,
            PeerAddress accuser,
            boolean begunByOthers,
            MembershipConfig.Detection detection,
            int devices) {
        this.incarnation = incarnation;
        this.since = now;
        this.begunByOthers = begunByOthers;
        this.leastMillis = leastMillis(detection, devices);
        this.mostMillis = leastMillis * detection.suspicionSpread();
        // Nobody is left to confirm if there are no more devices than these and the two of them.
        this.wanted = devices - 2 < detection.indirect() ? 0 : detection.indirect();
        accusers.add(accuser);
    }

    /** Least time that a suspect has, ms. */
    static long leastMillis(MembershipConfig.Detection detection, int devices) {
        double scale = Math.max(1, StrictMath.log10(Math.max(1, devices)));
        return (long) (detection.suspicion() * scale * detection.probeMillis());
    }

    long incarnation() {
        return incarnation;
    }

    /**
     * One more accuses the suspect.
     *
     * @return true if that makes the time shorter
     */
    boolean accused(PeerAddress by) {
        return accusers.size() <= wanted && accusers.add(by);
    }

    /** Somebody has waited to the end already: the least time is enough. */
    boolean confirmed() {
        boolean shorter = !confirmed && accusers.size() <= wanted;
        confirmed = true;
        return shorter;
    }

    /** The suspect has not answered a probe of this device either. */
    void askedInVain() {
        inVain++;
    }

    /** True as long as this device itself has not asked the suspect in vain, twice if others began. */
    boolean isHearsay() {
        return inVain < (begunByOthers ? 2 : 1);
    }

    /** True if nothing more is waited for: another device has waited to the end, and this one has asked often enough. */
    boolean isCertain() {
        return confirmed && inVain >= ASKED_IN_VAIN;
    }

    /** This device has not been able to listen: the suspect gets more time, once. */
    boolean forgiven(long now, long millis) {
        if (grace > 0) {
            return false;
        }
        grace = now + millis;
        return true;
    }

    /** When the time is over, ms since the epoch. */
    long deadline() {
        return Math.max(grace, since + timeoutMillis());
    }

    private long timeoutMillis() {
        if (confirmed || wanted == 0) {
            return leastMillis;
        }
        double share = StrictMath.log(accusers.size()) / StrictMath.log(wanted + 1.0);
        return Math.max(leastMillis, (long) (mostMillis - (mostMillis - leastMillis) * share));
    }
}
