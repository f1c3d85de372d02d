package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.soap.Namespaces;

/** SDCri's client with a device of this stack. */
final class SdcriClient extends Conversation {

    private final Peer peer;
    private final Ours ours;
    private final Device device;
    private String subscription = "none";

    SdcriClient(Bench bench) throws IOException, InterruptedException {
        super("SDCri client");
        peer = bench.java("sdcri", "org.grapevine.interop.sdcri.SdcriPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        device = ours.startLamp();
        String epr = device.epr().address();
        String address = device.address().toString();

        step(Step.HELLO, () -> assertThat(peer.event("entered", epr)).contains(address));
        step(Step.PROBE, () -> {
            peer.ask("probe", Lamp.NAMESPACE, Lamp.DEVICE_TYPE.getLocalPart(), ours.scope());
            assertThat(peer.event("found", epr)).contains(address);
        });
        step(Step.RESOLVE, () -> assertThat(peer.ask("resolve", epr)).containsExactly(epr, address));
        step(Step.DIRECTED_PROBE, () -> assertThat(peer.ask("directed-probe", address))
                .containsExactly(epr));
        step(Step.GET, () -> assertThat(peer.ask("get", epr))
                .containsExactly(
                        Ours.FRIENDLY_NAME, device.hostedServices().get(0).serviceId()));
        step(Step.GET_METADATA, () -> assertThat(peer.ask("wsdl")).hasSize(1));
        step(Step.WSDL, () -> assertThat(peer.ask("wsdl"))
                .singleElement()
                .asString()
                .contains(
                        "portType",
                        "dimRequest",
                        device.hostedServices().get(0).address().toString()));
        step(Step.CALL, () -> {
            List<String> answer = peer.ask("call", "42");
            assertThat(answer.get(0)).isEqualTo(Lamp.DIM_RESPONSE);
            assertThat(answer.get(1)).contains("dimResponse", "<level>42</level>");
        });
        step(Step.FAULT, () -> assertThat(peer.ask("fault"))
                .containsExactly(
                        new QName(Namespaces.S12, "Sender").toString(),
                        new QName(Namespaces.WSA, "ActionNotSupported").toString()));
        step(Step.SUBSCRIBE, () -> {
            List<String> granted = peer.ask("subscribe", "PT60S");
            subscription = granted.get(0);
            assertThat(Duration.parse(granted.get(1))).isEqualTo(Duration.ofMinutes(1));
        });
        step(Step.NOTIFICATION, () -> {
            device.events(LampEvents.class).dimmed(17);
            assertThat(peer.event("notified").get(1)).contains("dimmed", "<level>17</level>");
        });
        step(Step.RENEW, () -> assertThat(
                        Duration.parse(peer.ask("renew", subscription, "PT120S").get(0)))
                .isEqualTo(Duration.ofMinutes(2)));
        step(Step.GET_STATUS, () -> assertThat(
                        Duration.parse(peer.ask("status", subscription).get(0)))
                .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2)));
        step(Step.UNSUBSCRIBE, () -> peer.ask("unsubscribe", subscription));
        step(Step.SUBSCRIPTION_END, () -> {
            String ended = peer.ask("subscribe", "PT60S").get(0);
            Ours.await(device.stop());
            peer.event("ended", ended);
        });
        step(Step.BYE, () -> peer.event("left", epr));
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
