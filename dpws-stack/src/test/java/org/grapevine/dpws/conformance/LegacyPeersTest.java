package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.conformance.Peer.Heard;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryVersion;
import org.grapevine.dpws.discovery.LegacyDiscovery;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Namespaces;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Part 1, last row: peers of WS-Discovery 2005/04 on the same link. */
class LegacyPeersTest {

    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-00000000001d";
    private static final Probe DEVICES = Probe.of(List.of(WsDiscovery.DEVICE_TYPE), List.of());

    private LoopbackLink link;

    @BeforeEach
    void open() throws Exception {
        link = new LoopbackLink();
    }

    @AfterEach
    void close() {
        link.close();
    }

    private static byte[] legacy(String action, String relatesTo, String body) {
        return LoopbackLink.bytes("<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + LegacyDiscovery.WSA
                + "' xmlns:d='"
                + LegacyDiscovery.WSD + "' xmlns:w='http://schemas.xmlsoap.org/ws/2006/02/devprof'><s:Header><a:Action>"
                + LegacyDiscovery.WSD + "/" + action + "</a:Action><a:MessageID>urn:legacy:" + System.nanoTime()
                + "</a:MessageID>" + (relatesTo.isEmpty() ? "" : "<a:RelatesTo>" + relatesTo + "</a:RelatesTo>")
                + "<d:AppSequence InstanceId='1' MessageNumber='1'/></s:Header><s:Body>" + body
                + "</s:Body></s:Envelope>");
    }

    private static String said(String element, String xAddrs) {
        return "<d:" + element + "><a:EndpointReference><a:Address>" + EPR + "</a:Address></a:EndpointReference>"
                + "<d:Types>w:Device</d:Types><d:XAddrs>" + xAddrs
                + "</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:"
                + element + ">";
    }

    private static Heard awaitLegacy(Peer peer, String action, InetSocketAddress from) throws InterruptedException {
        return Peer.await(
                peer.group,
                heard -> heard.from().equals(from)
                        && LegacyDiscovery.isFor(heard.envelope())
                        && new String(heard.bytes(), UTF_8).contains(LegacyDiscovery.WSD + action));
    }

    @Test
    @DisplayName("Hello and Bye of 2005/04 are listed with their generation, in every mode")
    void areListed() throws Exception {
        DeviceHost host = link.host();
        LinkedBlockingQueue<DeviceAnnouncement> heard = new LinkedBlockingQueue<>();
        host.discovery().listen(event -> heard.add(event.device()));
        Peer peer = link.peer();
        peer.multicast(legacy("Hello", "", said("Hello", "http://192.0.2.9/")));
        DeviceAnnouncement device = Peer.await(heard, any -> true);
        assertThat(device.epr().address()).isEqualTo(EPR);
        assertThat(device.generation()).isEqualTo(DiscoveryVersion.WSD_2005_04);
        assertThat(device.types()).containsExactly(LegacyDiscovery.DEVICE_TYPE);
        peer.multicast(legacy("Bye", "", said("Bye", "")));
        // The same sequence as Hello: not older, so it counts.
        Peer.await(heard, any -> true);
        assertThat(LoopbackLink.get(host.discovery().known())).isEmpty();
    }

    @Test
    @DisplayName("they are asked only if the client says so, in an envelope of their own that names wsdp:Device")
    void areAskedOnRequest() throws Exception {
        DeviceHost client = link.host();
        Peer peer = link.peer();
        var before = client.discovery().probe(DEVICES, Duration.ofMillis(300), match -> {});
        assertThat(LoopbackLink.get(before)).isEmpty();
        assertThat(peer.group).noneMatch(heard -> LegacyDiscovery.isFor(heard.envelope()));
        LoopbackLink.get(client.discovery().operate(DiscoveryMode.adHoc().withLegacy(true)));
        LinkedBlockingQueue<DeviceAnnouncement> found = new LinkedBlockingQueue<>();
        var unused = client.discovery().probe(DEVICES, Duration.ofMinutes(1), found::add);
        Heard probe = awaitLegacy(peer, "/Probe", client.udp().localAddress());
        String text = new String(probe.bytes(), UTF_8);
        assertThat(text).contains("http://schemas.xmlsoap.org/ws/2006/02/devprof", ":Device<");
        assertThat(text).doesNotContain(Namespaces.WSD, Namespaces.WSA, Namespaces.DPWS);
        String id = LegacyDiscovery.messageId(probe.envelope()).orElseThrow();
        peer.send(
                legacy("ProbeMatches", id, "<d:ProbeMatches>" + said("ProbeMatch", "") + "</d:ProbeMatches>"),
                probe.from());
        assertThat(Peer.await(found, any -> true).generation()).isEqualTo(DiscoveryVersion.WSD_2005_04);
        var resolved = client.discovery().resolve(EndpointReference.of(EPR), Duration.ofMinutes(1));
        Heard resolve = awaitLegacy(peer, "/Resolve", client.udp().localAddress());
        peer.send(
                legacy(
                        "ResolveMatches",
                        LegacyDiscovery.messageId(resolve.envelope()).orElseThrow(),
                        "<d:ResolveMatches>" + said("ResolveMatch", "http://192.0.2.9/x") + "</d:ResolveMatches>"),
                resolve.from());
        assertThat(LoopbackLink.get(resolved).orElseThrow().xAddrs()).containsExactly("http://192.0.2.9/x");
    }

    @Test
    @DisplayName("matches of 2005/04 that nobody asked for are ignored, also if they name a question of 2009/01")
    void unrelatedMatches() throws Exception {
        DeviceHost client = link.host();
        Peer peer = link.peer();
        var found = client.discovery().probe(DEVICES, Duration.ofMillis(600), match -> {});
        Heard probe = Peer.await(peer.group, WsDiscovery.PROBE_ACTION);
        peer.send(
                legacy(
                        "ProbeMatches",
                        probe.envelope().messageId().orElseThrow(),
                        "<d:ProbeMatches>" + said("ProbeMatch", "") + "</d:ProbeMatches>"),
                probe.from());
        assertThat(LoopbackLink.get(found)).isEmpty();
        assertThat(LoopbackLink.get(client.discovery().dropped()).unsolicited()).isEqualTo(1);
        assertThat(LoopbackLink.get(client.discovery().known())).isEmpty();
    }

    @Test
    @DisplayName("our devices never answer questions of 2005/04; those are counted")
    void areNotAnswered() throws Exception {
        DeviceHost host = link.host();
        Device lamp = Device.named("Lamp").start(host);
        Peer peer = link.peer();
        peer.multicast(legacy("Probe", "", "<d:Probe><d:Types>w:Device</d:Types></d:Probe>"));
        peer.multicast(legacy(
                "Resolve",
                "",
                "<d:Resolve><a:EndpointReference><a:Address>" + lamp.epr()
                        + "</a:Address></a:EndpointReference></d:Resolve>"));
        peer.multicast(DiscoveryCodec.multicast(DEVICES, "urn:p"));
        Heard only = Peer.await(peer.unicast, any -> true);
        assertThat(only.action()).isEqualTo(WsDiscovery.PROBE_MATCHES_ACTION);
        assertThat(only.envelope().relatesTo()).isEqualTo(Optional.of("urn:p"));
        assertThat(LoopbackLink.get(host.discovery().dropped()).legacyQuestions())
                .isEqualTo(2);
        Heard repeated = peer.unicast.poll(1, TimeUnit.SECONDS);
        assertThat(repeated == null ? "" : repeated.action()).isIn("", WsDiscovery.PROBE_MATCHES_ACTION);
    }
}
