package org.grapevine.benchmarks;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffService;
import org.grapevine.interop.peer.PeerLoop;

/** Who has tariffs for all devices, in a process of its own: a device with a shadow, an event source, and a caller of services. */
public final class TodayPublisher {

    /** Of one call over HTTP. */
    static final Duration HTTP_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration ENTRY_TIMEOUT = Duration.ofSeconds(10);

    private final DeviceHost host;
    private final HostedService issuer;
    private final String newsAction;
    private final GossipClient client;
    private final GossipEntry entry;
    private final String tariffAction;
    private List<URI> devices = List.of();

    private TodayPublisher(DeviceHost host, GossipExtension gossip) throws Exception {
        this.host = host;
        Device device = Device.named("Supplier")
                .scopes(TodayDevices.SCOPE)
                .host(new OwnTariffs())
                .host(new TodayTariff.IssuerOnly())
                .start(host);
        this.issuer = device.hostedServices().stream()
                .filter(service -> service.events().isPresent())
                .findFirst()
                .orElseThrow();
        this.newsAction =
                issuer.events().orElseThrow().actions().values().iterator().next();
        this.client = GossipClient.of(host);
        this.entry =
                client.entry(gossip.shadows().get(0).address(), ENTRY_TIMEOUT).get(20, TimeUnit.SECONDS);
        this.tariffAction = entry.portType().operations().get(0).action();
    }

    /** What is gossiped comes to the publisher's own device as well; nobody counts it there. */
    private static final class OwnTariffs implements TariffService {
        @Override
        public void tariffChanged(TariffEvent tariffEvent) {
            TodayTariff.number(tariffEvent);
        }
    }

    /**
     * Runs until its standard input ends.
     *
     * @param arguments address of the network interface, and port of discovery
     */
    public static void main(String[] arguments) throws Exception {
        Machine.quiet();
        LoopbackNet net =
                new LoopbackNet(new InetSocketAddress(WsDiscovery.IPV4_GROUP, Integer.parseInt(arguments[1])));
        GossipExtension gossip = new GossipExtension(GossipConfig.defaults(), new NoAggregations());
        PeerLoop loop = new PeerLoop();
        NetworkConditions network = new NetworkConditions(System.nanoTime());
        try (DeviceHost host = DeviceHost.start(net.settings(System.nanoTime()).withFaults(network), gossip)) {
            TodayPublisher publisher = new TodayPublisher(host, gossip);
            loop.on("events", words -> List.of(publisher.issuer.address().toString()))
                    .on("devices", publisher::setDevices)
                    .on("send", publisher::send)
                    .on("datagrams", words -> publisher.datagrams())
                    .on("delay", words -> delay(network, words));
            loop.event("ready");
            loop.run();
        }
    }

    private List<String> setDevices(List<String> words) {
        devices = words.stream().map(URI::create).toList();
        return List.of();
    }

    /** Bytes in datagrams, sent and received. */
    private List<String> datagrams() {
        return List.of(
                Long.toString(host.udp().counters().sentBytes()),
                Long.toString(host.udp().counters().receivedBytes()));
    }

    /** Words: ms by which every datagram, request and answer is late. */
    static List<String> delay(NetworkConditions network, List<String> words) {
        network.delay(TimeUnit.MILLISECONDS.toMicros(Long.parseLong(words.get(0))), 0);
        return List.of();
    }

    /** Words: a way, and the number of the message; answers with the times of begin and end, in ns, and how many calls failed. */
    private List<String> send(List<String> words) throws Exception {
        long number = Long.parseLong(words.get(1));
        long begun = System.nanoTime();
        int failed = send(TodayWay.valueOf(words.get(0)), TodayTariff.body(number));
        return List.of(Long.toString(begun), Long.toString(System.nanoTime()), Integer.toString(failed));
    }

    private int send(TodayWay way, byte[] body) throws Exception {
        switch (way) {
            case EAGER -> gossip(body, GossipChoice.NONE);
            case TREE -> gossip(body, GossipChoice.NONE.withVariant(GossipVariant.TREE));
            case EVENTS ->
                issuer.events().orElseThrow().notify(newsAction, body).get(30, TimeUnit.SECONDS);
            case ONE_BY_ONE -> {
                return call(body, 1);
            }
            case MANY -> {
                return call(body, TodayWay.AT_ONCE);
            }
        }
        return 0;
    }

    private void gossip(byte[] body, GossipChoice choice) throws Exception {
        client.send(List.of(entry), ClientMessage.of(body).with(choice), ENTRY_TIMEOUT)
                .accepted()
                .get(20, TimeUnit.SECONDS);
    }

    private int call(byte[] body, int atOnce) throws Exception {
        return new CallLanes(devices, address -> call(address, body)).run(atOnce);
    }

    private CompletableFuture<?> call(URI address, byte[] body) {
        byte[] request = EnvelopeWriter.forAction(tariffAction)
                .messageId(host.messageIds().next())
                .to(address.toString())
                .body(body)
                .toBytes();
        return host.client().send(address, request, HTTP_TIMEOUT);
    }
}
