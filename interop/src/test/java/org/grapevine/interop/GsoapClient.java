package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.grapevine.dpws.device.Device;

/** gSOAP's wsddapi as a client of a device of this stack. */
final class GsoapClient extends Conversation {

    private final Peer peer;
    private final Ours ours;

    GsoapClient(Bench bench) throws IOException, InterruptedException {
        super("gSOAP client");
        peer = bench.gsoap();
        peer.event("ready");
        ours = new Ours(bench.ours());
        Device device = ours.startLamp();
        String epr = device.epr().address();
        String address = device.address().toString();

        step(Step.HELLO, () -> assertThat(peer.event("hello", epr)).contains(address));
        step(Step.PROBE, () -> assertThat(
                        peer.ask("probe", Lamp.NAMESPACE, Lamp.DEVICE_TYPE.getLocalPart(), ours.scope()))
                .containsExactly(epr, address));
        step(Step.RESOLVE, () -> assertThat(peer.ask("resolve", epr)).containsExactly(epr, address));
        step(Step.BYE, () -> {
            Ours.await(device.stop());
            peer.event("bye", epr);
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
