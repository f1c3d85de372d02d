package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shadow whose device is gone without a word says nothing either; its peers find out by its silence. */
@Timeout(180)
class CrashedShadowTest {

    private static Village village(View view) throws Exception {
        Village village = new Village(OverlaysTest.quick(view));
        for (int h = 0; h < 2; h++) {
            DeviceHost host = village.host(UnaryOperator.identity());
            for (int d = 0; d < 3; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, new Village.Notices(village, name));
            }
        }
        village.awaitPeers();
        return village;
    }

    @ParameterizedTest
    @EnumSource(View.class)
    void itIsInNoViewAfterAWhileAndTheOthersGoOn(View kind) throws Exception {
        try (Village village = village(kind)) {
            Device crashing = village.device("device 1.1");
            ShadowService shadow = village.shadow("device 1.1");
            PeerAddress crashed = shadow.peerAddress();

            crashing.crash();
            long sent = shadow.overlays().counters().sent();

            assertThat(village.extensions.get(1).shadows())
                    .doesNotContain(shadow)
                    .hasSize(2);
            village.awaitNobodyHas(crashed);
            assertThat(shadow.overlays().counters().sent()).isEqualTo(sent);
            village.awaitLinks();
            village.expect("without it", 5);
            village.post("device 0.0", "without it");
            assertThat(village.await("without it")).isTrue();
        }
    }

    @Test
    void itIsBackAsSoonAsItsDeviceStartsAgain() throws Exception {
        try (Village village = village(View.HYPARVIEW)) {
            village.device("device 1.1").crash();

            Village.Notices again = new Village.Notices(village, "device 1.1");
            Device unused = village.device(village.hosts.get(1), "device 1.1", again);

            village.awaitPeers();
            village.expect("with it", 6);
            village.post("device 0.0", "with it");
            assertThat(village.await("with it")).isTrue();
            assertThat(again.texts).containsExactly("with it");
        }
    }

    /** A service that answers a count when it is released, with far too much. */
    private static final class Slow implements NoticeService {
        final CountDownLatch called = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void post(String text) {}

        @Override
        public int count(String of) {
            called.countDown();
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 1_000;
        }

        @Override
        public String echo(String text) {
            return text;
        }
    }

    private static CompletableFuture<Envelope> count(Village village, String entry) {
        byte[] count = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:countRequest")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<n:count xmlns:n=\"" + NoticeService.NAMESPACE + "\"><of>all</of></n:count>").getBytes(UTF_8))
                .toBytes();
        return village.hosts.get(0).client().call(village.shadow(entry).address(), count, Duration.ofSeconds(30));
    }

    @Test
    void whatItsServiceAnswersAfterwardsGoesNowhere() throws Exception {
        try (Village village = village(View.FULL)) {
            Slow slow = new Slow();
            Device crashing = village.device(village.host(UnaryOperator.identity()), "slow", slow);
            village.awaitPeers();
            CompletableFuture<Envelope> answer = count(village, "device 0.0");
            assertThat(slow.called.await(20, TimeUnit.SECONDS)).isTrue();

            crashing.crash();
            slow.release.countDown();

            String body = new String(answer.get(30, TimeUnit.SECONDS).bodyElement(), UTF_8);
            assertThat(Integer.parseInt(body.replaceAll("(?s).*<count>([0-9]+)</count>.*", "$1")))
                    .isBetween(1, 6);
        }
    }

    @Test
    void whoWaitsThereForAnAnswerSeesTheConnectionClose() throws Exception {
        try (Village village = village(View.FULL)) {
            Slow slow = new Slow();
            Device crashing = village.device(village.host(UnaryOperator.identity()), "slow", slow);
            village.awaitPeers();
            CompletableFuture<Envelope> answer = count(village, "slow");
            assertThat(slow.called.await(20, TimeUnit.SECONDS)).isTrue();

            crashing.crash();

            assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
            slow.release.countDown();
        }
    }
}
