package org.grapevine.dpws.hosting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.ws.Action;
import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.dpws.soap.Namespaces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** How a maker describes events, and what becomes of it: WSDL and XML (DPWS 1.1, R2004). */
@Timeout(30)
class EventInterfaceTest {

    private static final String NS = "urn:test:bell";
    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";

    private static final CxfRuntime runtime = CxfRuntime.start();

    @AfterAll
    static void stop() {
        runtime.close();
    }

    /** A value that the service and its events share. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Tone", namespace = NS)
    static class Tone {
        int hertz;
        String name = "";
    }

    /** Events of a port type of their own. */
    @WebService(name = "BellEvents", targetNamespace = NS)
    interface BellEvents {
        @Oneway
        @WebMethod
        void rung(@WebParam(name = "tone") Tone tone, @WebParam(name = "times") int times);

        @Oneway
        @WebMethod
        @Action(output = "urn:chosen")
        void silent();
    }

    /** Events that join the service's port type. */
    @WebService(name = "Bell", targetNamespace = NS)
    interface JoinedEvents {
        @Oneway
        @WebMethod
        void rung(@WebParam(name = "tone") Tone tone);
    }

    @WebService(name = "Bell", targetNamespace = NS)
    @EventSource(BellEvents.class)
    interface Bell {
        @WebMethod
        Tone tone();
    }

    /** An object that says itself which events it has. */
    @EventSource(JoinedEvents.class)
    static class JoinedBell implements PlainBell {
        @Override
        public Tone tone() {
            return new Tone();
        }
    }

    @WebService(name = "Bell", targetNamespace = NS)
    interface PlainBell {
        @WebMethod
        Tone tone();
    }

    static class SimpleBell implements Bell {
        @Override
        public Tone tone() {
            return new Tone();
        }
    }

    private static Element only(Document wsdl, String name, String named) {
        NodeList all = wsdl.getElementsByTagNameNS(Namespaces.WSDL, name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (named.isEmpty() || element.getAttribute("name").equals(named)) {
                found.add(element);
            }
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @Nested
    class APortTypeOfItsOwn {

        @Test
        void standsBesideTheServicesWithOutputsOnly() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new SimpleBell(), "/bell")) {
                Document wsdl = endpoint.wsdl("http://10.0.0.1/bell");
                Element events = only(wsdl, "portType", "BellEvents");

                assertThat(events.getAttributeNS(Namespaces.WSE, "EventSource")).isEqualTo("true");
                assertThat(only(wsdl, "portType", "Bell").hasAttributeNS(Namespaces.WSE, "EventSource"))
                        .isFalse();
                assertThat(events.getElementsByTagNameNS(Namespaces.WSDL, "input")
                                .getLength())
                        .isZero();
                NodeList outputs = events.getElementsByTagNameNS(Namespaces.WSDL, "output");
                assertThat(outputs.getLength()).isEqualTo(2);
                List<String> actions = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    actions.add(((Element) outputs.item(i)).getAttributeNS(WSAM, "Action"));
                }
                assertThat(actions).containsExactlyInAnyOrder(NS + ":BellEvents:rung", "urn:chosen");
            }
        }

        @Test
        void sharesTypesWithTheServiceWithoutDeclaringThemTwice() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new SimpleBell(), "/bell")) {
                Document wsdl = endpoint.wsdl("http://10.0.0.1/bell");
                NodeList types = wsdl.getElementsByTagNameNS("http://www.w3.org/2001/XMLSchema", "complexType");
                List<String> names = new ArrayList<>();
                for (int i = 0; i < types.getLength(); i++) {
                    names.add(((Element) types.item(i)).getAttribute("name"));
                }
                assertThat(names).contains("Tone", "rung", "silent", "tone").doesNotHaveDuplicates();
            }
        }

        @Test
        void isTheOneOfItsEvents() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new SimpleBell(), "/bell")) {
                EventInterface events = endpoint.events().orElseThrow();
                assertThat(events.portType()).isEqualTo(new QName(NS, "BellEvents"));
                assertThat(events.actions())
                        .containsEntry("rung", NS + ":BellEvents:rung")
                        .containsEntry("silent", "urn:chosen");
            }
        }
    }

    @Nested
    class TheServicesPortType {

        @Test
        void takesEventsOfTheSameNameIn() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new JoinedBell(), "/bell")) {
                Document wsdl = endpoint.wsdl("http://10.0.0.1/bell");
                Element portType = only(wsdl, "portType", "");

                assertThat(portType.getAttributeNS(Namespaces.WSE, "EventSource"))
                        .isEqualTo("true");
                assertThat(portType.getElementsByTagNameNS(Namespaces.WSDL, "operation")
                                .getLength())
                        .isEqualTo(2);
                assertThat(portType.getElementsByTagNameNS(Namespaces.WSDL, "input")
                                .getLength())
                        .isEqualTo(1);
                Element binding = only(wsdl, "binding", "");
                assertThat(binding.getElementsByTagNameNS(Namespaces.WSDL, "operation")
                                .getLength())
                        .isEqualTo(2);
                assertThat(endpoint.events().orElseThrow().actions()).containsEntry("rung", NS + ":Bell:rung");
            }
        }
    }

    @Nested
    class ACall {

        @Test
        void becomesTheBodyOfANotification() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new SimpleBell(), "/bell")) {
                List<String> notified = new ArrayList<>();
                BellEvents events = (BellEvents) endpoint.events()
                        .orElseThrow()
                        .proxy((action, body) -> notified.add(action + " " + new String(body, UTF_8)));
                Tone tone = new Tone();
                tone.hertz = 440;
                tone.name = "a < b";

                events.rung(tone, 3);
                events.silent();

                assertThat(notified).hasSize(2);
                assertThat(notified.get(0))
                        .startsWith(NS + ":BellEvents:rung <")
                        .contains("rung", NS, "<hertz>440</hertz><name>a &lt; b</name>", "<times>3</times>")
                        .doesNotContain("Envelope>");
                assertThat(notified.get(1)).startsWith("urn:chosen <").contains("silent");
                assertThat(events).hasToString("events " + BellEvents.class.getName());
                assertThat(events.equals(events)).isTrue();
                assertThat(events.hashCode()).isEqualTo(events.hashCode());
            }
        }

        @Test
        void withWhatXmlCannotHoldNamesTheEvent() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new SimpleBell(), "/bell")) {
                BellEvents events = (BellEvents) endpoint.events().orElseThrow().proxy((action, body) -> {});
                Tone tone = new Tone();
                tone.name = "\u0000";

                assertThatThrownBy(() -> events.rung(tone, 1)).hasMessageStartingWith("event rung: ");
            }
        }
    }

    /** Questions to subscribers. */
    @WebService(name = "BellQuestions", targetNamespace = NS)
    interface BellQuestions {
        @WebMethod
        @WebResult(name = "ringing")
        int howManyRing(@WebParam(name = "loud") boolean loud);

        @Oneway
        @WebMethod
        void rung(@WebParam(name = "times") int times);
    }

    @EventSource(BellQuestions.class)
    static class CuriousBell extends JoinedBell {}

    @Nested
    class AnOperationWithAnAnswer {

        private final String answer =
                "<q:howManyRingResponse xmlns:q='" + NS + "'><ringing>7</ringing></q:howManyRingResponse>";

        @Test
        void isAnOutputBeforeAnInput() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new CuriousBell(), "/bell")) {
                Document wsdl = endpoint.wsdl("http://10.0.0.1/bell");
                for (String where : List.of("portType", "binding")) {
                    Element operation = (Element) only(
                                    wsdl,
                                    where,
                                    where.equals("portType") ? "BellQuestions" : "BellQuestionsServiceSoapBinding")
                            .getElementsByTagNameNS(Namespaces.WSDL, "operation")
                            .item(0);
                    assertThat(operation.getAttribute("name")).isEqualTo("howManyRing");
                    List<String> messages = new ArrayList<>();
                    for (org.w3c.dom.Node node = operation.getFirstChild();
                            node != null;
                            node = node.getNextSibling()) {
                        if (Namespaces.WSDL.equals(node.getNamespaceURI())) {
                            messages.add(node.getLocalName() + " " + ((Element) node).getAttributeNS(WSAM, "Action"));
                        }
                    }
                    assertThat(messages)
                            .containsExactlyElementsOf(
                                    where.equals("binding")
                                            ? List.of("output ", "input ")
                                            : List.of(
                                                    "output " + NS + ":BellQuestions:howManyRingSolicit",
                                                    "input " + NS + ":BellQuestions:howManyRingResponse"));
                }
            }
        }

        @Test
        void becomesAQuestionAndItsAnswersAreRead() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new CuriousBell(), "/bell")) {
                EventInterface events = endpoint.events().orElseThrow();

                EventInterface.Question question =
                        events.question(BellQuestions.class, bells -> bells.howManyRing(true));

                assertThat(question.operation().style()).isEqualTo(Operation.Style.SOLICIT_RESPONSE);
                assertThat(question.operation().outputAction()).contains(NS + ":BellQuestions:howManyRingSolicit");
                assertThat(new String(question.body(), UTF_8)).contains("howManyRing", "<loud>true</loud>");
                assertThat(events.read(question, answer.getBytes(UTF_8))).isEqualTo(7);
                assertThat(events.read(question, answer.replace("7", "9").getBytes(UTF_8)))
                        .isEqualTo(9);
            }
        }

        @Test
        void thatIsAnsweredByNonsenseSaysWhatWasExpected() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new CuriousBell(), "/bell")) {
                EventInterface events = endpoint.events().orElseThrow();
                EventInterface.Question question =
                        events.question(BellQuestions.class, bells -> bells.howManyRing(true));

                for (String nonsense : List.of("<x/>", answer.replace("7", "seven"))) {
                    assertThatThrownBy(() -> events.read(question, nonsense.getBytes(UTF_8)))
                            .hasMessage("answer to howManyRing: cannot be read (expected: {" + NS
                                    + "}howManyRingResponse)");
                }
            }
        }

        @Test
        void isNotCalledLikeANotificationNorTheOtherWayRound() {
            try (ServiceEndpoint endpoint = ServiceEndpoint.publish(runtime, new CuriousBell(), "/bell")) {
                EventInterface events = endpoint.events().orElseThrow();
                BellQuestions proxy = (BellQuestions) events.proxy((action, body) -> {});

                assertThatThrownBy(() -> proxy.howManyRing(true))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessage("howManyRing: is answered by many (expected: a call through solicit)");
                assertThatThrownBy(() -> events.question(BellQuestions.class, bells -> {
                            bells.rung(1);
                            return 0;
                        }))
                        .hasMessage(
                                "question to subscribers: rung is a notification (expected: an operation with an answer)");
                assertThatThrownBy(() -> events.question(BellQuestions.class, bells -> 0))
                        .hasMessage("question to subscribers: 0 operations called (expected: one with an answer)");
                assertThatThrownBy(() -> events.question(BellEvents.class, bells -> 0))
                        .hasMessage("event interface: " + BellEvents.class.getName() + " (expected: "
                                + BellQuestions.class.getName() + ")");
            }
        }
    }

    @Nested
    class AnImpossibleInterface {

        @WebService(name = "Elsewhere", targetNamespace = "urn:else")
        interface Elsewhere {
            @Oneway
            @WebMethod
            void rung();
        }

        @WebService(name = "Bell", targetNamespace = NS)
        interface Clashing {
            @Oneway
            @WebMethod
            void tone();
        }

        @EventSource(Elsewhere.class)
        static class WithElsewhere extends JoinedBell {}

        @EventSource(Clashing.class)
        static class WithClashing extends JoinedBell {}

        @EventSource(String.class)
        static class WithString extends JoinedBell {}

        @Test
        void isRefusedWithItsReason() {
            assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, new WithElsewhere(), "/bell"))
                    .hasMessage("event interface " + Elsewhere.class.getName()
                            + ": target namespace 'urn:else' (expected: that of its service, '" + NS + "')");
            assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, new WithClashing(), "/bell"))
                    .hasMessage("event interface " + Clashing.class.getName()
                            + ": message tone is one of the service too (expected: names of its own)");
            assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, new WithString(), "/bell"))
                    .hasMessage("@EventSource: java.lang.String (expected: an interface with @WebService)");
        }

        @Test
        void leavesNothingBehind() {
            int before = runtime.modelCount();
            for (int i = 0; i < 40; i++) {
                assertThatThrownBy(() -> ServiceEndpoint.publish(runtime, new WithElsewhere(), "/bell"))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(runtime.modelCount()).isLessThanOrEqualTo(before + 2);
        }
    }
}
