package org.grapevine.gossip.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import javax.xml.namespace.QName;
import org.grapevine.gossip.client.ServiceDescription.Operation;
import org.grapevine.gossip.client.ServiceDescription.Style;
import org.grapevine.policy.PolicyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads WSDLs of other makers too, which say less than ours. */
class ServiceDescriptionTest {

    private static String wsdl(String namespace, String portTypeContent) {
        return "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:t='" + namespace
                + "' xmlns:am='http://www.w3.org/2007/05/addressing/metadata'"
                + " xmlns:aw='http://www.w3.org/2006/05/addressing/wsdl' targetNamespace='" + namespace + "'>"
                + "<w:message name='In'><w:part name='p' element='t:in'/></w:message>"
                + "<w:message name='Typed'><w:part name='p' type='t:T'/></w:message>"
                + "<w:portType name='P'>" + portTypeContent + "</w:portType></w:definitions>";
    }

    private static Operation only(String namespace, String operation) {
        return ServiceDescription.read(wsdl(namespace, operation).getBytes(UTF_8), "test")
                .portTypes()
                .get(0)
                .operations()
                .get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "<w:input message='t:In'/>, ONE_WAY, urn:x:P:op",
        "<w:input message='t:In'/><w:output message='t:In'/>, REQUEST_RESPONSE, urn:x:P:opRequest",
        "<w:output message='t:In'/>, NOTIFICATION, urn:x:P:op",
        "<w:output message='t:In'/><w:input message='t:In'/>, SOLICIT_RESPONSE, urn:x:P:opSolicit",
        "<w:input name='Ask' message='t:In'/>, ONE_WAY, urn:x:P:Ask",
        "<w:input am:Action='urn:a' aw:Action='urn:b' message='t:In'/>, ONE_WAY, urn:a",
        "<w:input aw:Action='urn:b' message='t:In'/>, ONE_WAY, urn:b",
        "<w:input message='t:In'/><w:fault name='f'/>, ONE_WAY, urn:x:P:op"
    })
    void theOrderOfMessagesIsTheStyleAndTheActionIsWrittenOrByThePattern(String messages, Style style, String action) {
        Operation operation = only("urn:x", "<w:operation name='op'>" + messages + "</w:operation>");

        assertThat(operation.style()).isEqualTo(style);
        assertThat(operation.action()).isEqualTo(action);
        assertThat(operation.element()).contains(new QName("urn:x", "in"));
        assertThat(operation.policy()).isEmpty();
        assertThat(operation.isGossiped()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"http://x/y, http://x/y/P/op", "http://x/y/, http://x/y/P/op"})
    void actionsOfOtherNamespacesThanUrnsAreJoinedBySlashes(String namespace, String action) {
        assertThat(only(namespace, "<w:operation name='op'><w:input message='t:In'/></w:operation>")
                        .action())
                .isEqualTo(action);
    }

    @ParameterizedTest
    @CsvSource({"t:Typed", "t:Missing", "nope:In", "In"})
    void aMessageWithoutAnElementHasNone(String message) {
        assertThat(only("urn:x", "<w:operation name='op'><w:input message='" + message + "'/></w:operation>")
                        .element())
                .isEmpty();
    }

    @Test
    void anOperationWithoutMessagesIsLeftAway() {
        assertThat(ServiceDescription.read(
                                wsdl("urn:x", "<w:operation name='op'/>").getBytes(UTF_8), "test")
                        .portTypes()
                        .get(0)
                        .operations())
                .isEmpty();
    }

    @Test
    void whatIsNoWsdlIsRefusedByName() {
        assertThatThrownBy(() -> ServiceDescription.read("<x/>".getBytes(UTF_8), "http://h/x"))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("http://h/x:1: root: x");
    }
}
