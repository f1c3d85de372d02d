package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.eventing.EventingDialect;

/** CXF's client for WS-Eventing, which speaks the dialect of the W3C, with a hosted service of this stack. */
final class CxfEventing extends Conversation {

    private final Peer peer;
    private final Ours ours;

    CxfEventing(Bench bench) throws IOException, InterruptedException {
        super("CXF eventing");
        peer = bench.java("cxf", "org.grapevine.interop.cxf.CxfPeer");
        peer.event("ready");
        ours = new Ours(bench.ours());
        Device device = ours.startLamp();
        String lamp = device.hostedServices().get(0).address().toString();
        String sink = peer.ask("start-sink", bench.theirs().getHostAddress()).get(0);

        step(Step.SUBSCRIBE, () -> assertThat(Duration.parse(
                        peer.ask("subscribe", lamp, sink, "PT60S").get(0)))
                .isEqualTo(Duration.ofMinutes(1)));
        step(Step.NOTIFICATION, () -> {
            device.events(LampEvents.class).dimmed(17);
            assertThat(peer.event("notified").get(1)).contains(LampEvents.DIMMED, "<level>17</level>");
        });
        step(Step.RENEW, () -> assertThat(
                        Duration.parse(peer.ask("renew", "PT120S").get(0)))
                .isEqualTo(Duration.ofMinutes(2)));
        step(Step.GET_STATUS, () -> assertThat(Duration.parse(peer.ask("status").get(0)))
                .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2)));
        step(Step.UNSUBSCRIBE, () -> peer.ask("unsubscribe"));
        step(Step.SUBSCRIPTION_END, () -> {
            peer.ask("subscribe", lamp, sink, "PT60S");
            Ours.await(device.stop());
            assertThat(peer.event("notified").get(1))
                    .contains(EventingDialect.W3C_2011.endAction(), "SourceShuttingDown");
        });
    }

    @Override
    public void close() {
        peer.close();
        ours.close();
    }
}
