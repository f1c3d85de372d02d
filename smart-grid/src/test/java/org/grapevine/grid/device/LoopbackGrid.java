package org.grapevine.grid.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.SegmentView;

/** A host for devices on the loopback interface, with a discovery port of its own. */
final class LoopbackGrid implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final GossipExtension gossip;
    private final DeviceHost host;

    LoopbackGrid(Aggregations aggregations) throws IOException {
        this(new GossipExtension(GossipConfig.defaults(), aggregations));
    }

    LoopbackGrid(GossipExtension gossip) throws IOException {
        this.gossip = gossip;
        int port;
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = free.getLocalPort();
        }
        host = DeviceHost.start(
                HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)
                        .withDiscovery(
                                new InetSocketAddress(WsDiscovery.IPV4_GROUP, port),
                                DiscoveryTiming.defaults().withAppMaxDelayMs(10)),
                gossip);
    }

    DeviceHost host() {
        return host;
    }

    GossipExtension gossip() {
        return gossip;
    }

    ShadowService shadow(String device, String portType) {
        return gossip.shadows().stream()
                .filter(each -> each.device().name().equals(device)
                        && each.original().portType().getLocalPart().equals(portType))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until links lead from each shadow of a port type to all others of its segments. */
    void awaitLinks(String device, String portType) throws Exception {
        QName name = shadow(device, portType).original().portType();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isConnected(name)) {
            assertThat(System.nanoTime()).as("end of waiting for links").isLessThan(end);
        }
    }

    private boolean isConnected(QName portType) throws Exception {
        List<SegmentView> views = gossip.views().all().stream()
                .filter(view -> view.portType().equals(portType))
                .toList();
        for (String scope :
                views.stream().map(view -> view.segment().scope()).distinct().toList()) {
            List<SegmentView> segment = views.stream()
                    .filter(view -> view.segment().scope().equals(scope))
                    .toList();
            if (!LinkGraph.of(segment).get(PATIENCE_SECONDS, TimeUnit.SECONDS).isConnected()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        host.close();
    }
}
