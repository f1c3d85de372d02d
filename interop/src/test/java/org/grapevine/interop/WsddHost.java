package org.grapevine.interop;

import java.util.List;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.LegacyDiscovery;

/** wsdd, a host of WS-Discovery 2005/04, with a client of this stack that also asks such devices. It uses no loopback interface. */
final class WsddHost extends Conversation {

    private final Peer peer;
    private final Ours ours;

    WsddHost(Bench bench) throws Exception {
        super("wsdd host");
        String uuid = Ours.newUuid();
        ours = new Ours(bench.ours());
        Ours.await(ours.host().discovery().operate(DiscoveryMode.adHoc().withLegacy(true)));
        peer = bench.start(
                "wsdd", "wsdd", "--ipv4only", "--interface", bench.theirs().getHostAddress(), "--uuid", uuid);
        Client client = new Client(ours, "urn:uuid:" + uuid);

        step(Step.HELLO, client::hearsHello);
        step(Step.PROBE, () -> client.probes(List.of(LegacyDiscovery.DEVICE_TYPE), List.of()));
        step(Step.RESOLVE, client::resolves);
        step(Step.BYE, () -> {
            peer.end();
            client.hearsBye();
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
