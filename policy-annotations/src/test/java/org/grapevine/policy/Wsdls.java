package org.grapevine.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.xml.namespace.QName;

/** WSDL texts for tests, made from one plain WSDL by inserting policies at named places. */
final class Wsdls {

    static final String NAME = "needs.wsdl";
    static final QName NEEDS = new QName("urn:example:needs", "Needs");
    static final String HASH = "urn:sha256:" + "0123456789abcdef".repeat(4);

    private static final String DEFINITIONS = "<wsdl:types>";
    private static final String PORT_TYPE = "<wsdl:portType name=\"Needs\">";
    private static final String PORT_TYPE_OPERATION = PORT_TYPE + "\n    <wsdl:operation name=\"needs\">";
    private static final String BINDING = "<wsdl:binding name=\"NeedsBinding\" type=\"tns:Needs\">";
    private static final String BINDING_OPERATION = "soap/http\"/>\n    <wsdl:operation name=\"needs\">";
    private static final String PORT = "<wsdl:port name=\"NeedsPort\" binding=\"tns:NeedsBinding\">";

    private String text = plain();

    static String plain() {
        try (InputStream in = Objects.requireNonNull(Wsdls.class.getResourceAsStream("plain.wsdl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WsdlDocument document() {
        return document(plain());
    }

    static WsdlDocument document(String text) {
        return WsdlDocument.read(text.getBytes(StandardCharsets.UTF_8), NAME);
    }

    static Wsdls with() {
        return new Wsdls();
    }

    /** A policy with one optional assertion. */
    static String policy(String id, String values) {
        return "<wsp:Policy xmlns:wsp='" + Names.POLICY + "' xmlns:wsu='" + Names.UTILITY + "' wsu:Id='" + id + "'>"
                + assertion(values) + "</wsp:Policy>";
    }

    static String assertion(String values) {
        return "<g:GossipAssertion xmlns:g='" + Names.GOSSIP + "' xmlns:wsa='" + Names.ADDRESSING
                + "' wsp:Optional='true'>" + values + "</g:GossipAssertion>";
    }

    static String reference(String id) {
        return "<wsp:PolicyReference xmlns:wsp='" + Names.POLICY + "' URI='#" + id + "'/>";
    }

    Wsdls definitions(String inserted) {
        return replace(DEFINITIONS, inserted + DEFINITIONS);
    }

    Wsdls inPortType(String inserted) {
        return replace(PORT_TYPE, PORT_TYPE + inserted);
    }

    Wsdls inPortTypeOperation(String inserted) {
        return replace(PORT_TYPE_OPERATION, PORT_TYPE_OPERATION + inserted);
    }

    Wsdls inBinding(String inserted) {
        return replace(BINDING, BINDING + inserted);
    }

    Wsdls inBindingOperation(String inserted) {
        return replace(BINDING_OPERATION, BINDING_OPERATION + inserted);
    }

    Wsdls inPort(String inserted) {
        return replace(PORT, PORT + inserted);
    }

    Wsdls replace(String part, String other) {
        if (!text.contains(part)) {
            throw new IllegalArgumentException("part: " + part + " (expected: in the WSDL)");
        }
        text = text.replace(part, other);
        return this;
    }

    String text() {
        return text;
    }

    WsdlDocument read() {
        return document(text);
    }
}
