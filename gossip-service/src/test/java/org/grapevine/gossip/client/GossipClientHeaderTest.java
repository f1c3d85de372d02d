package org.grapevine.gossip.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.namespace.QName;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.Order;
import org.grapevine.policy.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client writes into the header, as three entries get it; the client's clock is the test's. */
@Timeout(60)
class GossipClientHeaderTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final GossipParameters NO_DEFAULTS = new GossipParameters(0, 0, 0, 1, 0, null);
    private static final long BEGIN = 1_800_000_000_000L;

    private final AtomicLong now = new AtomicLong(BEGIN);
    private final AtomicLong ids = new AtomicLong();
    private final BlockingQueue<Envelope> received = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private final HttpSender sender = HttpSender.open(HttpSenderOptions.defaults());
    private final GossipClient client;

    GossipClientHeaderTest() throws IOException {
        this.server =
                HttpServer.start(HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        for (int i = 0; i < 3; i++) {
            server.route("/" + i, Set.of("POST"), request -> {
                received.add(new EnvelopeReader(EnvelopeLimits.http()).readWhole(request.body()));
                return HttpReply.accepted();
            });
        }
        MessageIds messageIds = () -> "urn:test:" + ids.incrementAndGet();
        this.client = new GossipClient(new DpwsClient(sender, messageIds), messageIds, now::get);
    }

    @AfterEach
    void ends() {
        sender.close();
        server.close();
    }

    private List<GossipEntry> entries(GossipPolicy policy) {
        ServiceDescription.PortType portType = new ServiceDescription.PortType(
                new QName("urn:test", "Post"),
                Optional.empty(),
                false,
                List.of(new ServiceDescription.Operation(
                        "post",
                        ServiceDescription.Style.ONE_WAY,
                        "urn:test:post",
                        Optional.of(new QName("urn:test", "post")),
                        Optional.of(policy.effective()))));
        List<GossipEntry> entries = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            URI shadow = URI.create("http://127.0.0.1:" + server.address().getPort() + "/" + i);
            entries.add(new GossipEntry(shadow, shadow.resolve("/original"), portType));
        }
        return entries;
    }

    private static ClientMessage message() {
        return ClientMessage.of("<t:post xmlns:t='urn:test'/>".getBytes(UTF_8));
    }

    /** One that names its origin itself. */
    private static ClientMessage messageOf(String origin) throws Exception {
        byte[] envelope = EnvelopeWriter.forAction("urn:test:post")
                .header(new XmlWriter()
                        .endpointReference(Wsa.FROM, EndpointReference.of(origin))
                        .toBytes())
                .body("<t:post xmlns:t='urn:test'/>".getBytes(UTF_8))
                .toBytes();
        return ClientMessage.of(new EnvelopeReader(EnvelopeLimits.http()).readWhole(envelope));
    }

    /** What came to the three entries, which is the same but for the address. */
    private Envelope send(GossipPolicy policy, ClientMessage message) throws Exception {
        GossipClient.Outcome outcome =
                client.send(entries(policy), message, SOON).outcome().get(20, TimeUnit.SECONDS);
        assertThat(outcome.failed()).isEmpty();
        List<Envelope> came = new ArrayList<>();
        received.drainTo(came);
        assertThat(came).hasSize(3);
        Set<Object> different = new HashSet<>();
        Set<Object> to = new HashSet<>();
        for (Envelope each : came) {
            different.add(List.of(
                    each.messageId().orElseThrow(),
                    each.from().orElseThrow().address(),
                    each.headerBlock(Gossip1.GOSSIP).orElseThrow().attributes()));
            to.add(each.to().orElseThrow());
        }
        assertThat(different).hasSize(1);
        assertThat(to).hasSize(3);
        return came.get(0);
    }

    private static GossipParameters parameters(Envelope envelope) throws Exception {
        return GossipHeader.parameters(envelope, NO_DEFAULTS).orElseThrow();
    }

    private static Optional<String> attribute(Envelope envelope, String name) {
        return envelope.headerBlock(Gossip1.GOSSIP).orElseThrow().attribute(name);
    }

    @Nested
    class InOrder {

        private static final GossipPolicy ORDERED = GossipPolicy.builder()
                .order(Order.ORIGIN)
                .lifetime(Duration.ofSeconds(10))
                .build();

        private OriginOrder place(ClientMessage message) throws Exception {
            Envelope envelope = send(ORDERED, message);
            assertThat(attribute(envelope, "order")).contains("origin");
            OriginOrder place = parameters(envelope).order();
            assertThat(place).isNotNull();
            return place;
        }

        @Test
        void messagesAreNumberedAndTheSameAtEveryEntry() throws Exception {
            long first = BEGIN * 1_000;
            assertThat(place(message())).isEqualTo(new OriginOrder(first, first, BEGIN));

            now.addAndGet(4_000);
            assertThat(place(message())).isEqualTo(new OriginOrder(first + 1, first, BEGIN + 10_000));

            now.addAndGet(7_000); // The first has expired.
            assertThat(place(message())).isEqualTo(new OriginOrder(first + 2, first + 1, BEGIN + 14_000));
        }

        @Test
        void waitForThoseOfBeforeAsLongAsTheirOwnLifetimes() throws Exception {
            long first = place(message().with(GossipChoice.NONE.withLifetime(Duration.ofSeconds(60))))
                    .number();
            assertThat(place(message())).isEqualTo(new OriginOrder(first + 1, first, BEGIN + 60_000));

            now.addAndGet(20_000);
            assertThat(place(message())).isEqualTo(new OriginOrder(first + 2, first, BEGIN + 60_000));
        }

        @Test
        void countFromTheOriginTimeThatTheClientNames() throws Exception {
            Map<String, String> earlier = Map.of("origin-time", Long.toString(BEGIN - 8_000), "lifetime", " 10000 ");
            long first = place(message().with(GossipChoice.of(earlier))).number();

            assertThat(place(message())).isEqualTo(new OriginOrder(first + 1, first, BEGIN + 2_000));
        }

        @Test
        void keepThePlaceThatTheClientNames() throws Exception {
            ClientMessage placed = message()
                    .with(GossipChoice.of(Map.of("sequence", "7", "floor", "5", "wait-until", Long.toString(BEGIN))));

            assertThat(place(placed)).isEqualTo(new OriginOrder(7, 5, BEGIN));
        }

        /** Else the numbers of each would have gaps, which devices would wait for. */
        @Test
        void eachOriginCountsForItself() throws Exception {
            long first = BEGIN * 1_000;
            assertThat(place(messageOf("urn:test:a")).number()).isEqualTo(first);
            assertThat(place(messageOf("urn:test:b")).number()).isEqualTo(first);
            assertThat(place(message()).number()).isEqualTo(first);
            assertThat(place(messageOf("urn:test:a"))).isEqualTo(new OriginOrder(first + 1, first, BEGIN + 10_000));
        }

        @Test
        void anOriginThatWasForgottenNeverCountsBackwards() throws Exception {
            long last = place(messageOf("urn:test:a")).number();
            for (int i = 0; i < 64; i++) {
                now.incrementAndGet();
                place(messageOf("urn:test:other:" + i));
            }

            OriginOrder next = place(messageOf("urn:test:a"));
            assertThat(next.number()).isGreaterThan(last + 1);
            assertThat(next.floor()).isEqualTo(next.number());
        }

        @Test
        void messagesOfAPolicyWithoutOrderHaveNoPlace() throws Exception {
            Envelope envelope = send(GossipPolicy.UNSET, message());

            assertThat(attribute(envelope, "order")).isEmpty();
            assertThat(attribute(envelope, "sequence")).isEmpty();
            assertThat(parameters(envelope).order()).isNull();
        }

        @Test
        void aClientMayAskForOrderAgainstThePolicy() throws Exception {
            Envelope envelope = send(GossipPolicy.UNSET, message().with(GossipChoice.NONE.with("order", "origin")));

            assertThat(parameters(envelope).order()).isEqualTo(new OriginOrder(BEGIN * 1_000, BEGIN * 1_000, BEGIN));
        }
    }

    @Nested
    class LazyPush {

        private static final GossipPolicy LAZY =
                GossipPolicy.builder().variant(Variant.LAZY_PUSH).eagerHops(2).build();

        @Test
        void hasTheEagerHopsOfThePolicyIfTheClientSaysNothing() throws Exception {
            assertThat(attribute(send(LAZY, message()), "eager-hops")).contains("2");
        }

        @Test
        void hasThoseOfTheClientElse() throws Exception {
            for (int hops : new int[] {0, 3, 255}) {
                Envelope envelope = send(LAZY, message().with(GossipChoice.NONE.withEagerHops(hops)));

                assertThat(attribute(envelope, "variant")).contains("lazy-push");
                assertThat(attribute(envelope, "eager-hops")).contains(Integer.toString(hops));
                assertThat(parameters(envelope).eagerHops()).isEqualTo(hops);
            }
            Envelope auto =
                    send(LAZY, message().with(GossipChoice.NONE.withEagerHops(GossipParameters.AUTO_EAGER_HOPS)));
            assertThat(attribute(auto, "eager-hops")).contains("auto");
            assertThat(parameters(auto).eagerHops()).isEqualTo(GossipParameters.AUTO_EAGER_HOPS);
        }

        @Test
        void mayBeTheClientsOwnChoice() throws Exception {
            Envelope envelope = send(
                    GossipPolicy.UNSET,
                    message()
                            .with(GossipChoice.NONE
                                    .withVariant(GossipVariant.LAZY_PUSH)
                                    .withEagerHops(1)));

            assertThat(parameters(envelope).variant()).isEqualTo(GossipVariant.LAZY_PUSH);
            assertThat(parameters(envelope).eagerHops()).isEqualTo(1);
        }

        @Test
        void refusesImpossibleEagerHopsBeforeAnythingIsSent() {
            assertThatThrownBy(() -> GossipChoice.NONE.withEagerHops(256))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("eager-hops: 256 (expected: 0..255 or auto)");
            assertThatThrownBy(() -> client.send(
                            entries(LAZY), message().with(GossipChoice.NONE.with("eager-hops", "few")), SOON))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("g:Gossip eager-hops: few (expected: 0..255 or auto)");
            assertThat(received).isEmpty();
        }
    }
}
