package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/** Peers that were there once and were lost without a Bye. When the network was split, they are the way back. */
final class OldContacts {

    private final int limit;
    private final List<PeerEntry> contacts = new ArrayList<>(0);

    OldContacts(int limit) {
        this.limit = limit;
    }

    /** Remembers the peer; in the place of any other if there is no room, so that many new losses do not wipe out all old ones. */
    void add(PeerEntry peer, RandomGenerator random) {
        if (limit == 0 || contains(peer.address())) {
            return;
        }
        if (contacts.size() < limit) {
            contacts.add(peer);
        } else {
            contacts.set(random.nextInt(limit), peer);
        }
    }

    /** The one that has not been tried for longest; null-free: there must be one. */
    PeerEntry next() {
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
