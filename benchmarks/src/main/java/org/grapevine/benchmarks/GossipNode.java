package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipEngine;
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
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.driver.GossipHost;
import org.grapevine.gossip.driver.SegmentGroups;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.Binding;
import org.grapevine.policy.Priority;

/**
 * A shadow as it is on a device, real sockets, lanes, codecs and engine included, in front of an application that only counts: what
 * gossip costs, without JAX-WS behind it.
 */
final class GossipNode implements GossipDriver.Application, SegmentGroups.Member, Aggregations {

    static final Segment SEGMENT = new Segment("bench:lan");

    private static final QName PORT_TYPE = new QName("urn:example:bench", "Counting");
    private static final String ACTION = "urn:example:bench:Counting:count";
    private static final EnvelopeReader READER = new EnvelopeReader(EnvelopeLimits.http());

    /** Where deliveries are counted. */
    interface Tally {
        void delivered(int node, long number);
    }

    private final int number;
    private final DeviceHost host;
    private final Tally tally;
    private final PeerAddress address;
    private final GossipDriver driver;

    GossipNode(int number, DeviceHost host, GossipHost gossip, GossipConfig config, boolean lan, Tally tally) {
        this.number = number;
        this.host = host;
        this.tally = tally;
        String path = "/node-" + number + "/gossip";
        this.address = new PeerAddress(host.udpAddress(path).toString());
        SegmentPeers view = new SegmentPeers(address, List.of(SEGMENT), lan ? Set.of(SEGMENT) : Set.of(), 10_000);
        this.driver = new GossipDriver(
                address, gossip, path, new GossipEngine(config, view, host.newRandom()), view, this, this);
        driver.recogniseCopies(PORT_TYPE);
        driver.start();
        if (lan) {
            var unused = gossip.groups().join(SEGMENT, this);
        }
        host.routeDatagrams(path, this::onEnvelope);
    }

    PeerAddress address() {
        return address;
    }

    GossipDriver driver() {
        return driver;
    }

    @Override
    public GossipDriver driver(GossipMessage message) {
        return driver;
    }

    void know(PeerAddress peer) {
        driver.join(SEGMENT, peer, URI.create("http://127.0.0.1:9/none"));
    }

    private void onEnvelope(Envelope envelope, InetSocketAddress from) {
        try {
            if (ControlCodec.isControl(envelope.action().orElse(""))) {
                driver.tell(new GossipEvent.ControlReceived(sender(envelope), ControlCodec.read(envelope)));
            } else {
                driver.tellRead(read(envelope).orElseThrow());
            }
        } catch (MalformedGossipException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PeerAddress sender(Envelope envelope) {
        return new PeerAddress(envelope.from().map(EndpointReference::address).orElse(""));
    }

    @Override
    public QName portType() {
        return PORT_TYPE;
    }

    @Override
    public Optional<GossipEvent.Received> read(Envelope envelope) throws MalformedGossipException {
        GossipHeader.Arrival arrival = GossipHeader.arrival(envelope).orElseThrow();
        GossipParameters parameters = GossipHeader.parameters(envelope, new GossipParameters(0, 0, 0, 1, 0, null))
                .orElseThrow();
        EnvelopePayload payload = new EnvelopePayload(
                envelope,
                GossipHeader.binding(envelope, Binding.SOAP_UDP),
                GossipHeader.priority(envelope, Priority.NORMAL),
                host.settings().maxDatagramBytes());
        MessageId id = new MessageId(envelope.messageId().orElse(""));
        GossipMessage message = new GossipMessage(id, sender(envelope), parameters, payload);
        return Optional.of(new GossipEvent.Received(arrival.from(), arrival.hop(), message));
    }

    /** An envelope as the entry makes it. */
    static byte[] envelope(long number, PeerAddress origin, int bodyBytes, GossipParameters parameters) {
        String text = String.format(java.util.Locale.ROOT, "%012d", number);
        String open = "<b:count xmlns:b=\"urn:example:bench\">" + text + " ";
        String close = "</b:count>";
        String body = open + "x".repeat(Math.max(0, bodyBytes - open.length() - close.length())) + close;
        return EnvelopeWriter.forAction(ACTION)
                .messageId("urn:uuid:0f8fad5b-d9cb-469f-a165-" + text)
                .from(EndpointReference.of(origin.value()))
                .header(new String(GossipHeader.gossipBlock(parameters, Binding.SOAP_UDP, Priority.NORMAL), UTF_8))
                .body(body.getBytes(UTF_8))
                .toBytes();
    }

    /** Publishes a message whose body has that number; false if there is no room for it. */
    boolean publish(long message, int bodyBytes, GossipParameters parameters) throws MalformedEnvelopeException {
        byte[] envelope = envelope(message, address, bodyBytes, parameters);
        EnvelopePayload payload = new EnvelopePayload(
                READER.readWhole(envelope),
                Binding.SOAP_UDP,
                Priority.NORMAL,
                host.settings().maxDatagramBytes());
        MessageId id = new MessageId(payload.envelope().messageId().orElseThrow());
        return driver.tell(new GossipEvent.Published(new GossipMessage(id, address, parameters, payload)));
    }

    @Override
    public void deliver(EnvelopePayload message) {
        String id = message.envelope().messageId().orElse("");
        tally.delivered(number, Long.parseLong(id.substring(id.length() - 12)));
    }

    @Override
    public CompletableFuture<Optional<byte[]>> answer(EnvelopePayload request) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public AggregationFunction byUri(String uri) throws AggregationException {
        throw new AggregationException(uri + ": none here");
    }

    @Override
    public String uriOf(String name, Class<?> maker) throws AggregationException {
        throw new AggregationException(name + ": none here");
    }
}
