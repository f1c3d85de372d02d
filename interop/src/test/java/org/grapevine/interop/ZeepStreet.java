package org.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.grapevine.gossip.shadow.ShadowService;

/** zeep with a service that gossips. It knows nothing of gossip, and does the same at the original and at the shadow. */
final class ZeepStreet extends Conversation {

    /** The address that it is given. */
    enum At {
        ORIGINAL(1),
        SHADOW(Street.LAMPS);

        private final int lamps;

        At(int lamps) {
            this.lamps = lamps;
        }
    }

    private final Peer peer;
    private final Street street;

    ZeepStreet(Bench bench, At at) throws IOException, InterruptedException {
        super("zeep " + (at == At.SHADOW ? "shadow" : "original"));
        peer = bench.start("zeep", bench.home().resolve("zeep/peer.py").toString());
        peer.event("ready");
        street = new Street(bench.ours());
        ShadowService shadow = street.shadow();
        URI address = at == At.SHADOW ? shadow.address() : shadow.original().address();
        String label = shadow.device().name();

        step(Step.WSDL, () -> assertThat(peer.ask("load", address + "?wsdl"))
                .containsExactly("announce", "label", "watts"));
        step(Step.CALL, () -> {
            assertThat(peer.ask("call", "watts", "purpose", "light"))
                    .containsExactly(String.valueOf(at.lamps * Street.WATTS), "related");
            assertThat(peer.ask("call", "label", "language", "en")).containsExactly(label, "related");
        });
        step(Step.ONE_WAY, () -> {
            assertThat(peer.ask("send", "announce", "text", "lights off")).containsExactly("Action", "MessageID", "To");
            street.awaitAnnounced("lights off", at.lamps);
            // To each of them, and not one of them twice: whatever comes late, this is behind it.
            assertThat(peer.ask("send", "announce", "text", "lights on")).hasSize(3);
            street.awaitAnnounced("lights on", at.lamps);
            assertThat(street.announced("lights off")).isEqualTo(at.lamps);
        });
        // The service throws; what it says of that is for its own log.
        step(Step.FAULT, () -> assertThat(peer.ask("refused", "label", "language", "tlh"))
                .hasSize(2)
                .last()
                .isEqualTo("The service failed to process the request"));
    }

    @Override
    public void close() {
        peer.close();
        street.close();
    }
}
