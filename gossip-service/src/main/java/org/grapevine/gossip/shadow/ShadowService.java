package org.grapevine.gossip.shadow;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.device.ServiceMetadata;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderCheck;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.gossip.ask.AskLimits;
import org.grapevine.gossip.ask.Asks;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.driver.GossipHost;
import org.grapevine.gossip.driver.OverlayChoice;
import org.grapevine.gossip.driver.OverlayDriver;
import org.grapevine.gossip.driver.SegmentGroups;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.grapevine.gossip.legacy.LegacyCare;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.service.RemotePeers;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.ShadowRelation;
import org.grapevine.policy.WsdlDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/**
 * The gossiping twin of a hosted service: the same port type at another address. What reaches it without a gossip header starts a
 * dissemination here; what has one continues it. Either way the original gets it once.
 *
 * <p>Any thread.
 */
public final class ShadowService {

    private static final Logger LOG = LoggerFactory.getLogger(ShadowService.class);

    private static final Set<QName> UNDERSTOOD = Set.of(Gossip1.GOSSIP, Gossip1.HOP);
    private static final HeaderCheck DATAGRAM_CHECK = new HeaderCheck(UNDERSTOOD);

    /** Peers of one segment; the view of a larger one is a matter of another kind of view. */
    private static final int PEERS_PER_SEGMENT = 10_000;

    /** Engines of one shadow at the same time: each takes memory for what is under way. */
    private static final int MOST_ENGINES = 4;

    private static final long RETIRE_CHECK_MILLIS = 1_000;

    /** Peers of a Cyclon that are enough to exchange others with: as many as an exchange has entries. */
    private static final int CYCLON_PARTNERS = 8;

    private static final long GOODBYE_MILLIS = 1_000;

    private final @Nullable GossipWatch watch;
    private final Device device;
    private final DeviceHost host;
    private final HostedService original;
    private final GossipConfig config;
    private final Aggregations aggregations;
    private final URI address;
    private final PeerAddress self;
    private final String path;
    private final PeerSources peers;
    private final GossipHost gossip;
    private final OverlayDriver overlays;
    private final EventLoop loop;
    private final ServiceMetadata metadata;
    private final MessageReader reader;
    private final Optional<ShadowEvents> events;
    private final Asks asks;
    private final ShadowEntry entry;

    private volatile GossipPlan plan;
    private volatile List<ShadowEngine> engines = List.of(); // the newest first; written under this
    private final Object entering = new Object(); // no message enters while a newer engine is put in front
    private final AtomicBoolean retiring = new AtomicBoolean(); // a look at the oldest engine is due
    private volatile boolean withdrawn;
    private boolean behind; // the device has other scopes than the newest engine; guarded by this
    private final LegacyOptions legacyOptions;
    private volatile LegacyCare legacy;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder failedDeliveries = new LongAdder();

    /**
     * What a shadow has done besides gossip.
     *
     * @param malformed envelopes that reached it and made no sense
     * @param failedDeliveries one-way messages that the original answered with a fault
     * @param lostEvents events that found the event loop full
     */
    public record Trouble(long malformed, long failedDeliveries, long lostEvents) {}

    ShadowService(
            Device device,
            HostedService original,
            GossipPlan plan,
            GossipConfig config,
            Aggregations aggregations,
            PeerSources peers,
            GossipHost gossip,
            LegacyOptions legacyOptions,
            AskLimits askLimits,
            @Nullable GossipWatch watch) {
        this.watch = watch;
        this.device = device;
        this.host = device.host();
        this.original = original;
        this.plan = plan;
        this.config = ReplyRoom.fit(config, host.settings().maxEnvelopeBytes());
        this.aggregations = aggregations;
        this.peers = peers;
        this.gossip = gossip;
        this.loop = host.loops().assign(device.epr().address());
        this.path = original.path() + "/gossip";
        this.address = host.httpAddress(path);
        this.self = new PeerAddress(host.udpAddress(path).toString());
        this.overlays = new OverlayDriver(device.epr(), original.portType(), self, address, gossip, peers.views());
        this.metadata =
                new ServiceMetadata(() -> new Host(device.epr(), device.types()), hosted(), address, host.messageIds());
        this.reader = new MessageReader(
                host, loop, self, new RequestFunctions(aggregations, gossip.stylesheets(aggregations)));
        this.entry = new ShadowEntry(new Entered());
        this.events = original.events().map(source -> new ShadowEvents(source, host, aggregations, entry));
        this.asks = new Asks(host, loop, to -> address, askLimits, new ShadowAsks(original, entry));
        this.legacyOptions = legacyOptions;
        ShadowEngine.Settings settings = plan.settings(this.config, device.scopes());
        this.legacy = legacyCare(settings);
        engines = List.of(engine(plan, settings, Long.MIN_VALUE));
        recogniseCopies();
        publish();
        events.ifPresent(ShadowEvents::open);
    }

    private ShadowEngine engine(GossipPlan made, ShadowEngine.Settings settings, long sinceMillis) {
        SegmentPeers view = new SegmentPeers(self, settings.segments(), settings.lans(), PEERS_PER_SEGMENT);
        GossipDriver driver = new GossipDriver(
                self,
                gossip,
                device.epr().address(),
                new GossipEngine(settings.config(), view, host.newRandom()),
                view,
                new OriginalCalls(original, host, events, this::legacy, failedDeliveries),
                aggregations);
        List<SegmentGroups.Membership> memberships = settings.lans().stream()
                .map(segment -> gossip.groups().join(segment, new Member()))
                .toList();
        GossipWatch watching = watch;
        if (watching != null) {
            driver.watch((message, hops) -> watching.calling(device, original, message, hops));
        }
        driver.start();
        Map<Segment, OverlayChoice> choices = made.overlays(settings, peers.options());
        overlays.keep(driver, choices);
        return new ShadowEngine(
                settings, sinceMillis, driver, overlays, follow(settings, choices, driver), memberships);
    }

    /** Where an overlay finds the others, it is enough to know some peers. */
    private List<PeerService.Following> follow(
            ShadowEngine.Settings settings, Map<Segment, OverlayChoice> choices, GossipDriver driver) {
        if (settings.asked().isPresent()) {
            return List.of(follow(settings, driver, settings.asked().get()));
        }
        PeerService.PeerListener feed = new ShadowEngine.ViewFeed(driver, overlays, settings);
        Map<Boolean, List<Segment>> segments = settings.segments().stream()
                .collect(Collectors.partitioningBy(segment -> {
                    OverlayChoice choice = choices.get(segment);
                    return choice == null || choice.config().kind() == MembershipConfig.Kind.FULL;
                }));
        List<PeerService.Following> followings = new ArrayList<>();
        segments.forEach((all, those) -> {
            if (!those.isEmpty()) {
                Appetite appetite = all ? Appetite.everybody() : PeerOptions.CONTACTS;
                followings.add(peers.discovered().follow(original.portType(), those, appetite, feed));
            }
        });
        return followings;
    }

    private PeerService.Following follow(
            ShadowEngine.Settings settings, GossipDriver driver, ShadowEngine.Asked asked) {
        RemotePeers remote = RemotePeers.of(host, asked.service(), asked.maxAge());
        try {
            PeerService.Following following = remote.follow(
                    original.portType(), settings.segments(), new ShadowEngine.SampleFeed(driver, overlays, settings));
            return () -> {
                following.close();
                remote.close();
            };
        } catch (RuntimeException e) {
            remote.close();
            throw e;
        }
    }

    private LegacyCare legacyCare(ShadowEngine.Settings settings) {
        return new LegacyCare(
                self,
                host,
                original.portType(),
                settings.segments(),
                settings.types(),
                // Who leaves it to another device to know peers does not look after those without a shadow either.
                settings.asked().isPresent() ? new NoPeers() : peers.discovered(),
                legacyOptions);
    }

    // Another policy

    /**
     * Goes on with another policy. Where it comes to the same for the engine (other fanout, rounds, lifetime, limits that are checked
     * here), the engine goes on as well, and all that is different are the messages that enter from now on. Else a second engine
     * takes what is published from now on, while the first one brings to its end what it knows; each message is decided on by one of
     * them, by its origin time, so that none is delivered twice. What others published up to the allowed clock error after the change
     * is still the first one's.
     *
     * @throws PolicyException if messages from before so many changes may still be under way that no further engine is allowed;
     *     nothing has changed then
     */
    synchronized void replan(GossipPlan next) {
        ShadowEngine.Settings settings = next.settings(config, device.scopes());
        if (!settings.equals(engines.get(0).settings())) {
            if (engines.size() >= MOST_ENGINES) {
                throw new PolicyException(
                        "gossip policy of " + original.address(),
                        MOST_ENGINES + " changes of peers, periods or limits",
                        "fewer, while messages from before may still be under way");
            }
            ShadowEngine made = engine(next, settings, Long.MAX_VALUE);
            newest().driver().readCopies();
            synchronized (entering) {
                List<ShadowEngine> more = new ArrayList<>();
                // Later than whatever has been given to the engines before.
                more.add(made.since(loop.nowMillis() + 1));
                more.addAll(engines);
                engines = List.copyOf(more);
            }
            legacy.close();
            legacy = legacyCare(settings);
            if (retiring.compareAndSet(false, true)) {
                retireLater();
            }
        } else {
            overlays.keep(newest().driver(), next.overlays(settings, peers.options()));
        }
        plan = next;
        recogniseCopies();
        decorate();
    }

    /**
     * Goes on in the segments that the device has now, if they are others. What was published before comes to its end in those of
     * before. If so many changes are under way that no further one is possible, this follows as soon as one of them is over.
     */
    synchronized void move() {
        if (withdrawn) {
            return;
        }
        behind = false;
        if (!plan.settings(config, device.scopes()).equals(newest().settings())) {
            try {
                replan(plan);
            } catch (PolicyException e) {
                behind = true;
                LOG.warn("{}: its segments change later: {}", self, e.getMessage());
            }
        }
    }

    private void retireLater() {
        // A loop that is full leaves the engine to the next change of policy, or to the end of the shadow.
        boolean scheduled = loop.schedule(RETIRE_CHECK_MILLIS, this::retire).isPresent();
        retiring.set(scheduled);
    }

    /**
     * Ends the oldest engine once it knows of no message of which a copy may still come, and nothing waits in it: what comes late
     * then is expired, or new to the next one as well.
     */
    private void retire() {
        List<ShadowEngine> now = engines;
        if (withdrawn || now.size() < 2) {
            retiring.set(false);
            // A change of policy in between has found it set.
            if (!withdrawn && engines.size() > 1 && retiring.compareAndSet(false, true)) {
                retireLater();
            }
            return;
        }
        ShadowEngine oldest = now.get(now.size() - 1);
        long until = now.get(now.size() - 2).sinceMillis() + config.allowedClockErrorMillis();
        CompletableFuture<Void> unused = oldest.driver()
                .isDone()
                .thenAccept(done -> {
                    if (done && loop.nowMillis() >= until) {
                        end(oldest);
                    }
                    retireLater();
                })
                .exceptionally(busy -> {
                    retireLater();
                    return null;
                });
    }

    private synchronized void end(ShadowEngine engine) {
        engines = engines.stream().filter(other -> !other.equals(engine)).toList();
        engine.close();
        recogniseCopies();
        if (behind) {
            move();
        }
    }

    /** Which of several engines a copy is for, its octets alone do not tell. */
    private void recogniseCopies() {
        if (engines.size() == 1) {
            newest().driver().recogniseCopies(List.of(original.portType(), plan));
        }
    }

    private ShadowEngine newest() {
        return engines.get(0);
    }

    /** As below, for a message that enters here: what its engine is, all copies that come back find too. */
    private GossipDriver driverForEntering(GossipMessage message) {
        synchronized (entering) {
            return driverFor(message);
        }
    }

    /** The engine that decides on a message; the same for every copy of it. */
    private GossipDriver driverFor(GossipMessage message) {
        long published = message.parameters().originTimeMillis();
        long clockError = message.origin().equals(self) ? 0 : config.allowedClockErrorMillis();
        List<ShadowEngine> all = engines;
        for (int i = 0; i < all.size() - 1; i++) {
            if (published >= all.get(i).sinceMillis() + clockError) {
                return all.get(i).driver();
            }
        }
        return all.get(all.size() - 1).driver();
    }

    private void decorate() {
        original.decorateWsdl(
                wsdl -> decorated(wsdl, ShadowRelation.shadowedBy(address.toString())),
                plan.policies().toString());
    }

    private void publish() {
        decorate();
        SoapDoor door = new SoapDoor(
                host.httpReader(),
                UNDERSTOOD,
                new ShadowDoor(
                        metadata,
                        original,
                        host.replyReader(),
                        entry,
                        asks,
                        gossip.stylesheets(aggregations),
                        new Posted()),
                host.messageIds(),
                () -> Optional.of(wsdl()));
        host.route(path, door);
        host.routeDatagrams(path, this::onDatagram);
    }

    private byte[] wsdl() {
        Document document = decorated(
                original.wsdlAt(address),
                ShadowRelation.shadowOf(original.address().toString()));
        return WsdlDocument.of(document, address.toString()).toBytes();
    }

    private Document decorated(Document wsdl, ShadowRelation relation) {
        plan.policies().forEach((portType, policy) -> GossipWsdl.write(wsdl, portType, policy.withRelation(relation)));
        return wsdl;
    }

    Hosted hosted() {
        return new Hosted(
                List.of(EndpointReference.of(address.toString()), EndpointReference.of(self.value())),
                types(),
                original.serviceId() + ":gossip");
    }

    private List<QName> types() {
        List<QName> types = new ArrayList<>(List.of(original.portType(), Gossip1.SHADOW_TYPE));
        original.events()
                .map(ServiceEvents::portType)
                .filter(plan.policies()::containsKey)
                .filter(type -> !types.contains(type))
                .ifPresent(types::add);
        return types;
    }

    /** The device that it is on. */
    public Device device() {
        return device;
    }

    /** The service that it shadows. */
    public HostedService original() {
        return original;
    }

    /** HTTP address. */
    public URI address() {
        return address;
    }

    /** Datagram address, by which peers know it. */
    public PeerAddress peerAddress() {
        return self;
    }

    /** The segments into which it sends. */
    public List<Segment> segments() {
        return newest().settings().segments();
    }

    /** The engine that takes what is published now, at work. */
    public GossipDriver driver() {
        return newest().driver();
    }

    /**
     * How far its views of the segments have come. Any thread.
     *
     * @return one for each of {@link #segments}; fails with RejectedExecutionException if the event loop is full or closed
     */
    public CompletableFuture<List<ViewState>> views() {
        ShadowEngine newest = newest();
        return newest.driver()
                .known()
                .thenCombine(overlays.kept(), (known, kept) -> newest.settings().segments().stream()
                        .map(segment -> viewState(segment, known.get(segment), kept.get(segment)))
                        .toList());
    }

    private static ViewState viewState(
            Segment segment, GossipDriver.@Nullable Known known, OverlayDriver.@Nullable Kept kept) {
        GossipDriver.Known there = known == null ? new GossipDriver.Known(0, 1) : known;
        if (kept == null) {
            return new ViewState(segment, there.links(), there.links(), there.devices(), ViewState.EVERYBODY);
        }
        int wanted =
                switch (kept.config().kind()) {
                    case HYPARVIEW -> kept.config().view().links() - 1;
                    case CYCLON -> CYCLON_PARTNERS;
                    case FULL -> ViewState.EVERYBODY;
                };
        return new ViewState(segment, there.links(), kept.peers(), there.devices(), wanted);
    }

    /** The policy that holds now, functions named by hash and every value resolved, by operation. */
    public Map<String, EffectiveGossip> policies() {
        return plan.operations();
    }

    /** What its newest engine was made for. */
    ShadowEngine.Settings settings() {
        return newest().settings();
    }

    /** Engines that work, the newest first: more than one while messages from before a change of policy are under way. */
    List<ShadowEngine> engines() {
        return engines;
    }

    /** What keeps its views of the segments; the counters of what came and went there. */
    public OverlayDriver overlays() {
        return overlays;
    }

    /** What it does for devices that know nothing of gossip. */
    public LegacyCare legacy() {
        return legacy;
    }

    /** Where messages of clients begin to spread. */
    ShadowEntry entry() {
        return entry;
    }

    /** Those who ask all devices through it by subscription. */
    public Asks asks() {
        return asks;
    }

    public Trouble trouble() {
        long unread = events.map(ShadowEvents::undelivered).orElse(0L);
        return new Trouble(
                malformed.sum(),
                failedDeliveries.sum() + unread,
                engines.stream().mapToLong(engine -> engine.driver().lost()).sum());
    }

    synchronized void withdraw() {
        withdrawn = true;
        engines.forEach(ShadowEngine::close);
        overlays.close();
        legacy.close();
        events.ifPresent(ShadowEvents::close);
        host.unroute(path);
        host.unrouteDatagrams(path);
        original.decorateWsdl(wsdl -> wsdl, "");
        sayGoodbye();
    }

    /** Is gone without a word to peers, subscribers or those who ask. */
    synchronized void crash() {
        withdrawn = true;
        overlays.crash();
        engines.forEach(engine -> engine.driver().crash());
        asks.crash();
        host.unroute(path);
        host.unrouteDatagrams(path);
        engines.forEach(ShadowEngine::close);
        legacy.close();
        events.ifPresent(ShadowEvents::close);
    }

    /** Those who ask are told while what tells them is still there. */
    private void sayGoodbye() {
        try {
            asks.stop().get(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("{}: not everybody who asked knows that it stopped: {}", self, e.toString());
        }
    }

    /** Takes what is sent to all of a segment. */
    private final class Member implements SegmentGroups.Member {
        @Override
        public QName portType() {
            return original.portType();
        }

        @Override
        public Optional<GossipEvent.Received> read(Envelope envelope) throws MalformedGossipException {
            if (DATAGRAM_CHECK.check(envelope, HeaderCheck.Exchange.UDP).isPresent()) {
                throw new MalformedGossipException("header: not that of a datagram (expected: one-way, understood)");
            }
            boolean gossips =
                    travelling(envelope).flatMap(ShadowService.this::policy).isPresent();
            return gossips ? Optional.of(received(envelope)) : Optional.empty();
        }

        @Override
        public GossipDriver driver(GossipMessage message) {
            return driverFor(message);
        }
    }

    // From peers

    private void onDatagram(Envelope envelope, InetSocketAddress from) {
        if (DATAGRAM_CHECK.check(envelope, HeaderCheck.Exchange.UDP).isPresent()) {
            malformed.increment();
            return;
        }
        if (PeerMessageCodec.isPeerMessage(envelope.action().orElse(""))) {
            overlays.onDatagram(envelope, from);
            return;
        }
        try {
            if (isCopy(envelope)) {
                GossipEvent.Received copy = received(envelope);
                driverFor(copy.message()).tellRead(copy);
            } else if (!onPeerMessage(envelope)) {
                onClientDatagram(envelope);
            }
        } catch (MalformedGossipException | FaultException e) {
            // Datagrams are not answered with faults: that would make an amplifier of every device.
            malformed.increment();
            LOG.debug("datagram from {}: {}", from, e.getMessage());
        }
    }

    /** True if the message came from a peer, and was taken. */
    private boolean onPeerMessage(Envelope envelope) throws MalformedGossipException {
        if (PeerMessageCodec.isPeerMessage(envelope.action().orElse(""))) {
            overlays.onPost(envelope);
            return true;
        }
        if (ControlCodec.isControl(envelope.action().orElse(""))) {
            PeerAddress from = MessageReader.sender(envelope);
            GossipEvent control = new GossipEvent.ControlReceived(from, ControlCodec.read(envelope));
            for (ShadowEngine engine : engines) {
                boolean unused = engine.driver().tell(control); // One that knows nothing of it does nothing.
            }
            return true;
        }
        if (!isCopy(envelope)) {
            return false;
        }
        GossipEvent.Received copy = received(envelope);
        driverFor(copy.message()).tell(copy);
        return true;
    }

    private static boolean isCopy(Envelope envelope) {
        return envelope.headerBlock(Gossip1.HOP).isPresent()
                && !ControlCodec.isControl(envelope.action().orElse(""));
    }

    private GossipEvent.Received received(Envelope envelope) throws MalformedGossipException {
        Operation operation = travelling(envelope).orElseThrow(() -> notGossiping(envelope));
        EffectiveGossip policy = policy(operation).orElseThrow(() -> notGossiping(envelope));
        return reader.received(envelope, operation, policy);
    }

    static MalformedGossipException notGossiping(Envelope envelope) {
        return new MalformedGossipException(
                "action: " + envelope.action().orElse("absent") + " (expected: one that gossips)");
    }

    /** The operation of a message that goes from peer to peer. */
    private Optional<Operation> travelling(Envelope envelope) {
        return original.operation(envelope, Optional.empty())
                .or(() -> events.flatMap(each -> each.operation(envelope)));
    }

    private Optional<EffectiveGossip> policy(Operation operation) {
        return plan.of(operation);
    }

    // From clients

    private void onClientDatagram(Envelope envelope) throws MalformedGossipException, FaultException {
        Optional<Operation> operation = original.operation(envelope, Optional.empty());
        if (operation.filter(entry::gossips).isEmpty() || operation.get().style() != Operation.Style.ONE_WAY) {
            throw new MalformedGossipException("action: " + envelope.action().orElse("absent")
                    + " (expected: a one-way operation that gossips; requests come by HTTP)");
        }
        boolean unused = entry.spread(entry.entering(envelope, operation.get())); // As any datagram, it may be lost.
    }

    /** What its entry knows of it. */
    private final class Entered implements ShadowEntry.Shadow {
        @Override
        public Optional<EffectiveGossip> policy(Operation operation) {
            return plan.of(operation);
        }

        @Override
        public MessageReader.Entering entering(Envelope envelope, Operation operation, EffectiveGossip policy)
                throws MalformedGossipException, FaultException {
            return reader.entering(envelope, operation, policy, plan.pullMillis() > 0, segments());
        }

        @Override
        public GossipDriver driver(GossipMessage message) {
            return driverForEntering(message);
        }
    }

    /** What its HTTP side knows of it. */
    private final class Posted implements ShadowDoor.Peers {
        @Override
        public boolean take(Envelope envelope) throws MalformedGossipException {
            return onPeerMessage(envelope);
        }

        @Override
        public void malformed() {
            malformed.increment();
        }
    }
}
