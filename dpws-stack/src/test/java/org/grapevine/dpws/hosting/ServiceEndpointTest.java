package org.grapevine.dpws.hosting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.cxf.BusFactory;
import org.grapevine.dpws.hosting.SampleServices.MyNeeds;
import org.grapevine.dpws.hosting.SampleServices.MyTariffs;
import org.grapevine.dpws.hosting.SampleServices.Needs;
import org.grapevine.dpws.hosting.SampleServices.Tariffs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ServiceEndpointTest {

    private static final String S12 = "http://www.w3.org/2003/05/soap-envelope";
    private static final String TARIFF = "urn:example:tariff";
    private static CxfRuntime runtime;

    private final MyTariffs tariffs = new MyTariffs(100);
    private ServiceEndpoint endpoint;

    @BeforeAll
    static void startCxf() {
        runtime = CxfRuntime.start();
    }

    @AfterAll
    static void stopCxf() {
        runtime.close();
    }

    @BeforeEach
    void publish() {
        endpoint = ServiceEndpoint.publish(runtime, tariffs, "http://localhost/tariffs");
    }

    @Nested
    class Requests {

        @Test
        void toAWrappedOperationAreAnswered() throws Exception {
            InvocationReply reply = call("<t:priceAt xmlns:t='urn:example:tariff'><hour>7</hour></t:priceAt>");

            assertThat(reply.isFault()).isFalse();
            assertThat(reply.httpStatus()).isEqualTo(200);
            Element body = bodyOf(reply);
            assertThat(nameOf(body)).isEqualTo(new QName(TARIFF, "priceAtResponse"));
            assertThat(body.getTextContent()).isEqualTo("107");
        }

        @Test
        void toABareOperationAreAnswered() throws Exception {
            try (ServiceEndpoint needs = ServiceEndpoint.publish(runtime, new MyNeeds(), "/needs")) {
                InvocationReply reply = needs.invoke(envelope(
                        "",
                        "<n:Day xmlns:n='http://example.org/needs/'><n:date>2026-11-21</n:date>"
                                + "<n:wattHours>41</n:wattHours></n:Day>"));

                assertThat(nameOf(bodyOf(reply))).isEqualTo(new QName("http://example.org/needs/", "EnergyNeeds"));
                assertThat(bodyOf(reply).getTextContent()).isEqualTo("2026-11-2142");
            }
        }

        @Test
        void withAnEmptyBodyReachTheBareOperationWithoutParameters() {
            MyNeeds service = new MyNeeds();
            try (ServiceEndpoint needs = ServiceEndpoint.publish(runtime, service, "/needs")) {
                InvocationReply reply = needs.invoke(envelope("", ""));

                assertThat(reply.isFault()).isFalse();
                assertThat(service.wasReset).isTrue();
            }
        }

        @Test
        void keepEveryCharacter() throws Exception {
            String text = "Gr\u00fc\u00dfe, \u20ac, \u96fb\u529b, \ud83d\udd0c & <tags>";
            InvocationReply reply = call(echo(text.replace("&", "&amp;").replace("<", "&lt;")));

            assertThat(bodyOf(reply).getTextContent()).isEqualTo(text);
        }

        @Test
        void runOnTheCallingThread() {
            call(echo("x"));

            assertThat(tariffs.threads).containsExactly(Thread.currentThread());
        }

        @Test
        void fromManyThreadsEachGetTheirOwnAnswer() throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Callable<String>> calls = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    String text = "call " + i;
                    calls.add(() -> bodyOf(call(echo(text))).getTextContent());
                }
                List<Future<String>> answers = threads.invokeAll(calls, 30, TimeUnit.SECONDS);
                for (int i = 0; i < 200; i++) {
                    assertThat(answers.get(i).get()).isEqualTo("call " + i);
                }
            } finally {
                threads.shutdownNow();
            }
        }

        @Test
        void reachTheObjectOfTheirOwnEndpoint() throws Exception {
            try (ServiceEndpoint other = ServiceEndpoint.publish(runtime, new MyTariffs(500), "/other")) {
                byte[] request = envelope("", "<t:priceAt xmlns:t='urn:example:tariff'><hour>7</hour></t:priceAt>");

                assertThat(bodyOf(other.invoke(request)).getTextContent()).isEqualTo("507");
                assertThat(bodyOf(endpoint.invoke(request)).getTextContent()).isEqualTo("107");
            }
        }

        @Test
        void letTheServiceAskForItsContext() {
            assertThat(tariffs.context).isNotNull();
        }
    }

    @Nested
    class OneWayMessages {

        @Test
        void runInPlaceAndHaveNoAnswer() {
            InvocationReply reply = call(changed("night"));

            assertThat(reply).isEqualTo(new InvocationReply(Optional.empty(), Optional.empty()));
            assertThat(reply.httpStatus()).isEqualTo(202);
            assertThat(tariffs.changes).containsExactly("night");
            assertThat(tariffs.threads).containsExactly(Thread.currentThread());
        }

        @Test
        void tellTheCallerWhenTheServiceFails() throws Exception {
            InvocationReply reply = call(changed("fail"));

            assertThat(reply.faultCode()).contains(new QName(S12, "Receiver"));
            assertThat(textOf(reply)).doesNotContain("secret").doesNotContain("Exception");
        }

        @Test
        void tellTheCallerWhenAHeaderIsNotUnderstood() {
            InvocationReply reply =
                    endpoint.invoke(envelope("<x:Y xmlns:x='urn:x' s:mustUnderstand='true'/>", changed("night")));

            assertThat(reply.faultCode()).contains(new QName(S12, "MustUnderstand"));
            assertThat(tariffs.changes).isEmpty();
        }
    }

    @Nested
    class Faults {

        @Test
        void carryWhatADeclaredExceptionSays() throws Exception {
            InvocationReply reply = call("<t:priceAt xmlns:t='urn:example:tariff'><hour>24</hour></t:priceAt>");

            assertThat(reply.isFault()).isTrue();
            assertThat(reply.httpStatus()).isEqualTo(500);
            assertThat(nameOf(bodyOf(reply))).isEqualTo(new QName(S12, "Fault"));
            assertThat(textOf(reply)).contains("hour: 24 (expected: 0..23)").contains("NoSuchHour");
        }

        @ParameterizedTest
        @ValueSource(strings = {"fail", "overflow"})
        void sayNothingOfAnUnexpectedFailure(String how) throws Exception {
            InvocationReply reply = call(echo(how));

            assertThat(reply.faultCode()).contains(new QName(S12, "Receiver"));
            assertThat(reply.httpStatus()).isEqualTo(500);
            assertThat(textOf(reply))
                    .contains("The service failed to process the request")
                    .doesNotContain("secret")
                    .doesNotContain("org.example")
                    .doesNotContain("Exception")
                    .doesNotContain("java");
        }

        @ParameterizedTest
        @CsvSource({"refuse, Sender, 400, text: refuse (expected: another)", "busy, Receiver, 500, no room for now"})
        void areInTheWordsOfTheServiceIfItWants(String text, String code, int status, String reason) throws Exception {
            InvocationReply reply = call(echo(text));

            assertThat(reply.faultCode()).contains(new QName(S12, code));
            assertThat(reply.httpStatus()).isEqualTo(status);
            assertThat(textOf(reply)).contains(reason).doesNotContain("secret");
        }

        @Test
        void replaceAResponseThatCannotBeWritten() throws Exception {
            InvocationReply reply = call(echo("unwritable"));

            assertThat(reply.faultCode()).contains(new QName(S12, "Receiver"));
            assertThat(nameOf(bodyOf(reply))).isEqualTo(new QName(S12, "Fault"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<t:priceAt xmlns:t='urn:example:tariff'><hour>seven</hour></t:priceAt>",
                    "<t:priceAt xmlns:t='urn:example:tariff'><minute>7</minute></t:priceAt>",
                    "<t:priceAt xmlns:t='urn:example:tariff'><hour>7</hour><hour>8</hour></t:priceAt>",
                    "<t:priceFor xmlns:t='urn:example:tariff'><hour>7</hour></t:priceFor>",
                    "<priceAt><hour>7</hour></priceAt>",
                    ""
                })
        void blameTheSenderForABodyThatIsNotInTheSchema(String body) throws Exception {
            InvocationReply reply = call(body);

            assertThat(reply.faultCode()).contains(new QName(S12, "Sender"));
            assertThat(reply.httpStatus()).isEqualTo(400);
            assertThat(textOf(reply))
                    .doesNotContain("com.ctc")
                    .doesNotContain("org.apache")
                    .doesNotContain("\tat ");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "no xml",
                    "<a",
                    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body>",
                    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'/>",
                    "<!DOCTYPE s [<!ENTITY e 'x'>]><s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'>"
                            + "<s:Body/></s:Envelope>"
                })
        void blameTheSenderForWhatIsNoEnvelope(String text) throws Exception {
            InvocationReply reply = endpoint.invoke(text.getBytes(UTF_8));

            assertThat(reply.faultCode()).contains(new QName(S12, "Sender"));
            assertThat(textOf(reply))
                    .doesNotContain("com.ctc")
                    .doesNotContain("org.apache")
                    .doesNotContain("\tat ");
        }

        /** Hostile input: whatever is cut off or overwritten, the answer is a fault or a reply, never an exception. */
        @Test
        void answerEveryTruncation() throws Exception {
            byte[] whole = envelope("", echo("x"));
            for (int length = 0; length < whole.length; length++) {
                InvocationReply reply = endpoint.invoke(Arrays.copyOf(whole, length));
                assertThat(reply.faultCode()).as("cut to %s", length).contains(new QName(S12, "Sender"));
            }
            assertThat(tariffs.threads).as("calls of the service").isEmpty();
        }

        /** DPWS 1.1 R0034: SOAP 1.2 is sent and received; conformance order puts VersionMismatch first. */
        @ParameterizedTest
        @ValueSource(strings = {"http://schemas.xmlsoap.org/soap/envelope/", "urn:soap:13"})
        void refuseOtherSoapVersionsInSoap12(String namespace) throws Exception {
            InvocationReply reply = endpoint.invoke(("<e:Envelope xmlns:e='" + namespace + "'><e:Header>"
                            + "<x:Y xmlns:x='urn:x' e:mustUnderstand='1'/></e:Header><e:Body/></e:Envelope>")
                    .getBytes(UTF_8));

            assertThat(reply.faultCode()).contains(new QName(S12, "VersionMismatch"));
            assertThat(nameOf(bodyOf(reply))).isEqualTo(new QName(S12, "Fault"));
            assertThat(textOf(reply)).contains("VersionMismatch");
        }
    }

    @Nested
    class Headers {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<h:MessageID xmlns:h='http://www.w3.org/2005/08/addressing' s:mustUnderstand='true'>urn:uuid:1"
                            + "</h:MessageID><h:ReplyTo xmlns:h='http://www.w3.org/2005/08/addressing'"
                            + " s:mustUnderstand='1'><h:Address>http://x.test/</h:Address></h:ReplyTo>",
                    "<h:Gossip xmlns:h='urn:org.grapevine:gossip:1' s:mustUnderstand='true' fanout='8'/>",
                    "<h:AppSequence xmlns:h='http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01'"
                            + " s:mustUnderstand='true' InstanceId='1' MessageNumber='2'/>",
                    "<h:Other xmlns:h='urn:other'/>",
                    "<h:Other xmlns:h='urn:other' s:mustUnderstand='true' s:role='urn:somebody:else'/>"
                })
        void ofTheStackOrWithoutDutyDoNotDisturb(String headers) throws Exception {
            InvocationReply reply = endpoint.invoke(envelope(headers, echo("x")));

            assertThat(bodyOf(reply).getTextContent()).isEqualTo("x");
            assertThat(reply.isFault()).isFalse();
        }

        @Test
        void thatNobodyUnderstandsGiveAMustUnderstandFault() throws Exception {
            InvocationReply reply =
                    endpoint.invoke(envelope("<h:Other xmlns:h='urn:other' s:mustUnderstand='true'/>", echo("x")));

            assertThat(reply.faultCode()).contains(new QName(S12, "MustUnderstand"));
            assertThat(reply.httpStatus()).isEqualTo(500);
            assertThat(tariffs.threads).isEmpty();
        }
    }

    @Nested
    class Description {

        @Test
        void listsOperationsByNameWithDefaultActionsOfAUrnNamespace() throws Exception {
            assertThat(endpoint.portType()).isEqualTo(new QName(TARIFF, "Tariffs"));
            assertThat(endpoint.operations())
                    .containsExactly(
                            new Operation(
                                    "echo",
                                    Operation.Style.REQUEST_RESPONSE,
                                    "urn:example:tariff:Tariffs:echoRequest",
                                    Optional.of("urn:example:tariff:Tariffs:echoResponse"),
                                    Optional.of(new QName(TARIFF, "echo")),
                                    Optional.of(new QName(TARIFF, "echoResponse")),
                                    Tariffs.class.getMethod("echo", String.class)),
                            new Operation(
                                    "priceAt",
                                    Operation.Style.REQUEST_RESPONSE,
                                    "urn:example:tariff:Tariffs:priceAtRequest",
                                    Optional.of("urn:example:tariff:Tariffs:priceAtResponse"),
                                    Optional.of(new QName(TARIFF, "priceAt")),
                                    Optional.of(new QName(TARIFF, "priceAtResponse")),
                                    Tariffs.class.getMethod("priceAt", int.class)),
                            new Operation(
                                    "tariffChanged",
                                    Operation.Style.ONE_WAY,
                                    "urn:example:tariff:Tariffs:tariffChanged",
                                    Optional.empty(),
                                    Optional.of(new QName(TARIFF, "tariffChanged")),
                                    Optional.empty(),
                                    Tariffs.class.getMethod("tariffChanged", String.class)));
        }

        @Test
        void takesActionsFromAnnotationsWhereThereAreAny() throws Exception {
            String ns = "http://example.org/needs/";
            try (ServiceEndpoint needs = ServiceEndpoint.publish(runtime, new MyNeeds(), "/needs")) {
                assertThat(needs.operations())
                        .containsExactly(
                                new Operation(
                                        "needs",
                                        Operation.Style.REQUEST_RESPONSE,
                                        ns + "Ask",
                                        Optional.of(ns + "Answer"),
                                        Optional.of(new QName(ns, "Day")),
                                        Optional.of(new QName(ns, "EnergyNeeds")),
                                        Needs.class.getMethod("needs", SampleServices.Day.class)),
                                new Operation(
                                        "reset",
                                        Operation.Style.REQUEST_RESPONSE,
                                        "urn:example:reset",
                                        Optional.of(ns + "Needs/resetResponse"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Needs.class.getMethod("reset")));
            }
        }

        @Test
        void isOneWsdlDocumentWithSchemaActionsAndAddress() {
            Document wsdl = endpoint.wsdl("http://127.0.0.1:8080/a");

            assertThat(all(wsdl, "http://schemas.xmlsoap.org/wsdl/", "import")).isEmpty();
            assertThat(all(wsdl, "http://www.w3.org/2001/XMLSchema", "schema")).isNotEmpty();
            assertThat(all(wsdl, "http://schemas.xmlsoap.org/wsdl/soap12/", "binding"))
                    .singleElement()
                    .satisfies(e ->
                            assertThat(e.getAttribute("transport")).isEqualTo("http://schemas.xmlsoap.org/soap/http"));
            assertThat(all(wsdl, "http://schemas.xmlsoap.org/wsdl/soap12/", "address"))
                    .extracting(e -> e.getAttribute("location"))
                    .containsExactly("http://127.0.0.1:8080/a");
            assertThat(all(wsdl, "http://schemas.xmlsoap.org/wsdl/", "input"))
                    .extracting(e -> e.getAttributeNS("http://www.w3.org/2007/05/addressing/metadata", "Action"))
                    .contains("urn:example:tariff:Tariffs:echoRequest", "urn:example:tariff:Tariffs:tariffChanged");
            assertThat(all(wsdl, "http://schemas.xmlsoap.org/wsdl/", "output"))
                    .extracting(e -> e.getAttributeNS("http://www.w3.org/2007/05/addressing/metadata", "Action"))
                    .contains("urn:example:tariff:Tariffs:echoResponse");
        }

        @Test
        void canBeReadBackByAWsdlParser() throws Exception {
            javax.wsdl.Definition definition = javax.wsdl.factory.WSDLFactory.newInstance()
                    .newWSDLReader()
                    .readWSDL(null, endpoint.wsdl("http://127.0.0.1/a"));

            assertThat(definition
                            .getPortType(new QName(TARIFF, "Tariffs"))
                            .getOperations()
                            .size())
                    .isEqualTo(3);
        }

        @Test
        void ofOneEndpointKnowsNoAddressOfAnother() {
            Document first = endpoint.wsdl("http://127.0.0.1/first");
            first.getDocumentElement().setAttribute("changed", "by the caller");
            Document second = endpoint.wsdl("http://127.0.0.1/second");

            assertThat(all(first, "http://schemas.xmlsoap.org/wsdl/soap12/", "address")
                            .get(0)
                            .getAttribute("location"))
                    .isEqualTo("http://127.0.0.1/first");
            assertThat(all(second, "http://schemas.xmlsoap.org/wsdl/soap12/", "address")
                            .get(0)
                            .getAttribute("location"))
                    .isEqualTo("http://127.0.0.1/second");
            assertThat(second.getDocumentElement().hasAttribute("changed")).isFalse();
        }
    }

    @Nested
    class Publishing {

        @Test
        void sharesOneModelPerInterface() {
            int before = runtime.modelCount();
            List<ServiceEndpoint> many = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                many.add(ServiceEndpoint.publish(runtime, new MyTariffs(i), "/tariffs/" + i));
            }

            assertThat(runtime.modelCount()).isEqualTo(before);
            many.forEach(ServiceEndpoint::close);
            assertThat(call(echo("x")).isFault()).isFalse();
        }

        @Test
        void keepsABoundedNumberOfModelsThatNobodyUses() {
            try (CxfRuntime another = CxfRuntime.start(1)) {
                ServiceEndpoint first = ServiceEndpoint.publish(another, new MyTariffs(1), "/t");
                ServiceEndpoint second = ServiceEndpoint.publish(another, new MyNeeds(), "/n");
                first.close();
                assertThat(another.modelCount()).isEqualTo(2);
                second.close();
                assertThat(another.modelCount()).isEqualTo(1);

                try (ServiceEndpoint again = ServiceEndpoint.publish(another, new MyTariffs(1), "/t")) {
                    assertThat(again.invoke(envelope("", echo("x"))).isFault()).isFalse();
                }
            }
        }

        @Test
        void endsWithClose() {
            endpoint.close();
            endpoint.close();

            assertThatThrownBy(() -> call(echo("x")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("endpoint http://localhost/tariffs: closed (expected: open)");
            assertThat(tariffs.threads).isEmpty();
        }

        @Test
        void leavesTheDefaultBusesAlone() {
            assertThat(BusFactory.getDefaultBus(false)).isNull();
            assertThat(BusFactory.getThreadDefaultBus(false)).isNull();
            call(echo("x"));
            try (CxfRuntime another = CxfRuntime.start();
                    ServiceEndpoint unused = ServiceEndpoint.publish(another, new MyTariffs(1), "/t")) {
                assertThat(unused.wsdl("http://127.0.0.1/t")).isNotNull();
            }
            assertThat(BusFactory.getDefaultBus(false)).isNull();
            assertThat(BusFactory.getThreadDefaultBus(false)).isNull();
        }

        @Test
        void refusesAnObjectWithoutAServiceInterface() {
            assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, new Object(), "/o"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("service: java.lang.Object has [] (expected: one interface with @WebService)");
        }

        @Test
        void refusesAnObjectThatDoesNotHaveTheInterface() {
            assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, tariffs, Needs.class, "/o"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: an object of " + Needs.class.getName() + ")");
        }

        @Test
        void afterTheRuntimeClosedIsRefused() {
            CxfRuntime another = CxfRuntime.start();
            another.close();
            another.close();

            assertThatThrownBy(() -> ServiceEndpoint.publish(another, tariffs, "/t"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private InvocationReply call(String body) {
        return endpoint.invoke(envelope("", body));
    }

    private static String echo(String text) {
        return "<t:echo xmlns:t='urn:example:tariff'><text>" + text + "</text></t:echo>";
    }

    private static String changed(String name) {
        return "<t:tariffChanged xmlns:t='urn:example:tariff'><name>" + name + "</name></t:tariffChanged>";
    }

    private static byte[] envelope(String headers, String body) {
        return ("<s:Envelope xmlns:s='" + S12 + "'><s:Header>" + headers + "</s:Header><s:Body>" + body
                        + "</s:Body></s:Envelope>")
                .getBytes(UTF_8);
    }

    private static String textOf(InvocationReply reply) {
        return new String(reply.envelope().orElseThrow(), UTF_8);
    }

    private static Element bodyOf(InvocationReply reply) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(textOf(reply))));
        Element body = all(document, S12, "Body").get(0);
        return (Element) body.getFirstChild();
    }

    private static QName nameOf(Element element) {
        return new QName(element.getNamespaceURI(), element.getLocalName());
    }

    private static List<Element> all(Document document, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagNameNS(namespace, name).getLength(); i++) {
            found.add((Element) document.getElementsByTagNameNS(namespace, name).item(i));
        }
        return found;
    }
}
