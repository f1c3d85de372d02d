package org.grapevine.interop;

import java.io.IOException;

/** gSOAP's wsddapi as a target service, with a client of this stack. */
final class GsoapDevice extends Conversation {

    private final Peer peer;
    private final Ours ours;

    GsoapDevice(Bench bench) throws IOException, InterruptedException {
        super("gSOAP device");
        peer = bench.gsoap();
        peer.event("ready");
        ours = new Ours(bench.ours());
        Client client = new Client(ours, Ours.newEndpoint());

        step(Step.HELLO, () -> {
            peer.ask(
                    "start-device",
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
            peer.ask("stop-device");
            client.hearsBye();
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
