package org.grapevine.dpws.hosting;

import jakarta.xml.ws.Provider;
import jakarta.xml.ws.WebServiceException;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Source;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PortGossip;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** A {@link WsdlService} on a device. */
public final class WsdlEndpoint implements HostedEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(WsdlEndpoint.class);

    private static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";
    private static final String SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";

    /** The one method by which all operations are called. */
    private static final Method INVOKE = invoke();

    private final WsdlService service;
    private final String name;
    private final Element definitions;
    private final Document template; // guarded by itself: a DOM is not even safe for concurrent readers
    private final List<Operation> operations;
    private final Optional<PortGossip> policy;
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES));
    private final AtomicBoolean open = new AtomicBoolean(true);

    private WsdlEndpoint(WsdlService service) {
        this.service = service;
        this.name = service.wsdl().name();
        this.definitions = service.wsdl().document().getDocumentElement();
        require(
                children(definitions, "import").isEmpty(),
                "wsdl:import",
                "present",
                "none: one document with all in it");
        this.operations = readOperations();
        requirePort();
        this.policy = Optional.ofNullable(GossipWsdl.read(service.wsdl()).get(service.portType()));
        this.template = (Document) service.wsdl().document().cloneNode(true);
    }

    /**
     * Reads the WSDL.
     *
     * @throws IllegalArgumentException if it is not what {@link WsdlService} asks for
     * @throws org.grapevine.policy.PolicyException if its gossip policy is impossible
     */
    public static WsdlEndpoint publish(WsdlService service) {
        return new WsdlEndpoint(service);
    }

    private static Method invoke() {
        try {
            return Provider.class.getMethod("invoke", Object.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Jakarta XML Web Services has no Provider.invoke", e);
        }
    }

    // The document

    private List<Operation> readOperations() {
        Element portType = children(definitions, "portType").stream()
                .filter(candidate -> qualified(candidate).equals(service.portType()))
                .findFirst()
                .orElseThrow(() -> refused(
                        "port type",
                        service.portType().toString(),
                        "one of "
                                + children(definitions, "portType").stream()
                                        .map(this::qualified)
                                        .toList()));
        List<Operation> found = new ArrayList<>();
        for (Element operation : children(portType, "operation")) {
            found.add(operation(operation));
        }
        require(!found.isEmpty(), "operations of " + service.portType(), "none", "at least one");
        for (Operation operation : found) {
            boolean alone = found.stream()
                            .filter(other -> other.inputElement().equals(operation.inputElement()))
                            .count()
                    == 1;
            require(alone, "input of operation " + operation.name(), "as that of another one", "an element of its own");
        }
        found.sort(Comparator.comparing(Operation::name));
        return List.copyOf(found);
    }

    private Operation operation(Element element) {
        String operation = element.getAttribute("name");
        List<Element> messages = elements(element).stream()
                .filter(child -> isWsdl(child, "input") || isWsdl(child, "output"))
                .toList();
        boolean asks = !messages.isEmpty() && isWsdl(messages.get(0), "input");
        require(asks, "operation " + operation, "begins with an output", "an input, and an output if it answers");
        boolean oneWay = messages.size() == 1;
        Element input = messages.get(0);
        return new Operation(
                operation,
                oneWay ? Operation.Style.ONE_WAY : Operation.Style.REQUEST_RESPONSE,
                action(operation, input, oneWay ? operation : operation + "Request"),
                oneWay ? Optional.empty() : Optional.of(action(operation, messages.get(1), operation + "Response")),
                bodyElement(operation, input),
                oneWay ? Optional.empty() : bodyElement(operation, messages.get(1)),
                INVOKE);
    }

    /** What the WSDL says (WS-Addressing 1.0 - Metadata, 4.4.1), or its binding for an input, else the default pattern. */
    private String action(String operation, Element message, String messageName) {
        String given = message.getAttributeNS(WSAM, "Action");
        if (given.isEmpty() && isWsdl(message, "input")) {
            given = soapAction(operation);
        }
        if (!given.isEmpty()) {
            return given;
        }
        String named = message.getAttribute("name");
        return ActionNames.byPattern(service.portType(), named.isEmpty() ? messageName : named);
    }

    private String soapAction(String operation) {
        return children(binding(), "operation").stream()
                .filter(bound -> bound.getAttribute("name").equals(operation))
                .flatMap(bound -> elements(bound).stream())
                .filter(child -> is(child, SOAP12, "operation"))
                .map(child -> child.getAttribute("soapAction"))
                .findFirst()
                .orElse("");
    }

    private Optional<QName> bodyElement(String operation, Element use) {
        QName message = resolve(use, use.getAttribute("message"));
        Element declared = children(definitions, "message").stream()
                .filter(candidate -> qualified(candidate).equals(message))
                .findFirst()
                .orElseThrow(() -> refused(
                        "message of operation " + operation, use.getAttribute("message"), "one of the document"));
        List<Element> parts = children(declared, "part");
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        String element = parts.get(0).getAttribute("element");
        require(
                parts.size() == 1 && !element.isEmpty(),
                "message " + message,
                parts.size() + " parts" + (element.isEmpty() ? ", by type" : ""),
                "one part with an element");
        return Optional.of(resolve(parts.get(0), element));
    }

    private Element binding() {
        List<Element> bindings = children(definitions, "binding").stream()
                .filter(candidate ->
                        resolve(candidate, candidate.getAttribute("type")).equals(service.portType()))
                .filter(candidate -> elements(candidate).stream()
                        .anyMatch(child -> is(child, SOAP12, "binding")
                                && !child.getAttribute("style").equals("rpc")))
                .toList();
        require(
                bindings.size() == 1,
                "bindings of " + service.portType(),
                bindings.size() + " of SOAP 1.2 and document style",
                "one");
        return bindings.get(0);
    }

    private void requirePort() {
        QName binding = qualified(binding());
        boolean found = children(definitions, "service").stream()
                .flatMap(element -> children(element, "port").stream())
                .anyMatch(port -> resolve(port, port.getAttribute("binding")).equals(binding));
        require(found, "ports of binding " + binding, "none", "at least one");
    }

    private QName qualified(Element named) {
        return new QName(definitions.getAttribute("targetNamespace"), named.getAttribute("name"));
    }

    private QName resolve(Element scope, String prefixed) {
        int colon = prefixed.indexOf(':');
        @Nullable String namespace = scope.lookupNamespaceURI(colon < 0 ? null : prefixed.substring(0, colon));
        require(colon < 0 || namespace != null, "name", prefixed, "one whose prefix is declared");
        return new QName(namespace == null ? "" : namespace, prefixed.substring(colon + 1));
    }

    private static List<Element> children(Element parent, String localName) {
        return elements(parent).stream()
                .filter(child -> isWsdl(child, localName))
                .toList();
    }

    private static List<Element> elements(Element parent) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    private static boolean isWsdl(Element element, String localName) {
        return is(element, WSDL, localName);
    }

    private static boolean is(Element element, String namespace, String localName) {
        return namespace.equals(element.getNamespaceURI()) && localName.equals(element.getLocalName());
    }

    private void require(boolean holds, String what, String value, String expected) {
        if (!holds) {
            throw refused(what, value, expected);
        }
    }

    private IllegalArgumentException refused(String what, String value, String expected) {
        return new IllegalArgumentException(name + ": " + what + ": " + value + " (expected: " + expected + ")");
    }

    // The service

    @Override
    public QName portType() {
        return service.portType();
    }

    @Override
    public Class<?> serviceInterface() {
        return service.provider().getClass();
    }

    @Override
    public List<Operation> operations() {
        return operations;
    }

    @Override
    public Optional<EventInterface> events() {
        return Optional.empty();
    }

    @Override
    public Optional<PortGossip> ownPolicy() {
        return policy;
    }

    @Override
    public Document wsdl(String at) {
        Document copy;
        synchronized (template) {
            copy = (Document) template.cloneNode(true);
        }
        for (Element declared : children(copy.getDocumentElement(), "service")) {
            for (Element port : children(declared, "port")) {
                elements(port).stream()
                        .filter(child -> is(child, SOAP12, "address"))
                        .forEach(address -> address.setAttribute("location", at));
            }
        }
        return copy;
    }

    @Override
    public InvocationReply invoke(byte[] envelope, List<Attachment> attachments) {
        if (!open.get()) {
            throw new IllegalStateException("endpoint " + service.portType() + ": closed (expected: open)");
        }
        if (!attachments.isEmpty()) {
            return fault(SoapFault.sender("attachments: " + attachments.size() + " (expected: none)"));
        }
        try {
            return called(reader.readWhole(envelope));
        } catch (MalformedEnvelopeException e) {
            return fault(SoapFault.of(e));
        } catch (SOAPFaultException e) {
            String reason = String.valueOf(e.getFault().getFaultString());
            boolean sender = "Sender".equals(e.getFault().getFaultCodeAsQName().getLocalPart());
            return fault(sender ? SoapFault.sender(reason) : SoapFault.receiver(reason));
        } catch (WebServiceException e) {
            return fault(SoapFault.receiver(String.valueOf(e.getMessage())));
        } catch (RuntimeException | TransformerException e) {
            // What is wrong inside is for the log and not for strangers.
            LOG.error("service {} failed", service.portType(), e);
            return fault(SoapFault.receiver("internal error"));
        }
    }

    private InvocationReply called(Envelope envelope) throws MalformedEnvelopeException, TransformerException {
        Optional<Operation> meant = operations.stream()
                .filter(operation -> operation.inputElement().equals(envelope.bodyName()))
                .findFirst();
        if (meant.isEmpty()) {
            return fault(SoapFault.sender("Body: "
                    + envelope.bodyName().map(QName::toString).orElse("empty") + " (expected: one of "
                    + operations.stream()
                            .map(operation -> operation
                                    .inputElement()
                                    .map(QName::toString)
                                    .orElse("empty"))
                            .toList()
                    + ")"));
        }
        byte[] body = envelope.bodyName().isPresent() ? envelope.bodyElement() : new byte[0];
        @Nullable Source answer = service.provider().invoke(new StreamSource(new ByteArrayInputStream(body)));
        Optional<String> action = meant.get().outputAction();
        if (action.isEmpty()) {
            return new InvocationReply(Optional.empty(), Optional.empty());
        }
        EnvelopeWriter reply = EnvelopeWriter.forAction(action.get());
        if (answer != null) {
            reply.body(bytes(answer));
        }
        return new InvocationReply(Optional.of(reply.toBytes()), Optional.empty());
    }

    private static byte[] bytes(Source element) throws TransformerException {
        TransformerFactory factory = TransformerFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Transformer transformer = factory.newTransformer();
        transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transformer.transform(element, new StreamResult(out));
        return out.toByteArray();
    }

    private static InvocationReply fault(SoapFault fault) {
        QName code =
                new QName("http://www.w3.org/2003/05/soap-envelope", fault.httpStatus() == 400 ? "Sender" : "Receiver");
        return new InvocationReply(
                Optional.of(fault.toEnvelope("urn:uuid:" + UUID.randomUUID(), Optional.empty())), Optional.of(code));
    }

    @Override
    public void close() {
        open.set(false);
    }
}
