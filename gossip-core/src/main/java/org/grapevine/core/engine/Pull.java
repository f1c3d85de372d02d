package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/**
 * Pull, push-pull and lazy pull (anti-entropy of Demers et al. 1987, the random phone call of Karp et al. 2000): once per period
 * a device asks a random peer of each segment for what it lacks. A message that is pulled goes on by later pulls only.
 */
final class Pull implements Spreading {

    /** Bytes of payload in one answer, unless its first message alone has more: an answer to a few ids is not to be a flood. */
    static final long ANSWER_LIMIT_BYTES = 64 << 10;

    private final GossipConfig config;
    private final PeerView view;
    private final RandomGenerator random;
    private final SeenTable seen;
    private final Fetching fetching;
    private final Outgoing outgoing;
    private final Counters counters;
    private PulledRequests requests = PulledRequests.NONE;
    private long dueAt;
    private int turn;

    Pull(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            SeenTable seen,
            Fetching fetching,
            Outgoing outgoing,
            Counters counters) {
        this.config = config;
        this.view = view;
        this.random = random;
        this.seen = seen;
        this.fetching = fetching;
        this.outgoing = outgoing;
        this.counters = counters;
    }

    /** Who answers for requests; nobody unless told. */
    void answerForRequests(PulledRequests answering) {
        this.requests = answering;
    }

    /** Nothing: peers will ask. */
    @Override
    public void onNew(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            List<GossipAction> actions) {}

    // Asking

    void start(long now, List<GossipAction> actions) {
        long period = config.variants().pullMillis();
        if (period == 0) {
            return;
        }
        long spread = (long) (period * config.variants().pullSpread());
        long delay = spread == 0 ? 0 : random.nextLong(spread + 1);
        dueAt = now + delay;
        actions.add(new GossipAction.Schedule(delay, new GossipTimer.Pull()));
    }

    void onTimer(long now, List<GossipAction> actions) {
        long period = config.variants().pullMillis();
        if (period == 0) {
            return;
        }
        // From when it was due, so that a late timer shifts no later pull; what was slept through is not made up for.
        dueAt += period * Math.max(1, Math.floorDiv(now - dueAt, period) + 1);
        actions.add(new GossipAction.Schedule(dueAt - now, new GossipTimer.Pull()));
        seen.purge(now);
        List<MessageId> has = new ArrayList<>(requests.known(now));
        List<MessageId> offered = new ArrayList<>(requests.offered(now));
        for (SeenTable.Entry entry : seen.live(now, SeenTable.Kind.PULLED)) {
            has.add(entry.id());
            GossipMessage message = entry.message();
            if (message != null && message.parameters().variant() == GossipVariant.PUSH_PULL) {
                offered.add(entry.id());
            }
        }
        Control.Slice slice = slice(has);
        List<MessageId> hasOfSlice = ofSlice(has, slice);
        List<MessageId> offeredOfSlice = ofSlice(offered, slice);
        for (Segment segment : view.segments()) {
            for (PeerAddress peer : view.draw(segment, 1, Set.of(), random)) {
                counters.pulls++;
                outgoing.control(peer, new Control.PullRequest(segment, hasOfSlice, offeredOfSlice, slice), actions);
            }
        }
    }

    /** All ids if they fit a datagram, else one slice after the other. */
    private Control.Slice slice(List<MessageId> has) {
        if (has.size() <= config.digestLimit()) {
            return Control.Slice.WHOLE;
        }
        turn++;
        int slices = 1;
        while (slices < Control.Slice.MAX) {
            slices = Math.min(Control.Slice.MAX, Math.max(2 * slices, 2 * has.size() / config.digestLimit()));
            Control.Slice slice = new Control.Slice(Math.floorMod(turn, slices), slices);
            if (ofSlice(has, slice).size() <= config.digestLimit()) {
                return slice;
            }
        }
        return new Control.Slice(Math.floorMod(turn, slices), slices);
    }

    /** One more than a digest may have is enough to know that they are too many. */
    private List<MessageId> ofSlice(List<MessageId> ids, Control.Slice slice) {
        return ids.stream()
                .filter(slice::contains)
                .limit(config.digestLimit() + 1L)
                .toList();
    }

    // Answering

    /** Gives the peer what it lacks, oldest first, and asks it for what it offers and is missing here. */
    void onPullRequest(long now, PeerAddress from, Control.PullRequest pull, List<GossipAction> actions) {
        fetching.wantMissing(now, from, pull.segment(), pull.offered(), actions);
        Set<MessageId> has = new HashSet<>(pull.has());
        List<MessageId> advertised = new ArrayList<>();
        int sent = 0;
        long bytes = 0;
        for (SeenTable.Entry entry : seen.live(now, SeenTable.Kind.PULLED)) {
            GossipMessage message = entry.message();
            if (message == null || !entry.isIn(pull.slice()) || has.contains(entry.id())) {
                continue;
            }
            if (message.parameters().variant() == GossipVariant.LAZY_PULL
                    || message.payload().onRequestOnly()) {
                if (advertised.size() < config.digestLimit()) {
                    advertised.add(entry.id());
                }
                continue;
            }
            int size = message.payload().sizeBytes();
            if (sent == 0 || (sent < config.digestLimit() && bytes + size <= ANSWER_LIMIT_BYTES)) {
                sent++;
                bytes += size;
                fetching.give(now, from, pull.segment(), entry, actions);
            } else {
                counters.drop(DropReason.PULL_ANSWER_FULL);
                break;
            }
        }
        if (!advertised.isEmpty()) {
            outgoing.advertise(from, new Control.IHave(pull.segment(), advertised, 0, false), actions);
        }
        requests.onPull(now, from, pull, has, config.digestLimit() - sent, actions);
    }
}
