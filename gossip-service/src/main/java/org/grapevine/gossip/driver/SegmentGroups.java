package org.grapevine.gossip.driver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The multicast groups of segments: each scope gives a group, so that all hosts have the same one. A host hears a group once,
 * whatever the number of its shadows there; an envelope is read once, and each shadow of the segment that has the port type is told of
 * the same message. Any thread.
 *
 * <p>Each group has a socket of its own, so the kernel's bound on the memberships of one socket is never met. Where a link has no
 * multicast, shadows live on without: what they miss comes by repair.
 */
public final class SegmentGroups {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentGroups.class);

    private final DeviceHost host;
    private final Wire wire;
    private final DriverOptions options;
    private final Map<Segment, Listening> listening = new HashMap<>(); // guarded by itself
    private final Map<InetSocketAddress, GroupDoor> doors = new HashMap<>(); // guarded by listening
    private final Map<Segment, Group> known = new ConcurrentHashMap<>();
    private final LongAdder received = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder forged = new LongAdder();
    private final LongAdder forNobody = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder notSent = new LongAdder();

    /** What a shadow does with messages for its segment. */
    public interface Member {

        /** Whose messages it takes. */
        QName portType();

        /**
         * Reads a copy that was sent to all; the same comes out at every member with that port type.
         *
         * @return empty if it is none of the port type's
         */
        Optional<GossipEvent.Received> read(Envelope envelope) throws MalformedGossipException;

        /** Who is told of a message. */
        GossipDriver driver(GossipMessage message);
    }

    /** Ends a membership. Safe to call again. */
    public interface Membership extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What came of multicasts so far.
     *
     * @param received copies that were read and handed on
     * @param malformed copies that made no sense
     * @param forged copies whose {@code g:Hop} names another sender than the datagram came from: an answer would hit somebody else
     * @param forNobody copies whose segment or action nobody here has
     * @param unavailable groups that could not be joined
     * @param notSent copies that were too large, or for which there is no multicast here
     */
    public record Counters(
            long received, long malformed, long forged, long forNobody, long unavailable, long notSent) {}

    private record Group(InetSocketAddress socket, PeerAddress address) {}

    /** The members of one segment, by port type. */
    private static final class Listening {
        private final Map<QName, List<Member>> members = new ConcurrentHashMap<>();
        private final GroupDoor door;

        private Listening(GroupDoor door) {
            this.door = door;
        }
    }

    /** One joined group; segments whose scopes give the same group share it. */
    private final class GroupDoor {
        private final InetSocketAddress socket;
        private final Map<Segment, Listening> segments = new ConcurrentHashMap<>();
        private boolean joined;

        private GroupDoor(InetSocketAddress socket) {
            this.socket = socket;
        }

        private void onEnvelope(Envelope envelope, InetSocketAddress from) {
            try {
                GossipHeader.Arrival arrival = GossipHeader.arrival(envelope)
                        .orElseThrow(() -> new MalformedGossipException("g:Hop: absent (expected in a multicast)"));
                if (!from.equals(wire.datagramAddress(arrival.from()))) {
                    forged.increment();
                    return;
                }
                Listening segment = segments.get(arrival.hop().segment());
                if (segment == null || !tell(segment, envelope)) {
                    forNobody.increment();
                }
            } catch (MalformedGossipException | IllegalArgumentException e) {
                malformed.increment();
                LOG.debug("multicast from {}: {}", from, e.getMessage());
            }
        }

        private boolean tell(Listening segment, Envelope envelope) throws MalformedGossipException {
            for (List<Member> members : segment.members.values()) {
                if (members.isEmpty()) {
                    continue; // The last one is just leaving.
                }
                Optional<GossipEvent.Received> read = members.get(0).read(envelope);
                if (read.isPresent()) {
                    received.increment();
                    for (Member member : members) {
                        // A host hears itself, for its other shadows.
                        GossipDriver driver = member.driver(read.get().message());
                        if (!driver.self().equals(read.get().from())) {
                            driver.tell(read.get());
                        }
                    }
                    return true;
                }
            }
            return false;
        }
    }

    SegmentGroups(DeviceHost host, Wire wire, DriverOptions options) {
        this.host = host;
        this.wire = wire;
        this.options = options;
    }

    /** The group of a segment: the base, and as many bits of the scope's checksum as the options say. */
    public InetSocketAddress groupOf(Segment segment) {
        return known(segment).socket();
    }

    private Group known(Segment segment) {
        // Only this device's own segments are asked for.
        return known.computeIfAbsent(segment, this::derive);
    }

    private Group derive(Segment segment) {
        int hash = 0x811c9dc5; // FNV-1a, which every implementation has.
        for (byte octet : segment.scope().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * 0x01000193;
        }
        hash ^= hash >>> 16;
        int low = hash & ((1 << options.groupBits()) - 1);
        byte[] group = options.groupBase().getAddress();
        group[1] |= (byte) (low >>> 16);
        group[2] |= (byte) (low >>> 8);
        group[3] |= (byte) low;
        try {
            InetSocketAddress socket = new InetSocketAddress(InetAddress.getByAddress(group), options.groupPort());
            String address = SoapUdpAddress.of(socket.getAddress().getHostAddress(), socket.getPort())
                    .toString();
            return new Group(socket, new PeerAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // Four octets are an address.
        }
    }

    /** Tells a member what is sent to all of a segment, from now on. */
    public Membership join(Segment segment, Member member) {
        synchronized (listening) {
            Listening of = listening.computeIfAbsent(segment, this::listen);
            of.members
                    .computeIfAbsent(member.portType(), any -> new CopyOnWriteArrayList<>())
                    .add(member);
        }
        return () -> leave(segment, member);
    }

    private Listening listen(Segment segment) {
        InetSocketAddress socket = groupOf(segment);
        GroupDoor door = doors.computeIfAbsent(socket, GroupDoor::new);
        Listening of = new Listening(door);
        door.segments.put(segment, of);
        if (!door.joined) {
            long joined = doors.values().stream().filter(any -> any.joined).count();
            try {
                if (joined >= options.maxGroups()) {
                    throw new IOException(
                            "groups: " + (joined + 1) + " (expected: at most " + options.maxGroups() + ")");
                }
                host.joinGroup(socket, door::onEnvelope);
                door.joined = true;
            } catch (IOException | IllegalArgumentException e) {
                unavailable.increment();
                LOG.warn(
                        "{} has no multicast here, {} is left to repair: {}",
                        segment,
                        socket.getAddress().getHostAddress(),
                        e.getMessage());
            }
        }
        return of;
    }

    private void leave(Segment segment, Member member) {
        InetSocketAddress empty = null;
        synchronized (listening) {
            Listening of = listening.get(segment);
            List<Member> members = of == null ? null : of.members.get(member.portType());
            if (of == null || members == null || !members.remove(member)) {
                return;
            }
            if (members.isEmpty()) {
                of.members.remove(member.portType());
            }
            if (of.members.isEmpty()) {
                listening.remove(segment);
                of.door.segments.remove(segment);
                if (of.door.segments.isEmpty()) {
                    doors.remove(of.door.socket);
                    empty = of.door.joined ? of.door.socket : null;
                }
            }
            if (empty != null) {
                host.leaveGroup(empty);
            }
        }
    }

    /** Groups that are heard now. */
    public List<InetSocketAddress> joined() {
        synchronized (listening) {
            List<InetSocketAddress> joined = new ArrayList<>();
            doors.values().stream().filter(door -> door.joined).forEach(door -> joined.add(door.socket));
            return joined;
        }
    }

    /** Sends one copy to all of a segment. */
    void send(Segment segment, Hop hop, EnvelopePayload payload, PeerAddress self) {
        Group group = known(segment);
        byte[] copy = GossipHeader.copy(payload, group.address(), hop, self);
        if (wire.fitsDatagram(copy.length)) {
            wire.sendMulticast(group.socket(), copy);
        } else {
            notSent.increment();
        }
    }

    /** A snapshot. */
    public Counters counters() {
        return new Counters(
                received.sum(), malformed.sum(), forged.sum(), forNobody.sum(), unavailable.sum(), notSent.sum());
    }
}
