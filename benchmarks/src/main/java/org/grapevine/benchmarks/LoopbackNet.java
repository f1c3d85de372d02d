package org.grapevine.benchmarks;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.WsDiscovery;

/** Hosts on the loopback interface, with the times of the standard and a discovery port that nobody else uses. */
record LoopbackNet(InetSocketAddress group) {

    static LoopbackNet open() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return new LoopbackNet(new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort()));
        }
    }

    static InetAddress address() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    HostSettings settings(long seed) throws IOException {
        HostSettings standard = HostSettings.on(new InetSocketAddress(address(), 0), seed);
        return standard.withDiscovery(group, standard.timing());
    }
}
