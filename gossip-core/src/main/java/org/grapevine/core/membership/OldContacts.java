package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** Peers that were there once and were lost without a Bye. When the network was split, they are the way back. */
final class OldContacts {

    private final int limit;
    private final RandomGenerator random;
    private final LongSupplier pause;
    private final List<PeerEntry> contacts = new ArrayList<>(0);
    private long due;

    /** @param pause how long to wait before the next one is tried, ms, each time anew */
    OldContacts(int limit, RandomGenerator random, LongSupplier pause) {
        this.limit = limit;
        this.random = random;
        this.pause = pause;
    }

    /** Remembers the peer; in the place of any other if there is no room, so that many new losses do not wipe out all old ones. */
    void add(long now, PeerEntry peer) {
        if (contacts.isEmpty()) {
            due = now + pause.getAsLong();
        }
        if (limit == 0 || contains(peer.address())) {
            return;
        }
        if (contacts.size() < limit) {
            contacts.add(peer);
        } else {
            contacts.set(random.nextInt(limit), peer);
        }
    }

    /** When the next one is to be tried, ms; {@link Long#MAX_VALUE} if there is none. */
    long nextDue() {
        return contacts.isEmpty() ? Long.MAX_VALUE : due;
    }

    /** The one that has not been tried for longest, if it is time to try one. */
    @Nullable
    PeerEntry takeDue(long now) {
        if (contacts.isEmpty() || now < due) {
            return null;
        }
        due = now + pause.getAsLong();
        PeerEntry next = contacts.remove(0);
        contacts.add(next);
        return next;
    }

    /** The peer has spoken: it is tried next. */
    void heard(PeerAddress peer) {
        for (int i = 1; i < contacts.size(); i++) {
            if (contacts.get(i).address().equals(peer)) {
                contacts.add(0, contacts.remove(i));
                return;
            }
        }
    }

    void remove(PeerAddress peer) {
        contacts.removeIf(contact -> contact.address().equals(peer));
    }

    boolean contains(PeerAddress peer) {
        for (PeerEntry contact : contacts) {
            if (contact.address().equals(peer)) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return contacts.size();
    }
}
