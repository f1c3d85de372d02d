package org.grapevine.dpws.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.conformance.Peer.Heard;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedProxy;
import org.grapevine.dpws.discovery.AppSequence;
import org.grapevine.dpws.discovery.Bye;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.ProxyEntry;
import org.grapevine.dpws.discovery.ProxySettings;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ResolveMatches;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Managed mode of WS-Discovery 1.1 over sockets (M1 to M8): proxy, target services and clients, and what enemies of them may do. */
class ManagedModeRowsTest {

    private static final QName LAMP = new QName("urn:test", "Lamp");
    private static final Probe LAMPS = Probe.of(List.of(LAMP), List.of());
    private static final Probe PROXIES = Probe.of(List.of(WsDiscovery.DISCOVERY_PROXY_TYPE), List.of());
    private static final EndpointReference STRANGER =
            EndpointReference.of("urn:uuid:00000000-0000-4000-8000-000000000099");
    private static final Duration LONG = Duration.ofMinutes(5);

    private LoopbackLink link;

    @BeforeEach
    void open() throws Exception {
        link = new LoopbackLink();
    }

    @AfterEach
    void close() {
        link.close();
    }

    private HostedProxy proxy(ProxySettings settings) throws Exception {
        return proxyOn(link.host(), HostedProxy.Options::of, settings);
    }

    private HostedProxy proxyOn(
            DeviceHost host, Function<DeviceHost, HostedProxy.Options> options, ProxySettings settings)
            throws Exception {
        HostedProxy proxy = HostedProxy.start(host, options.apply(host).withSettings(settings));
        link.atTheEnd(proxy::close);
        return proxy;
    }

    private DeviceHost hostIn(DiscoveryMode mode) throws Exception {
        DeviceHost host = link.host();
        LoopbackLink.get(host.discovery().operate(mode));
        return host;
    }

    private static DeviceAnnouncement lamp(EndpointReference epr, long version, String... xAddrs) {
        return new DeviceAnnouncement(epr, List.of(WsDiscovery.DEVICE_TYPE, LAMP), List.of(), List.of(xAddrs), version);
    }

    private static DiscoveryMessage message(byte[] envelope) throws Exception {
        return DiscoveryCodec.read(LoopbackLink.envelope(envelope)).orElseThrow();
    }

    private List<DeviceAnnouncement> matches(URI proxy, Probe probe) throws Exception {
        HttpResponse<byte[]> response = link.post(proxy, DiscoveryCodec.multicast(probe, "urn:p:" + System.nanoTime()));
        assertThat(response.statusCode()).isEqualTo(200);
        return ((ProbeMatches) message(response.body())).matches();
    }

    private HttpResponse<byte[]> tell(HostedProxy proxy, DiscoveryMessage message) throws Exception {
        return link.post(proxy.address(), DiscoveryCodec.multicast(message, "urn:t:" + System.nanoTime()));
    }

    private static void awaitEntries(HostedProxy proxy, Predicate<List<ProxyEntry>> wanted) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(Peer.PATIENCE_SECONDS).toNanos();
        List<ProxyEntry> entries = LoopbackLink.get(proxy.entries());
        while (!wanted.test(entries)) {
            assertThat(System.nanoTime()).as("%s", entries).isLessThan(end);
            entries = LoopbackLink.get(proxy.entries());
        }
    }

    @Test
    @DisplayName(
            "M1: a proxy says Hello with its type and address, and answers multicast Probes for the type, and Bye at the end")
    void m1() throws Exception {
        Peer peer = link.peer();
        HostedProxy proxy = proxy(ProxySettings.defaults());
        Hello hello =
                (Hello) message(Peer.await(peer.group, WsDiscovery.HELLO_ACTION).bytes());
        assertThat(hello.device().types()).containsExactly(WsDiscovery.DISCOVERY_PROXY_TYPE);
        assertThat(hello.device().xAddrs()).containsExactly(proxy.address().toString());
        assertThat(hello.appSequence()).isPresent();
        peer.multicast(DiscoveryCodec.multicast(PROXIES, "urn:p"));
        Heard match = Peer.await(peer.unicast, WsDiscovery.PROBE_MATCHES_ACTION);
        assertThat(((ProbeMatches) message(match.bytes())).matches()).containsExactly(hello.device());
        proxy.close();
        Bye bye = (Bye) message(Peer.await(peer.group, WsDiscovery.BYE_ACTION).bytes());
        assertThat(bye.device().types()).contains(WsDiscovery.DISCOVERY_PROXY_TYPE);
    }

    @Test
    @DisplayName(
            "M2: with suppression, multicast Probe and Resolve get a unicast Hello that is related by wsd:/Suppression")
    void m2() throws Exception {
        Peer peer = link.peer();
        proxy(ProxySettings.defaults().withSuppression(true));
        for (DiscoveryMessage question : List.of(LAMPS, new Resolve(STRANGER))) {
            peer.multicast(DiscoveryCodec.multicast(question, "urn:q:" + question.action()));
            Heard hello = Peer.await(
                    peer.unicast,
                    heard -> heard.envelope().relatesTo().orElse("").equals("urn:q:" + question.action()));
            assertThat(hello.action()).isEqualTo(WsDiscovery.HELLO_ACTION);
            assertThat(hello.envelope().relationshipType())
                    .isEqualTo("http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/Suppression");
            assertThat(hello.envelope().to()).contains(EndpointReference.ANONYMOUS_ADDRESS);
        }
    }

    @Test
    @DisplayName("M2, M7: a client that follows proxies goes on by unicast after a suppression Hello")
    void m2Client() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withSuppression(true).withMulticast(false));
        tell(proxy, new Hello(lamp(STRANGER, 1, "http://192.0.2.1/"), Optional.empty()));
        DeviceHost client = hostIn(DiscoveryMode.followingProxies());
        // The window is longer than the patience of the test: only the proxy ends the question in time.
        assertThat(LoopbackLink.get(client.discovery().probe(LAMPS, LONG, match -> {})))
                .extracting(DeviceAnnouncement::epr)
                .containsExactly(STRANGER);
    }

    @Test
    @DisplayName("M3: a client of a proxy asks nobody else; its answer ends the question")
    void m3() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withMulticast(false));
        tell(proxy, new Hello(lamp(STRANGER, 3, "http://192.0.2.1/"), Optional.empty()));
        DeviceHost client = hostIn(DiscoveryMode.proxyAt(proxy.address()));
        Peer peer = link.peer();
        assertThat(LoopbackLink.get(client.discovery().probe(LAMPS, LONG, match -> {})))
                .containsExactly(lamp(STRANGER, 3, "http://192.0.2.1/"));
        assertThat(LoopbackLink.get(client.discovery().resolve(STRANGER, LONG)))
                .contains(lamp(STRANGER, 3, "http://192.0.2.1/"));
        assertThat(LoopbackLink.get(client.discovery().resolve(EndpointReference.of("urn:nobody"), LONG)))
                .isEmpty();
        assertThat(peer.group).noneMatch(heard -> heard.action().equals(WsDiscovery.PROBE_ACTION));
    }

    @Test
    @DisplayName("M3: silence of the proxy for DP_MAX_TIMEOUT, a refused connection, or a fault lead back to multicast")
    void m3Fallback() throws Exception {
        Device lamp = Device.named("Lamp").types(LAMP).start(link.host());
        HttpServer silent = HttpServer.start(
                HttpServerOptions.on(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0)));
        link.atTheEnd(silent::close);
        CompletableFuture<Void> never = new CompletableFuture<>();
        link.atTheEnd(() -> never.complete(null));
        silent.route("/silent", Set.of("POST"), request -> {
            never.join();
            throw new IllegalStateException("too late");
        });
        silent.route(
                "/fault",
                Set.of("POST"),
                request -> HttpReply.soap(500, SoapFault.receiver("no").toEnvelope("urn:f", Optional.empty())));
        String server = "http://127.0.0.1:" + silent.address().getPort();
        for (String proxy : List.of(server + "/silent", server + "/fault", "http://127.0.0.1:9/")) {
            DeviceHost client = hostIn(DiscoveryMode.proxyAt(URI.create(proxy)).withDpMaxTimeoutMs(400));
            LinkedBlockingQueue<DeviceAnnouncement> found = new LinkedBlockingQueue<>();
            var unused = client.discovery().probe(LAMPS, LONG, found::add);
            assertThat(Peer.await(found, any -> true).epr()).as(proxy).isEqualTo(lamp.epr());
        }
    }

    @Test
    @DisplayName("M3: the proxy's Bye leads back to multicast at once, its next Hello to the proxy again")
    void m3Bye() throws Exception {
        DeviceHost proxyHost = link.host();
        HostedProxy proxy = proxyOn(proxyHost, HostedProxy.Options::of, ProxySettings.defaults());
        DeviceHost client = hostIn(DiscoveryMode.followingProxies());
        Peer peer = link.peer();
        peer.multicast(DiscoveryCodec.multicast(
                new Hello(
                        new DeviceAnnouncement(
                                proxy.epr(),
                                List.of(WsDiscovery.DISCOVERY_PROXY_TYPE),
                                List.of(),
                                List.of(proxy.address().toString()),
                                1),
                        Optional.empty()),
                "urn:again"));
        Device lamp = Device.named("Lamp").types(LAMP).start(link.host());
        awaitEntries(proxy, entries -> entries.stream()
                .anyMatch(entry -> entry.device().epr().equals(lamp.epr())));
        assertThat(LoopbackLink.get(client.discovery().probe(LAMPS, LONG, match -> {})))
                .hasSize(1);
        proxy.close();
        Peer.await(peer.group, WsDiscovery.BYE_ACTION);
        LinkedBlockingQueue<DeviceAnnouncement> found = new LinkedBlockingQueue<>();
        var unused = client.discovery().probe(LAMPS, LONG, found::add);
        assertThat(Peer.await(found, any -> true).epr()).isEqualTo(lamp.epr());
    }

    @Test
    @DisplayName(
            "M4: a device in managed mode tells the proxy by one-way HTTP when it comes and goes, and is silent otherwise")
    void m4() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withMulticast(false));
        Peer peer = link.peer();
        DeviceHost host = hostIn(DiscoveryMode.proxyAt(proxy.address()).withAdHocToo(false));
        Device lamp = Device.named("Lamp").types(LAMP).start(host);
        awaitEntries(proxy, entries -> entries.size() == 1);
        assertThat(matches(proxy.address(), LAMPS).get(0).xAddrs())
                .containsExactly(lamp.address().toString());
        peer.multicast(DiscoveryCodec.multicast(LAMPS, "urn:p"));
        LoopbackLink.get(lamp.stop());
        assertThat(LoopbackLink.get(proxy.entries())).isEmpty();
        assertThat(peer.unicast).isEmpty();
        assertThat(peer.group)
                .noneMatch(heard -> heard.action().equals(WsDiscovery.BYE_ACTION))
                .noneMatch(heard -> heard.from().equals(host.udp().localAddress()));
    }

    @Test
    @DisplayName("M4: it still speaks ad hoc if it is told so, which is the default, and if the proxy is gone")
    void m4AdHocToo() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withMulticast(false));
        Peer peer = link.peer();
        Device both = Device.named("Both").types(LAMP).start(hostIn(DiscoveryMode.proxyAt(proxy.address())));
        Peer.await(peer.group, heard -> isHelloOf(heard, both.epr()));
        awaitEntries(proxy, entries -> entries.size() == 1);
        DeviceHost orphan = hostIn(DiscoveryMode.followingProxies().withAdHocToo(false));
        Device alone = Device.named("Alone").types(LAMP).start(orphan);
        Peer.await(peer.group, heard -> isHelloOf(heard, alone.epr()));
    }

    private static boolean isHelloOf(Heard heard, EndpointReference epr) {
        try {
            return heard.action().equals(WsDiscovery.HELLO_ACTION)
                    && ((Hello) message(heard.bytes())).device().epr().equals(epr);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("M4: a proxy that comes later, or comes back without its memory, is told of the devices that run")
    void m4Later() throws Exception {
        DeviceHost host = hostIn(DiscoveryMode.followingProxies());
        Device.named("Lamp").types(LAMP).start(host);
        DeviceHost proxyHost = link.host();
        HostedProxy first = proxyOn(
                proxyHost, HostedProxy.Options::of, ProxySettings.defaults().withMulticast(false));
        awaitEntries(first, entries -> entries.size() == 1);
        first.close();
        HostedProxy second = proxyOn(
                proxyHost, HostedProxy.Options::of, ProxySettings.defaults().withMulticast(false));
        awaitEntries(second, entries -> entries.size() == 1);
    }

    @Test
    @DisplayName("M5: Probe and Resolve are always answered, if by nobody; Hello and Bye by 202 without a body")
    void m5() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withMulticast(false));
        assertThat(matches(proxy.address(), LAMPS)).isEmpty();
        HttpResponse<byte[]> resolved = tell(proxy, new Resolve(STRANGER));
        assertThat(resolved.statusCode()).isEqualTo(200);
        assertThat(((ResolveMatches) message(resolved.body())).match()).isEmpty();
        assertThat(LoopbackLink.envelope(resolved).relatesTo()).isPresent();
        for (DiscoveryMessage oneWay :
                List.of(new Hello(lamp(STRANGER, 1), Optional.empty()), new Bye(lamp(STRANGER, 1), Optional.empty()))) {
            HttpResponse<byte[]> accepted = tell(proxy, oneWay);
            assertThat(accepted.statusCode()).isEqualTo(202);
            assertThat(accepted.body()).isEmpty();
        }
        HttpResponse<byte[]> odd = tell(proxy, new Probe(List.of(), List.of("urn:s"), "urn:nope"));
        assertThat(SoapFault.read(LoopbackLink.envelope(odd)).subcodes())
                .extracting(QName::getLocalPart)
                .containsExactly("MatchingRuleNotSupported");
    }

    @Test
    @DisplayName("M6: the newest of each device counts whatever the order of arrival, and Bye takes it out")
    void m6() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults());
        tell(proxy, new Hello(lamp(STRANGER, 2, "http://192.0.2.2/"), Optional.of(AppSequence.of(5, 4))));
        tell(proxy, new Hello(lamp(STRANGER, 1, "http://192.0.2.1/"), Optional.of(AppSequence.of(5, 3))));
        tell(proxy, new Bye(lamp(STRANGER, 1), Optional.of(AppSequence.of(4, 99))));
        assertThat(matches(proxy.address(), LAMPS)).containsExactly(lamp(STRANGER, 2, "http://192.0.2.2/"));
        tell(proxy, new Bye(lamp(STRANGER, 2), Optional.of(AppSequence.of(5, 6))));
        tell(proxy, new Hello(lamp(STRANGER, 2, "http://192.0.2.2/"), Optional.of(AppSequence.of(5, 5))));
        assertThat(matches(proxy.address(), LAMPS)).isEmpty();
        assertThat(LoopbackLink.get(proxy.counters()).proxy().outdated()).isEqualTo(3);
    }

    @Test
    @DisplayName("M6: a device that does not answer a directed Probe any longer is forgotten, one that does stays")
    void m6Expiry() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults().withMulticast(false).withLifetime(Duration.ofSeconds(1)));
        Device living = Device.named("Living").types(LAMP).start(link.host());
        tell(proxy, new Hello(lamp(living.epr(), 1, living.address().toString()), Optional.empty()));
        tell(proxy, new Hello(lamp(STRANGER, 1, "http://127.0.0.1:9/gone"), Optional.empty()));
        tell(proxy, new Hello(lamp(EndpointReference.of("urn:no-address"), 1), Optional.empty()));
        awaitEntries(proxy, entries -> entries.size() == 1);
        assertThat(LoopbackLink.get(proxy.entries()).get(0).device().epr()).isEqualTo(living.epr());
        assertThat(LoopbackLink.get(proxy.counters()).proxy().expired()).isEqualTo(2);
    }

    @Test
    @DisplayName("M7: without a word of the client no Hello leads it to a proxy, related or not")
    void m7() throws Exception {
        DeviceHost client = link.host();
        DeviceHost configured =
                hostIn(DiscoveryMode.proxyAt(URI.create("http://127.0.0.1:9/")).withDpMaxTimeoutMs(100));
        Peer enemy = link.peer();
        DeviceAnnouncement fake = new DeviceAnnouncement(
                STRANGER, List.of(WsDiscovery.DISCOVERY_PROXY_TYPE), List.of(), List.of("http://127.0.0.1:9/fake"), 1);
        enemy.multicast(DiscoveryCodec.multicast(new Hello(fake, Optional.of(AppSequence.of(1, 1))), "urn:e1"));
        for (DeviceHost each : List.of(client, configured)) {
            var found = each.discovery().probe(LAMPS, Duration.ofMillis(500), match -> {});
            Heard probe = Peer.await(
                    enemy.group,
                    heard -> heard.action().equals(WsDiscovery.PROBE_ACTION)
                            && heard.from().equals(each.udp().localAddress()));
            enemy.send(
                    DiscoveryCodec.envelope(new Hello(fake, Optional.of(AppSequence.of(1, 2))))
                            .messageId("urn:e2:" + probe.from())
                            .relatesTo(probe.envelope().messageId().orElseThrow(), WsDiscovery.SUPPRESSION_RELATION)
                            .to(EndpointReference.ANONYMOUS)
                            .toBytes(),
                    probe.from());
            assertThat(LoopbackLink.get(found)).isEmpty();
            assertThat(LoopbackLink.get(each.discovery().dropped()).proxiesRefused())
                    .isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    @DisplayName("M8: wsa:Action says what a message is, whatever SOAPAction says")
    void m8() throws Exception {
        HostedProxy proxy = proxy(ProxySettings.defaults());
        tell(proxy, new Hello(lamp(STRANGER, 1, "http://192.0.2.1/"), Optional.empty()));
        HttpResponse<byte[]> response = link.post(
                proxy.address(),
                DiscoveryCodec.multicast(LAMPS, "urn:p"),
                "SOAPAction",
                "\"http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01/ResolveOp\"");
        assertThat(((ProbeMatches) message(response.body())).matches()).hasSize(1);
    }

    @Test
    @DisplayName("a proxy remembers over a restart, in a file that is replaced in one step")
    void remembers(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("proxy.state");
        DeviceHost host = link.host();
        HostedProxy first = HostedProxy.start(host, HostedProxy.Options.of(host).withStateFile(file));
        tell(first, new Hello(lamp(STRANGER, 7, "http://192.0.2.1/"), Optional.of(AppSequence.of(5, 4))));
        first.close();
        assertThat(file).exists();
        HostedProxy second =
                proxyOn(host, on -> HostedProxy.Options.of(on).withStateFile(file), ProxySettings.defaults());
        assertThat(matches(second.address(), LAMPS)).containsExactly(lamp(STRANGER, 7, "http://192.0.2.1/"));
        assertThat(LoopbackLink.get(second.entries()).get(0).appSequence()).contains(AppSequence.of(5, 4));
        assertThat(second.setAside()).isEmpty();
    }

    @Test
    @DisplayName("a damaged state file is set aside; one of a later release, or a folder that is not there, is refused")
    void damagedFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("proxy.state");
        Files.writeString(file, "grapevine-proxy 1\n<entry heard='1'>\nend 1\n", StandardCharsets.UTF_8);
        DeviceHost host = link.host();
        HostedProxy proxy =
                proxyOn(host, on -> HostedProxy.Options.of(on).withStateFile(file), ProxySettings.defaults());
        assertThat(proxy.setAside())
                .contains(folder.resolve("proxy.state.unreadable").toAbsolutePath());
        assertThat(folder.resolve("proxy.state.unreadable")).content().contains("<entry heard='1'>");
        Path later = folder.resolve("later.state");
        Files.writeString(later, "grapevine-proxy 2\nend 0\n", StandardCharsets.UTF_8);
        HostedProxy.Options options = HostedProxy.Options.of(host).withPath("/other");
        assertThatThrownBy(() -> HostedProxy.start(host, options.withStateFile(later)))
                .isInstanceOf(IOException.class)
                .hasMessage("state file " + later.toAbsolutePath()
                        + ": line 1: 'grapevine-proxy 2' (expected: grapevine-proxy 1)");
        Path nowhere = folder.resolve("missing").resolve("proxy.state");
        assertThatThrownBy(() -> HostedProxy.start(host, options.withStateFile(nowhere)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("state file " + nowhere.toAbsolutePath() + ": ");
    }

    @Test
    @DisplayName("part 13.1: directed Probes to a list of addresses find devices without multicast")
    void addressList() throws Exception {
        DeviceHost devices = link.host();
        Device one = Device.named("One").types(LAMP).start(devices);
        Device two = Device.named("Two").types(LAMP).start(devices);
        Device other = Device.named("Other").start(devices);
        DeviceHost client = link.host();
        URI nobody = URI.create("http://127.0.0.1:9/");
        var result = LoopbackLink.get(client.discovery()
                .probeDirectly(
                        List.of(one.address(), nobody, two.address(), other.address(), one.address()),
                        LAMPS,
                        Duration.ofSeconds(5),
                        match -> {}));
        assertThat(result.devices())
                .extracting(DeviceAnnouncement::epr)
                .containsExactlyInAnyOrder(one.epr(), two.epr());
        assertThat(result.failures()).containsOnlyKeys(nobody);
        assertThat(LoopbackLink.get(client.discovery().probeDirectly(other.address(), LAMPS, Duration.ofSeconds(5))))
                .isEmpty();
        assertThat(LoopbackLink.get(client.discovery().known()))
                .extracting(DeviceAnnouncement::epr)
                .contains(one.epr(), two.epr());
    }
}
