package org.grapevine.benchmarks;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.interop.peer.PeerLoop;

/** Some devices of the grid in a process of their own, so that they can die without a word. */
public final class GridPeer {

    private GridPeer() {}

    /**
     * Runs until its standard input ends. The command {@code addresses} tells the names of its devices, each followed by the address
     * of its service.
     *
     * @param arguments address of the network interface, port of discovery, substations, meters and appliances of the grid, its name, and the
     *     names of those that run here, with commas
     */
    public static void main(String[] arguments) throws Exception {
        Machine.quiet();
        LoopbackNet net =
                new LoopbackNet(new InetSocketAddress(WsDiscovery.IPV4_GROUP, Integer.parseInt(arguments[1])));
        SampleGrid layout = new SampleGrid(
                arguments[5],
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
        Set<String> names = Set.of(arguments[6].split(","));
        PeerLoop loop = new PeerLoop();
        try (SpeedGrid grid = SpeedGrid.start(net, layout, names::contains)) {
            List<String> addresses = new ArrayList<>();
            grid.addresses().forEach((name, address) -> addresses.addAll(List.of(name, address.toString())));
            loop.on("addresses", words -> addresses);
            loop.event("ready");
            loop.run();
        }
    }
}
