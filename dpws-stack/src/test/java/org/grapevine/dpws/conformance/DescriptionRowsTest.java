package org.grapevine.dpws.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jws.WebMethod;
import jakarta.jws.WebService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.BlockingDpwsClient;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.Lamp;
import org.grapevine.dpws.device.Loopback;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.LocalizedText;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.metadata.ThisDevice;
import org.grapevine.dpws.metadata.ThisModel;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DPWS 1.1, 5: what a device and its services tell of themselves, and what happens when that changes. */
class DescriptionRowsTest {

    private static final QName BULB = new QName("urn:test:types", "Bulb");

    @TempDir
    private Path folder = Path.of("unset");

    private Loopback net;
    private DeviceHost host;
    private DpwsClient client;
    private BlockingQueue<KnownDevices.Event> heard;

    @BeforeEach
    void start() throws Exception {
        net = new Loopback();
        host = net.host();
        DeviceHost listener = net.host();
        client = listener.client();
        heard = Loopback.eventsOf(listener);
    }

    @AfterEach
    void stop() {
        net.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Loopback.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Device lamp() {
        return Device.named("Lamp").host(new Lamp.Simple()).start(host);
    }

    private DeviceAnnouncement nextHello(Device of) throws Exception {
        return Loopback.await(heard, event -> event.device().epr().equals(of.epr()))
                .device();
    }

    private Metadata metadataOf(Device device) throws Exception {
        return get(client.get(device.address(), device.epr(), Loopback.PATIENCE));
    }

    private String wsdlSection(HostedService service) throws Exception {
        Metadata metadata = get(client.getMetadata(service.address(), Loopback.PATIENCE));
        return metadata.select(Optional.of(MetadataSection.WSDL_DIALECT), Optional.empty()).sections().stream()
                .map(section -> section.getClass().getSimpleName())
                .findFirst()
                .orElse("none");
    }

    @Nested
    class Sections {

        @Test
        void r2038_r2012_everyGetResponseHasExactlyOneThisModel() throws Exception {
            assertThat(metadataOf(lamp()).sections().stream().filter(MetadataSection.OfModel.class::isInstance))
                    .hasSize(1);
        }

        @Test
        void r2039_r2014_everyGetResponseHasExactlyOneThisDevice() throws Exception {
            assertThat(metadataOf(lamp()).sections().stream().filter(MetadataSection.OfDevice.class::isInstance))
                    .hasSize(1);
        }

        @Test
        void r2040_aDeviceWithServicesHasARelationshipThatNamesThemAndItself() throws Exception {
            Device lamp = lamp();
            var relationship = metadataOf(lamp).relationship().orElseThrow();
            assertThat(relationship.host().orElseThrow().epr()).isEqualTo(lamp.epr());
            assertThat(relationship.hosted())
                    .extracting(Hosted::types)
                    .containsExactly(List.of(new QName(Lamp.NAMESPACE, "Lamp")));
        }

        @Test
        void r0007_r0042_theReferencesOfServicesAreTransportAddressesWithoutParameters() throws Exception {
            assertThat(metadataOf(lamp()).relationship().orElseThrow().hosted().stream()
                            .flatMap(hosted -> hosted.eprs().stream()))
                    .isNotEmpty()
                    .allSatisfy(epr -> {
                        assertThat(URI.create(epr.address()).getScheme()).isIn("http", "https");
                        assertThat(epr.referenceParameters()).isEmpty();
                    });
        }

        @Test
        void r0004_r0005_theDeviceIsNamedByAUuidWhereverItIsAsked() throws Exception {
            Device lamp = lamp();
            assertThat(lamp.epr().address())
                    .matches(Pattern.compile("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
            assertThat(nextHello(lamp).epr()).isEqualTo(lamp.epr());
            assertThat(metadataOf(lamp)
                            .relationship()
                            .orElseThrow()
                            .host()
                            .orElseThrow()
                            .epr())
                    .isEqualTo(lamp.epr());
        }

        @Test
        void s9_2_aTextHasFewerThan256CharactersWhicheverTheyAre() throws Exception {
            String longest = "\uD83D\uDCA1".repeat(255); // Two chars of Java each, one character of Unicode.
            Device lamp = Device.named(longest).start(host);
            assertThat(metadataOf(lamp)
                            .thisDevice()
                            .orElseThrow()
                            .friendlyNames()
                            .get(0)
                            .text())
                    .isEqualTo(longest);
            assertThatThrownBy(() -> Device.named(longest + "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("256 characters")
                    .hasMessageEndingWith("(expected: < 256)");
        }

        @Test
        void s9_2_aTextComesOnceInEachLanguage() {
            assertThatThrownBy(() -> Device.named("Lamp")
                            .describe(words ->
                                    words.names(new LocalizedText("Lamp", "en"), new LocalizedText("Light", "en")))
                            .start(host))
                    .hasMessage("FriendlyName: two in language 'en' (expected: one in each)");
        }

        @Test
        void x3_aServiceShowsItsWsdlInlineIfTheMakerSaysSo() throws Exception {
            Device lamp =
                    Device.named("Lamp").host(new Lamp.Simple()).inlineWsdl().start(host);
            HostedService service = lamp.hostedServices().get(0);
            assertThat(wsdlSection(service)).isEqualTo("Inline");
            assertThat(new String(get(client.wsdl(service.address(), Loopback.PATIENCE)), StandardCharsets.UTF_8))
                    .contains("portType", service.address().toString());
        }

        @Test
        void x3_aServiceNamesTheLocationOfItsWsdlOtherwise() throws Exception {
            HostedService service = lamp().hostedServices().get(0);
            assertThat(wsdlSection(service)).isEqualTo("Location");
            assertThat(new String(get(client.wsdl(service.address(), Loopback.PATIENCE)), StandardCharsets.UTF_8))
                    .contains("portType", service.address().toString());
        }

        @Test
        void r0026_aWsdlThatMakesTheEnvelopeTooLargeIsNamedByItsLocation() throws Exception {
            Device lamp =
                    Device.named("Lamp").host(new Lamp.Simple()).inlineWsdl().start(host);
            HostedService service = lamp.hostedServices().get(0);
            service.decorateWsdl(
                    wsdl -> {
                        wsdl.getDocumentElement().appendChild(wsdl.createComment("x".repeat(32_767)));
                        return wsdl;
                    },
                    "a comment");
            assertThat(wsdlSection(service)).isEqualTo("Location");
        }
    }

    @Nested
    class Changes {

        private Device lamp;
        private DeviceAnnouncement before;

        @BeforeEach
        void announce() throws Exception {
            lamp = lamp();
            before = nextHello(lamp);
        }

        private void assertTold(CompletableFuture<Void> change) throws Exception {
            get(change);
            assertThat(nextHello(lamp).metadataVersion()).isEqualTo(before.metadataVersion() + 1);
        }

        @Test
        void r2001_anotherModelRaisesTheVersionAndIsTold() throws Exception {
            ThisModel model = ThisModel.of("Lamps & Co", "Brighter");
            assertTold(lamp.change(words -> words.model(model)));
            assertThat(metadataOf(lamp).thisModel()).contains(model);
        }

        @Test
        void r2002_anotherThisDeviceRaisesTheVersionAndIsTold() throws Exception {
            assertTold(lamp.change(words -> words.names(LocalizedText.of("Desk lamp"))
                    .firmwareVersion("2.0")
                    .serialNumber("17")));
            assertThat(metadataOf(lamp).thisDevice())
                    .contains(new ThisDevice(
                            List.of(LocalizedText.of("Desk lamp")), Optional.of("2.0"), Optional.of("17")));
            assertThat(lamp.name()).isEqualTo("Desk lamp");
        }

        @Test
        void r2030_oneMoreServiceRaisesTheVersionAndAnswers() throws Exception {
            HostedService second = lamp.add(new Lamp.Simple());
            assertThat(nextHello(lamp).metadataVersion()).isEqualTo(before.metadataVersion() + 1);
            assertThat(metadataOf(lamp).relationship().orElseThrow().hosted())
                    .extracting(Hosted::serviceId)
                    .containsExactly("urn:test:lamp:Lamp", second.serviceId());
            assertThat(wsdlSection(second)).isEqualTo("Location");
        }

        @Test
        void r2030_oneServiceLessRaisesTheVersionAndIsGone() throws Exception {
            HostedService service = lamp.hostedServices().get(0);
            assertThat(lamp.remove(service)).isTrue();
            assertThat(nextHello(lamp).metadataVersion()).isEqualTo(before.metadataVersion() + 1);
            assertThat(metadataOf(lamp).relationship().orElseThrow().hosted()).isEmpty();
            assertThat(net.get(URI.create(service.address() + "?wsdl")).statusCode())
                    .isEqualTo(404);
            assertThat(lamp.remove(service)).isFalse();
        }

        @Test
        void d4_d5_otherTypesAndScopesRaiseTheVersionAndAreTold() throws Exception {
            get(lamp.change(words -> words.types(List.of(BULB)).scopes(List.of("urn:test:kitchen"))));
            DeviceAnnouncement after = nextHello(lamp);
            assertThat(after.metadataVersion()).isEqualTo(before.metadataVersion() + 1);
            assertThat(after.types()).contains(BULB);
            assertThat(after.scopes()).containsExactly("urn:test:kitchen");
        }

        @Test
        void d4_whatIsAsItWasRaisesNothing() throws Exception {
            get(lamp.change(words -> words.scopes(List.of())));
            get(lamp.change(words -> words.scopes(List.of("urn:test:hall"))));
            // The next Hello is that of the second change, and it is one above.
            assertThat(nextHello(lamp).metadataVersion()).isEqualTo(before.metadataVersion() + 1);
        }

        @Test
        void r0029_aChangeThatDoesNotFitADatagramIsRefusedAndNothingChanges() {
            List<String> many = Collections.nCopies(200, "urn:test:a-scope-of-some-length");
            assertThatThrownBy(() -> get(lamp.change(words -> words.scopes(many))))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .hasMessageContaining("octets (expected: <= 4096; fewer or shorter types, scopes or XAddrs)");
            assertThat(lamp.scopes()).isEmpty();
        }

        @Test
        void s9_2_anImpossibleChangeIsRefusedAndNothingChanges() {
            assertThatThrownBy(() -> lamp.change(words -> words.serialNumber("1".repeat(256))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("SerialNumber: 256 characters");
            assertThat(lamp.metadata().thisDevice().orElseThrow().serialNumber())
                    .isEmpty();
        }

        @Test
        void aDeviceThatStoppedHostsNothingMore() throws Exception {
            get(lamp.stop());
            assertThatThrownBy(() -> lamp.add(new Lamp.Simple()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("does not run (expected: one that was started and not stopped)");
        }
    }

    @Test
    void r2042_aServiceThatFailsForAWhileChangesNothing() throws Exception {
        Device lamp = Device.named("Broken").host(new Broken()).start(host);
        long version = nextHello(lamp).metadataVersion();
        Metadata before = metadataOf(lamp);
        HostedService service = lamp.hostedServices().get(0);
        var answer = net.post(
                service.address(),
                Loopback.SOAP,
                Loopback.soap(
                        Loopback.request(service.operations().get(0).inputAction()),
                        "<b:count xmlns:b='urn:test:broken'/>"));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(metadataOf(lamp)).isEqualTo(before);
        DeviceAnnouncement found = Loopback.find(net.host(), Loopback.everything());
        assertThat(found.metadataVersion()).isEqualTo(version);
    }

    @Test
    void d4_b1_1_3_theVersionIsTheSameAfterARestartThatChangedNothing() throws Exception {
        Path state = folder.resolve("state");
        DeviceAnnouncement first;
        int port;
        try (DeviceHost once = net.hostWith(settings -> settings.withStateFile(state))) {
            Device lamp = Device.named("Restarting").host(new Lamp.Simple()).start(once);
            port = lamp.address().getPort();
            first = nextHello(lamp);
        }
        try (DeviceHost again =
                net.hostWith(settings -> settings.withStateFile(state).withPort(port))) {
            Device lamp = Device.named("Restarting").host(new Lamp.Simple()).start(again);
            Loopback.await(heard, event -> event instanceof KnownDevices.Event.Appeared);
            assertThat(first.epr()).isEqualTo(lamp.epr()); // R0006
            assertThat(get(client.get(lamp.address(), lamp.epr(), Loopback.PATIENCE)))
                    .isEqualTo(lamp.metadata());
            DeviceAnnouncement found = Loopback.find(net.host(), Loopback.everything());
            assertThat(found.metadataVersion()).isEqualTo(first.metadataVersion());
        }
    }

    @Test
    void x4_r2029_aClientIgnoresWhatItDoesNotKnowAndMergesRelationships() throws Exception {
        Envelope response = new EnvelopeReader(EnvelopeLimits.http())
                .readWhole(Loopback.soap(
                                "",
                                "<x:Metadata xmlns:x='http://schemas.xmlsoap.org/ws/2004/09/mex'"
                                        + " xmlns:d='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01'>"
                                        + "<x:MetadataSection Dialect='urn:foreign'><f:what xmlns:f='urn:foreign'/></x:MetadataSection>"
                                        + relationship("urn:one")
                                        + relationship("urn:two")
                                        + "<f:more xmlns:f='urn:foreign'/></x:Metadata>")
                        .getBytes(StandardCharsets.UTF_8));
        Metadata metadata = MetadataExchange.readResponse(response);
        assertThat(metadata.relationship().orElseThrow().hosted())
                .extracting(Hosted::serviceId)
                .containsExactly("urn:one", "urn:two");
    }

    private static String relationship(String serviceId) {
        return "<x:MetadataSection Dialect='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01/Relationship'>"
                + "<d:Relationship Type='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01/host'><f:any xmlns:f='urn:foreign'/>"
                + "<d:Hosted><a:EndpointReference><a:Address>http://127.0.0.1/x</a:Address></a:EndpointReference>"
                + "<d:Types xmlns:t='urn:t'>t:T</d:Types><d:ServiceId>" + serviceId + "</d:ServiceId></d:Hosted>"
                + "</d:Relationship></x:MetadataSection>";
    }

    /** One device of three keeps its sections elsewhere: by reference, by location, inline. */
    @Test
    void x3_aClientFetchesSectionsThatAreKeptElsewhere() throws Exception {
        Device lamp = lamp();
        String model = "<d:ThisModel xmlns:d='http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01'>"
                + "<d:Manufacturer>Elsewhere</d:Manufacturer><d:ModelName>M</d:ModelName></d:ThisModel>";
        try (HttpServer server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(Loopback.address(), 0)))) {
            String base = "http://127.0.0.1:" + server.address().getPort();
            server.route(
                    "/model",
                    Set.of("GET"),
                    request -> new HttpReply(200, Optional.of("text/xml"), model.getBytes(StandardCharsets.UTF_8)));
            server.route(
                    "/device",
                    request -> HttpReply.soap(
                            200,
                            MetadataExchange.getResponse(
                                    new Metadata(List.of(
                                            new MetadataSection.Location(
                                                    MetadataSection.THIS_MODEL_DIALECT,
                                                    Optional.empty(),
                                                    base + "/model"),
                                            new MetadataSection.Reference(
                                                    MetadataSection.RELATIONSHIP_DIALECT,
                                                    Optional.empty(),
                                                    EndpointReference.of(
                                                            lamp.address().toString())))),
                                    "urn:uuid:answer",
                                    "urn:uuid:question")));
            Metadata metadata = get(client.get(URI.create(base + "/device"), lamp.epr(), Loopback.PATIENCE));
            assertThat(metadata.thisModel()).contains(ThisModel.of("Elsewhere", "M"));
            assertThat(metadata.relationship()).isEqualTo(lamp.metadata().relationship());
        }
    }

    @Test
    void d12_d7_aClientInspectsADeviceOnceUntilItChanges() throws Exception {
        Device lamp = lamp();
        DeviceAnnouncement told = nextHello(lamp);
        // Discovery may leave the addresses away: the client then resolves.
        DeviceAnnouncement bare =
                new DeviceAnnouncement(told.epr(), told.types(), told.scopes(), List.of(), told.metadataVersion());
        BlockingDpwsClient blocking = client.blocking();
        assertThat(blocking.inspect(bare, Loopback.PATIENCE).metadata()).isEqualTo(lamp.metadata());
        assertThat(blocking.inspect(told, Loopback.PATIENCE).name()).contains("Lamp");
        assertThat(client.remembered().hits()).isEqualTo(1);

        get(lamp.change(words -> words.names(LocalizedText.of("Changed"))));
        assertThat(blocking.inspect(nextHello(lamp), Loopback.PATIENCE).name()).contains("Changed");
    }

    @Test
    void aClientCallsAnOperationOfADiscoveredDevice() throws Exception {
        Device lamp = lamp();
        DeviceAnnouncement found = nextHello(lamp);
        BlockingDpwsClient blocking = client.blocking();
        Hosted service = blocking.inspect(found, Loopback.PATIENCE)
                .service(new QName(Lamp.NAMESPACE, "Lamp"))
                .orElseThrow();
        byte[] body =
                ("<l:echo xmlns:l='" + Lamp.NAMESPACE + "'><text>hi</text></l:echo>").getBytes(StandardCharsets.UTF_8);
        Envelope answer =
                blocking.call(service.eprs().get(0), Lamp.NAMESPACE + ":Lamp:echoRequest", body, Loopback.PATIENCE);
        assertThat(new String(answer.bodyElement(), StandardCharsets.UTF_8)).contains(">hi<");
        assertThatThrownBy(() -> blocking.call(service.eprs().get(0), "urn:test:unknown", body, Loopback.PATIENCE))
                .isInstanceOf(FaultException.class);
    }

    @Test
    void x2_getMetadataOfADialectGivesThatDialectOnly() throws Exception {
        HostedService service = lamp().hostedServices().get(0);
        assertThat(get(client.getMetadata(service.address(), Loopback.PATIENCE)).sections())
                .hasSize(2);
        assertThat(wsdlSection(service)).isNotEqualTo("none");
    }

    @Test
    void s9_1_aDeviceIsAskedByGetAndNotByGetMetadata() {
        Device lamp = lamp();
        assertThatThrownBy(() -> get(client.getMetadata(lamp.address(), Loopback.PATIENCE)))
                .cause()
                .isInstanceOfSatisfying(FaultException.class, failure -> assertThat(
                                failure.fault().subcodes().toString())
                        .contains("ActionNotSupported"));
    }

    /** Fails at whatever it is asked. */
    @WebService(targetNamespace = "urn:test:broken", name = "Broken")
    public interface Breaking {
        @WebMethod
        int count() throws IOException;
    }

    private static final class Broken implements Breaking {
        @Override
        public int count() {
            throw new IllegalStateException("for a while");
        }
    }
}
