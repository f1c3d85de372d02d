package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipEngine;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.view.SegmentPeers;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Priority;

/** Hosts with drivers on real loopback sockets, and nothing above them: no service, no discovery of peers. */
final class Street implements AutoCloseable {

    static final Segment SEGMENT = new Segment("test:street");
    static final QName PORT_TYPE = new QName("urn:example:street", "House");
    static final String ACTION = "urn:example:street:House:tell";
    static final int SECONDS = 30;

    private static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.http());

    /** One host with its houses. */
    static final class Block {
        final DeviceHost host;
        final GossipHost gossip;
        final List<House> houses = new ArrayList<>();

        Block(DeviceHost host, DriverOptions options) {
            this.host = host;
            this.gossip = new GossipHost(host, options);
        }
    }

    /** What stands in for a shadow and its service. */
    static final class House implements GossipDriver.Application, SegmentGroups.Member {
        final PeerAddress address;
        final GossipDriver driver;
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final List<String> all = new CopyOnWriteArrayList<>();
        final LongAdder malformed = new LongAdder();
        private final Block block;
        private volatile Consumer<String> service = text -> {};
        private volatile List<EnvelopePayload> watching = new ArrayList<>();

        House(Block block, String name, GossipConfig config) {
            String path = "/" + name + "/gossip";
            this.block = block;
            this.address = new PeerAddress(block.host.udpAddress(path).toString());
            SegmentPeers view = new SegmentPeers(address, List.of(SEGMENT), 10_000);
            this.driver = new GossipDriver(
                    address,
                    block.gossip,
                    name,
                    new GossipEngine(config, view, block.host.newRandom()),
                    view,
                    this,
                    new NoFunctions());
            block.host.routeDatagrams(path, this::onEnvelope);
            block.houses.add(this);
            driver.recogniseCopies(PORT_TYPE);
            driver.start();
        }

        /** What the service does with a text before it counts as delivered. */
        void serve(Consumer<String> own) {
            service = own;
        }

        /** Collects what is delivered, as it is. */
        void watch(List<EnvelopePayload> into) {
            watching = into;
        }

        Block block() {
            return block;
        }

        SegmentGroups groups() {
            return block.gossip.groups();
        }

        Wire wire() {
            return block.gossip.wire();
        }

        private void onEnvelope(Envelope envelope, InetSocketAddress from) {
            try {
                if (ControlCodec.isControl(envelope.action().orElse(""))) {
                    driver.tell(new GossipEvent.ControlReceived(sender(envelope), ControlCodec.read(envelope)));
                } else {
                    driver.tellRead(read(envelope).orElseThrow());
                }
            } catch (MalformedGossipException e) {
                malformed.increment();
            }
        }

        private static PeerAddress sender(Envelope envelope) {
            return new PeerAddress(
                    envelope.from().map(EndpointReference::address).orElse("nobody"));
        }

        @Override
        public QName portType() {
            return PORT_TYPE;
        }

        @Override
        public Optional<GossipEvent.Received> read(Envelope envelope) throws MalformedGossipException {
            if (!envelope.action().orElse("").equals(ACTION)) {
                return Optional.empty();
            }
            GossipHeader.Arrival arrival = GossipHeader.arrival(envelope).orElseThrow();
            GossipParameters parameters =
                    GossipHeader.parameters(envelope, plain(0)).orElseThrow();
            EnvelopePayload payload = new EnvelopePayload(
                    envelope,
                    Binding.SOAP_UDP,
                    GossipHeader.priority(envelope, Priority.NORMAL),
                    block.host.settings().maxDatagramBytes());
            GossipMessage message = new GossipMessage(
                    new MessageId(envelope.messageId().orElse("")), sender(envelope), parameters, payload);
            return Optional.of(new GossipEvent.Received(arrival.from(), arrival.hop(), message));
        }

        @Override
        public GossipDriver driver(GossipMessage message) {
            return driver;
        }

        /** A message of this house, ready to be published. */
        GossipMessage message(String text, Priority priority, GossipParameters parameters) {
            return message(text, priority, parameters, Binding.SOAP_UDP);
        }

        GossipMessage message(String text, Priority priority, GossipParameters parameters, Binding binding) {
            String id = "urn:uuid:" + java.util.UUID.randomUUID();
            byte[] envelope = EnvelopeWriter.forAction(ACTION)
                    .messageId(id)
                    .from(EndpointReference.of(address.value()))
                    .header(new String(GossipHeader.gossipBlock(parameters, binding, priority), UTF_8))
                    .body(("<h:tell xmlns:h=\"urn:example:street\">" + text + "</h:tell>").getBytes(UTF_8))
                    .toBytes();
            try {
                EnvelopePayload payload = new EnvelopePayload(
                        READER.readWhole(envelope),
                        binding,
                        priority,
                        block.host.settings().maxDatagramBytes());
                return new GossipMessage(new MessageId(id), address, parameters, payload);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        boolean publish(String text) {
            return publish(text, Priority.NORMAL, plain(1_000));
        }

        boolean publish(String text, Priority priority, GossipParameters parameters) {
            return driver.tell(new GossipEvent.Published(message(text, priority, parameters)));
        }

        @Override
        public void deliver(EnvelopePayload message) {
            String text = text(message);
            List<EnvelopePayload> into = watching;
            synchronized (into) {
                into.add(message);
            }
            service.accept(text);
            all.add(text);
            got.add(text);
        }

        static String text(EnvelopePayload message) {
            String whole = new String(message.wholeBytes(), UTF_8);
            return whole.replaceAll("(?s).*<h:tell[^>]*>(.*)</h:tell>.*", "$1");
        }

        @Override
        public CompletableFuture<Optional<byte[]>> answer(EnvelopePayload request) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        String next() throws InterruptedException {
            String text = got.poll(SECONDS, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("nothing came to " + address);
            }
            return text;
        }

        GossipStats stats() throws Exception {
            return driver.stats().get(SECONDS, TimeUnit.SECONDS);
        }
    }

    private static final class NoFunctions implements Aggregations {
        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            throw new AggregationException("none");
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            throw new AggregationException("none");
        }
    }

    final List<Block> blocks = new ArrayList<>();
    private final InetSocketAddress discovery;
    final int groupPort;

    Street() throws IOException {
        this.discovery = new InetSocketAddress(WsDiscovery.IPV4_GROUP, freePort());
        this.groupPort = freePort();
    }

    static int freePort() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Standard options with multicast groups at a port of this street's own. */
    DriverOptions options() throws IOException {
        return DriverOptions.defaults().withGroups(InetAddress.getByName(DriverOptions.GROUP_BASE), 18, groupPort);
    }

    Block block(DriverOptions options, UnaryOperator<HostSettings> change) throws IOException {
        HostSettings settings = HostSettings.on(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 70 + blocks.size())
                .withDiscovery(discovery, DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        Block block = new Block(DeviceHost.start(change.apply(settings)), options);
        blocks.add(block);
        return block;
    }

    /** Everybody knows everybody. */
    void introduce() throws Exception {
        List<House> all = houses();
        for (House house : all) {
            for (House other : all) {
                house.driver.join(SEGMENT, other.address, other.block.host.httpAddress("/none"));
            }
        }
        for (House house : all) {
            // In order behind the joins, on the same loop.
            assertThat(house.driver.peers().get(SECONDS, TimeUnit.SECONDS).get(SEGMENT))
                    .hasSize(all.size() - 1);
        }
    }

    static GossipConfig config() {
        return GossipConfig.defaults();
    }

    List<House> houses() {
        return blocks.stream().flatMap(block -> block.houses.stream()).toList();
    }

    /** An eager push with everything worked out by the devices. */
    static GossipParameters plain(long repairMillis) {
        return new GossipParameters(0, 0, System.currentTimeMillis(), 60_000, repairMillis, null);
    }

    /** Looks again and again until the condition holds. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("what was waited for has not come");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        blocks.forEach(block -> block.host.close());
    }
}
