package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.view.UniformDraw;
import org.jspecify.annotations.Nullable;

/**
 * One sample that changes all the time (Voulgaris, Gavidia, van Steen 2005, "CYCLON", section 3): in each period a device swaps some of
 * its entries with the peer whose entry is the oldest, and puts itself in the place of that one. All entries are links, in one
 * direction: who is linked need not know.
 *
 * <p>A partner that lies gets the better of it: it takes honest entries and gives those of its friends, who so become more and more.
 * Nothing here stops that, since nothing that is cheap and keeps the swap does. Where devices may lie, use HyParView.
 */
final class Cyclon implements Overlay {

    private final MembershipConfig.View config;
    private final PeerEntry self;
    private final RandomGenerator random;
    private final EntryCheck check;
    private final Tally tally;
    private final List<PeerEntry> cache = new ArrayList<>();
    private final Tending tending;
    private final OldContacts contacts;
    private final RequestRate rate;
    private @Nullable PeerEntry partner;
    private List<PeerAddress> given = List.of();
    private int tries;
    private long pauseMillis;
    private long answerDue;
    private long hungryDue;

    Cyclon(MembershipConfig.View config, PeerEntry self, RandomGenerator random, EntryCheck check, Tally tally) {
        this.config = config;
        this.self = self;
        this.random = random;
        this.check = check;
        this.tally = tally;
        pauseMillis = config.tendMillis();
        tending = new Tending(random);
        contacts = new OldContacts(config.contacts(), random, () -> tending.jittered(config.contactMillis()));
        rate = new RequestRate(config.tendMillis(), random.nextLong());
    }

    @Override
    public void onStarted(long now, List<MembershipAction> out) {
        out.add(new MembershipAction.Schedule(random.nextLong(config.shuffleMillis()), new MembershipTimer.Shuffle()));
    }

    @Override
    public void onContacts(long now, List<PeerEntry> peers, List<MembershipAction> out) {
        for (PeerEntry peer : peers) {
            add(peer, out);
        }
        rearm(now, out);
    }

    @Override
    public void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out) {
        contacts.heard(from);
        if (message instanceof PeerMessage.Exchange exchange) {
            onExchange(now, from, exchange.entries(), out);
        } else if (message instanceof PeerMessage.ExchangeAnswer answer) {
            onAnswer(from, answer.entries(), out);
        } else {
            tally.drop(MembershipDrop.UNASKED);
        }
        rearm(now, out);
    }

    private void onExchange(long now, PeerAddress from, List<PeerEntry> entries, List<MembershipAction> out) {
        if (!rate.allows(now, from)) {
            tally.drop(MembershipDrop.TOO_OFTEN);
            return;
        }
        List<PeerEntry> answer = some(config.shuffleEntries(), from);
        out.add(new MembershipAction.Send(from, new PeerMessage.ExchangeAnswer(answer)));
        merge(entries, addresses(answer), out);
    }

    private void onAnswer(PeerAddress from, List<PeerEntry> entries, List<MembershipAction> out) {
        if (partner == null || !partner.address().equals(from)) {
            tally.drop(MembershipDrop.UNASKED);
            return;
        }
        int place = find(from);
        if (place < 0) {
            add(partner, out);
        } else {
            cache.set(place, partner.aged(0));
        }
        contacts.remove(from);
        // The partner's own place goes first: it has this device in its cache now.
        List<PeerAddress> replaceable = new ArrayList<>(given);
        replaceable.add(from);
        boolean news = merge(entries, replaceable, out);
        pauseMillis = news ? config.tendMillis() : Math.min(2 * pauseMillis, config.shuffleMillis());
        settled();
    }

    /**
     * Takes new entries into free places first, then into those of entries that the other side has got, the last one first.
     *
     * @return true if any was new
     */
    private boolean merge(List<PeerEntry> entries, List<PeerAddress> replaceable, List<MembershipAction> out) {
        boolean news = false;
        for (PeerEntry entry : entries) {
            int place = find(entry.address());
            if (place >= 0) {
                if (entry.age() < cache.get(place).age()) {
                    cache.set(place, cache.get(place).aged(entry.age()));
                }
                continue;
            }
            news = true;
            while (cache.size() >= config.entries() && !replaceable.isEmpty()) {
                remove(replaceable.remove(replaceable.size() - 1), out);
            }
            add(entry, out);
        }
        return news;
    }

    @Override
    public void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out) {
        if (timer instanceof MembershipTimer.Shuffle) {
            for (int i = 0; i < cache.size(); i++) {
                cache.set(i, cache.get(i).aged(cache.get(i).age() + 1));
            }
            exchange(now, out);
            out.add(new MembershipAction.Schedule(tending.jittered(config.shuffleMillis()), timer));
        } else if (tending.isDue(now)) {
            tend(now, out);
        }
        rearm(now, out);
    }

    private void tend(long now, List<MembershipAction> out) {
        if (partner != null && now >= answerDue) {
            if (tries < Offers.TRIES) {
                start(now, partner, tries + 1, out);
            } else {
                lose(now, partner, out);
            }
        }
        PeerEntry old = partner == null ? contacts.takeDue(now) : null;
        if (old != null) {
            start(now, old, Offers.TRIES, out);
        }
        if (partner == null && isHungry() && now >= hungryDue) {
            exchange(now, out);
        }
    }

    private void exchange(long now, List<MembershipAction> out) {
        hungryDue = now + tending.jittered(pauseMillis);
        PeerEntry oldest = null;
        for (PeerEntry entry : cache) {
            if (oldest == null || entry.age() > oldest.age()) {
                oldest = entry;
            }
        }
        if (partner == null && oldest != null) {
            start(now, oldest, 1, out);
        }
    }

    private void start(long now, PeerEntry with, int attempt, List<MembershipAction> out) {
        List<PeerEntry> entries = some(config.shuffleEntries() - 1, with.address());
        partner = with;
        given = addresses(entries);
        tries = attempt;
        answerDue = now + tending.jittered(config.tendMillis());
        entries.add(0, self);
        out.add(new MembershipAction.Send(with.address(), new PeerMessage.Exchange(entries)));
    }

    /** The partner has not answered. */
    private void lose(long now, PeerEntry lost, List<MembershipAction> out) {
        settled();
        if (remove(lost.address(), out)) {
            check.gone(now, lost.address());
            contacts.add(now, lost);
        }
    }

    private void settled() {
        partner = null;
        given = List.of();
    }

    @Override
    public void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {
        int place = find(peer);
        PeerEntry known = place < 0 ? null : cache.get(place);
        if (partner != null && partner.address().equals(peer)) {
            settled();
        }
        remove(peer, out);
        if (left) {
            contacts.remove(peer);
        } else if (known != null) {
            contacts.add(now, known);
        }
        rearm(now, out);
    }

    @Override
    public void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out) {
        contacts.heard(from);
    }

    @Override
    public void onLeaving(long now, List<MembershipAction> out) {
        for (PeerEntry link : List.copyOf(cache)) {
            out.add(new MembershipAction.Send(link.address(), new PeerMessage.Leave()));
            remove(link.address(), out);
        }
    }

    private void add(PeerEntry entry, List<MembershipAction> out) {
        if (cache.size() < config.entries() && find(entry.address()) < 0) {
            cache.add(entry);
            contacts.remove(entry.address());
            out.add(new MembershipAction.Linked(entry));
        }
    }

    private boolean remove(PeerAddress peer, List<MembershipAction> out) {
        int place = find(peer);
        if (place >= 0) {
            cache.remove(place);
            out.add(new MembershipAction.Unlinked(peer));
        }
        return place >= 0;
    }

    private int find(PeerAddress peer) {
        for (int i = 0; i < cache.size(); i++) {
            if (cache.get(i).address().equals(peer)) {
                return i;
            }
        }
        return -1;
    }

    /** Knows so few that it asks sooner than in a period. */
    private boolean isHungry() {
        return !cache.isEmpty() && 2 * cache.size() < config.shuffleEntries();
    }

    /** Up to so many entries, without one, in random order. */
    private List<PeerEntry> some(int count, PeerAddress without) {
        List<PeerEntry> some = new ArrayList<>(cache.size());
        for (PeerEntry entry : cache) {
            if (!entry.address().equals(without)) {
                some.add(entry);
            }
        }
        return new ArrayList<>(UniformDraw.of(some, count, random));
    }

    private static List<PeerAddress> addresses(List<PeerEntry> entries) {
        List<PeerAddress> addresses = new ArrayList<>(entries.size());
        for (PeerEntry entry : entries) {
            addresses.add(entry.address());
        }
        return addresses;
    }

    private void rearm(long now, List<MembershipAction> out) {
        long next;
        if (partner != null) {
            next = answerDue;
        } else {
            next = isHungry() ? Math.min(contacts.nextDue(), hungryDue) : contacts.nextDue();
        }
        tending.wakeAt(now, next, out);
    }

    @Override
    public List<PeerEntry> links() {
        return List.copyOf(cache);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return find(peer) >= 0;
    }

    @Override
    public int contacts() {
        return contacts.size();
    }
}
