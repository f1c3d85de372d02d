package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.grapevine.core.view.UniformDraw;

/**
 * Full membership at the price of one list per segment in place of one per device: everybody who has said Hello and not Bye. A
 * device that crashed is still in it, as it would be in a view that nobody cleans.
 */
final class SharedView implements PeerView {

    private final Device self;

    SharedView(Device self) {
        this.self = self;
    }

    @Override
    public PeerAddress self() {
        return self.address();
    }

    @Override
    public List<Segment> segments() {
        return self.segments();
    }

    @Override
    public int size(Segment segment) {
        Channel channel = self.channel(segment);
        return channel == null ? 1 : Math.max(1, channel.size());
    }

    @Override
    public boolean isLan(Segment segment) {
        Channel channel = self.channel(segment);
        return channel != null && channel.lan;
    }

    @Override
    public boolean knows(PeerAddress peer) {
        Device device = self.world.find(peer);
        if (device == null || device == self) {
            return false;
        }
        for (Channel channel : self.channels) {
            int slot = device.slotOf(channel);
            if (slot >= 0 && device.positions[slot] >= 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean knows(Segment segment, PeerAddress peer) {
        Channel channel = self.channel(segment);
        Device device = self.world.find(peer);
        if (channel == null || device == null || device == self) {
            return false;
        }
        int slot = device.slotOf(channel);
        return slot >= 0 && device.positions[slot] >= 0;
    }

    @Override
    public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        Channel channel = self.channel(segment);
        if (channel == null || channel.size() == 0 || count <= 0) {
            return List.of();
        }
        int size = channel.size();
        return 2L * (count + exclude.size() + 1) < size
                ? drawFew(channel, size, count, exclude, random)
                : drawMany(channel, size, count, exclude, random);
    }

    /** By trial: less than half of the members are ruled out, so two trials for each are enough on average. */
    private List<PeerAddress> drawFew(
            Channel channel, int size, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        int[] taken = new int[count];
        List<PeerAddress> drawn = new ArrayList<>(count);
        while (drawn.size() < count) {
            int position = random.nextInt(size);
            Device device = channel.member(position);
            if (device != self && !contains(taken, drawn.size(), position) && !exclude.contains(device.address())) {
                taken[drawn.size()] = position;
                drawn.add(device.address());
            }
        }
        return drawn;
    }

    private static boolean contains(int[] taken, int length, int position) {
        for (int i = 0; i < length; i++) {
            if (taken[i] == position) {
                return true;
            }
        }
        return false;
    }

    private List<PeerAddress> drawMany(
            Channel channel, int size, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        List<PeerAddress> candidates = new ArrayList<>(size);
        for (int position = 0; position < size; position++) {
            Device device = channel.member(position);
            if (device != self && !exclude.contains(device.address())) {
                candidates.add(device.address());
            }
        }
        return UniformDraw.of(candidates, count, random);
    }
}
