package org.grapevine.peer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.peer.service.FakePeers.METER;
import static org.grapevine.peer.service.FakePeers.NOW;
import static org.grapevine.peer.service.FakePeers.PORT_TYPE;
import static org.grapevine.peer.service.FakePeers.SCOPE;
import static org.grapevine.peer.service.FakePeers.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceExtension;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.SegmentView;
import org.grapevine.policy.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Peer Service at its HTTP address, asked by the client and by hand. */
class HostedPeersTest {

    private static final Segment FAN = new Segment(SCOPE);
    private static final Duration SOON = Duration.ofSeconds(10);

    private final FakePeers known = new FakePeers();
    private final FakeView view =
            new FakeView(PORT_TYPE, FAN, new PeerEntry(FakeView.entry(0).address(), 8_080, 0), FakeView.entries(1, 40));
    private volatile List<SegmentView> views = List.of(view);
    private final AtomicLong now = new AtomicLong(NOW);
    private DeviceHost host;
    private HostedPeers service;
    private EndpointReference address;
    private PeerServiceClient client;

    @BeforeEach
    void start() throws Exception {
        host = DeviceHost.start(
                HostSettings.on(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 7));
        Device device = Device.named("ssc").start(host);
        service = new HostedPeers(known, () -> views, now::get);
        DeviceExtension.Addition opened = device.open(service);
        address = opened.hosted().eprs().get(0);
        client = new PeerServiceClient(host.client(), address, SOON, now::get);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static PeerSelector selector(int count) {
        return PeerSelector.of(PORT_TYPE, count);
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** The answer to a body, as text; a fault is its reason. */
    private String post(String operation, String body) throws Exception {
        String element = "<p:" + operation + " xmlns:p='" + Peers1.NAMESPACE + "' xmlns:t='urn:test:grid'" + body;
        try {
            return new String(
                    done(host.client()
                                    .call(
                                            address,
                                            Peers1.action(operation),
                                            element.getBytes(StandardCharsets.UTF_8),
                                            SOON))
                            .bodyElement(),
                    StandardCharsets.UTF_8);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof FaultException fault) {
                return fault.fault().code() + ": " + fault.fault().reason();
            }
            throw e;
        }
    }

    @Nested
    class GetPeersOperation {

        @Test
        void givesPeersWithAllThatIsKnownOfThem() throws Exception {
            known.all = List.of(peer(1), peer(2));

            PeerSource.Drawn drawn = done(client.draw(selector(5)));

            assertThat(drawn.peers()).containsExactly(peer(1), peer(2));
            assertThat(drawn.all()).isTrue();
            assertThat(done(client.draw(selector(2))).all()).isFalse();
            assertThat(service.served().answered()).isEqualTo(2);
        }

        @Test
        void passesOnEveryWish() throws Exception {
            known.all = List.of(
                    peer(1), peer(2, "test:fan/2"), peer(3), peer(4), withoutHttp(peer(5)), typed(peer(6), List.of()));
            PeerSelector wish = selector(64)
                    .withTypes(List.of(METER))
                    .withScopes(ScopeRule.STRCMP0, List.of(SCOPE))
                    .withBinding(Binding.HTTP)
                    .excluding(Set.of(peer(3).address()));

            assertThat(done(client.draw(wish)).peers()).containsExactly(peer(1), peer(4));
        }

        private static Peer withoutHttp(Peer peer) {
            return new Peer(
                    peer.device(),
                    peer.types(),
                    peer.scopes(),
                    peer.portType(),
                    peer.address(),
                    null,
                    peer.metadataVersion(),
                    peer.learntAtMillis());
        }

        private static Peer typed(Peer peer, List<QName> types) {
            return new Peer(
                    peer.device(),
                    types,
                    peer.scopes(),
                    peer.portType(),
                    peer.address(),
                    peer.http(),
                    peer.metadataVersion(),
                    peer.learntAtMillis());
        }

        @Test
        void tellsHowLargeTheSegmentIsThatOneAsksFor() throws Exception {
            assertThat(done(client.draw(selector(4))).size()).isZero();
            PeerSelector inFan = selector(4).withScopes(ScopeRule.STRCMP0, List.of(SCOPE));
            assertThat(done(client.draw(inFan)).size()).isEqualTo(1_000);
            views = List.of();
            assertThat(done(client.draw(inFan)).size()).isZero();
        }

        @Test
        void tellsAgesByItsOwnClock() throws Exception {
            known.all = List.of(peer(1), withoutHttp(peer(2)));
            now.addAndGet(5_000);

            assertThat(done(client.draw(selector(5))).peers())
                    .extracting(Peer::learntAtMillis)
                    .containsExactly(NOW - 1_000, NOW - 2_000);
            assertThat(post("GetPeers", " count='1'><p:PortType>t:Tariff</p:PortType></p:GetPeers>"))
                    .contains("age=\"6000\"", "omitted=\"0\"", "Device>urn:uuid:0000-1</");
        }

        @Test
        void leavesOutWhatDoesNotFitTheSmallestEnvelopeThatIsLegal() throws Exception {
            List<Peer> large = new ArrayList<>();
            List<QName> types = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                types.add(new QName("urn:example:a-long-namespace-of-types:" + "&".repeat(40) + i, "Type" + i));
            }
            for (int i = 1; i <= 64; i++) {
                large.add(typed(peer(i), types));
            }
            known.all = large;

            String answer = post("GetPeers", " count='64'><p:PortType>t:Tariff</p:PortType></p:GetPeers>");
            PeerSource.Drawn drawn = done(client.draw(selector(64)));

            assertThat(answer.getBytes(StandardCharsets.UTF_8))
                    .hasSizeBetween(EnvelopeLimits.MAX_ENVELOPE_SIZE / 4, EnvelopeLimits.MAX_ENVELOPE_SIZE - 1_000);
            assertThat(drawn.peers())
                    .isEqualTo(large.subList(0, drawn.peers().size()))
                    .hasSizeBetween(5, 63);
            assertThat(drawn.all()).isFalse();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '@',
                value = {
                    "count='0'> @ <p:PortType>t:Tariff</p:PortType> @ count: 0 (expected: 1..64)",
                    "count='65'> @ <p:PortType>t:Tariff</p:PortType> @ count: 65 (expected: 1..64)",
                    "count='8'> @ <p:PortType>t:Tariff</p:PortType><p:Binding>smtp</p:Binding> @ Binding: smtp (expected: soap.udp | http)",
                    "count='8'> @ <p:PortType>t:Tariff</p:PortType><p:Scopes MatchBy='urn:x'>a:b</p:Scopes> @ matchBy: urn:x (expected: one of",
                    "count='8'> @ <p:PortType>t:Tariff</p:PortType><p:Exclude>http://127.0.0.1/</p:Exclude> @ Exclude: http://127.0.0.1/ (expected: soap.udp://host:port[/path], port 1..65535)",
                })
        void refusesWhatNobodyCanAskFor(String count, String content, String reason) throws Exception {
            assertThat(post("GetPeers", " " + count + content + "</p:GetPeers>"))
                    .startsWith("SENDER: " + reason);
            assertThat(service.served().refused()).isEqualTo(1);
        }

        @Test
        void refusesMoreThanItsLimits() throws Exception {
            String excluded = "<p:Exclude>soap.udp://127.0.0.1:1/x</p:Exclude>".repeat(65);
            assertThat(post("GetPeers", " count='8'><p:PortType>t:Tariff</p:PortType>" + excluded + "</p:GetPeers>"))
                    .isEqualTo("SENDER: Exclude: 65 of them (expected: at most 64)");
            String types = "t:Meter ".repeat(65);
            assertThat(post(
                            "GetPeers",
                            " count='8'><p:PortType>t:Tariff</p:PortType><p:Types>" + types
                                    + "</p:Types></p:GetPeers>"))
                    .isEqualTo("SENDER: Types: 65 of them (expected: at most 64)");
        }

        @Test
        void refusesWhatTheSchemaDoesNotKnow() throws Exception {
            assertThat(post("GetPeers", " count='many'><p:PortType>t:Tariff</p:PortType></p:GetPeers>"))
                    .startsWith("SENDER: ")
                    .contains("many");
            assertThat(post("GetPeers", " count='1'/>")).startsWith("SENDER: ");
            assertThat(post("GetPeers", " count='1'><p:PortType>x:Tariff</p:PortType></p:GetPeers>"))
                    .startsWith("SENDER: ");
        }

        @Test
        void takesOnlySoManyInASecond() {
            known.all = List.of(peer(1));
            GetPeers question = GetPeers.of(selector(1));
            for (int i = 0; i < 400; i++) {
                GetPeersResponse unused = service.getPeers(question);
            }
            assertThatThrownBy(() -> service.getPeers(question))
                    .hasMessage("Peer Service: more questions at once than this device takes");
            now.addAndGet(5);
            assertThat(service.getPeers(question)).isNotNull();
            assertThat(service.served()).isEqualTo(new HostedPeers.Served(401, 0, 1));
        }

        @Test
        void saysSoWhenTheDeviceIsTooBusyToAnswer() throws Exception {
            known.gate = new CompletableFuture<>();
            assertThat(post("GetPeers", " count='1'><p:PortType>t:Tariff</p:PortType></p:GetPeers>"))
                    .isEqualTo("RECEIVER: Peer Service: no answer within 2000 ms, the device is busy");
            assertThat(service.served().unavailable()).isEqualTo(1);
        }
    }

    @Nested
    class ExchangeViewOperation {

        @Test
        void bringsANewcomerInAndTellsItWhomToTurnTo() throws Exception {
            PeerEntry newcomer = FakeView.entry(5);

            List<PeerEntry> entries = done(client.exchange(PORT_TYPE, FAN, List.of(newcomer)));

            assertThat(entries).hasSize(8).startsWith(view.self()).doesNotContain(newcomer);
            assertThat(view.contacts).containsExactly(newcomer);
        }

        @Test
        void givesAsManyEntriesAsItIsOffered() throws Exception {
            List<PeerEntry> offered = FakeView.entries(100, Peers1.MAX_ENTRIES);

            assertThat(done(client.exchange(PORT_TYPE, FAN, offered))).hasSize(Peers1.MAX_ENTRIES);
            assertThat(view.contacts).isEqualTo(offered);
        }

        @Test
        void takesNothingOfAMessageWithTooManyEntries() throws Exception {
            String entry = "<p:Entry address='soap.udp://127.0.0.1:1/x' httpPort='0' age='0'/>";
            String frame = "><p:PortType>t:Tariff</p:PortType><p:Segment>" + SCOPE + "</p:Segment>";

            assertThat(post("ExchangeView", frame + entry.repeat(33) + "</p:ExchangeView>"))
                    .isEqualTo("SENDER: Entry: 33 of them (expected: at most 32)");
            assertThat(post("ExchangeView", frame + entry.replace("age='0'", "age='10000'") + "</p:ExchangeView>"))
                    .isEqualTo("SENDER: Entry age: 10000 (expected: 0..9999)");
            assertThat(post("ExchangeView", frame + entry.replace("soap.udp", "http") + "</p:ExchangeView>"))
                    .startsWith("SENDER: Entry address: http://127.0.0.1:1/x (expected: soap.udp://");
            assertThat(view.contacts).isEmpty();
        }

        @Test
        void namesTheViewsThatThereAre() throws Exception {
            assertThat(post(
                            "ExchangeView",
                            "><p:PortType>t:Tariff</p:PortType><p:Segment>test:x</p:Segment></p:ExchangeView>"))
                    .isEqualTo("SENDER: view: {urn:test:grid}Tariff in test:x"
                            + " (expected: one of [{urn:test:grid}Tariff in test:fan/1])");
            views = List.of();
            assertThat(post(
                            "ExchangeView",
                            "><p:PortType>t:Tariff</p:PortType><p:Segment>test:x</p:Segment></p:ExchangeView>"))
                    .endsWith("(expected: none, since this device has no view)");
        }

        @Test
        void takesOnlySoManyInASecond() throws Exception {
            for (int i = 0; i < 40; i++) {
                List<PeerEntry> unused = done(client.exchange(PORT_TYPE, FAN, List.of(FakeView.entry(i))));
            }
            assertThatThrownBy(() -> client.exchange(PORT_TYPE, FAN, List.of(FakeView.entry(41)))
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .hasMessage("Peer Service: more exchanges at once than this device takes");
            assertThat(view.contacts).hasSize(40);
            now.addAndGet(50);
            assertThat(done(client.exchange(PORT_TYPE, FAN, List.of(FakeView.entry(41)))))
                    .isNotEmpty();
        }
    }

    @Nested
    class GetStatusOperation {

        @Test
        void tellsHowEveryViewStands() throws Exception {
            StatusReport report = done(client.status(Optional.empty(), Optional.empty(), 256));

            SegmentView.Status status = done(view.status());
            assertThat(report.omitted()).isZero();
            assertThat(report.views()).containsExactly(new ViewReport(PORT_TYPE, FAN, view.self(), status));
            assertThat(report.views().get(0).status().kind()).isEqualTo(MembershipConfig.Kind.HYPARVIEW);
        }

        @Test
        void showsAsManyEntriesAsAreWanted() throws Exception {
            assertThat(done(client.status(Optional.of(PORT_TYPE), Optional.of(FAN), 2))
                            .views()
                            .get(0)
                            .status()
                            .standings())
                    .extracting(Standing::suspected)
                    .containsExactly(false, true);
            assertThat(done(client.status(Optional.of(METER), Optional.empty(), 2))
                            .views())
                    .isEmpty();
            assertThat(post("GetStatus", " entries='257'/>")).isEqualTo("SENDER: entries: 257 (expected: 0..256)");
            assertThat(post("GetStatus", "/>").split("<p:Entry ")).hasSize(33);
        }

        @Test
        void leavesOutWhatDoesNotFit() throws Exception {
            List<SegmentView> many = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                many.add(new FakeView(PORT_TYPE, new Segment("test:" + i), view.self(), FakeView.entries(1, 10_000)));
            }
            views = many;

            StatusReport report = done(client.status(Optional.empty(), Optional.empty(), 256));
            String answer = post("GetStatus", " entries='256'/>");

            assertThat(answer.getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThan(EnvelopeLimits.MAX_ENVELOPE_SIZE - 1_000);
            assertThat(report.views().get(0).status().stats().entries()).isEqualTo(10_000);
            assertThat(report.views().size() + report.omitted()).isEqualTo(50);
            assertThat(report.omitted()).isPositive();
        }
    }

    @Test
    void isDescribedByItsWsdl() throws Exception {
        String wsdl = new String(done(host.client().wsdl(URI.create(address.address()), SOON)), StandardCharsets.UTF_8);

        assertThat(wsdl)
                .contains("targetNamespace=\"urn:org.grapevine:peers:1\"")
                .contains("GetPeers", "ExchangeView", "GetStatus", "wsam:Action=\"" + Peers1.action("GetPeers"))
                .doesNotContain("schemaLocation");
    }
}
