package org.grapevine.benchmarks;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.interop.peer.PeerLoop;
import org.jspecify.annotations.Nullable;

/** This stack in a process of its own, told what to do by the same lines as the peers of others. */
public final class GrapevinePeer {

    private final PeerLoop loop = new PeerLoop();
    private final DeviceHost host;
    private @Nullable Device device;

    private GrapevinePeer(DeviceHost host) {
        this.host = host;
    }

    /**
     * Runs until its standard input ends.
     *
     * @param arguments address of the network interface, and the port of discovery; 3702 without one
     */
    public static void main(String[] arguments) throws Exception {
        int port = arguments.length < 2 ? WsDiscovery.DISCOVERY_PORT : Integer.parseInt(arguments[1]);
        HostSettings standard = HostSettings.on(new InetSocketAddress(InetAddress.getByName(arguments[0]), 0), 7);
        try (DeviceHost host = DeviceHost.start(
                standard.withDiscovery(new InetSocketAddress(WsDiscovery.IPV4_GROUP, port), standard.timing()))) {
            new GrapevinePeer(host).run();
        }
    }

    private void run() throws Exception {
        loop.on("start-device", this::startDevice).on("notify", words -> {
            if (device == null) {
                throw new IllegalStateException("not yet (expected: start-device before)");
            }
            device.events(BenchLamp.Events.class).dimmed(Integer.parseInt(words.get(0)));
            return List.of();
        });
        loop.event("ready");
        loop.run();
    }

    /** Words: endpoint reference, friendly name, scope. */
    private List<String> startDevice(List<String> words) {
        device = Device.named(words.get(1))
                .endpoint(words.get(0))
                .types(BenchLamp.DEVICE_TYPE)
                .scopes(words.get(2))
                .host(new BenchLamp.Bulb())
                .start(host);
        return List.of();
    }
}
