package org.grapevine.interop;

import java.io.IOException;

/** What CXF's WSDiscoveryClient announces, with a client of this stack. */
final class CxfAnnouncer extends Conversation {

    private final Peer peer;
    private final Ours ours;

    CxfAnnouncer(Bench bench) throws IOException, InterruptedException {
        super("CXF announcer");
        peer = bench.java("cxf", "org.grapevine.interop.cxf.CxfPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        Client client = new Client(ours, Ours.newEndpoint());

        step(Step.HELLO, () -> {
            peer.ask(
                    "hello",
                    client.epr(),
                    Lamp.NAMESPACE,
                    Lamp.DEVICE_TYPE.getLocalPart(),
                    ours.scope(),
                    "http://" + bench.theirs().getHostAddress() + "/lamp");
            client.hearsHello();
        });
        step(Step.BYE, () -> {
            peer.ask("bye");
            client.hearsBye();
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
