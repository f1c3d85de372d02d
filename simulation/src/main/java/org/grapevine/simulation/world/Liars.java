package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.kernel.SeededRandom;
import org.jspecify.annotations.Nullable;

/** Devices that name only each other, always as many as they may and always as if just heard of. All else they do as others do. */
final class Liars {

    private static final int LIE_STREAM = 9;

    private final SeededRandom random;
    private final List<Device> liars = new ArrayList<>();

    Liars(long seed) {
        this.random = SeededRandom.of(seed, LIE_STREAM);
    }

    void change(List<Device> devices, boolean begin) {
        for (Device device : devices) {
            device.lies += begin ? 1 : -1;
            if (device.lies == (begin ? 1 : 0)) {
                if (begin) {
                    liars.add(device);
                } else {
                    liars.remove(device);
                }
            }
        }
    }

    /** What a device says in place of what its engine wants to say. */
    PeerMessage said(Device from, Device to, Segment segment, PeerMessage message, @Nullable MembershipConfig config) {
        if (from.lies == 0 || config == null) {
            return message;
        }
        int most = config.view().shuffleLinks() + config.view().shuffleEntries();
        if (message instanceof PeerMessage.Shuffle shuffle) {
            return shuffle.origin().address().equals(from.address())
                    ? new PeerMessage.Shuffle(shuffle.origin(), shuffle.walk(), named(from, to, segment, most))
                    : shuffle;
        } else if (message instanceof PeerMessage.ShuffleAnswer) {
            return new PeerMessage.ShuffleAnswer(named(from, to, segment, most));
        } else if (message instanceof PeerMessage.Exchange exchange) {
            List<PeerEntry> entries = new ArrayList<>(exchange.entries().subList(0, 1));
            entries.addAll(named(from, to, segment, most - 1));
            return new PeerMessage.Exchange(entries);
        } else if (message instanceof PeerMessage.ExchangeAnswer) {
            return new PeerMessage.ExchangeAnswer(named(from, to, segment, most));
        }
        return message;
    }

    private List<PeerEntry> named(Device from, Device to, Segment segment, int most) {
        List<Device> others = new ArrayList<>();
        for (Device liar : liars) {
            if (liar != from && liar != to && liar.channel(segment) != null) {
                others.add(liar);
            }
        }
        List<PeerEntry> named = new ArrayList<>();
        for (int i = 0; i < most && i < others.size(); i++) {
            int other = random.nextInt(i, others.size());
            Device drawn = others.get(other);
            others.set(other, others.get(i));
            others.set(i, drawn);
            named.add(new PeerEntry(drawn.address(), 0, 0));
        }
        return named;
    }
}
