package org.grapevine.dpws.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.junit.jupiter.api.Test;

/** Peers of 2005/04: part 1, last row. */
class LegacyDiscoveryTest {

    private static final QName PRINTER =
            new QName("http://schemas.microsoft.com/windows/2006/08/wdp/print", "PrintDeviceType");

    private static Envelope legacy(String action, String header, String body) throws MalformedEnvelopeException {
        return Fixtures.READER.readWhole(
                ("<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap='" + Namespaces.S12
                                + "' xmlns:wsa='" + LegacyDiscovery.WSA + "' xmlns:wsd='" + LegacyDiscovery.WSD
                                + "' xmlns:wsdp='http://schemas.xmlsoap.org/ws/2006/02/devprof' xmlns:p='"
                                + PRINTER.getNamespaceURI() + "'><soap:Header><wsa:To>"
                                + LegacyDiscovery.AD_HOC_ADDRESS + "</wsa:To><wsa:Action>\n " + LegacyDiscovery.WSD
                                + "/" + action
                                + "</wsa:Action><wsa:MessageID>urn:uuid:5</wsa:MessageID>" + header
                                + "</soap:Header><soap:Body>" + body + "</soap:Body></soap:Envelope>")
                        .getBytes(UTF_8));
    }

    private static String device(String version) {
        return "<wsa:EndpointReference><wsa:Address>urn:uuid:6</wsa:Address><wsa:ReferenceProperties><x/>"
                + "</wsa:ReferenceProperties></wsa:EndpointReference><wsd:Types>wsdp:Device\n p:PrintDeviceType</wsd:Types>"
                + "<wsd:XAddrs>http://192.0.2.9/a http://192.0.2.9/b</wsd:XAddrs>" + version;
    }

    private static final DeviceAnnouncement PRINTER_DEVICE = new DeviceAnnouncement(
            EndpointReference.of("urn:uuid:6"),
            List.of(LegacyDiscovery.DEVICE_TYPE, PRINTER),
            List.of(),
            List.of("http://192.0.2.9/a", "http://192.0.2.9/b"),
            3,
            DiscoveryVersion.WSD_2005_04);

    private static final String VERSION = "<wsd:MetadataVersion>3</wsd:MetadataVersion>";

    @Test
    void whatSuchADeviceSaysIsReadWithItsGeneration() throws Exception {
        String sequence = "<wsd:AppSequence InstanceId='4' MessageNumber='9'/>";
        Envelope hello = legacy("Hello", sequence, "<wsd:Hello>" + device(VERSION) + "</wsd:Hello>");
        assertThat(LegacyDiscovery.isFor(hello)).isTrue();
        assertThat(LegacyDiscovery.messageId(hello)).contains("urn:uuid:5");
        assertThat(LegacyDiscovery.read(hello)).contains(new Hello(PRINTER_DEVICE, Fixtures.sequence(4, 9)));
        assertThat(LegacyDiscovery.read(legacy("Bye", "", "<wsd:Bye>" + device(VERSION) + "</wsd:Bye>")))
                .contains(new Bye(PRINTER_DEVICE, Optional.empty()));
        Envelope matches = legacy(
                "ProbeMatches",
                "<wsa:RelatesTo>urn:asked</wsa:RelatesTo>",
                "<wsd:ProbeMatches><wsd:ProbeMatch>" + device(VERSION) + "</wsd:ProbeMatch></wsd:ProbeMatches>");
        assertThat(LegacyDiscovery.relatesTo(matches)).contains("urn:asked");
        assertThat(LegacyDiscovery.read(matches)).contains(new ProbeMatches(List.of(PRINTER_DEVICE), Optional.empty()));
        assertThat(LegacyDiscovery.read(legacy(
                        "ResolveMatches",
                        "",
                        "<wsd:ResolveMatches><wsd:ResolveMatch>" + device(VERSION)
                                + "</wsd:ResolveMatch></wsd:ResolveMatches>")))
                .contains(new ResolveMatches(Optional.of(PRINTER_DEVICE), Optional.empty()));
    }

    @Test
    void aSequenceInMillisecondsOrAMissingVersionHideNobody() throws Exception {
        String sequence = "<wsd:AppSequence InstanceId='1763742000000' MessageNumber='9'/>";
        Hello hello =
                (Hello) LegacyDiscovery.read(legacy("Hello", sequence, "<wsd:Hello>" + device("") + "</wsd:Hello>"))
                        .orElseThrow();
        assertThat(hello.appSequence()).isEmpty();
        assertThat(hello.device().metadataVersion()).isZero();
    }

    @Test
    void questionsAreNotRead() throws Exception {
        Envelope probe = legacy("Probe", "", "<wsd:Probe><wsd:Types>wsdp:Device</wsd:Types></wsd:Probe>");
        assertThat(LegacyDiscovery.isFor(probe)).isTrue();
        assertThat(LegacyDiscovery.read(probe)).isEmpty();
        Envelope newer = Fixtures.multicast(Probe.of(List.of(), List.of()), "urn:p");
        assertThat(LegacyDiscovery.isFor(newer)).isFalse();
        assertThat(LegacyDiscovery.read(newer)).isEmpty();
    }

    @Test
    void aDeviceWithoutAddressIsRefused() {
        assertThatThrownBy(() -> LegacyDiscovery.read(legacy("Hello", "", "<wsd:Hello>" + VERSION + "</wsd:Hello>")))
                .hasMessage("Hello: has no wsa:EndpointReference");
        assertThatThrownBy(() -> LegacyDiscovery.read(legacy("Hello", "", "<wsd:Bye>" + VERSION + "</wsd:Bye>")))
                .hasMessageContaining("Bye (expected: ");
    }

    @Test
    void questionsAreWrittenInEnvelopesOfTheirOwnGenerationOnly() throws Exception {
        Probe asked =
                new Probe(List.of(WsDiscovery.DEVICE_TYPE, PRINTER), List.of("http://a/b"), ScopeRule.RFC3986.uri());
        List<Probe> translated = LegacyDiscovery.translated(asked);
        assertThat(translated)
                .containsExactly(new Probe(
                        List.of(LegacyDiscovery.DEVICE_TYPE, PRINTER),
                        List.of("http://a/b"),
                        LegacyDiscovery.WSD + "/rfc2396"));
        String probe = new String(LegacyDiscovery.probe(translated.get(0), "urn:1"), UTF_8);
        String resolve = new String(LegacyDiscovery.resolve(Fixtures.METER, "urn:2"), UTF_8);
        for (String envelope : List.of(probe, resolve)) {
            assertThat(envelope).doesNotContain(Namespaces.WSA, Namespaces.WSD, Namespaces.DPWS);
            Envelope read = Fixtures.envelope(envelope.getBytes(UTF_8));
            assertThat(LegacyDiscovery.isFor(read)).isTrue();
            assertThat(read.action()).isEmpty();
        }
        assertThat(resolve).contains(Fixtures.METER.address());
    }

    /** Debian's wsdd answers a Probe for wsdp:Device only, cameras one for anything. */
    @Test
    void aProbeForAnythingIsAskedInBothWays() {
        assertThat(LegacyDiscovery.translated(Probe.of(List.of(), List.of())))
                .extracting(Probe::types)
                .containsExactly(List.of(), List.of(LegacyDiscovery.DEVICE_TYPE));
        assertThat(LegacyDiscovery.translated(new Probe(List.of(), List.of(), ScopeRule.NONE.uri())))
                .isEmpty();
        assertThat(LegacyDiscovery.translated(new Probe(List.of(), List.of(), "urn:nope")))
                .isEmpty();
        assertThat(LegacyDiscovery.translated(new Probe(List.of(), List.of("a"), ScopeRule.STRCMP0.uri())))
                .allMatch(probe -> probe.matchBy().equals(LegacyDiscovery.WSD + "/strcmp0"));
    }

    @Test
    void generationsHaveLabels() {
        for (DiscoveryVersion version : DiscoveryVersion.values()) {
            assertThat(DiscoveryVersion.of(version.label())).isEqualTo(version);
        }
        assertThatThrownBy(() -> DiscoveryVersion.of("2004/10"))
                .hasMessage("version of WS-Discovery: 2004/10 (expected: 2005/04 or 2009/01)");
    }

    @Test
    void aDeviceThatSpeaksBothIsKnownByTheNewer() {
        KnownDevices known = new KnownDevices(5);
        DeviceAnnouncement old = new DeviceAnnouncement(
                Fixtures.METER,
                List.of(LegacyDiscovery.DEVICE_TYPE),
                List.of(),
                List.of(),
                9,
                DiscoveryVersion.WSD_2005_04);
        known.on(new Hello(old, Fixtures.sequence(1, 9)));
        assertThat(known.devices()).containsExactly(old);
        assertThat(known.on(new Hello(Fixtures.meter(4), Fixtures.sequence(1, 1))))
                .hasSize(1);
        assertThat(known.on(new Hello(old, Fixtures.sequence(1, 10)))).isEmpty();
        assertThat(known.on(new Bye(old, Fixtures.sequence(1, 11)))).isEmpty();
        assertThat(known.devices()).containsExactly(Fixtures.meter(4));
        assertThat(known.outdated()).isEqualTo(2);
    }
}
