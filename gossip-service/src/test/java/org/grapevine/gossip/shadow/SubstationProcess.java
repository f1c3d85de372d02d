package org.grapevine.gossip.shadow;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.peer.service.Peers1;

/**
 * A substation controller and three meters in a process of their own, until its input ends. It prints the address of the controller's
 * Peer Service, and what arrives where.
 */
final class SubstationProcess {

    static final String SCOPE = "test:fan";

    private SubstationProcess() {}

    /** A service that tells what it got. */
    static final class Told implements NoticeService {
        private final String name;
        private final Consumer<String> told;

        Told(String name, Consumer<String> told) {
            this.name = name;
            this.told = told;
        }

        @Override
        public void post(String text) {
            told.accept(name + " got " + text);
        }

        @Override
        public int count(String of) {
            return 1;
        }

        @Override
        public String echo(String text) {
            return text;
        }
    }

    static DeviceHost host(int discoveryPort, int seed, GossipExtension extension) throws IOException {
        return DeviceHost.start(
                HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), seed)
                        .withDiscovery(
                                new InetSocketAddress(WsDiscovery.IPV4_GROUP, discoveryPort),
                                DiscoveryTiming.defaults().withAppMaxDelayMs(10)),
                extension);
    }

    static GossipExtension extension() {
        return new GossipExtension(GossipConfig.defaults(), new Village.Adding());
    }

    static Device device(DeviceHost host, String name, Consumer<String> told) {
        return Device.named(name)
                .scopes(SCOPE)
                .endpoint("urn:test:" + name)
                .host(new Told(name, told))
                .start(host);
    }

    static String peerService(Device device) {
        return device.metadata().relationship().orElseThrow().hosted().stream()
                .filter(hosted -> hosted.types().contains(Peers1.PORT_TYPE))
                .findFirst()
                .orElseThrow()
                .eprs()
                .get(0)
                .address();
    }

    /**
     * Runs until its input ends.
     *
     * @param args the port of discovery
     */
    @SuppressWarnings("SystemOut") // It is how the process speaks to the one that started it.
    public static void main(String[] args) throws IOException {
        Consumer<String> told = line -> {
            synchronized (System.out) {
                System.out.println(line);
            }
        };
        try (DeviceHost host = host(Integer.parseInt(args[0]), 901, extension())) {
            Device controller = device(host, "ssc", told);
            for (int i = 1; i <= 3; i++) {
                Device unused = device(host, "meter-" + i, told);
            }
            told.accept("peers " + peerService(controller));
            while (System.in.read() >= 0) {
                // Whoever started it ends it.
            }
        }
    }
}
