package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.grapevine.dpws.device.Device;

/** CXF's WSDiscoveryClient with a device of this stack. */
final class CxfClient extends Conversation {

    private final Peer peer;
    private final Ours ours;

    CxfClient(Bench bench) throws IOException, InterruptedException {
        super("CXF client");
        peer = bench.java("cxf", "org.grapevine.interop.cxf.CxfPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        Device device = ours.startLamp();
        String epr = device.epr().address();
        String address = device.address().toString();

        step(Step.PROBE, () -> assertThat(
                        peer.ask("probe", Lamp.NAMESPACE, Lamp.DEVICE_TYPE.getLocalPart(), ours.scope()))
                .startsWith(epr, address));
        step(Step.RESOLVE, () -> assertThat(peer.ask("resolve", epr)).containsExactly(epr, address));
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
