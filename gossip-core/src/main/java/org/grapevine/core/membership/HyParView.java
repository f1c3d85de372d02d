package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Symmetric links, and a sample in reserve (Leitão, Pereira, Rodrigues 2007, "HyParView"). What differs from the paper, and why, is
 * in docs/protocols/peers-view.md: links are offered and answered since datagrams get lost, the reserve is a min-wise sample, a link
 * is exchanged now and then, and peers that were lost without a word are tried again.
 */
final class HyParView implements Overlay {

    /** A link that is younger than so many tend periods may not be known to the other side yet. */
    static final int YOUNG_TENDS = 3;

    /** After so many shuffles the sample is drawn anew. */
    static final int RESEED_SHUFFLES = 1_000;

    /** One link is exchanged in so many shuffles, on average. */
    static final int EXCHANGE_SHUFFLES = 32;

    /** So many shuffles that only links have answered make a device think that it is on an island with them. */
    static final int ISLAND_SHUFFLES = 8;

    /** A device with few links that was refused so often says that it is urgent. */
    private static final int PATIENCE = 3;

    /** The pause between two offers is doubled with each refusal up to this one. */
    private static final int MOST_DOUBLINGS = 6;

    private final MembershipConfig.View config;
    private final PeerEntry self;
    private final RandomGenerator random;
    private final EntryCheck check;
    private final Tally tally;
    private final ActiveView active;
    private final PassiveView passive;
    private final Offers offers;
    private final Tending tending;
    private final OldContacts contacts;
    private final RequestRate rate;
    private int shuffles;
    private int inwardShuffles;
    private int answersAwaited;
    private int answerShare;
    private int refusals;
    private long askDue;
    private long replaceFrom = Long.MIN_VALUE;

    HyParView(MembershipConfig.View config, PeerEntry self, RandomGenerator random, EntryCheck check, Tally tally) {
        this.config = config;
        this.self = self;
        this.random = random;
        this.check = check;
        this.tally = tally;
        active = new ActiveView(config.links());
        passive = new PassiveView(config.entries(), random.nextLong(), tally);
        offers = new Offers(2 * config.links());
        tending = new Tending(random);
        contacts = new OldContacts(config.contacts(), random, this::contactPause);
        rate = new RequestRate(config.tendMillis(), random.nextLong());
    }

    @Override
    public void onStarted(long now, List<MembershipAction> out) {
        out.add(new MembershipAction.Schedule(random.nextLong(config.shuffleMillis()), new MembershipTimer.Shuffle()));
    }

    @Override
    public void onContacts(long now, List<PeerEntry> peers, List<MembershipAction> out) {
        for (PeerEntry peer : peers) {
            if (!active.contains(peer.address())) {
                passive.offer(peer, PassiveView.OUTSIDE);
            }
        }
        rearm(now, out);
    }

    @Override
    public void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out) {
        heard(from);
        if (message instanceof PeerMessage.Join join) {
            onJoin(now, join.self(), out);
        } else if (message instanceof PeerMessage.ForwardJoin forward) {
            onForwardJoin(now, from, forward, out);
        } else if (message instanceof PeerMessage.Neighbour neighbour) {
            onNeighbour(now, neighbour, out);
        } else if (message instanceof PeerMessage.NeighbourAnswer answer) {
            onNeighbourAnswer(now, answer, out);
        } else if (message instanceof PeerMessage.Disconnect) {
            onDisconnect(now, from, out);
        } else if (message instanceof PeerMessage.Shuffle shuffle) {
            onShuffle(now, from, shuffle, out);
        } else if (message instanceof PeerMessage.ShuffleAnswer answer) {
            onShuffleAnswer(from, answer);
        } else {
            tally.drop(MembershipDrop.UNASKED);
        }
        rearm(now, out);
    }

    private void onJoin(long now, PeerEntry newcomer, List<MembershipAction> out) {
        if (!rate.allows(now, newcomer.address())) {
            tally.drop(MembershipDrop.TOO_OFTEN);
            return;
        }
        boolean linked = accept(now, newcomer, true, out);
        if (!linked) {
            passive.offer(newcomer, PassiveView.SPOKE);
        }
        send(newcomer, new PeerMessage.NeighbourAnswer(self, linked), out);
        send(newcomer, new PeerMessage.ShuffleAnswer(some(config.entriesPerMessage() / 2, newcomer.address())), out);
        for (int i = 0; i < active.size(); i++) {
            if (!active.get(i).address().equals(newcomer.address())) {
                if (!rate.allowsWalk(now)) {
                    tally.drop(MembershipDrop.TOO_OFTEN);
                    return;
                }
                send(active.get(i), new PeerMessage.ForwardJoin(newcomer, config.joinWalk()), out);
            }
        }
    }

    private void onForwardJoin(
            long now, PeerAddress from, PeerMessage.ForwardJoin forward, List<MembershipAction> out) {
        PeerEntry newcomer = forward.newcomer();
        if (!active.contains(from)) {
            tally.drop(MembershipDrop.UNASKED);
            return;
        }
        boolean linked = active.contains(newcomer.address());
        if (forward.walk() == config.passiveWalk() && !linked) {
            passive.offer(newcomer, passive.sourceOf(from));
        }
        PeerEntry next = forward.walk() > 0 ? active.draw(random, from, newcomer.address()) : null;
        if (next != null) {
            if (rate.allowsWalk(now)) {
                send(next, new PeerMessage.ForwardJoin(newcomer, forward.walk() - 1), out);
            } else {
                tally.drop(MembershipDrop.TOO_OFTEN);
            }
        } else if (!linked && offers.find(newcomer.address()) == null && (hasRoom() || now >= replaceFrom)) {
            if (offers.isFull()) {
                tally.drop(MembershipDrop.TABLE_FULL);
            } else {
                offer(now, newcomer, Offers.Kind.EXCHANGE, false, 1, out);
            }
        }
    }

    private void onNeighbour(long now, PeerMessage.Neighbour neighbour, List<MembershipAction> out) {
        PeerEntry asking = neighbour.self();
        if (!rate.allows(now, asking.address())) {
            tally.drop(MembershipDrop.TOO_OFTEN);
            return;
        }
        boolean linked = accept(now, asking, neighbour.urgent(), out);
        if (!linked) {
            passive.offer(asking, PassiveView.SPOKE);
        }
        send(asking, new PeerMessage.NeighbourAnswer(self, linked), out);
    }

    /** Somebody asks for a link: true if there is one now. */
    private boolean accept(long now, PeerEntry asking, boolean urgent, List<MembershipAction> out) {
        if (active.contains(asking.address())) {
            active.renew(asking, out);
            return true;
        }
        Offers.Offer own = offers.find(asking.address());
        if (active.isFull() || (!urgent && own == null && !hasRoom())) {
            if (!(urgent || own != null) || now < replaceFrom) {
                return false;
            }
            replace(now, out);
        }
        link(now, asking, own != null, out);
        return true;
    }

    private void onNeighbourAnswer(long now, PeerMessage.NeighbourAnswer answer, List<MembershipAction> out) {
        PeerEntry peer = answer.self();
        Offers.Offer offer = offers.remove(peer.address());
        if (active.contains(peer.address())) {
            // Both asked at the same time, or an answer came twice: a refusal is older than the link.
            active.renew(peer, out);
        } else if (offer == null) {
            tally.drop(MembershipDrop.UNASKED);
            if (answer.accepted()) {
                send(peer, new PeerMessage.Disconnect(), out);
            }
        } else if (answer.accepted()) {
            settle(now, peer, offer, out);
        } else {
            contacts.remove(peer.address());
            passive.offer(peer, PassiveView.SPOKE);
            if (offer.kind() == Offers.Kind.FILL || offer.kind() == Offers.Kind.JOIN) {
                refusals++;
                askDue = now + pause();
            }
        }
    }

    /** The peer holds the link that was offered to it. */
    private void settle(long now, PeerEntry peer, Offers.Offer offer, List<MembershipAction> out) {
        if (active.isFull()) {
            if (offer.kind() == Offers.Kind.FILL) {
                passive.offer(peer, PassiveView.SPOKE);
                send(peer, new PeerMessage.Disconnect(), out);
                return;
            }
            replace(now, out);
        }
        link(now, peer, true, out);
    }

    private void onDisconnect(long now, PeerAddress from, List<MembershipAction> out) {
        PeerEntry lost = active.remove(from, out);
        if (lost != null) {
            passive.offer(lost, PassiveView.SPOKE);
            missLink(now);
        }
    }

    private void onShuffle(long now, PeerAddress from, PeerMessage.Shuffle shuffle, List<MembershipAction> out) {
        PeerEntry origin = shuffle.origin();
        boolean own = origin.address().equals(from);
        boolean linked = active.contains(from);
        if (!linked && !own) {
            tally.drop(MembershipDrop.UNASKED);
            return;
        }
        if ((own && !rate.allows(now, from)) || !rate.allowsWalk(now)) {
            tally.drop(MembershipDrop.TOO_OFTEN);
            return;
        }
        // Only links may start walks: otherwise one message of a stranger would become many.
        PeerEntry next = linked && shuffle.walk() > 0 ? active.draw(random, from, origin.address()) : null;
        if (next != null) {
            send(next, new PeerMessage.Shuffle(origin, shuffle.walk() - 1, shuffle.entries()), out);
            return;
        }
        List<PeerEntry> answer = some(shuffle.entries().size(), origin.address());
        answer.add(0, self);
        send(origin, new PeerMessage.ShuffleAnswer(answer), out);
        int source = passive.sourceOf(from);
        sample(origin, own ? PassiveView.SPOKE : source);
        sample(shuffle.entries(), from, config.shuffleLinks() + config.shuffleEntries());
    }

    private void onShuffleAnswer(PeerAddress from, PeerMessage.ShuffleAnswer answer) {
        if (answersAwaited == 0) {
            tally.drop(MembershipDrop.UNASKED);
            return;
        }
        answersAwaited--;
        if (!active.contains(from)) {
            inwardShuffles = 0;
        }
        sample(answer.entries(), from, answerShare);
    }

    /** Takes up to so many entries into the sample: an honest device gives no more than it gets. */
    private void sample(List<PeerEntry> entries, PeerAddress from, int most) {
        int source = passive.sourceOf(from);
        for (int i = 0; i < entries.size(); i++) {
            if (i >= most) {
                tally.drop(MembershipDrop.SOURCE_EXHAUSTED);
            } else {
                sample(entries.get(i), entries.get(i).address().equals(from) ? PassiveView.SPOKE : source);
            }
        }
    }

    private void sample(PeerEntry entry, int source) {
        if (!active.contains(entry.address())) {
            passive.offer(entry, source);
        }
    }

    @Override
    public void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out) {
        if (timer instanceof MembershipTimer.Shuffle) {
            shuffle(now, out);
            out.add(new MembershipAction.Schedule(tending.jittered(config.shuffleMillis()), timer));
        } else if (tending.isDue(now)) {
            tend(now, out);
        }
        rearm(now, out);
    }

    private void shuffle(long now, List<MembershipAction> out) {
        shuffles++;
        active.age();
        passive.age();
        if (shuffles % RESEED_SHUFFLES == 0) {
            passive.reseed(random);
        }
        PeerEntry first = active.draw(random, self.address(), self.address());
        if (first == null) {
            return;
        }
        List<PeerEntry> entries = new ArrayList<>(config.shuffleLinks() + config.shuffleEntries());
        addSome(entries, 0, active.size(), config.shuffleLinks(), first.address());
        addSome(entries, active.size(), active.size() + passive.size(), config.shuffleEntries(), first.address());
        answersAwaited = 1;
        answerShare = 1 + entries.size();
        send(first, new PeerMessage.Shuffle(self, config.shuffleWalk(), entries), out);
        inwardShuffles++;
        if (inwardShuffles > ISLAND_SHUFFLES || random.nextInt(EXCHANGE_SHUFFLES) == 0) {
            PeerEntry other = candidate();
            if (other != null && !offers.isFull()) {
                inwardShuffles = 0;
                offer(now, other, Offers.Kind.EXCHANGE, true, 1, out);
            }
        }
    }

    private void tend(long now, List<MembershipAction> out) {
        for (Offers.Offer late = offers.removeLate(now); late != null; late = offers.removeLate(now)) {
            if (late.tries() < Offers.TRIES) {
                offer(now, late.peer(), late.kind(), late.urgent(), late.tries() + 1, out);
            } else {
                giveUp(now, late, out);
            }
        }
        PeerEntry contact = contacts.takeDue(now);
        if (contact != null && offers.find(contact.address()) == null && !offers.isFull()) {
            // Sent once: most of them are dead.
            offer(now, contact, Offers.Kind.CONTACT, true, Offers.TRIES, out);
        }
        if (now >= askDue) {
            ask(now, out);
        }
    }

    private void giveUp(long now, Offers.Offer late, List<MembershipAction> out) {
        PeerEntry peer = late.peer();
        // It may have accepted, and only its answers were lost.
        send(peer, new PeerMessage.Disconnect(), out);
        if (late.kind() == Offers.Kind.CONTACT) {
            return;
        }
        check.gone(now, peer.address());
        boolean trusted = passive.isTrusted(peer.address());
        passive.remove(peer.address());
        if (trusted) {
            contacts.add(now, peer);
        }
    }

    /** Fills free places with peers of the sample. */
    private void ask(long now, List<MembershipAction> out) {
        int missing = config.links() - active.size() - offers.filling();
        int most = refusals == 0 ? missing : active.size() == 0 ? 3 : 1;
        // With one link a device is one crash away from none.
        boolean few = active.size() <= 1 || (2 * active.size() <= config.links() && refusals >= PATIENCE);
        for (int i = 0; i < Math.min(missing, most) && !offers.isFull(); i++) {
            PeerEntry candidate = candidate();
            if (candidate == null) {
                break;
            }
            boolean join = i == 0 && active.size() == 0 && passive.size() < config.links();
            offer(now, candidate, join ? Offers.Kind.JOIN : Offers.Kind.FILL, few, 1, out);
        }
        askDue = now + pause();
    }

    private void offer(
            long now, PeerEntry peer, Offers.Kind kind, boolean urgent, int tries, List<MembershipAction> out) {
        offers.add(new Offers.Offer(peer, kind, urgent, tries, now + tending.jittered(config.tendMillis())));
        if (kind == Offers.Kind.JOIN) {
            answersAwaited = Math.min(answersAwaited + 1, Offers.TRIES);
            answerShare = config.entriesPerMessage();
            send(peer, new PeerMessage.Join(self), out);
        } else {
            send(peer, new PeerMessage.Neighbour(self, urgent), out);
        }
    }

    /** A peer of the sample to which nothing is offered; null if there is none. */
    private @Nullable PeerEntry candidate() {
        int free = 0;
        for (int i = 0; i < passive.size(); i++) {
            free += offers.find(passive.get(i).address()) == null ? 1 : 0;
        }
        if (free == 0) {
            return null;
        }
        int skip = random.nextInt(free);
        for (int i = 0; i < passive.size(); i++) {
            if (offers.find(passive.get(i).address()) == null && skip-- == 0) {
                return passive.get(i);
            }
        }
        throw new AssertionError("free: " + free);
    }

    @Override
    public void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {
        offers.remove(peer);
        boolean trusted = passive.isTrusted(peer);
        PeerEntry lost = active.remove(peer, out);
        PeerEntry known = passive.remove(peer);
        if (lost != null) {
            missLink(now);
        }
        if (left) {
            contacts.remove(peer);
        } else if (lost != null) {
            contacts.add(now, lost);
        } else if (known != null && trusted) {
            contacts.add(now, known);
        }
        rearm(now, out);
    }

    @Override
    public void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out) {
        heard(from);
        if (active.contains(from)) {
            if (!linked && active.lasts(now, from) >= YOUNG_TENDS * config.tendMillis()) {
                onDisconnect(now, from, out);
            }
        } else if (linked) {
            Offers.Offer offer = offers.remove(from);
            PeerEntry known = passive.find(from);
            if (offer != null) {
                settle(now, offer.peer(), offer, out);
            } else if (known != null && hasRoom()) {
                link(now, known, false, out);
            } else {
                out.add(new MembershipAction.Send(from, new PeerMessage.Disconnect()));
            }
        }
        rearm(now, out);
    }

    @Override
    public void onLeaving(long now, List<MembershipAction> out) {
        for (PeerEntry link : links()) {
            send(link, new PeerMessage.Leave(), out);
            active.remove(link.address(), out);
        }
    }

    private void heard(PeerAddress from) {
        active.heard(from);
        passive.heard(from);
        contacts.heard(from);
    }

    private void link(long now, PeerEntry peer, boolean own, List<MembershipAction> out) {
        offers.remove(peer.address());
        passive.remove(peer.address());
        contacts.remove(peer.address());
        active.add(now, peer, own, out);
        refusals = 0;
    }

    /** Ends a link to make room for another. */
    private void replace(long now, List<MembershipAction> out) {
        PeerEntry last = active.leastOwn(random);
        if (last != null) {
            replaceFrom = now + config.tendMillis();
            active.remove(last.address(), out);
            passive.offer(last, PassiveView.SPOKE);
            send(last, new PeerMessage.Disconnect(), out);
        }
    }

    private void missLink(long now) {
        refusals = 0;
        askDue = Math.min(askDue, now + random.nextLong(1 + config.tendMillis() / 4));
    }

    /** Places that are neither taken nor offered to somebody. */
    private boolean hasRoom() {
        return active.size() + offers.filling() < config.links();
    }

    /** Up to so many peers of the whole view, without one, in random order. */
    private List<PeerEntry> some(int count, PeerAddress without) {
        List<PeerEntry> some = new ArrayList<>(count + 1);
        addSome(some, 0, active.size() + passive.size(), count, without);
        return some;
    }

    /** Draws from the places between two, where those of the sample come after the links. */
    private void addSome(List<PeerEntry> to, int first, int end, int count, PeerAddress without) {
        int wanted = count;
        int left = end - first;
        // Selection sampling (Knuth, volume 2, algorithm S).
        for (int i = first; i < end && wanted > 0; i++, left--) {
            PeerEntry entry = i < active.size() ? active.get(i) : passive.get(i - active.size());
            if (random.nextInt(left) < wanted && !entry.address().equals(without)) {
                to.add(entry);
                wanted--;
            }
        }
    }

    /** Wakes the device when something is to be done next, if anything is. */
    private void rearm(long now, List<MembershipAction> out) {
        long next = Math.min(offers.nextDue(), contacts.nextDue());
        if (hasRoom() && !offers.isFull() && passive.size() > 0) {
            next = Math.min(next, askDue);
        }
        tending.wakeAt(now, next, out);
    }

    /** How long to wait before the next peer is asked for a link, ms. */
    private long pause() {
        int doublings = active.size() == 0 ? Math.min(refusals, 2) : Math.min(refusals, MOST_DOUBLINGS);
        return tending.jittered(((config.tendMillis() + 3) / 4) << doublings);
    }

    /** How long to wait before an old contact is tried, ms: not so long for a device that knows nobody else. */
    private long contactPause() {
        boolean alone = active.size() == 0 && passive.size() == 0;
        return tending.jittered(
                alone ? Math.min(4 * config.tendMillis(), config.contactMillis()) : config.contactMillis());
    }

    private void send(PeerEntry to, PeerMessage message, List<MembershipAction> out) {
        out.add(new MembershipAction.Send(to.address(), message));
    }

    @Override
    public List<PeerEntry> links() {
        List<PeerEntry> links = new ArrayList<>(active.size());
        for (int i = 0; i < active.size(); i++) {
            links.add(active.get(i));
        }
        return links;
    }

    @Override
    public List<PeerEntry> entries() {
        List<PeerEntry> entries = new ArrayList<>(active.size() + passive.size());
        for (int i = 0; i < active.size(); i++) {
            entries.add(active.get(i));
        }
        for (int i = 0; i < passive.size(); i++) {
            entries.add(passive.get(i));
        }
        return entries;
    }

    @Override
    public boolean isLinked(PeerAddress peer) {
        return active.contains(peer);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return active.contains(peer) || passive.find(peer) != null;
    }

    @Override
    public int contacts() {
        return contacts.size();
    }
}
