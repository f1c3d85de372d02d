package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.SOAP;
import static org.grapevine.dpws.device.Loopback.envelope;
import static org.grapevine.dpws.device.Loopback.fault;
import static org.grapevine.dpws.device.Loopback.request;
import static org.grapevine.dpws.device.Loopback.soap;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a device and its hosted service answer over HTTP, message by message (DPWS 1.1, 3 to 5). */
class DeviceConversationTest {

    private static final QName LAMP = new QName("urn:test", "LampDevice", "t");
    private static final Lamp.Simple SERVICE = new Lamp.Simple();

    private static Loopback net;
    private static Device device;

    @BeforeAll
    static void start() throws Exception {
        net = new Loopback();
        device = Device.named("Lamp")
                .types(LAMP)
                .scopes("http://a.test/floor/1")
                .endpoint("urn:uuid:00000000-0000-4000-8000-00000000001a")
                .host(SERVICE)
                .start(net.host());
    }

    @AfterAll
    static void stop() {
        net.close();
    }

    private static QName wsa(String name) {
        return new QName(Namespaces.WSA, name);
    }

    private static URI service() {
        return device.hostedServices().get(0).address();
    }

    private static HttpResponse<byte[]> ask(URI to, String envelope) throws Exception {
        return net.post(to, SOAP, envelope);
    }

    private static void assertFault(HttpResponse<byte[]> response, int status, SoapFault.Code code, QName... subcodes)
            throws Exception {
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(status);
        SoapFault fault = fault(response);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.subcodes()).containsExactly(subcodes);
        assertThat(envelope(response).action()).hasValue(fault.action());
    }

    @Nested
    class Get {

        private final String get = soap(request(MetadataExchange.GET_ACTION), "");

        @Test
        void isAnsweredWithAllSectionsAndRelated() throws Exception {
            HttpResponse<byte[]> response = ask(device.address(), get);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue(SOAP);
            Envelope answer = envelope(response);
            assertThat(answer.action()).hasValue(MetadataExchange.GET_RESPONSE_ACTION);
            assertThat(answer.relatesTo()).hasValue("urn:uuid:request");
            assertThat(answer.relationshipType()).isEqualTo(Wsa.REPLY_RELATION);
            Metadata metadata = MetadataExchange.readResponse(answer);
            assertThat(metadata.thisModel()).isPresent();
            assertThat(metadata.thisDevice()
                            .orElseThrow()
                            .friendlyNames()
                            .get(0)
                            .text())
                    .isEqualTo("Lamp");
            assertThat(metadata.relationship()
                            .orElseThrow()
                            .host()
                            .orElseThrow()
                            .epr())
                    .isEqualTo(device.epr());
            Hosted hosted = metadata.relationship().orElseThrow().hosted().get(0);
            assertThat(hosted.serviceId()).isEqualTo("urn:test:lamp:Lamp");
            assertThat(hosted.eprs())
                    .containsExactly(EndpointReference.of(service().toString()));
            assertThat(hosted.types()).containsExactly(new QName(Lamp.NAMESPACE, "Lamp"));
        }

        @Test
        void inChunksIsAccepted() throws Exception {
            assertThat(net.postChunked(device.address(), get).statusCode()).isEqualTo(200);
        }

        @Test
        void withSomethingInItsBodyIsTheSendersFault() throws Exception {
            String body = "<x xmlns='urn:x'/>";
            assertFault(
                    ask(device.address(), soap(request(MetadataExchange.GET_ACTION), body)),
                    400,
                    SoapFault.Code.SENDER);
        }

        @Test
        void withAReplyAddressElsewhereIsRefused() throws Exception {
            String elsewhere = "<a:ReplyTo><a:Address>http://x.test/</a:Address></a:ReplyTo>";
            assertFault(
                    ask(device.address(), soap(request(MetadataExchange.GET_ACTION) + elsewhere, "")),
                    400,
                    SoapFault.Code.SENDER,
                    wsa("InvalidAddressingHeader"),
                    wsa("OnlyAnonymousAddressSupported"));
        }

        @Test
        void withTheAnonymousReplyAddressIsAnswered() throws Exception {
            String anonymous =
                    "<a:ReplyTo><a:Address>" + EndpointReference.ANONYMOUS_ADDRESS + "</a:Address></a:ReplyTo>";
            assertThat(ask(device.address(), soap(request(MetadataExchange.GET_ACTION) + anonymous, ""))
                            .statusCode())
                    .isEqualTo(200);
        }

        @Test
        void withoutMessageIdNamesTheMissingHeader() throws Exception {
            HttpResponse<byte[]> response =
                    ask(device.address(), soap("<a:Action>" + MetadataExchange.GET_ACTION + "</a:Action>", ""));
            assertFault(response, 400, SoapFault.Code.SENDER, wsa("MessageAddressingHeaderRequired"));
            assertThat(fault(response).detail().orElseThrow()).contains("MessageID");
        }
    }

    @Nested
    class FaultOrder {

        private static final String UNKNOWN = "<x:secret xmlns:x='urn:x' s:mustUnderstand='true'/>";

        @Test
        void anUnknownActionIsNotSupportedAndRelated() throws Exception {
            HttpResponse<byte[]> response = ask(device.address(), soap(request("urn:nope"), ""));
            assertFault(response, 400, SoapFault.Code.SENDER, wsa("ActionNotSupported"));
            assertThat(fault(response).detail().orElseThrow()).contains("urn:nope");
            assertThat(envelope(response).relatesTo()).hasValue("urn:uuid:request");
        }

        @Test
        void putOfWsTransferIsNotSupported() throws Exception {
            assertFault(
                    ask(device.address(), soap(request(Namespaces.WXF + "/Put"), "")),
                    400,
                    SoapFault.Code.SENDER,
                    wsa("ActionNotSupported"));
        }

        @Test
        void aMissingActionIsNamed() throws Exception {
            HttpResponse<byte[]> response =
                    ask(device.address(), soap("<a:MessageID>urn:uuid:request</a:MessageID>", ""));
            assertFault(response, 400, SoapFault.Code.SENDER, wsa("MessageAddressingHeaderRequired"));
            assertThat(fault(response).detail().orElseThrow()).contains("Action");
        }

        @Test
        void aHeaderThatMustBeUnderstoodAndIsNotComesBeforeWhatTheSenderDidWrong() throws Exception {
            for (String header : List.of(request("urn:nope"), request(MetadataExchange.GET_ACTION), "")) {
                HttpResponse<byte[]> response = ask(device.address(), soap(header + UNKNOWN, "<y xmlns='urn:y'/>"));
                assertFault(response, 500, SoapFault.Code.MUST_UNDERSTAND);
                assertThat(fault(response).headerBlocks())
                        .singleElement()
                        .asString()
                        .contains("NotUnderstood");
            }
        }

        @Test
        void aWrongVersionComesBeforeAll() throws Exception {
            String soap11 = soap(request("urn:nope") + UNKNOWN, "<y xmlns='urn:y'/>")
                    .replace(Namespaces.S12, "http://schemas.xmlsoap.org/soap/envelope/");
            for (String type : List.of(SOAP, "text/xml; charset=utf-8")) {
                HttpResponse<byte[]> response = net.post(device.address(), type, soap11);
                assertFault(response, 500, SoapFault.Code.VERSION_MISMATCH);
                assertThat(response.headers().firstValue("Content-Type")).hasValue(SOAP);
            }
        }

        @Test
        void aDoctypeIsTheSendersFault() throws Exception {
            assertFault(
                    ask(device.address(), "<!DOCTYPE x>" + soap(request(MetadataExchange.GET_ACTION), "")),
                    400,
                    SoapFault.Code.SENDER);
        }
    }

    @Nested
    class Http {

        @Test
        void anotherMediaTypeIsRefused() throws Exception {
            HttpResponse<byte[]> response =
                    net.post(device.address(), "application/json", soap(request(MetadataExchange.GET_ACTION), ""));
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(new String(response.body(), UTF_8)).contains("application/json", "application/soap+xml");
        }

        @Test
        void upToTheLimitIsAnsweredAndBeyondItRefused() throws Exception {
            String get = soap(request(MetadataExchange.GET_ACTION), "");
            int room = 32_767 - get.length();
            assertThat(ask(device.address(), get + " ".repeat(room)).statusCode())
                    .isEqualTo(200);
            assertThat(ask(device.address(), get + " ".repeat(room + 1)).statusCode())
                    .isEqualTo(413);
        }

        @Test
        void aDeviceHasNothingForGet() throws Exception {
            HttpResponse<byte[]> response = net.get(device.address());
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(new String(response.body(), UTF_8)).contains(device.path(), "SOAP 1.2 by POST");
        }
    }

    @Nested
    class DirectedProbe {

        private HttpResponse<byte[]> probe(String content) throws Exception {
            String body = "<d:Probe xmlns:d='" + Namespaces.WSD + "' xmlns:t='urn:test'>" + content + "</d:Probe>";
            String to = "<a:To>" + WsDiscovery.AD_HOC_ADDRESS + "</a:To>";
            return ask(device.address(), soap(request(WsDiscovery.PROBE_ACTION) + to, body));
        }

        private ProbeMatches matches(HttpResponse<byte[]> response) throws Exception {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(envelope(response).relatesTo()).hasValue("urn:uuid:request");
            return (ProbeMatches) DiscoveryCodec.read(envelope(response)).orElseThrow();
        }

        @Test
        void thatMatchesIsAnsweredWithTheDevice() throws Exception {
            ProbeMatches matches =
                    matches(probe("<d:Types>t:LampDevice</d:Types><d:Scopes>http://a.test/floor</d:Scopes>"));
            assertThat(matches.matches()).singleElement().satisfies(match -> {
                assertThat(match.epr()).isEqualTo(device.epr());
                assertThat(match.types()).containsExactly(WsDiscovery.DEVICE_TYPE, LAMP);
                assertThat(match.xAddrs()).containsExactly(device.address().toString());
            });
        }

        @Test
        void thatDoesNotMatchIsAnsweredWithNone() throws Exception {
            assertThat(matches(probe("<d:Types>t:Toaster</d:Types>")).matches()).isEmpty();
        }

        @Test
        void byAnUnknownRuleIsAFaultOfDiscovery() throws Exception {
            HttpResponse<byte[]> response = probe("<d:Scopes MatchBy='urn:nope'>urn:x</d:Scopes>");
            assertFault(response, 400, SoapFault.Code.SENDER, new QName(Namespaces.WSD, "MatchingRuleNotSupported"));
            assertThat(envelope(response).action()).hasValue(Namespaces.WSD + "/fault");
            assertThat(fault(response).detail().orElseThrow()).contains(ScopeRule.STRCMP0.uri());
        }

        @Test
        void thatIsNoProbeIsTheSendersFault() throws Exception {
            assertFault(
                    ask(device.address(), soap(request(WsDiscovery.PROBE_ACTION), "<x xmlns='urn:x'/>")),
                    400,
                    SoapFault.Code.SENDER);
        }
    }

    @Nested
    class AHostedService {

        private static final String ECHO = "<l:echo xmlns:l='" + Lamp.NAMESPACE + "'><text>hi</text></l:echo>";
        private static final String DIM = "<l:dim xmlns:l='" + Lamp.NAMESPACE + "'><percent>7</percent></l:dim>";

        @Test
        void answersARequestWithTheActionOfTheAnswer() throws Exception {
            Envelope answer = envelope(ask(service(), soap(request(echoAction()), ECHO)));
            assertThat(answer.action()).isEqualTo(operation("echo").outputAction());
            assertThat(answer.relatesTo()).hasValue("urn:uuid:request");
            assertThat(new String(answer.bodyElement(), UTF_8)).contains("hi");
        }

        @Test
        void servesAClientThatKnowsNothingOfAddressing() throws Exception {
            HttpResponse<byte[]> response = ask(service(), soap("", ECHO));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(new String(envelope(response).bodyElement(), UTF_8)).contains("hi");
            HttpResponse<byte[]> byHttpAction =
                    net.post(service(), SOAP + "; action=\"" + echoAction() + "\"", soap("", ECHO));
            assertThat(byHttpAction.statusCode()).isEqualTo(200);
        }

        @Test
        void acceptsAOneWayMessageWithAnEmptyAnswer() throws Exception {
            HttpResponse<byte[]> response =
                    ask(service(), soap("<a:Action>" + operation("dim").inputAction() + "</a:Action>", DIM));
            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(response.body()).isEmpty();
            assertThat(SERVICE.levels.poll(10, TimeUnit.SECONDS)).isEqualTo(7);
        }

        @Test
        void refusesABodyAgainstItsSchema() throws Exception {
            HttpResponse<byte[]> response = ask(service(), soap(request(echoAction()), ECHO.replace("text>", "txt>")));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(fault(response).code()).isEqualTo(SoapFault.Code.SENDER);
            assertThat(envelope(response).relatesTo()).hasValue("urn:uuid:request");
        }

        @Test
        void refusesAnUnknownActionAndAnUnknownBody() throws Exception {
            assertFault(
                    ask(service(), soap(request("urn:nope"), ECHO)),
                    400,
                    SoapFault.Code.SENDER,
                    wsa("ActionNotSupported"));
            assertFault(
                    ask(service(), soap("", "<x xmlns='urn:x'/>")),
                    400,
                    SoapFault.Code.SENDER,
                    wsa("ActionNotSupported"));
        }

        @Test
        void describesItselfInWholeOrInTheDialectAskedFor() throws Exception {
            String action = request(MetadataExchange.GET_METADATA_ACTION);
            String all = "<m:GetMetadata xmlns:m='" + Namespaces.WSX + "'/>";
            Metadata whole = MetadataExchange.readResponse(envelope(ask(service(), soap(action, all))));
            assertThat(whole.sections()).hasSize(2);
            assertThat(whole.relationship().orElseThrow().hosted().get(0).serviceId())
                    .isEqualTo(device.hostedServices().get(0).serviceId());
            String wsdl = all.replace("/>", "><m:Dialect>" + Namespaces.WSDL + "</m:Dialect></m:GetMetadata>");
            Metadata part = MetadataExchange.readResponse(envelope(ask(service(), soap(action, wsdl))));
            assertThat(part.sections()).singleElement().isInstanceOf(MetadataSection.Location.class);
        }

        @Test
        void givesItsWsdlToGet() throws Exception {
            HttpResponse<byte[]> response = net.get(URI.create(service() + "?wsdl"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(new String(response.body(), UTF_8))
                    .contains("definitions", service().toString(), "http://schemas.xmlsoap.org/wsdl/soap12/");
        }

        private Operation operation(String name) {
            return device.hostedServices().get(0).operations().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        private String echoAction() {
            return operation("echo").inputAction();
        }
    }
}
