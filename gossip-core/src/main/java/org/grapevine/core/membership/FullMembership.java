package org.grapevine.core.membership;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Everybody. Fed by contacts, and by exchanges of entries with random peers, for which the messages of Cyclon serve: half of what a
 * device sends is what it learnt last, so that news spreads like a rumour, the other half is drawn at random. Exchanges follow each
 * other quickly as long as they bring news, and some time longer the more peers there are.
 *
 * <p>For small segments: each device holds, and looks after, as many entries as there are devices.
 */
final class FullMembership implements Overlay {

    /** Peers that only others have named get all places but one of so many: names that lead nowhere do not keep out who speaks. */
    static final int RESERVED = 4;

    /** A device that leaves tells so many; the others find that it is gone. */
    static final int FAREWELLS = 64;

    private final MembershipConfig.View config;
    private final PeerEntry self;
    private final RandomGenerator random;
    private final Tally tally;
    private final List<PeerEntry> peers = new ArrayList<>();
    private final Map<PeerAddress, Integer> places = new HashMap<>();
    private final Set<PeerAddress> unheard = new HashSet<>();
    private final Deque<PeerAddress> latest = new ArrayDeque<>();
    private final Tending tending;
    private final OldContacts contacts;
    private final RequestRate rate;
    private @Nullable PeerAddress partner;
    private int quiet;
    private long pauseMillis;
    private long exchangeDue;

    FullMembership(MembershipConfig.View config, PeerEntry self, RandomGenerator random, Tally tally) {
        this.config = config;
        this.self = self;
        this.random = random;
        this.tally = tally;
        pauseMillis = config.shuffleMillis();
        tending = new Tending(random);
        contacts = new OldContacts(config.contacts(), random, () -> tending.jittered(config.contactMillis()));
        rate = new RequestRate(config.tendMillis(), random.nextLong());
    }

    @Override
    public void onStarted(long now, List<MembershipAction> out) {
        out.add(new MembershipAction.Schedule(random.nextLong(config.shuffleMillis()), new MembershipTimer.Shuffle()));
    }

    @Override
    public void onContacts(long now, List<PeerEntry> named, List<MembershipAction> out) {
        boolean news = false;
        for (PeerEntry peer : named) {
            news |= add(peer, true, out);
        }
        if (news) {
            quiet = 0;
            pauseMillis = config.tendMillis();
            exchangeDue = now + random.nextLong(1 + config.tendMillis() / 4);
        }
        rearm(now, out);
    }

    @Override
    public void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out) {
        heard(from);
        if (message instanceof PeerMessage.Exchange exchange) {
            if (rate.allows(now, from)) {
                out.add(new MembershipAction.Send(
                        from, new PeerMessage.ExchangeAnswer(some(config.shuffleEntries(), from))));
                learn(from, exchange.entries(), out);
            } else {
                tally.drop(MembershipDrop.TOO_OFTEN);
            }
        } else if (message instanceof PeerMessage.ExchangeAnswer answer && from.equals(partner)) {
            partner = null;
            quiet = learn(from, answer.entries(), out) ? 0 : quiet + 1;
            if (quiet == 0) {
                pauseMillis = config.tendMillis();
            } else if (quiet > peers.size() / config.shuffleEntries()) {
                pauseMillis = Math.min(2 * pauseMillis, config.shuffleMillis());
            }
            exchangeDue = now + tending.jittered(pauseMillis);
        } else {
            tally.drop(MembershipDrop.UNASKED);
        }
        rearm(now, out);
    }

    private boolean learn(PeerAddress from, List<PeerEntry> entries, List<MembershipAction> out) {
        boolean news = false;
        for (PeerEntry entry : entries) {
            news |= add(entry, entry.address().equals(from), out);
        }
        return news;
    }

    @Override
    public void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out) {
        if (timer instanceof MembershipTimer.Shuffle) {
            peers.replaceAll(peer -> peer.aged(peer.age() + 1));
            exchange(now, out);
            out.add(new MembershipAction.Schedule(tending.jittered(config.shuffleMillis()), timer));
        } else if (tending.isDue(now)) {
            PeerEntry old = contacts.takeDue(now);
            if (old != null) {
                exchangeWith(old.address(), out);
            } else if (now >= exchangeDue) {
                exchange(now, out);
            }
        }
        rearm(now, out);
    }

    private void exchange(long now, List<MembershipAction> out) {
        exchangeDue = now + tending.jittered(pauseMillis);
        if (!peers.isEmpty()) {
            exchangeWith(peers.get(random.nextInt(peers.size())).address(), out);
        }
    }

    private void exchangeWith(PeerAddress peer, List<MembershipAction> out) {
        partner = peer;
        List<PeerEntry> entries = some(config.shuffleEntries() - 1, peer);
        entries.add(0, self);
        out.add(new MembershipAction.Send(peer, new PeerMessage.Exchange(entries)));
    }

    @Override
    public void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {
        boolean wasThere = !unheard.contains(peer);
        PeerEntry lost = remove(peer, out);
        if (left) {
            contacts.remove(peer);
        } else if (lost != null && wasThere) {
            contacts.add(now, lost);
        }
        rearm(now, out);
    }

    @Override
    public void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out) {
        heard(from);
    }

    @Override
    public void onLeaving(long now, List<MembershipAction> out) {
        for (PeerEntry peer : some(FAREWELLS, self.address())) {
            out.add(new MembershipAction.Send(peer.address(), new PeerMessage.Leave()));
        }
        for (PeerEntry peer : List.copyOf(peers)) {
            remove(peer.address(), out);
        }
    }

    private void heard(PeerAddress from) {
        Integer place = places.get(from);
        if (place != null) {
            unheard.remove(from);
            peers.set(place, peers.get(place).aged(0));
        } else {
            contacts.heard(from);
        }
    }

    /** True if the peer is new. */
    private boolean add(PeerEntry peer, boolean sure, List<MembershipAction> out) {
        Integer place = places.get(peer.address());
        if (place != null) {
            if (peer.age() < peers.get(place).age()) {
                peers.set(place, peers.get(place).aged(peer.age()));
            }
            return false;
        }
        int most = sure ? config.entries() : config.entries() - config.entries() / RESERVED;
        if (peers.size() >= config.entries() || (!sure && unheard.size() >= most)) {
            tally.drop(MembershipDrop.TABLE_FULL);
            return false;
        }
        places.put(peer.address(), peers.size());
        peers.add(peer);
        if (!sure) {
            unheard.add(peer.address());
        }
        latest.addFirst(peer.address());
        if (latest.size() > config.shuffleEntries() / 2) {
            latest.removeLast();
        }
        contacts.remove(peer.address());
        out.add(new MembershipAction.Linked(peer));
        return true;
    }

    private @Nullable PeerEntry remove(PeerAddress peer, List<MembershipAction> out) {
        Integer place = places.remove(peer);
        if (place == null) {
            return null;
        }
        PeerEntry removed = peers.get(place);
        PeerEntry last = peers.remove(peers.size() - 1);
        if (place < peers.size()) {
            peers.set(place, last);
            places.put(last.address(), place);
        }
        unheard.remove(peer);
        latest.remove(peer);
        out.add(new MembershipAction.Unlinked(peer));
        return removed;
    }

    /** Up to so many entries, without one: the latest news, and others drawn. */
    private List<PeerEntry> some(int count, PeerAddress without) {
        Set<PeerAddress> chosen = new HashSet<>();
        chosen.add(without);
        List<PeerEntry> some = new ArrayList<>(count + 1);
        for (PeerAddress peer : latest) {
            Integer place = places.get(peer);
            if (place != null && some.size() < count / 2 && chosen.add(peer)) {
                some.add(peers.get(place));
            }
        }
        // Drawn with repetitions, of which there are few unless there are few peers: then all are taken in turn.
        int start = peers.isEmpty() ? 0 : random.nextInt(peers.size());
        for (int i = 0; i < peers.size() && some.size() < count; i++) {
            int place = peers.size() <= 2 * count ? (start + i) % peers.size() : random.nextInt(peers.size());
            PeerEntry peer = peers.get(place);
            if (chosen.add(peer.address())) {
                some.add(peer);
            }
        }
        return some;
    }

    private void rearm(long now, List<MembershipAction> out) {
        long next = contacts.nextDue();
        if (pauseMillis < config.shuffleMillis() && !peers.isEmpty()) {
            next = Math.min(next, exchangeDue);
        }
        tending.wakeAt(now, next, out);
    }

    @Override
    public List<PeerEntry> links() {
        return List.copyOf(peers);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return places.containsKey(peer);
    }

    @Override
    public int contacts() {
        return contacts.size();
    }
}
