package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.grapevine.dpws.device.Device;

/** zeep, which knows of a service no more than its WSDL, with a hosted service of this stack. */
final class ZeepClient extends Conversation {

    private final Peer peer;
    private final Ours ours;

    ZeepClient(Bench bench) throws IOException, InterruptedException {
        super("zeep client");
        peer = bench.start("zeep", bench.home().resolve("zeep/peer.py").toString());
        peer.event("ready");
        ours = new Ours(bench.ours());
        Device device = ours.startLamp();
        URI lamp = device.hostedServices().get(0).address();

        step(Step.WSDL, () -> assertThat(peer.ask("load", lamp + "?wsdl")).containsExactly("dim"));
        step(Step.CALL, () -> assertThat(peer.ask("dim", "42")).containsExactly("42"));
        step(Step.FAULT, () -> assertThat(peer.ask("fault", lamp.toString())).startsWith("400"));
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
