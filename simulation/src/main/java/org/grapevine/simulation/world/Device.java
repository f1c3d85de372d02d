package org.grapevine.simulation.world;

import java.util.Arrays;
import java.util.List;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/** A simulated device: a real engine, a clock, a hosted service. Observers read it; only the world changes it. */
public final class Device {

    private static final @Nullable Membership[] NO_MEMBERSHIPS = {};

    final World world;
    final Channel[] channels;
    /** Place of this device among the members of each channel; -1 where it is not in the views. */
    final int[] positions;

    private final int index;
    private final PeerAddress address;
    private final String group;
    private final List<Segment> segments;

    PeerView view;

    /** Its part in the overlay of each segment; none where it has no engine: in a LAN, and where everybody knows everybody. */
    @Nullable
    Membership[] memberships = NO_MEMBERSHIPS;

    /** True once its engines have begun, in this life. */
    boolean overlaid;

    /** How many faults make it lie at present. */
    int lies;

    /** When this device's side of each line is free again, µs; null where no line is narrow enough to matter. */
    long @Nullable [] busyUntilMicros;

    @Nullable
    GossipEngine engine;

    boolean up;
    int incarnation;
    long upSinceMicros = Long.MAX_VALUE;
    long pausedUntilMicros;
    /** One bit for each cut under way, set on one of its two sides. */
    long sides;

    long clockErrorMillis;
    boolean serviceRefuses;
    /** Kind of the fault with which it does. */
    String refusal = "";

    long answerMicros;

    Device(World world, int index, String group, Channel[] channels) {
        this.world = world;
        this.index = index;
        this.address = new PeerAddress(World.ADDRESS_PREFIX + index);
        this.group = group;
        this.channels = channels;
        this.positions = new int[channels.length];
        Arrays.fill(positions, -1);
        this.segments = channels.length == 1
                ? channels[0].alone
                : Arrays.stream(channels).map(channel -> channel.segment).toList();
        this.view = new SharedView(this);
    }

    /** Number of the device, from 0 in the order of the scenario's groups. */
    public int index() {
        return index;
    }

    public PeerAddress address() {
        return address;
    }

    /** Name of its group. */
    public String group() {
        return group;
    }

    public List<Segment> segments() {
        return segments;
    }

    public boolean isUp() {
        return up;
    }

    /** How often it has started; 0 if not yet. */
    public int incarnation() {
        return incarnation;
    }

    /** Virtual time of its last start, µs; meaningless while it is down. */
    public long upSinceMicros() {
        return upSinceMicros;
    }

    /** True if its hosted service takes no message at present. */
    public boolean refusesMessages() {
        return serviceRefuses;
    }

    /** True if it stands still at present. */
    public boolean isPaused() {
        return pausedUntilMicros > world.nowMicros();
    }

    /** Its own clock, ms since the epoch, at a virtual time in µs. */
    public long clockMillis(long nowMicros) {
        return World.EPOCH_MILLIS + clockErrorMillis + nowMicros / 1_000;
    }

    /** What its engine has done and holds since its last start. */
    public GossipStats stats() {
        GossipEngine current = engine;
        return current == null ? GossipStats.NONE : current.stats();
    }

    public PeerView view() {
        return view;
    }

    /**
     * Its part in the overlay of a segment since its last start.
     *
     * @param position of the segment among {@link #segments}
     * @return null if it has no engine there, or has not begun yet
     */
    public @Nullable Membership membership(int position) {
        return overlaid && position < memberships.length ? memberships[position] : null;
    }

    /** True if it names only other liars at present. */
    public boolean isLying() {
        return lies > 0;
    }

    int slotOf(Channel channel) {
        for (int i = 0; i < channels.length; i++) {
            if (channels[i] == channel) {
                return i;
            }
        }
        return -1;
    }

    @Nullable
    Channel channel(Segment segment) {
        for (Channel channel : channels) {
            if (channel.segment.equals(segment)) {
                return channel;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return group + " " + address;
    }
}
