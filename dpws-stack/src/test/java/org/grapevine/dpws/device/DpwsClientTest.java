package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.PATIENCE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.HttpSenderOptions;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The client against peers of all kinds. */
class DpwsClientTest {

    private static final EndpointReference DEVICE = EndpointReference.of("urn:test:device");
    private static final String WSDL =
            "<w:definitions xmlns:w=\"http://schemas.xmlsoap.org/wsdl/\" targetNamespace=\"urn:test\"></w:definitions>";

    private static HttpServer server;
    private static HttpSender sender;
    private static DpwsClient client;

    @BeforeAll
    static void start() throws Exception {
        server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(Loopback.address(), 0)));
        sender = HttpSender.open(HttpSenderOptions.defaults());
        client = new DpwsClient(sender, MessageIds.uuids(new Random(3)));
    }

    @AfterAll
    static void stop() {
        sender.close();
        server.close();
    }

    /** A peer that answers everything at a path of its own in the same way. */
    private static URI peer(String path, HttpReply reply) {
        server.route(path, Set.of("GET", "POST"), request -> reply);
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private static URI service(String path, MetadataSection... sections) {
        return peer(
                path,
                HttpReply.soap(
                        200,
                        MetadataExchange.getMetadataResponse(
                                new Metadata(List.of(sections)), MetadataExchange.Query.ALL, "urn:1", "urn:2")));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<?> future) throws Exception {
        try {
            throw new AssertionError("succeeded with " + get(future));
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    private static byte[] message() {
        return MetadataExchange.get(DEVICE, "urn:id");
    }

    @Nested
    class ACall {

        @Test
        void givesTheAnswer() throws Exception {
            URI peer = service("/call/good");
            assertThat(get(client.call(peer, message(), PATIENCE)).action())
                    .hasValue(MetadataExchange.GET_METADATA_RESPONSE_ACTION);
        }

        @Test
        void failsWithTheFaultThatThePeerAnswered() throws Exception {
            SoapFault fault = SoapFault.actionNotSupported("urn:a");
            URI peer = peer("/call/fault", HttpReply.soap(400, fault.toEnvelope("urn:1", Optional.empty())));
            assertThat(failure(client.call(peer, message(), PATIENCE)))
                    .isInstanceOfSatisfying(
                            FaultException.class,
                            e -> assertThat(e.fault().subcodes()).isEqualTo(fault.subcodes()));
            assertThat(failure(client.get(peer, DEVICE, PATIENCE))).isInstanceOf(FaultException.class);
            assertThat(failure(client.send(peer, message(), PATIENCE))).isInstanceOf(FaultException.class);
        }

        @Test
        void failsWithTheAddressAndWhatCameForAllElse() throws Exception {
            URI html = peer("/call/html", HttpReply.text(404, "not found"));
            assertThat(failure(client.call(html, message(), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(html.toString())
                    .hasMessageContaining("404")
                    .hasMessageContaining("expected: a SOAP 1.2 envelope");
            URI broken = peer("/call/broken", HttpReply.soap(200, "<broken".getBytes(UTF_8)));
            assertThat(failure(client.call(broken, message(), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(broken.toString());
            URI empty = peer("/call/empty", HttpReply.accepted());
            assertThat(failure(client.call(empty, message(), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("202");
            URI other = peer("/call/other", HttpReply.soap(200, message()));
            assertThat(failure(client.get(other, DEVICE, PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(other.toString());
        }

        @Test
        void failsIfNobodyListens() throws Exception {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, Loopback.address())) {
                port = free.getLocalPort();
            }
            URI nobody = URI.create("http://127.0.0.1:" + port + "/");
            assertThat(failure(client.call(nobody, message(), PATIENCE))).isInstanceOf(IOException.class);
        }

        @Test
        void takesTheMediaTypeInAnyCase() throws Exception {
            byte[] answer = MetadataExchange.getResponse(new Metadata(List.of()), "urn:1", "urn:2");
            URI peer = peer("/call/case", new HttpReply(200, Optional.of("Application/SOAP+XML;action=\"x\""), answer));
            assertThat(get(client.get(peer, DEVICE, PATIENCE)).sections()).isEmpty();
        }
    }

    @Nested
    class AOneWayMessage {

        @Test
        void isDoneWhenThePeerHasAcceptedIt() throws Exception {
            assertThat(get(client.send(peer("/send/202", HttpReply.accepted()), message(), PATIENCE)))
                    .isNull();
            HttpReply emptyOk = new HttpReply(200, Optional.empty(), new byte[0]);
            assertThat(get(client.send(peer("/send/200", emptyOk), message(), PATIENCE)))
                    .isNull();
        }

        @Test
        void failsIfThePeerDoesNotTakeIt() throws Exception {
            URI peer = peer("/send/503", HttpReply.text(503, "too many"));
            assertThat(failure(client.send(peer, message(), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("503");
        }
    }

    @Nested
    class AnExchange {

        @Test
        void givesTheAnswerIfThereIsOne() throws Exception {
            assertThat(get(client.exchange(service("/exchange/good"), message(), PATIENCE)))
                    .hasValueSatisfying(answer ->
                            assertThat(answer.action()).hasValue(MetadataExchange.GET_METADATA_RESPONSE_ACTION));
        }

        @Test
        void isEmptyIfThePeerOnlyAcceptedTheMessage() throws Exception {
            assertThat(get(client.exchange(peer("/exchange/202", HttpReply.accepted()), message(), PATIENCE)))
                    .isEmpty();
        }

        @Test
        void failsWithAFaultOrWhateverElseCame() throws Exception {
            byte[] fault = SoapFault.actionNotSupported("urn:a").toEnvelope("urn:1", Optional.empty());
            assertThat(failure(
                            client.exchange(peer("/exchange/fault", HttpReply.soap(400, fault)), message(), PATIENCE)))
                    .isInstanceOf(FaultException.class);
            assertThat(failure(client.exchange(
                            peer("/exchange/503", HttpReply.text(503, "too many")), message(), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("503");
        }
    }

    @Nested
    class AWsdl {

        @Test
        void isTakenFromTheMetadata() throws Exception {
            URI peer = service("/wsdl/inline", new MetadataSection.Inline(Namespaces.WSDL, Optional.empty(), WSDL));
            assertThat(new String(get(client.wsdl(peer, PATIENCE)), UTF_8)).contains("definitions", "urn:test");
        }

        @Test
        void isFetchedFromItsLocationWhichMayBeRelative() throws Exception {
            peer("/wsdl/file", new HttpReply(200, Optional.of("text/xml"), WSDL.getBytes(UTF_8)));
            URI peer =
                    service("/wsdl/location", new MetadataSection.Location(Namespaces.WSDL, Optional.empty(), "file"));
            assertThat(get(client.wsdl(peer, PATIENCE))).asString(UTF_8).isEqualTo(WSDL);
        }

        @Test
        void isFetchedByGetFromTheEndpointThatHasIt() throws Exception {
            byte[] there = MetadataExchange.getResponse(
                    new Metadata(List.of(new MetadataSection.Inline(Namespaces.WSDL, Optional.empty(), WSDL))),
                    "urn:1",
                    "urn:2");
            URI where = peer("/wsdl/there", HttpReply.soap(200, there));
            URI peer = service(
                    "/wsdl/reference",
                    new MetadataSection.Reference(
                            Namespaces.WSDL, Optional.empty(), EndpointReference.of(where.toString())));
            assertThat(new String(get(client.wsdl(peer, PATIENCE)), UTF_8)).contains("definitions");
        }

        @Test
        void thatIsNowhereIsAFailure() throws Exception {
            assertThat(failure(client.wsdl(service("/wsdl/none"), PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("its metadata has no WSDL");
            URI gone =
                    service("/wsdl/gone", new MetadataSection.Location(Namespaces.WSDL, Optional.empty(), "/nowhere"));
            assertThat(failure(client.wsdl(gone, PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/nowhere")
                    .hasMessageContaining("404");
            URI nonsense =
                    service("/wsdl/nonsense", new MetadataSection.Location(Namespaces.WSDL, Optional.empty(), "%zz"));
            assertThat(failure(client.wsdl(nonsense, PATIENCE)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("metadata at '%zz' (expected: a URI)");
        }
    }
}
