package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.xml.ws.Action;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SOAP 1.2 over HTTP and WS-Addressing 1.0 as DPWS 1.1 asks for them, on the wire: each test writes its request by hand into a socket
 * and reads the answer by hand. The names begin with the requirement.
 */
@Timeout(60)
class HttpRowsTest {

    private static final int MILLIS = 20_000;
    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-0000000000c1";
    private static final String SOAP = "application/soap+xml; charset=utf-8";
    private static final String SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final String ELSEWHERE = "<a:Address>http://x.test/</a:Address>";
    private static final String UNKNOWN = "<x:secret xmlns:x='urn:x' s:mustUnderstand='true'/>";
    private static final BlockingQueue<String> SAID = new LinkedBlockingQueue<>();

    private static DeviceHost host;
    private static Device device;

    @WebService(targetNamespace = "urn:test:echo", name = "Echo")
    interface Echo {
        @WebMethod
        @Action(input = "urn:test:echo:in", output = "urn:test:echo:out")
        @WebResult(name = "text")
        String echo(@WebParam(name = "text") String text);

        @Oneway
        @WebMethod
        @Action(input = "urn:test:say")
        void say(@WebParam(name = "text") String text);
    }

    static final class Service implements Echo {
        @Override
        public String echo(String text) {
            return text;
        }

        @Override
        public void say(String text) {
            SAID.add(text);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        InetSocketAddress group;
        try (DatagramSocket free = new DatagramSocket(0)) {
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        host = DeviceHost.start(HostSettings.on(new InetSocketAddress(loopback, 0), 7)
                .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10)));
        device = Device.named("Echo").endpoint(EPR).host(new Service()).start(host);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    // What is on the wire.

    private static URI service() {
        return device.hostedServices().get(0).address();
    }

    private static Socket connect(URI to) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(to.getHost(), to.getPort()), MILLIS);
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static WireResponse raw(URI to, String request) throws IOException {
        try (Socket socket = connect(to)) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            socket.getOutputStream().flush();
            return WireResponse.read(socket);
        }
    }

    private static String head(String method, URI to, String type) {
        return method + " " + to.getRawPath() + " HTTP/1.1\r\nHost: " + to.getAuthority() + "\r\nContent-Type: " + type
                + "\r\n";
    }

    private static String message(URI to, String type, String body) {
        return head("POST", to, type) + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    private static WireResponse post(URI to, String envelope) throws IOException {
        return raw(to, message(to, SOAP, envelope));
    }

    private static String soap(String header, String body) {
        return "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA + "'><s:Header>" + header
                + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
    }

    private static String action(String action) {
        return "<a:Action>" + action + "</a:Action>";
    }

    private static final String ID = "<a:MessageID>urn:uuid:request</a:MessageID>";
    private static final String GET = action(MetadataExchange.GET_ACTION) + ID;

    private static String to(String address) {
        return "<a:To>" + address + "</a:To>";
    }

    private static String echo(String text) {
        return soap(
                action("urn:test:echo:in") + ID, "<e:echo xmlns:e='urn:test:echo'><text>" + text + "</text></e:echo>");
    }

    private static String say(String header, String text) {
        return soap(
                action("urn:test:say") + header, "<e:say xmlns:e='urn:test:echo'><text>" + text + "</text></e:say>");
    }

    private static QName wsa(String name) {
        return new QName(Namespaces.WSA, name);
    }

    private static SoapFault assertFault(WireResponse answer, int status, SoapFault.Code code, QName... subcodes)
            throws Exception {
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(status);
        SoapFault fault = answer.fault();
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.subcodes()).containsExactly(subcodes);
        boolean addressing = subcodes.length > 0;
        assertThat(answer.envelope().action()).hasValue(addressing ? Wsa.FAULT_ACTION : Wsa.SOAP_FAULT_ACTION);
        // R0040: every fault, whatever was wrong, says which message it is about.
        assertThat(answer.envelope().relatesTo()).isPresent();
        assertThat(answer.envelope().relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
        return fault;
    }

    // SOAP 1.2 over HTTP.

    @Test
    void r0001_aChunkedRequestIsServed() throws Exception {
        String body = soap(GET, "");
        int half = body.length() / 2;
        StringBuilder chunks = new StringBuilder(head("POST", device.address(), SOAP));
        chunks.append("Transfer-Encoding: chunked\r\n\r\n");
        for (String part : List.of(body.substring(0, half), body.substring(half))) {
            chunks.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        WireResponse answer = raw(device.address(), chunks.append("0\r\n\r\n").toString());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.envelope().action()).hasValue(MetadataExchange.GET_RESPONSE_ACTION);
    }

    @Test
    void http_severalRequestsGoOverOneConnection() throws Exception {
        try (Socket socket = connect(service())) {
            for (String text : List.of("one", "two", "three")) {
                socket.getOutputStream()
                        .write(message(service(), SOAP, echo(text)).getBytes(UTF_8));
                socket.getOutputStream().flush();
                WireResponse answer = WireResponse.read(socket);
                assertThat(new String(answer.envelope().bodyElement(), UTF_8)).contains(">" + text + "<");
            }
        }
    }

    @Test
    void http_aFaultKeepsTheConnection() throws Exception {
        try (Socket socket = connect(service())) {
            for (String text : List.of(soap(action("urn:nope") + ID, ""), echo("on"))) {
                socket.getOutputStream().write(message(service(), SOAP, text).getBytes(UTF_8));
                socket.getOutputStream().flush();
                assertThat(WireResponse.read(socket).status()).isEqualTo(text.contains("nope") ? 400 : 200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/soap+xml",
                "application/soap+xml; charset=utf-8",
                "Application/SOAP+XML;charset=\"UTF-8\"",
                "application/soap+xml; charset=utf-8; action=\"urn:another\""
            })
    void r0012_theMediaTypeOfSoap12IsServed(String type) throws Exception {
        WireResponse answer = raw(device.address(), message(device.address(), type, soap(GET, "")));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).hasValue(SOAP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/xml", "text/plain", "multipart/mixed; boundary=x", "?"})
    void r0012_anotherMediaTypeIs415(String type) throws Exception {
        WireResponse answer = raw(device.address(), message(device.address(), type, soap(GET, "")));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(new String(answer.body(), UTF_8)).contains("(expected: application/soap+xml");
    }

    @Test
    void r0013_aRequestIsAnsweredAndAnUnknownActionIsAFault() throws Exception {
        assertThat(post(device.address(), soap(GET, "")).status()).isEqualTo(200);
        assertFault(
                post(device.address(), soap(action("urn:nope") + ID, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("ActionNotSupported"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "OPTIONS", "PATCH"})
    void r0017_otherMethodsAre405(String method) throws Exception {
        WireResponse answer = raw(device.address(), head(method, device.address(), SOAP) + "Content-Length: 0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("allow")).hasValue("GET, POST");
    }

    @Test
    void r0030_aOneWayMessageIsAcceptedWithZeroLength() throws Exception {
        WireResponse answer = post(service(), say(ID, "hello"));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("content-length")).hasValue("0");
        assertThat(answer.header("content-type")).isEmpty();
        assertThat(SAID.poll(MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {SOAP, "text/xml; charset=utf-8"})
    void r0034_soap11IsAVersionMismatchInSoap12(String type) throws Exception {
        String soap11 = soap(GET, "").replace(Namespaces.S12, SOAP_11);
        WireResponse answer = raw(device.address(), message(device.address(), type, soap11));
        SoapFault fault = assertFault(answer, 500, SoapFault.Code.VERSION_MISMATCH);
        assertThat(fault.headerBlocks()).singleElement().asString().contains("SupportedEnvelope", Namespaces.S12);
        assertThat(answer.envelope().relatesTo()).hasValue("urn:uuid:request");
    }

    @Test
    void r0003_anEnvelopeOf32767OctetsIsServedAndALargerOneRefused() throws Exception {
        String get = soap(GET, "");
        int room = EnvelopeLimits.MAX_ENVELOPE_SIZE - get.length();
        assertThat(post(device.address(), get + " ".repeat(room)).status()).isEqualTo(200);
        WireResponse refused = post(device.address(), get + " ".repeat(room + 1));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(post(device.address(), get).status()).as("still there").isEqualTo(200);
    }

    /** Octets, not characters: each of these letters has two. */
    @Test
    void r0025_aUriOf2048OctetsIsServedAndALargerOneRefused() throws Exception {
        String longest = "urn:" + "\u00e4".repeat((EnvelopeLimits.MAX_URI_SIZE - 4) / 2);
        String id = "<a:MessageID>" + longest + "</a:MessageID>";
        String longerId = id.replace("urn:", "urn::");
        String get = action(MetadataExchange.GET_ACTION);
        WireResponse answer = post(device.address(), soap(get + id, ""));
        assertThat(answer.envelope().relatesTo()).hasValue(longest);
        SoapFault fault = assertFault(
                post(device.address(), soap(get + longerId, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("InvalidAddressingHeader"),
                wsa("InvalidAddress"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", "MessageID");
    }

    @Test
    void r0025_aRequestUriOfMoreThan2048OctetsIs414() throws Exception {
        int room = HttpServer.MAX_URI_SIZE - (device.address() + "?").length();
        String request = "POST " + device.address().getRawPath() + "?" + "q".repeat(room) + " HTTP/1.1\r\nHost: "
                + device.address().getAuthority() + "\r\nContent-Type: " + SOAP + "\r\nContent-Length: "
                + soap(GET, "").length() + "\r\n\r\n" + soap(GET, "");
        assertThat(raw(device.address(), request).status()).isEqualTo(200);
        assertThat(raw(device.address(), request.replace("?q", "?qq")).status()).isEqualTo(414);
    }

    @Test
    void soap_aDoctypeIsRefused() throws Exception {
        assertFault(
                post(device.address(), "<!DOCTYPE x [<!ENTITY e 'boom'>]>" + soap(GET, "")),
                400,
                SoapFault.Code.SENDER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "no xml", "<a/>", "<s:Envelope", "\u0000"})
    void soap_whatIsNoEnvelopeIsAFaultAndNothingWorse(String text) throws Exception {
        WireResponse answer = post(device.address(), text);
        assertThat(answer.status()).isIn(400, 500);
        assertThat(answer.envelope().relatesTo()).hasValue(Wsa.UNSPECIFIED_MESSAGE);
        assertThat(post(device.address(), soap(GET, "")).status()).isEqualTo(200);
    }

    // The order of faults.

    @Test
    void r2024_aWrongVersionComesFirst() throws Exception {
        String all = soap(ID + ID + UNKNOWN, "<y xmlns='urn:y'/>").replace(Namespaces.S12, SOAP_11);
        assertFault(post(device.address(), all), 500, SoapFault.Code.VERSION_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no action
                "<a:Action>urn:nope</a:Action>", // an unknown one
                "<a:To>urn:uuid:nobody</a:To>",
                "<a:MessageID>urn:uuid:request</a:MessageID>", // twice
                "<a:ReplyTo/>" // no address in it
            })
    void r2024_whatMustBeUnderstoodComesBeforeWhatTheSenderDidWrong(String wrong) throws Exception {
        WireResponse answer = post(service(), soap(ID + wrong + UNKNOWN, "<y xmlns='urn:y'/>"));
        SoapFault fault = assertFault(answer, 500, SoapFault.Code.MUST_UNDERSTAND);
        assertThat(fault.headerBlocks())
                .singleElement()
                .asString()
                .contains("NotUnderstood", "qname=", "secret", "urn:x");
        assertThat(answer.envelope().relatesTo()).hasValue("urn:uuid:request");
    }

    @Test
    void r2024_everyHeaderThatIsNotUnderstoodIsNamed() throws Exception {
        String second = UNKNOWN.replace("secret", "other");
        SoapFault fault = assertFault(
                post(device.address(), soap(GET + UNKNOWN + second, "")), 500, SoapFault.Code.MUST_UNDERSTAND);
        assertThat(fault.headerBlocks()).hasSize(2);
    }

    @Test
    void r2024_aHeaderForAnotherRoleOrWithoutDutyIsNoneOfOurs() throws Exception {
        String role = UNKNOWN.replace("/>", " s:role='urn:somebody'/>");
        String free = UNKNOWN.replace("'true'", "'false'");
        assertThat(post(device.address(), soap(GET + role + free, "")).status()).isEqualTo(200);
    }

    @Test
    void r2024_theHeadersOfAddressingMustBeAndAreUnderstood() throws Exception {
        String strict = GET.replace("<a:Action>", "<a:Action s:mustUnderstand='true'>")
                .replace("<a:MessageID>", "<a:MessageID s:mustUnderstand='1'>");
        assertThat(post(device.address(), soap(strict, "")).status()).isEqualTo(200);
    }

    @Test
    void r2024_addressingComesBeforeTheBody() throws Exception {
        assertFault(
                post(service(), soap(action("urn:test:echo:in"), "<y xmlns='urn:y'/>")),
                400,
                SoapFault.Code.SENDER,
                wsa("MessageAddressingHeaderRequired"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<y xmlns='urn:y'/>", "<e:echo xmlns:e='urn:test:echo'><wrong>x</wrong></e:echo>"})
    void r2023_aBodyAgainstTheWsdlIsTheSendersFault(String body) throws Exception {
        assertFault(post(service(), soap(action("urn:test:echo:in") + ID, body)), 400, SoapFault.Code.SENDER);
    }

    // Responses and faults.

    @Test
    void r0019_everyResponseIsRelatedToItsRequest() throws Exception {
        String metadata = soap(
                action(MetadataExchange.GET_METADATA_ACTION) + ID, "<m:GetMetadata xmlns:m='" + Namespaces.WSX + "'/>");
        String probe = soap(action(WsDiscovery.PROBE_ACTION) + ID, "<d:Probe xmlns:d='" + Namespaces.WSD + "'/>");
        List<WireResponse> answers = new ArrayList<>();
        answers.add(post(device.address(), soap(GET, "")));
        answers.add(post(device.address(), probe));
        answers.add(post(service(), echo("x")));
        answers.add(post(service(), metadata));
        for (WireResponse answer : answers) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.envelope().relatesTo()).hasValue("urn:uuid:request");
            assertThat(answer.envelope().relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
            assertThat(answer.envelope().messageId()).isPresent();
        }
    }

    @Test
    void r0040_everyFaultIsRelatedToItsRequest() throws Exception {
        for (String wrong : List.of(
                soap(action("urn:nope") + ID, ""),
                soap(GET, "<y xmlns='urn:y'/>"),
                soap(GET + UNKNOWN, ""),
                soap(ID, ""),
                soap(GET, "<not well formed"),
                soap(GET + "<a:ReplyTo/>", ""),
                soap(GET + "<a:ReplyTo>" + ELSEWHERE + "</a:ReplyTo>", ""),
                soap(GET, "").replace(Namespaces.S12, SOAP_11))) {
            WireResponse answer = post(device.address(), wrong);
            assertThat(answer.status()).as(wrong).isIn(400, 500);
            assertThat(answer.envelope().relatesTo()).as(wrong).hasValue("urn:uuid:request");
        }
    }

    /** Only the sender's own faults are 400 (SOAP 1.2 Part 2, table 20); the others have tests of their own. */
    @Test
    void status_aFailureOfTheReceiverIs500() throws Exception {
        try (HttpServer server =
                HttpServer.start(HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
            server.route("/busy", Set.of("POST"), door(SoapFault.endpointUnavailable(1_500)));
            server.route("/broken", Set.of("POST"), door(SoapFault.receiver("broken")));
            URI busy = URI.create("http://127.0.0.1:" + server.address().getPort() + "/busy");
            SoapFault fault =
                    assertFault(post(busy, soap(GET, "")), 500, SoapFault.Code.RECEIVER, wsa("EndpointUnavailable"));
            assertThat(fault.detail().orElseThrow()).contains("RetryAfter", "1500");
            assertFault(post(busy.resolve("/broken"), soap(GET, "")), 500, SoapFault.Code.RECEIVER);
        }
    }

    @Test
    void soap_whatCannotBeReadIsCounted() throws Exception {
        try (HttpServer server =
                HttpServer.start(HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
            SoapDoor door = door(SoapFault.receiver("not asked"));
            server.route("/door", Set.of("POST"), door);
            URI to = URI.create("http://127.0.0.1:" + server.address().getPort() + "/door");
            post(to, "no xml");
            raw(to, message(to, "multipart/related", "no package"));
            assertThat(door.malformed()).isEqualTo(2);
        }
    }

    private static SoapDoor door(SoapFault fault) {
        EnvelopeHandler handler = new EnvelopeHandler() {
            @Override
            public boolean isRequest(Envelope envelope, Optional<String> httpAction) {
                return true;
            }

            @Override
            public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
                throw new FaultException(fault);
            }
        };
        MessageIds ids = MessageIds.uuids(new Random(1));
        return new SoapDoor(new EnvelopeReader(EnvelopeLimits.http()), Set.of(), handler, ids, Optional::empty);
    }

    // WS-Addressing.

    @ParameterizedTest
    @ValueSource(strings = {"http://x.test/", "urn:uuid:1", EndpointReference.NONE_ADDRESS})
    void r0031_aReplyElsewhereIsRefused(String address) throws Exception {
        String reply = "<a:ReplyTo><a:Address>" + address + "</a:Address></a:ReplyTo>";
        SoapFault fault = assertFault(
                post(device.address(), soap(GET + reply, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("InvalidAddressingHeader"),
                wsa("OnlyAnonymousAddressSupported"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", "ReplyTo");
    }

    @Test
    void r0031_anAnonymousReplyIsNoFault() throws Exception {
        String reply = "<a:ReplyTo><a:Address>" + EndpointReference.ANONYMOUS_ADDRESS + "</a:Address></a:ReplyTo>";
        assertThat(post(device.address(), soap(GET + reply, "")).status()).isEqualTo(200);
    }

    /** The fault may be dropped then; here it comes on the back channel, where the client sees it. */
    @Test
    void r0041_aFaultForElsewhereComesOnTheBackChannel() throws Exception {
        String faults = "<a:FaultTo>" + ELSEWHERE + "</a:FaultTo>";
        assertFault(
                post(device.address(), soap(action("urn:nope") + ID + faults, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("ActionNotSupported"));
        assertThat(post(device.address(), soap(GET + faults, "")).status()).isEqualTo(200);
    }

    @Test
    void wsa_aMissingActionIsNamed() throws Exception {
        SoapFault fault = assertFault(
                post(device.address(), soap(ID, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("MessageAddressingHeaderRequired"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", ":Action<");
    }

    @Test
    void wsa_aMissingMessageIdOfARequestIsNamedAndOneOfAOneWayMessageIsNot() throws Exception {
        SoapFault fault = assertFault(
                post(device.address(), soap(action(MetadataExchange.GET_ACTION), "")),
                400,
                SoapFault.Code.SENDER,
                wsa("MessageAddressingHeaderRequired"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", ":MessageID<");
        assertThat(post(service(), say("", "without id")).status()).isEqualTo(202);
        assertThat(SAID.poll(MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("without id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Action", "MessageID", "To"})
    void wsa_aHeaderTwiceIsInvalidCardinality(String header) throws Exception {
        String twice = "<a:" + header + ">urn:twice</a:" + header + ">";
        SoapFault fault = assertFault(
                post(device.address(), soap(GET + twice + twice, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("InvalidAddressingHeader"),
                wsa("InvalidCardinality"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", ":" + header + "<");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplyTo", "FaultTo", "From"})
    void wsa_anEprWithoutAddressIsMissingAddressInEpr(String header) throws Exception {
        String empty = "<a:" + header + "><a:Metadata/></a:" + header + ">";
        SoapFault fault = assertFault(
                post(device.address(), soap(GET + empty, "")),
                400,
                SoapFault.Code.SENDER,
                wsa("InvalidAddressingHeader"),
                wsa("MissingAddressInEPR"));
        assertThat(fault.detail().orElseThrow()).contains("ProblemHeaderQName", ":" + header + "<");
    }

    @Test
    void wsa_anUnknownActionIsNamed() throws Exception {
        for (URI to : List.of(device.address(), service())) {
            SoapFault fault = assertFault(
                    post(to, soap(action("urn:nope") + ID, "")), 400, SoapFault.Code.SENDER, wsa("ActionNotSupported"));
            assertThat(fault.detail().orElseThrow()).contains("ProblemAction", ":Action>urn:nope<");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "urn:uuid:00000000-0000-4000-8000-0000000000ff",
                "http://127.0.0.1/elsewhere",
                "mailto:a@b.c",
                "%"
            })
    void wsa_anUnknownDestinationIsUnreachable(String address) throws Exception {
        for (URI to : List.of(device.address(), service())) {
            SoapFault fault = assertFault(
                    post(to, soap(GET + to(address), "")), 400, SoapFault.Code.SENDER, wsa("DestinationUnreachable"));
            assertThat(fault.detail().orElseThrow()).contains("ProblemIRI", address);
        }
    }

    @Test
    void wsa_theDeviceIsReachedByItsEprItsAddressOrAnonymously() throws Exception {
        for (String address : List.of(
                EPR,
                device.address().toString(),
                device.address().toString().replace("127.0.0.1", "lamp.test"),
                EndpointReference.ANONYMOUS_ADDRESS)) {
            assertThat(post(device.address(), soap(GET + to(address), "")).status())
                    .as(address)
                    .isEqualTo(200);
        }
    }

    /** A decision: over HTTP the same id again is a client that tries again, not a DuplicateMessageID. */
    @Test
    void wsa_theSameMessageIdAgainIsAnsweredAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(post(service(), echo("again")).status()).isEqualTo(200);
        }
    }

    /** A decision: the action in the HTTP header is a hint, so another one there is no ActionMismatch. */
    @Test
    void wsa_theActionOfTheHttpHeaderIsNotCompared() throws Exception {
        WireResponse answer = raw(service(), message(service(), SOAP + "; action=\"urn:another\"", echo("same")));
        assertThat(answer.status()).isEqualTo(200);
    }

    // Transfer.

    @Test
    void x1_aGetWithSomethingInItsBodyIsTheSendersFault() throws Exception {
        assertFault(post(device.address(), soap(GET, "<y xmlns='urn:y'/>")), 400, SoapFault.Code.SENDER);
    }

    @Test
    void r2044_aGetAnswersWithMetadataAndNothingElse() throws Exception {
        Envelope answer = post(device.address(), soap(GET, "")).envelope();
        assertThat(answer.bodyName()).hasValue(new QName(Namespaces.WSX, "Metadata"));
        String body = new String(answer.bodyElement(), UTF_8);
        assertThat(new String(answer.bytes(), UTF_8)
                        .substring(answer.bodyContentStart())
                        .length())
                .as("nothing but the element")
                .isLessThanOrEqualTo(body.length() + "</s12:Body></s12:Envelope>".length());
        assertThat(new String(answer.bytes(), UTF_8)).endsWith(":Metadata></s12:Body></s12:Envelope>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Put", "Create", "Delete"})
    void r2045_theRestOfTransferIsNotSupported(String operation) throws Exception {
        SoapFault fault = assertFault(
                post(device.address(), soap(action(Namespaces.WXF + "/" + operation) + ID, "<y xmlns='urn:y'/>")),
                400,
                SoapFault.Code.SENDER,
                wsa("ActionNotSupported"));
        assertThat(fault.detail().orElseThrow()).contains(Namespaces.WXF + "/" + operation);
    }

    @Test
    void http_aRequestLineThatIsNoneIsRefused() throws Exception {
        try (Socket socket = connect(device.address())) {
            socket.getOutputStream().write("nonsense\r\n\r\n".getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            assertThat(WireResponse.read(socket).status()).isEqualTo(400);
        }
    }
}
