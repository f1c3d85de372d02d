package org.grapevine.gossip.driver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.DatagramRecogniser;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.gossip.header.BundleCodec;
import org.jspecify.annotations.Nullable;

/** What all drivers of a device host share: the way out, the lanes, bundles and multicast groups. Lives as long as the host. */
public final class GossipHost {

    private final DeviceHost host;
    private final Wire wire;
    private final Bundles bundles;
    private final KnownCopies copies = new KnownCopies();
    private final SegmentGroups groups;
    private final LiteralAddresses addresses;
    private final ApplicationLanes applicationLanes;
    private final Map<EventLoop, LoopTurns> turns = new HashMap<>();
    private final IdentityHashMap<Aggregations, StylesheetExchange> stylesheets = new IdentityHashMap<>();

    private volatile @Nullable Thread receiver;
    private final List<LoopTurns> begun = new ArrayList<>(); // receive thread only

    /** One for each device host. */
    public GossipHost(DeviceHost host, DriverOptions options) {
        this.host = host;
        int maxDatagramBytes = host.settings().maxDatagramBytes();
        this.wire = new Wire(host.udp(), host.httpSender(), maxDatagramBytes);
        this.bundles = new Bundles(host, new EnvelopeReader(EnvelopeLimits.udp(maxDatagramBytes)), copies);
        this.groups = new SegmentGroups(host, wire, options);
        this.addresses = new LiteralAddresses(
                host.udp().localAddress().getAddress(), host.settings().tls().isPresent() ? "https" : "http");
        this.applicationLanes = new ApplicationLanes(
                host.applicationCalls(),
                host.settings().applicationThreads(),
                host.settings().applicationQueue());
        for (EventLoop loop : host.loops().all()) {
            turns.put(
                    loop,
                    new LoopTurns(
                            loop,
                            options.laneCapacity(),
                            wire.outbox(options.bundleWithinMillis() > 0),
                            options.bundleWithinMillis()));
        }
        host.routeDatagrams(BundleCodec.PATH, bundles);
        host.recogniseDatagrams(recogniser());
        host.afterDatagrams(this::endReceiving);
    }

    /** The way out, with its counters. */
    public Wire wire() {
        return wire;
    }

    /** The way in for bundles, with its counters. */
    public Bundles bundles() {
        return bundles;
    }

    /** Multicast groups of segments. */
    public SegmentGroups groups() {
        return groups;
    }

    /** Copies that were recognised as those of a known message, and not read. */
    public long recognisedCopies() {
        return copies.recognised();
    }

    /** What recognises copies and bundles, for whoever puts something in front of it. */
    public DatagramRecogniser recogniser() {
        return (bytes, offset, length, from) ->
                copies.take(bytes, offset, length, from) || bundles.take(bytes, offset, length, from);
    }

    /** Where texts of functions come from and go to, for all shadows with these functions: one, mostly. */
    public StylesheetExchange stylesheets(Aggregations aggregations) {
        synchronized (stylesheets) {
            return stylesheets.computeIfAbsent(
                    aggregations,
                    functions -> new StylesheetExchange(
                            functions,
                            (to, envelope, timeout) ->
                                    host.httpSender().post(to, HttpReply.SOAP_CONTENT_TYPE, envelope, timeout),
                            host.messageIds()::next,
                            () -> host.discovery().loop().nowMillis()));
        }
    }

    KnownCopies copies() {
        return copies;
    }

    ApplicationLanes applicationLanes() {
        return applicationLanes;
    }

    MessageIds messageIds() {
        return host.messageIds();
    }

    RandomGenerator newRandom() {
        return host.newRandom();
    }

    /** Which addresses can be those of peers. */
    LiteralAddresses addresses() {
        return addresses;
    }

    /** Those of the loop that a device is on. */
    LoopTurns turnsOf(Object device) {
        LoopTurns of = turns.get(host.loops().assign(device));
        if (of == null) {
            throw new IllegalStateException("an event loop came later than the host");
        }
        return of;
    }

    /** Lets the loop come to what was put into its lanes. */
    void begin(LoopTurns of) {
        if (Thread.currentThread() != receiver) {
            of.begin();
        } else if (of.beginReceiving()) {
            begun.add(of);
        }
    }

    private void endReceiving() {
        receiver = Thread.currentThread();
        for (int i = 0; i < begun.size(); i++) {
            begun.get(i).endReceiving();
        }
        begun.clear();
    }
}
