package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** What is believed of peers, and what is still to be told. Each is told a bounded number of times, and both tables are bounded. */
final class Rumours {

    /** How often a rumour is told, in logarithms of the number of devices. */
    private static final int TOLD = 4;

    private final int limit;
    private final Tally tally;

    private static final class Telling {
        private final Rumour rumour;
        private int told;

        private Telling(Rumour rumour) {
            this.rumour = rumour;
        }
    }

    private final Map<PeerAddress, Telling> telling = new LinkedHashMap<>(0);
    private final Map<PeerAddress, Rumour> known = new LinkedHashMap<>(0);

    Rumours(int limit, Tally tally) {
        this.limit = limit;
        this.tally = tally;
    }

    /** What is believed of the peer; null if nothing. */
    @Nullable
    Rumour known(PeerAddress peer) {
        return known.get(peer);
    }

    /** The peer's incarnation as far as it is known, else 0. */
    long incarnation(PeerAddress peer) {
        Rumour rumour = known.get(peer);
        return rumour == null ? 0 : rumour.incarnation();
    }

    /** True if the rumour says more than what is believed. */
    boolean isNew(Rumour rumour) {
        Rumour believed = known.get(rumour.about());
        return believed == null
                || rumour.incarnation() > believed.incarnation()
                || (rumour.incarnation() == believed.incarnation()
                        && rumour.state().compareTo(believed.state()) > 0);
    }

    /** Believes the rumour; what was learned longest ago is forgotten for want of room. */
    void learn(Rumour rumour) {
        known.remove(rumour.about());
        if (known.size() >= limit) {
            known.remove(known.keySet().iterator().next());
            tally.drop(MembershipDrop.TABLE_FULL);
        }
        known.put(rumour.about(), rumour);
    }

    /** Passes the rumour on from now, in place of an earlier one about the same peer. */
    void tell(Rumour rumour) {
        telling.remove(rumour.about());
        if (telling.size() >= limit) {
            telling.values().stream()
                    .max(Comparator.comparingInt(each -> each.told))
                    .ifPresent(most -> telling.remove(most.rumour.about()));
            tally.drop(MembershipDrop.TABLE_FULL);
        }
        telling.put(rumour.about(), new Telling(rumour));
    }

    /** Tells of the peer no more. */
    void withdraw(PeerAddress about) {
        telling.remove(about);
    }

    /**
     * Rumours for one message, those that were told least first.
     *
     * @param first one that must be among them, whether it is told to others or not; null for none
     * @param most how many at the most
     * @param devices in the segment
     */
    List<Rumour> forMessage(@Nullable Rumour first, int most, IntSupplier devices) {
        List<Rumour> chosen = new ArrayList<>(Math.min(most, telling.size() + 1));
        if (most == 0) {
            return chosen;
        }
        if (first != null) {
            chosen.add(first);
        }
        if (telling.isEmpty() || chosen.size() == most) {
            return chosen;
        }
        int times = TOLD * (int) StrictMath.ceil(StrictMath.log10(devices.getAsInt() + 1.0));
        List<Telling> byTimes = new ArrayList<>(telling.values());
        byTimes.sort(Comparator.comparingInt(each -> each.told));
        for (Telling each : byTimes) {
            if (chosen.size() == most) {
                break;
            }
            if (first != null && each.rumour.about().equals(first.about())) {
                continue;
            }
            chosen.add(each.rumour);
            each.told++;
            if (each.told >= times) {
                telling.remove(each.rumour.about());
            }
        }
        return chosen;
    }

    int telling() {
        return telling.size();
    }

    int known() {
        return known.size();
    }
}
