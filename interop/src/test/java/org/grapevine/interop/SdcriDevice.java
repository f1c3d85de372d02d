package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** SDCri's device with a client of this stack. */
final class SdcriDevice extends Conversation {

    private static final String NAME = "Lamp of SDCri";

    private final Peer peer;
    private final Ours ours;

    SdcriDevice(Bench bench) throws IOException, InterruptedException {
        super("SDCri device");
        peer = bench.java("sdcri", "org.grapevine.interop.sdcri.SdcriPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        Client client = new Client(ours, Ours.newEndpoint());

        step(Step.HELLO, () -> {
            peer.ask("start-device", client.epr(), NAME, ours.scope());
            client.hearsHello();
        });
        step(Step.PROBE, client::probes);
        step(Step.RESOLVE, client::resolves);
        step(Step.DIRECTED_PROBE, client::probesDirectly);
        step(Step.GET, () -> assertThat(client.gets()).isEqualTo(NAME));
        step(Step.GET_METADATA, client::getsMetadata);
        step(Step.WSDL, () -> assertThat(client.fetchesWsdl()).contains("portType", "dimRequest"));
        step(Step.CALL, () -> assertThat(client.calls(42)).isEqualTo(42));
        step(Step.FAULT, client::isRefused);
        step(Step.SUBSCRIBE, client::subscribes);
        step(Step.NOTIFICATION, () -> {
            peer.ask("notify", "17");
            assertThat(client.isNotified()).isEqualTo(17);
        });
        step(Step.RENEW, client::renews);
        step(Step.GET_STATUS, client::getsStatus);
        step(Step.UNSUBSCRIBE, client::unsubscribes);
        step(Step.SUBSCRIPTION_END, () -> {
            client.subscribes();
            peer.ask("end-subscriptions");
            client.hearsTheEnd();
        });
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
