package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;
import static org.grapevine.dpws.device.Loopback.request;
import static org.grapevine.dpws.device.Loopback.soap;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.dpws.transport.TestCertificates;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.dpws.transport.TlsSettings.ClientAuthentication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device behind TLS with certificates on both sides (DPWS 1.1, secure channel; WSDBIT 5.1 and 5.2). */
@Timeout(60)
class SecureDeviceTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-0000000000e1";

    private static Loopback net;
    private static DeviceHost clients;
    private static Device device;
    private static TlsSettings trustOnly;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        // The device proves its endpoint reference, not its host: its address may change.
        TlsSettings ofTheDevice =
                certificates.settings("device", "san=uri:" + EPR).withClientAuthentication(ClientAuthentication.NEEDED);
        TlsSettings ofTheClient = certificates.settings("client");
        trustOnly = TlsSettings.none().withTrustFromPem(certificates.certificatePem("authority"));
        net = new Loopback();
        clients = net.hostWith(settings -> settings.withTls(ofTheClient));
        device = Device.named("Safe lamp")
                .endpoint(EPR)
                .host(new Lamp.Simple())
                .start(net.hostWith(settings -> settings.withTls(ofTheDevice)));
    }

    @AfterAll
    static void stop() {
        net.close();
    }

    @Test
    void tellsOnlyHttpsAddresses() throws Exception {
        DeviceAnnouncement found = find(clients, everything());
        assertThat(found.xAddrs()).isNotEmpty().allMatch(address -> address.startsWith("https://"));
        Metadata metadata = get(clients.client()).get();
        assertThat(metadata.relationship().orElseThrow().hosted()).isNotEmpty().allSatisfy(hosted -> assertThat(
                        hosted.eprs())
                .allMatch(epr -> epr.address().startsWith("https://")));
    }

    @Test
    void answersADirectedProbeAtEachOfItsAddresses() throws Exception {
        get(clients.client()).get();
        String probe = soap(
                request(WsDiscovery.PROBE_ACTION) + "<a:To>" + WsDiscovery.AD_HOC_ADDRESS + "</a:To>",
                "<d:Probe xmlns:d='" + Namespaces.WSD + "'/>");
        for (String address : find(clients, everything()).xAddrs()) {
            Envelope answer = clients.client()
                    .call(URI.create(address), probe.getBytes(UTF_8), LONG)
                    .get();
            ProbeMatches matches = (ProbeMatches) DiscoveryCodec.read(answer).orElseThrow();
            assertThat(matches.matches()).singleElement().satisfies(match -> {
                assertThat(match.epr()).isEqualTo(device.epr());
                assertThat(match.xAddrs()).containsExactly(device.address().toString());
            });
        }
    }

    @Test
    void isCalledAndDescribedOverTls() throws Exception {
        get(clients.client()).get();
        HostedService service = device.hostedServices().get(0);
        String echo = "<l:echo xmlns:l='" + Lamp.NAMESPACE + "'><text>hi</text></l:echo>";
        String action = service.operations().stream()
                .filter(operation -> operation.name().equals("echo"))
                .findFirst()
                .orElseThrow()
                .inputAction();
        Envelope answer = clients.client()
                .call(service.address(), soap(request(action), echo).getBytes(UTF_8), LONG)
                .get();
        assertThat(new String(answer.bodyElement(), UTF_8)).contains("hi");
        byte[] wsdl = clients.client().wsdl(service.address(), LONG).get();
        assertThat(new String(wsdl, UTF_8)).contains(service.address().toString());
    }

    @Test
    void refusesAClientWithoutCertificate() throws Exception {
        try (HttpSender sender = HttpSender.open(HttpSenderOptions.defaults().withTls(trustOnly))) {
            assertThatThrownBy(() ->
                            get(new DpwsClient(sender, clients.messageIds())).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void isNotBelievedToBeAnother() throws Exception {
        TlsSettings settings = clients.settings().tls().orElseThrow();
        try (HttpSender sender = HttpSender.open(HttpSenderOptions.defaults().withTls(settings))) {
            DpwsClient client = new DpwsClient(sender, clients.messageIds());
            assertThatThrownBy(() -> client.getMetadata(device.address(), LONG).get())
                    .hasCauseInstanceOf(IOException.class);
            assertThat(get(client).get().thisDevice()).isPresent();
        }
    }

    private static CompletableFuture<Metadata> get(DpwsClient client) {
        return client.get(device.address(), device.epr(), LONG);
    }
}
