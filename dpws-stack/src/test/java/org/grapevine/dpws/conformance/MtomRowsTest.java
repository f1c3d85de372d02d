package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.activation.DataHandler;
import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.xml.ws.Action;
import jakarta.xml.ws.soap.MTOM;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MimePackage;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attachments by MTOM on the wire (DPWS 1.1, part 3.4 of the messaging requirements): from a socket to a service and back. */
@Timeout(60)
class MtomRowsTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int MILLIS = 20_000;
    private static final String NAMESPACE = "urn:test:pictures";
    private static final BlockingQueue<byte[]> KEPT = new LinkedBlockingQueue<>();

    private static DeviceHost host;
    private static URI plain;
    private static URI mtom;

    @WebService(targetNamespace = NAMESPACE, name = "Pictures")
    interface Pictures {
        @WebMethod
        @Action(input = "urn:test:turn", output = "urn:test:turned")
        @WebResult(name = "picture")
        byte[] turn(@WebParam(name = "picture") byte[] picture);

        @WebMethod
        @Action(input = "urn:test:copy", output = "urn:test:copied")
        @WebResult(name = "picture")
        DataHandler copy(@WebParam(name = "picture") DataHandler picture);

        @Oneway
        @WebMethod
        @Action(input = "urn:test:keep")
        void keep(@WebParam(name = "picture") byte[] picture);
    }

    static class Simple implements Pictures {
        @Override
        public byte[] turn(byte[] picture) {
            byte[] turned = new byte[picture.length];
            for (int i = 0; i < picture.length; i++) {
                turned[i] = picture[picture.length - 1 - i];
            }
            return turned;
        }

        @Override
        public DataHandler copy(DataHandler picture) {
            return picture;
        }

        @Override
        public void keep(byte[] picture) {
            KEPT.add(picture);
        }
    }

    @MTOM
    static final class WithMtom extends Simple {}

    @BeforeAll
    static void start() throws Exception {
        InetSocketAddress group;
        try (DatagramSocket free = new DatagramSocket(0)) {
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        host = DeviceHost.start(HostSettings.on(new InetSocketAddress(loopback, 0), 8)
                .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10)));
        plain = service(Device.named("Plain").host(new Simple()).start(host));
        mtom = service(Device.named("With MTOM").host(new WithMtom()).start(host));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static URI service(Device device) {
        return device.hostedServices().get(0).address();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String envelope(String operation, String content) {
        return "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA
                + "'><s:Header><a:Action>urn:test:"
                + operation + "</a:Action><a:MessageID>urn:uuid:request</a:MessageID></s:Header><s:Body><p:" + operation
                + " xmlns:p='" + NAMESPACE + "'><picture>" + content + "</picture></p:" + operation
                + "></s:Body></s:Envelope>";
    }

    private static WireResponse post(URI to, String contentType, byte[] body) throws IOException {
        try (Socket socket = connect(to)) {
            socket.getOutputStream().write(head(to, contentType, body.length).getBytes(ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return WireResponse.read(socket);
        }
    }

    private static Socket connect(URI to) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(to.getHost(), to.getPort()), MILLIS);
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static String head(URI to, String contentType, int length) {
        return "POST " + to.getRawPath() + " HTTP/1.1\r\nHost: " + to.getAuthority() + "\r\nContent-Type: "
                + contentType + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static MimePackage request(String operation, byte[] picture) {
        Attachment attachment = Attachment.of("a+b%@" + operation, "image/png", picture);
        return MimePackage.of(
                envelope(operation, attachment.include()).getBytes(UTF_8), List.of(attachment), "request");
    }

    private static Envelope read(WireResponse response) throws Exception {
        return new EnvelopeReader(EnvelopeLimits.http())
                .readMessage(response.header("content-type").orElseThrow(), response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"turn", "copy"})
    void r0022_attachmentsReachTheServiceAndItsAnswerHasSomeToo(String operation) throws Exception {
        byte[] picture = random(200_000);
        MimePackage request = request(operation, picture);

        WireResponse response = post(plain, request.contentType(), request.bytes());

        assertThat(response.status())
                .as(new String(response.body(), ISO_8859_1))
                .isEqualTo(200);
        assertThat(response.header("content-type").orElseThrow())
                .startsWith("multipart/related; type=\"application/xop+xml\"; boundary=")
                .endsWith("start-info=\"application/soap+xml\"");
        Envelope answer = read(response);
        assertThat(answer.action()).hasValue("urn:test:" + (operation.equals("turn") ? "turned" : "copied"));
        assertThat(answer.relatesTo()).hasValue("urn:uuid:request");
        assertThat(answer.attachments()).singleElement().satisfies(attachment -> assertThat(attachment.toBytes())
                .isEqualTo(operation.equals("turn") ? new Simple().turn(picture) : picture));
    }

    @Test
    void r0022_aServiceWithMtomAnswersAPlainRequestWithAttachments() throws Exception {
        byte[] request = envelope("turn", "AQID").getBytes(UTF_8);
        Envelope withAttachment = read(post(mtom, "application/soap+xml", request));
        assertThat(withAttachment.attachments().get(0).toBytes()).containsExactly(3, 2, 1);
        WireResponse inline = post(plain, "application/soap+xml", request);
        assertThat(new String(inline.envelope().bodyElement(), UTF_8)).contains(">AwIB<");
    }

    @Test
    void r0022_aOneWayMessageWithAttachmentsIsAccepted() throws Exception {
        MimePackage request = request("keep", random(5));
        WireResponse response = post(plain, request.contentType(), request.bytes());
        assertThat(response.status()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
        assertThat(KEPT.poll(MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(random(5));
    }

    @Test
    void r0022_theClientSendsAndReadsAttachments() throws Exception {
        Attachment picture = Attachment.of("p@x", "image/png", random(70_000));
        Envelope answer = host.client()
                .call(mtom, envelope("copy", picture.include()).getBytes(UTF_8), List.of(picture), LONG)
                .get();
        assertThat(answer.attachments().get(0).toBytes()).isEqualTo(random(70_000));
    }

    @Test
    void r0036_anotherEncodingIsRefused() throws Exception {
        assertRefused(
                text(request("turn", random(3))).replace("binary", "base64"), "Content-Transfer-Encoding: 'base64'");
    }

    /** On the wire every part says binary, and the envelope is the first one. */
    @Test
    void r0037_r0039_answersAreBinaryWithTheEnvelopeFirst() throws Exception {
        WireResponse response =
                post(mtom, "application/soap+xml", envelope("turn", "AQID").getBytes(UTF_8));
        String wire = new String(response.body(), ISO_8859_1);
        assertThat(wire.split("--part-", -1)).hasSize(4);
        assertThat(wire.split("Content-Transfer-Encoding: binary", -1)).hasSize(3);
        assertThat(wire.indexOf("Content-Type: application/xop+xml")).isLessThan(wire.indexOf("s12:Envelope"));
        assertThat(wire.substring(0, wire.indexOf("s12:Envelope")).split("Content-Type", -1))
                .hasSize(2);
    }

    @Test
    void r0038_anEnvelopeThatIsNotFirstIsRefused() throws Exception {
        String usual = text(request("turn", random(3)));
        assertRefused(usual.replace("<envelope.part-request@grapevine.invalid>", "<another>"), "first part: 'another'");
    }

    @Test
    void mtom_whatIsHostileIsTheSendersFaultAndNothingWorse() throws Exception {
        String usual = text(request("turn", "abc".getBytes(UTF_8)));
        assertRefused("", "boundary: not found");
        assertRefused(usual.replace("cid:", "http://127.0.0.1/"), "xop:Include");
        assertRefused(usual.replace("--part-request--", ""), "without its end");
        assertRefused(usual.replace("image/png", "multipart/mixed"), "not multipart");
        String part = "\r\n--part-request\r\nContent-ID: <n>\r\n\r\nx";
        StringBuilder many = new StringBuilder(usual);
        for (int i = 0; i < 5_000; i++) {
            many.insert(usual.lastIndexOf("\r\n--part-request--"), part.replace("<n>", "<n" + i + ">"));
        }
        assertRefused(many.toString(), "more than 64 attachments");
        assertThat(post(
                                plain,
                                request("turn", random(3)).contentType(),
                                request("turn", random(3)).bytes())
                        .status())
                .as("still there")
                .isEqualTo(200);
    }

    @Test
    void mtom_aBodyAgainstTheSchemaIsTheSendersFault() throws Exception {
        assertThat(refusal(text(request("turn", random(3))).replace("picture>", "portrait>"))
                        .code())
                .isEqualTo(SoapFault.Code.SENDER);
    }

    @Test
    void mtom_theEnvelopeHasTheUsualLimitAndTheWholeOneOfItsOwn() throws Exception {
        String padded = text(request("turn", random(3)))
                .replace("<s:Body>", "<s:Body>" + " ".repeat(EnvelopeLimits.MAX_ENVELOPE_SIZE));
        assertRefused(padded, "(expected: <= 32767)");
        // Refused by its length, before a byte of it is sent.
        try (Socket socket = connect(plain)) {
            String type = request("turn", new byte[0]).contentType();
            socket.getOutputStream().write(head(plain, type, (4 << 20) + 1).getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            assertThat(WireResponse.read(socket).status()).isEqualTo(413);
        }
    }

    private static String text(MimePackage message) {
        return new String(message.bytes(), ISO_8859_1);
    }

    private static SoapFault refusal(String message) throws Exception {
        String type = request("turn", new byte[0]).contentType();
        WireResponse response = post(plain, type, message.getBytes(ISO_8859_1));
        assertThat(response.status()).as(new String(response.body(), UTF_8)).isEqualTo(400);
        assertThat(response.envelope().relatesTo().orElseThrow()).isIn("urn:uuid:request", Wsa.UNSPECIFIED_MESSAGE);
        return response.fault();
    }

    private static void assertRefused(String message, String because) throws Exception {
        SoapFault fault = refusal(message);
        assertThat(fault.code()).isEqualTo(SoapFault.Code.SENDER);
        assertThat(fault.reason()).contains(because);
    }
}
