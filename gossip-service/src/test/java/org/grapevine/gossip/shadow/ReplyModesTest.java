package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jws.WebMethod;
import jakarta.jws.WebService;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.gossip.driver.Answer;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.Replies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two segments on three hosts; one device, on a host of its own, is in both. */
@Timeout(180)
class ReplyModesTest {

    private static final String WEST = "test:west";
    private static final String EAST = "test:east";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int EACH = 4;
    private static final int ALL = 2 * EACH + 1;

    /** With this service on the device between the segments, and this one on those in the east. */
    private static Village twoSegments(GaugeService between, GaugeService inTheEast) throws Exception {
        Village village = new Village();
        DeviceHost west = village.host(settings -> settings);
        DeviceHost middle = village.host(settings -> settings);
        DeviceHost east = village.host(settings -> settings);
        for (int i = 0; i < EACH; i++) {
            village.device(west, "west " + i, new GaugeService.Ones(), WEST);
            village.device(east, "east " + i, inTheEast, EAST);
        }
        village.device(middle, "between", between, WEST, EAST);
        village.awaitLinks();
        village.awaitLinksBetweenHosts(2 * 2 * EACH);
        return village;
    }

    private static byte[] request(String operation, String id, String gossip) {
        EnvelopeWriter writer = EnvelopeWriter.forAction(GaugeService.NAMESPACE + ":Gauge:" + operation + "Request")
                .messageId(id)
                .body(("<n:" + operation + " xmlns:n=\"" + GaugeService.NAMESPACE + "\"><of>all</of></n:" + operation
                                + ">")
                        .getBytes(UTF_8));
        if (!gossip.isEmpty()) {
            writer.header("<g:Gossip xmlns:g=\"" + Gossip1.NAMESPACE + "\" " + gossip + "/>");
        }
        return writer.toBytes();
    }

    private static String newId() {
        return "urn:uuid:" + UUID.randomUUID();
    }

    private static CompletableFuture<Envelope> ask(Village village, String operation, String id, String gossip) {
        ShadowService entry = village.shadow("west 0");
        return village.hosts.get(0).client().call(entry.address(), request(operation, id, gossip), SOON);
    }

    private static Envelope ask(Village village, String operation, String gossip) throws Exception {
        return ask(village, operation, newId(), gossip).get(30, TimeUnit.SECONDS);
    }

    private static int number(byte[] element) {
        String body = new String(element, UTF_8);
        return Integer.parseInt(body.replaceAll("(?s).*<count>([0-9]+)</count>.*", "$1"));
    }

    private static Completeness completeness(Envelope answer) throws Exception {
        return ControlCodec.completeness(answer).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soap.udp", "http"})
    void everyModeGivesAPlainClientOneAnswerAcrossSegments(String binding) throws Exception {
        String header = "binding='" + binding + "'";
        try (Village village = twoSegments(new GaugeService.Ones(), new GaugeService.Ones())) {
            Envelope sum = ask(village, "sum", header);
            assertThat(completeness(sum).counted()).isEqualTo(ALL);
            assertThat(number(sum.bodyElement())).isEqualTo(ALL);
            assertThat(ControlCodec.isPartial(sum)).isFalse();

            Envelope each = ask(village, "each", header);
            assertThat(each.action()).contains(GaugeService.NAMESPACE + ":Gauge:eachResponse");
            assertThat(completeness(each).counted()).isEqualTo(ALL);
            assertThat(number(each.bodyElement())).isEqualTo(ALL);

            Envelope any = ask(village, "any", header);
            assertThat(number(any.bodyElement())).isEqualTo(1);
            assertThat(completeness(any).counted()).isPositive();

            Envelope some = ask(village, "some", header);
            assertThat(completeness(some).counted()).isGreaterThanOrEqualTo(3);
            assertThat(number(some.bodyElement())).isEqualTo(completeness(some).counted());
        }
    }

    @Test
    void anAnswerBelowTheFloorIsPartialOrAFault() throws Exception {
        try (Village village = twoSegments(new GaugeService.Ones(), new GaugeService.Ones())) {
            Envelope crowd = ask(village, "crowd", "");
            assertThat(ControlCodec.isPartial(crowd)).isTrue();
            assertThat(completeness(crowd).counted()).isEqualTo(ALL);
            assertThat(number(crowd.bodyElement())).isEqualTo(ALL);

            assertThatThrownBy(() -> ask(village, "crowdOrNothing", ""))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(FaultException.class, fault -> assertThat(
                                    fault.fault().detail().orElseThrow())
                            .contains("counted=\"" + ALL + "\""));
            // A client may ask for it beside the policy.
            assertThat(ControlCodec.isPartial(ask(village, "crowdOrNothing", "partial='true'")))
                    .isTrue();
        }
    }

    @Test
    void aClientMayAskForAnotherModeThanThePolicy() throws Exception {
        try (Village village = twoSegments(new GaugeService.Ones(), new GaugeService.Ones())) {
            assertThat(number(ask(village, "sum", "replies='collect'").bodyElement()))
                    .isEqualTo(ALL);
            assertThat(number(ask(village, "sum", "replies='first'").bodyElement()))
                    .isEqualTo(1);
            assertThatThrownBy(() -> ask(village, "any", "replies='collect'"))
                    .hasMessageContaining("g:Gossip aggregation: absent (expected: urn:sha256:...");
            assertThatThrownBy(() -> ask(village, "any", "replies='aggregate'"))
                    .hasMessageContaining("g:Gossip aggregation: absent (expected: urn:sha256:...");
            assertThatThrownBy(() -> ask(village, "any", "replies='none'"))
                    .hasMessageContaining("g:Gossip replies: none for any (expected: first, collect or aggregate)");
        }
    }

    @Test
    void whoeverTakesTheValuesGetsEachDevicesOnce() throws Exception {
        try (Village village = twoSegments(new GaugeService.Ones(), new GaugeService.Ones())) {
            ShadowService shadow = village.shadow("west 0");
            Operation each = shadow.original().operations().stream()
                    .filter(operation -> operation.name().equals("each"))
                    .findFirst()
                    .orElseThrow();
            List<Sample> samples = new CopyOnWriteArrayList<>();

            Answer answer = shadow.entry()
                    .ask(
                            shadow.device().host().replyReader().readWhole(request("each", newId(), "")),
                            each,
                            samples::addAll)
                    .get(30, TimeUnit.SECONDS);

            assertThat(answer.completeness().counted()).isEqualTo(ALL);
            assertThat(answer.element()).isEmpty();
            assertThat(samples)
                    .extracting(Sample::device)
                    .containsExactlyInAnyOrderElementsOf(village.shadows().stream()
                            .map(ShadowService::peerAddress)
                            .toList());
            assertThat(samples).allSatisfy(sample -> {
                assertThat(number(((EncodedPayload) sample.value()).bytes())).isEqualTo(1);
                assertThat(sample.takenMillis()).isPositive();
            });
        }
    }

    /** One of a chain of devices; the first one behind the entry dies as soon as the next one has the request. */
    private static final class Link extends GaugeService.Ones {
        private final String name;
        private final List<String> asked;
        private final CountDownLatch behind;
        private final CompletableFuture<Village> running;

        Link(String name, List<String> asked, CountDownLatch behind, CompletableFuture<Village> running) {
            this.name = name;
            this.asked = asked;
            this.behind = behind;
            this.running = running;
        }

        @Override
        protected void onAsked(String of) {
            if (name.equals("west 0")) {
                return;
            }
            int place;
            synchronized (asked) {
                place = asked.size();
                asked.add(name);
            }
            if (place > 0) {
                behind.countDown();
                return;
            }
            try {
                assertThat(behind.await(20, TimeUnit.SECONDS)).isTrue();
                Village village = running.get(20, TimeUnit.SECONDS);
                ShadowService own = village.shadow(name);
                awaitFlushed(own);
                own.device().host().udp().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sum", "each"})
    void theChildrenOfADeviceThatDiesAreCountedAllTheSame(String operation) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        CountDownLatch behind = new CountDownLatch(1);
        CompletableFuture<Village> running = new CompletableFuture<>();
        try (Village village = new Village()) {
            for (int i = 0; i < EACH; i++) {
                DeviceHost host = village.host(settings -> settings);
                village.device(host, "west " + i, new Link("west " + i, asked, behind, running), WEST);
            }
            village.awaitLinks();
            running.complete(village);

            Envelope answer = ask(village, operation, "fanout='1'");

            // The entry, and all that were asked but for the one that died.
            assertThat(asked).hasSizeGreaterThanOrEqualTo(2);
            assertThat(completeness(answer).counted()).isEqualTo(asked.size());
            assertThat(number(answer.bodyElement())).isEqualTo(asked.size());
            assertThat(completeness(answer).timedOut()).isPositive();
        }
    }

    /** What it said to its parent, and to those behind it, leaves one after the other. */
    private static void awaitFlushed(ShadowService shadow) throws Exception {
        for (int turn = 0; turn < 3; turn++) {
            assertThat(shadow.driver().stats().get(20, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void faultsAreToldByKind() throws Exception {
        GaugeService failing = new GaugeService.Ones() {
            @Override
            protected void onAsked(String of) {
                throw new IllegalStateException("out of order");
            }
        };
        try (Village village = twoSegments(new GaugeService.Ones(), failing)) {
            Completeness completeness = completeness(ask(village, "sum", ""));

            assertThat(completeness.counted()).isEqualTo(EACH + 1);
            assertThat(completeness.faults().byKind()).isEqualTo(Map.of("Receiver", EACH));
        }
    }

    /** Collects, and says nothing of how one answer is made of all. */
    @WebService(name = "Unfolded", targetNamespace = GaugeService.NAMESPACE)
    public interface Unfolded {

        @Gossip(replies = Replies.COLLECT)
        @WebMethod
        int each();
    }

    @Test
    void anOperationThatCollectsNeedsAFunctionForPlainClients() throws Exception {
        Unfolded one = () -> 1;
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);

            assertThatThrownBy(() -> village.device(host, "unfolded", one))
                    .hasMessageStartingWith("aggregation of {" + GaugeService.NAMESPACE + "}Unfolded.each: unset")
                    .hasMessageContaining("because replies is collect");
        }
    }

    @Test
    void whatStrangersSayOfARequestIsNotCounted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        GaugeService waiting = new GaugeService.Ones() {
            @Override
            protected void onAsked(String of) {
                asked.countDown();
                try {
                    assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Village village = twoSegments(waiting, new GaugeService.Ones());
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String id = newId();
            CompletableFuture<Envelope> answer = ask(village, "sum", id, "");
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            byte[] value = ("<n:sumResponse xmlns:n=\"" + GaugeService.NAMESPACE
                            + "\"><count>1000</count></n:sumResponse>")
                    .getBytes(UTF_8);
            for (ShadowService shadow : village.shadows()) {
                Control reply = new Control.Reply(
                        new MessageId(id),
                        new EncodedPayload(value),
                        new Completeness(1_000, 0, 0, 0, 0, 1_732_147_200_000L));
                send(stranger, shadow.peerAddress(), reply);
            }

            release.countDown();

            assertThat(completeness(answer.get(30, TimeUnit.SECONDS)).counted()).isEqualTo(ALL);
            assertThat(number(answer.join().bodyElement())).isEqualTo(ALL);
        }
    }

    private static void send(DatagramSocket from, PeerAddress to, Control control) throws IOException {
        PeerAddress self = new PeerAddress("soap.udp://127.0.0.1:" + from.getLocalPort() + "/stranger/gossip");
        byte[] envelope = ControlCodec.write(control, to, self, newId());
        SoapUdpAddress address = SoapUdpAddress.parse(to.value());
        from.send(new DatagramPacket(envelope, envelope.length, new InetSocketAddress(address.host(), address.port())));
    }

    @Test
    void aReplyOfTenMegabytesIsNotTakenAndTheDeviceGoesOn() throws Exception {
        try (Village village = twoSegments(new GaugeService.Ones(), new GaugeService.Ones());
                HttpSender sender = HttpSender.open(HttpSenderOptions.defaults())) {
            ShadowService victim = village.shadow("between");
            byte[] value = ("<v>" + "x".repeat(10 << 20) + "</v>").getBytes(UTF_8);
            byte[] envelope = ControlCodec.write(
                    new Control.Reply(
                            new MessageId(newId()), new EncodedPayload(value), new Completeness(1, 0, 0, 0, 0, 1)),
                    victim.peerAddress(),
                    village.shadow("west 1").peerAddress(),
                    newId());

            CompletableFuture<HttpReply> reply =
                    sender.post(victim.address(), HttpReply.SOAP_CONTENT_TYPE, envelope, SOON);

            // It is told so, or the connection is closed while it is still sending.
            assertThat(reply.handle((answered, failure) -> failure != null || answered.status() >= 400)
                            .get(30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(completeness(ask(village, "sum", "")).counted()).isEqualTo(ALL);
        }
    }
}
