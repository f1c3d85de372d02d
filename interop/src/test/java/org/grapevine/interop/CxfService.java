package org.grapevine.interop;

import java.io.IOException;

/** CXF's WS-Discovery service with a client of this stack. It listens on no loopback interface. */
final class CxfService extends Conversation {

    private final Peer peer;
    private final Ours ours;

    CxfService(Bench bench) throws IOException, InterruptedException {
        super("CXF service");
        peer = bench.java("cxf", "org.grapevine.interop.cxf.CxfPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        Client client = new Client(ours, Ours.newEndpoint());

        step(Step.HELLO, () -> {
            peer.ask(
                    "start-service",
                    client.epr(),
                    Lamp.NAMESPACE,
                    Lamp.DEVICE_TYPE.getLocalPart(),
                    ours.scope(),
                    "http://" + bench.theirs().getHostAddress() + "/lamp");
            client.hearsHello();
        });
        step(Step.PROBE, client::probes);
        step(Step.RESOLVE, client::resolves);
        step(Step.BYE, () -> {
            peer.ask("stop-service");
            client.hearsBye();
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
