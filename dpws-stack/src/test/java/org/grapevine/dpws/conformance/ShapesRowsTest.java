package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.conformance.Peer.Heard;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.discovery.AppSequence;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.LocalizedText;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.ThisModel;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/**
 * The messages that this stack sends, as the schemas of WS-Discovery 1.1, DPWS 1.1, WS-MetadataExchange and WS-Eventing have them:
 * each is taken off the wire, and its tree of names compared. The prefixes are those of {@link Xml}: a for WS-Addressing, d for
 * discovery, p for DPWS, x for metadata exchange, e for eventing.
 */
class ShapesRowsTest {

    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-0000000000a7";
    private static final QName LAMP = new QName("urn:test", "Lamp");
    private static final String ANNOUNCED =
            "(a:EndpointReference(a:Address) d:Types d:Scopes d:XAddrs d:MetadataVersion)";

    private LoopbackLink link;
    private Peer peer;
    private DeviceHost host;

    @BeforeEach
    void open() throws Exception {
        link = new LoopbackLink();
        peer = link.peer();
        host = link.host();
    }

    @AfterEach
    void close() {
        link.close();
    }

    private Device lamp() {
        return Device.named("Lamp")
                .endpoint(EPR)
                .types(LAMP)
                .scopes("urn:test:hall")
                .model(new ThisModel(
                        List.of(new LocalizedText("en", "Maker"), new LocalizedText("de", "Macher")),
                        Optional.of("http://maker.example/"),
                        List.of(LocalizedText.of("Model")),
                        Optional.of("7"),
                        Optional.of("http://maker.example/model"),
                        Optional.of("http://maker.example/lamp")))
                .describe(words -> words.firmwareVersion("1").serialNumber("2"))
                .host(new LampService.Simple())
                .start(host);
    }

    private static void assertHeaders(byte[] envelope, String to, String... names) throws Exception {
        assertThat(Xml.headers(envelope)).containsExactlyInAnyOrder(names);
        assertThat(Xml.header(envelope, Namespaces.WSA, "To")).isEqualTo(to);
        assertThat(Xml.header(envelope, Namespaces.WSA, "MessageID")).startsWith("urn:uuid:");
    }

    // WS-Discovery 1.1.

    @Test
    void s7_1_hello() throws Exception {
        lamp();
        byte[] hello = Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(hello))).isEqualTo("d:Hello" + ANNOUNCED);
        assertThat(hello).hasSizeLessThan(1_400); // So that it fits a frame of Ethernet in one piece.
        assertHeaders(hello, WsDiscovery.AD_HOC_ADDRESS, "a:Action", "a:MessageID", "a:To", "d:AppSequence");
    }

    @Test
    void s7_1_bye() throws Exception {
        LoopbackLink.get(lamp().stop());
        byte[] bye = Peer.await(peer.group, WsDiscovery.BYE_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(bye)))
                .startsWith("d:Bye(a:EndpointReference(a:Address)")
                .matches("d:Bye\\(\\S+( d:Types)?( d:Scopes)?( d:XAddrs)?( d:MetadataVersion)?\\)");
        assertHeaders(bye, WsDiscovery.AD_HOC_ADDRESS, "a:Action", "a:MessageID", "a:To", "d:AppSequence");
    }

    @Test
    void s7_1_probe() throws Exception {
        Probe asked = new Probe(List.of(LAMP), List.of("urn:test:hall"), ScopeRule.STRCMP0.uri());
        var unused = host.discovery().probe(asked, Duration.ofMillis(50), match -> {});
        byte[] probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(probe))).isEqualTo("d:Probe(d:Types d:Scopes)");
        assertThat(Xml.child(Xml.body(probe), Namespaces.WSD, "Scopes").getAttribute("MatchBy"))
                .isEqualTo(ScopeRule.STRCMP0.uri());
        peer.group.clear();
        var unusedToo = host.discovery().probe(Probe.of(List.of(), List.of()), Duration.ofMillis(50), match -> {});
        Heard any = Peer.await(
                peer.group,
                heard -> heard.action().equals(WsDiscovery.PROBE_ACTION)
                        && !new String(heard.bytes(), UTF_8).contains("hall"));
        assertThat(Xml.shape(Xml.body(any.bytes()))).isEqualTo("d:Probe");
    }

    @Test
    void s7_1_resolve() throws Exception {
        var unused = host.discovery().resolve(EndpointReference.of(EPR), Duration.ofMillis(50));
        byte[] resolve = Peer.await(peer.group, WsDiscovery.RESOLVE_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(resolve))).isEqualTo("d:Resolve(a:EndpointReference(a:Address))");
        assertHeaders(resolve, WsDiscovery.AD_HOC_ADDRESS, "a:Action", "a:MessageID", "a:To");
    }

    @Test
    void s7_1_probeMatches() throws Exception {
        lamp();
        peer.multicast(DiscoveryCodec.multicast(Probe.of(List.of(LAMP), List.of()), "urn:uuid:asked"));
        byte[] matches =
                Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(matches))).isEqualTo("d:ProbeMatches(d:ProbeMatch" + ANNOUNCED + ")");
        assertAnswer(matches, "urn:uuid:asked");
    }

    @Test
    void s7_1_resolveMatches() throws Exception {
        lamp();
        peer.multicast(DiscoveryCodec.multicast(new Resolve(EndpointReference.of(EPR)), "urn:uuid:asked"));
        byte[] matches =
                Peer.await(peer.unicast, WsDiscovery.RESOLVE_MATCHES_ACTION).bytes();
        assertThat(Xml.shape(Xml.body(matches))).isEqualTo("d:ResolveMatches(d:ResolveMatch" + ANNOUNCED + ")");
        assertAnswer(matches, "urn:uuid:asked");
    }

    private static void assertAnswer(byte[] matches, String question) throws Exception {
        assertHeaders(
                matches,
                EndpointReference.ANONYMOUS_ADDRESS,
                "a:Action",
                "a:MessageID",
                "a:RelatesTo",
                "a:To",
                "d:AppSequence");
        assertThat(Xml.header(matches, Namespaces.WSA, "RelatesTo")).isEqualTo(question);
    }

    @Test
    void s7_1_appSequence() throws Exception {
        lamp();
        byte[] hello = Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes();
        Element header = Xml.child(Xml.parse(hello), Namespaces.S12, "Header");
        Element sequence = Xml.child(header, Namespaces.WSD, "AppSequence");
        assertThat(Long.parseUnsignedLong(sequence.getAttribute("InstanceId"))).isBetween(1L, 0xFFFF_FFFFL);
        assertThat(Long.parseUnsignedLong(sequence.getAttribute("MessageNumber")))
                .isBetween(1L, 0xFFFF_FFFFL);
        assertThat(sequence.hasChildNodes()).isFalse();
    }

    /** A server in place of a proxy, which keeps what it is told. */
    private URI proxy(BlockingQueue<byte[]> told) throws Exception {
        HttpServer server = HttpServer.start(
                HttpServerOptions.on(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0)));
        link.atTheEnd(server::close);
        server.route("/proxy", Set.of("POST"), request -> {
            told.add(request.body());
            return HttpReply.accepted();
        });
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/proxy");
    }

    private static byte[] next(BlockingQueue<byte[]> told, String action) throws Exception {
        while (true) {
            byte[] envelope = told.poll(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(envelope).as(action).isNotNull();
            if (Xml.header(envelope, Namespaces.WSA, "Action").equals(action)) {
                return envelope;
            }
        }
    }

    @Test
    void s7_2_managedHelloAndBye() throws Exception {
        BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
        URI proxy = proxy(told);
        LoopbackLink.get(host.discovery().operate(DiscoveryMode.proxyAt(proxy)));
        Device lamp = lamp();
        byte[] hello = next(told, WsDiscovery.HELLO_ACTION);
        assertThat(Xml.shape(Xml.body(hello))).isEqualTo("d:Hello" + ANNOUNCED);
        LoopbackLink.get(lamp.stop());
        byte[] bye = next(told, WsDiscovery.BYE_ACTION);
        for (byte[] envelope : List.of(hello, bye)) {
            assertThat(Xml.header(envelope, Namespaces.WSA, "To")).isEqualTo(proxy.toString());
            assertThat(Xml.headers(envelope))
                    .contains("a:Action", "a:MessageID", "a:To")
                    .doesNotContain("a:RelatesTo");
        }
    }

    @Test
    void s7_2_theAnswerToADirectedProbe() throws Exception {
        Device lamp = lamp();
        byte[] answer = link.post(
                        lamp.address(), DiscoveryCodec.multicast(Probe.of(List.of(LAMP), List.of()), "urn:uuid:asked"))
                .body();
        assertThat(Xml.shape(Xml.body(answer))).isEqualTo("d:ProbeMatches(d:ProbeMatch" + ANNOUNCED + ")");
        assertThat(Xml.header(answer, Namespaces.WSA, "To")).isEqualTo(EndpointReference.ANONYMOUS_ADDRESS);
        assertThat(Xml.header(answer, Namespaces.WSA, "RelatesTo")).isEqualTo("urn:uuid:asked");
        assertThat(Xml.headers(answer)).contains("a:MessageID");
    }

    // What the stack does not send.

    @Test
    void r0029_aHelloAbove4096OctetsIsRefusedAtTheStart() {
        Device.Builder large =
                Device.named("Large").scopes(Collections.nCopies(200, "urn:test:a-scope-of-some-length"));
        assertThatThrownBy(() -> large.start(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("octets (expected: <= 4096; fewer or shorter types, scopes or XAddrs)");
        assertThat(host.devices()).isEmpty();
        assertThat(host.paths()).isEmpty();
    }

    @Test
    void r0027_uriAbove2048OctetsAreNotAnnouncedOrDescribed() {
        String longest = "urn:" + "x".repeat(2_044);
        Device.named("Fits").scopes(longest).start(host);
        assertThatThrownBy(() -> Device.named("Long").scopes(longest + "x").start(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scope: 2049 octets, 'urn:" + "x".repeat(36) + "...' (expected: <= 2048)");
        // Octets and not characters.
        assertThatThrownBy(() -> Device.named("Umlauts")
                        .scopes("urn:" + "ü".repeat(1_023))
                        .start(host))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("scope: 2050 octets");
        List<LocalizedText> name = List.of(LocalizedText.of("M"));
        assertThatThrownBy(() -> new ThisModel(
                        name, Optional.of(longest + "x"), name, Optional.empty(), Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ManufacturerUrl: 2049 octets");
    }

    // DPWS 1.1, description.

    @Test
    void s9_2_getResponse() throws Exception {
        Device lamp = lamp();
        byte[] answer = link.post(lamp.address(), MetadataExchange.get(lamp.epr(), "urn:uuid:asked"))
                .body();
        List<Element> sections = Xml.children(Xml.body(answer));
        assertThat(sections)
                .extracting(section -> section.getAttribute("Dialect"))
                .containsExactlyInAnyOrder(
                        Namespaces.DPWS + "/ThisModel",
                        Namespaces.DPWS + "/ThisDevice",
                        Namespaces.DPWS + "/Relationship");
        assertThat(sections)
                .extracting(section -> Xml.shape(Xml.children(section).get(0)))
                .containsExactlyInAnyOrder(
                        "p:ThisModel(p:Manufacturer p:Manufacturer p:ManufacturerUrl p:ModelName p:ModelNumber p:ModelUrl"
                                + " p:PresentationUrl)",
                        "p:ThisDevice(p:FriendlyName p:FirmwareVersion p:SerialNumber)",
                        "p:Relationship(p:Host(a:EndpointReference(a:Address) p:Types)"
                                + " p:Hosted(a:EndpointReference(a:Address) p:Types p:ServiceId))");
    }

    // WS-Eventing of 2004.

    @Test
    void s10_1_subscribe() throws Exception {
        BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
        try (NotificationSink sink = NotificationSink.open(host, "/sink")) {
            var unused = sink.subscribe(
                    proxy(told),
                    SubscriptionOptions.toActions(List.of(LampService.SWITCHED)).expiring(Duration.ofMinutes(1)),
                    event -> {});
            byte[] subscribe = next(told, Namespaces.WSE + "/Subscribe");
            assertThat(Xml.shape(Xml.body(subscribe)).replaceAll("\\{[^}]*}:\\w+", "token"))
                    .isEqualTo("e:Subscribe(e:EndTo(a:Address a:ReferenceParameters(token))"
                            + " e:Delivery(e:NotifyTo(a:Address a:ReferenceParameters(token))) e:Expires e:Filter)");
        }
    }

    @Test
    void s10_1_subscribeResponse() throws Exception {
        Device lamp = lamp();
        String subscribe = EventingNet.envelope(
                Namespaces.WSE + "/Subscribe",
                "",
                "<e:Subscribe>" + EventingNet.delivery("http://127.0.0.1:9/sink") + "</e:Subscribe>");
        byte[] answer = link.post(lamp.hostedServices().get(0).address(), LoopbackLink.bytes(subscribe))
                .body();
        assertThat(Xml.shape(Xml.body(answer)))
                .isEqualTo("e:SubscribeResponse(e:SubscriptionManager(a:Address"
                        + " a:ReferenceParameters(e:Identifier)) e:Expires)");
    }

    @Test
    void s10_1_subscriptionEnd() throws Exception {
        Device lamp = lamp();
        BlockingQueue<byte[]> told = new LinkedBlockingQueue<>();
        String sink = proxy(told).toString();
        String subscribe = EventingNet.envelope(
                Namespaces.WSE + "/Subscribe",
                "",
                "<e:Subscribe>" + EventingNet.epr("e:EndTo", sink) + EventingNet.delivery(sink) + "</e:Subscribe>");
        link.post(lamp.hostedServices().get(0).address(), LoopbackLink.bytes(subscribe));
        LoopbackLink.get(lamp.hostedServices().get(0).events().orElseThrow().cancelSubscriptions("over"));
        byte[] end = next(told, Namespaces.WSE + "/SubscriptionEnd");
        assertThat(Xml.shape(Xml.body(end)))
                .isEqualTo("e:SubscriptionEnd(e:SubscriptionManager(a:Address"
                        + " a:ReferenceParameters(e:Identifier)) e:Status e:Reason)");
        assertThat(Xml.child(Xml.body(end), Namespaces.WSE, "Status").getTextContent())
                .isEqualTo(Namespaces.WSE + "/SourceCancelling");
    }

    // Compact signatures.

    @Test
    void s11_aSignedHelloCountsAsAnUnsignedOne() throws Exception {
        BlockingQueue<KnownDevices.Event> events = new LinkedBlockingQueue<>();
        host.discovery().listen(events::add);
        Hello hello = new Hello(
                new DeviceAnnouncement(
                        EndpointReference.of(EPR),
                        List.of(WsDiscovery.DEVICE_TYPE),
                        List.of(),
                        List.of("http://192.0.2.1/"),
                        1),
                Optional.of(AppSequence.of(1, 1)));
        String signed = new String(DiscoveryCodec.multicast(hello, "urn:uuid:signed"), UTF_8)
                .replaceFirst(
                        "(<\\w+:Header[^>]*>)",
                        "$1<d:Security xmlns:d='" + Namespaces.WSD + "'><d:Sig Scheme='" + Namespaces.WSD
                                + "/rsa' KeyId='AAAA' Refs='ID1' Sig='AAAA'/></d:Security>");
        assertThat(signed).contains("d:Security");
        peer.multicast(LoopbackLink.bytes(signed));
        assertThat(Peer.await(events, event -> true).device().epr().address()).isEqualTo(EPR);
    }
}
