package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/**
 * A device that has an overlay and the plainest failure detection: it pings the peers of its view in turn, and takes for dead who has
 * not answered {@value #PINGS} pings. So tests of overlays depend on no other.
 */
final class OverlayDevice implements MembershipNetwork.Engine {

    static final int PINGS = 3;

    /** One peer is pinged in this time, ms. */
    static final long PROBE_MILLIS = 500;

    private final Tally tally = new Tally();
    private final EntryCheck check;
    private final Overlay overlay;
    private final Map<PeerAddress, Integer> unanswered = new HashMap<>();
    private int turn;

    OverlayDevice(MembershipConfig config, PeerEntry self, RandomGenerator random) {
        check = new EntryCheck(config, self.address(), MembershipNetwork::isReal, random.nextLong(), tally);
        overlay = switch (config.kind()) {
            case HYPARVIEW -> new HyParView(config.view(), self, random, check, tally);
            case CYCLON -> new Cyclon(config.view(), self, random, check, tally);
            case FULL -> new FullMembership(config.view(), self, random, tally);
        };
    }

    static MembershipNetwork network(long seed, MembershipConfig config) {
        return new MembershipNetwork(seed, (self, random) -> new OverlayDevice(config, self, random));
    }

    @Override
    public List<MembershipAction> handle(long now, MembershipEvent event) {
        List<MembershipAction> out = new ArrayList<>();
        if (event instanceof MembershipEvent.Received received) {
            PeerMessage message = check.message(now, received.from(), received.message());
            if (message != null) {
                received(now, received.from(), message, out);
            }
        } else if (event instanceof MembershipEvent.TimerFired fired) {
            if (fired.timer() instanceof MembershipTimer.OfView ofView) {
                overlay.onTimer(now, ofView, out);
            } else {
                probe(now, out);
            }
        } else if (event instanceof MembershipEvent.Started) {
            overlay.onStarted(now, out);
            out.add(new MembershipAction.Schedule(PROBE_MILLIS, new MembershipTimer.Probe()));
        } else if (event instanceof MembershipEvent.Contacts contacts) {
            overlay.onContacts(now, check.contacts(contacts.peers()), out);
        } else if (event instanceof MembershipEvent.Gone gone) {
            gone(now, gone.peer(), true, out);
        } else if (event instanceof MembershipEvent.Leaving) {
            overlay.onLeaving(now, out);
        }
        return out;
    }

    private void received(long now, PeerAddress from, PeerMessage message, List<MembershipAction> out) {
        unanswered.remove(from);
        if (message instanceof PeerMessage.Leave) {
            gone(now, from, true, out);
        } else if (message instanceof PeerMessage.OfView ofView) {
            overlay.onMessage(now, from, ofView, out);
        } else if (message instanceof PeerMessage.Ping ping) {
            out.add(new MembershipAction.Send(
                    from, new PeerMessage.Ack(ping.number(), overlay.isLinked(from), List.of())));
            overlay.onLinkTold(now, from, ping.linked(), out);
        } else if (message instanceof PeerMessage.Ack ack) {
            overlay.onLinkTold(now, from, ack.linked(), out);
        }
    }

    private void gone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {
        check.gone(now, peer);
        unanswered.remove(peer);
        overlay.onGone(now, peer, left, out);
    }

    private void probe(long now, List<MembershipAction> out) {
        out.add(new MembershipAction.Schedule(PROBE_MILLIS, new MembershipTimer.Probe()));
        for (Map.Entry<PeerAddress, Integer> each : List.copyOf(unanswered.entrySet())) {
            if (each.getValue() >= PINGS) {
                gone(now, each.getKey(), false, out);
            }
        }
        List<PeerAddress> targets = new ArrayList<>(unanswered.keySet().stream()
                .sorted((a, b) -> a.value().compareTo(b.value()))
                .toList());
        List<PeerEntry> entries = overlay.entries();
        if (!entries.isEmpty()) {
            PeerAddress next = entries.get(turn++ % entries.size()).address();
            if (!targets.contains(next)) {
                targets.add(next);
            }
        }
        for (PeerAddress target : targets) {
            unanswered.merge(target, 1, Integer::sum);
            out.add(new MembershipAction.Send(target, new PeerMessage.Ping(turn, overlay.isLinked(target), List.of())));
        }
    }

    @Override
    public List<PeerEntry> links() {
        return overlay.links();
    }

    @Override
    public List<PeerEntry> entries() {
        return overlay.entries();
    }

    @Override
    public Map<MembershipDrop, Long> dropped() {
        return tally.dropped();
    }

    Overlay overlay() {
        return overlay;
    }
}
