package org.grapevine.dpws.hosting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.wsdl.Definition;
import javax.wsdl.WSDLException;
import javax.xml.namespace.QName;
import org.apache.cxf.Bus;
import org.apache.cxf.service.model.ServiceInfo;
import org.apache.cxf.wsdl.WSDLManager;
import org.apache.cxf.wsdl11.ServiceWSDLBuilder;
import org.grapevine.dpws.soap.Namespaces;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** The WSDL 1.1 of one service interface: built once, handed out as copies with the address filled in. */
final class ServiceWsdl {

    private static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";
    private static final String SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";
    private static final String SOAP_OVER_HTTP = "http://schemas.xmlsoap.org/soap/http";
    private static final String XSD = "http://www.w3.org/2001/XMLSchema";
    private static final String XMLNS = "http://www.w3.org/2000/xmlns/";

    private final Document template; // guarded by itself: a DOM is not even safe for concurrent readers

    private ServiceWsdl(Document template) {
        this.template = template;
    }

    static ServiceWsdl build(Bus bus, List<ServiceInfo> services, List<Operation> operations) {
        try {
            Definition definition = new ServiceWSDLBuilder(bus, services).build();
            Document document = bus.getExtension(WSDLManager.class)
                    .getWSDLFactory()
                    .newWSDLWriter()
                    .getDocument(definition);
            nameActions(document, operations);
            describeHttp(document);
            claimProfile(document);
            return new ServiceWsdl(document);
        } catch (WSDLException e) {
            throw new IllegalArgumentException("service " + services.get(0).getName() + ": no WSDL can be made", e);
        }
    }

    /** Written out even where they are the defaults: whoever reads the WSDL need not know the pattern. */
    private static void nameActions(Document document, List<Operation> operations) {
        Map<String, Operation> byName = new HashMap<>();
        operations.forEach(operation -> byName.put(operation.name(), operation));
        Element root = document.getDocumentElement();
        root.setAttributeNS(XMLNS, "xmlns:wsam", WSAM);
        for (Element portType : children(root, WSDL, "portType")) {
            for (Element element : children(portType, WSDL, "operation")) {
                Operation operation = byName.get(element.getAttribute("name"));
                if (operation == null) {
                    throw new IllegalStateException("operation: " + element.getAttribute("name") + " (expected: one of "
                            + byName.keySet() + ")");
                }
                children(element, WSDL, "input")
                        .forEach(input -> input.setAttributeNS(WSAM, "wsam:Action", operation.inputAction()));
                operation.outputAction().ifPresent(action -> children(element, WSDL, "output")
                        .forEach(output -> output.setAttributeNS(WSAM, "wsam:Action", action)));
            }
        }
    }

    /** CXF knows our in-memory transport only; to the world the service is one over HTTP. */
    private static void describeHttp(Document document) {
        for (Element binding : children(document.getDocumentElement(), WSDL, "binding")) {
            children(binding, SOAP12, "binding").forEach(element -> element.setAttribute("transport", SOAP_OVER_HTTP));
        }
        for (Element service : children(document.getDocumentElement(), WSDL, "service")) {
            for (Element port : children(service, WSDL, "port")) {
                if (children(port, SOAP12, "address").isEmpty()) {
                    port.appendChild(document.createElementNS(SOAP12, "soap12:address"));
                }
            }
        }
    }

    /**
     * Says on each binding that the endpoint keeps to DPWS (DPWS 1.1, R2037); never on a port type, which may be bound otherwise
     * elsewhere. Optional, so that clients that know nothing of DPWS may call it as well.
     */
    private static void claimProfile(Document document) {
        for (Element binding : children(document.getDocumentElement(), WSDL, "binding")) {
            Element policy = document.createElementNS(Namespaces.WSP, "wsp:Policy");
            policy.setAttributeNS(XMLNS, "xmlns:wsp", Namespaces.WSP);
            Element profile = document.createElementNS(Namespaces.DPWS, "dpws:Profile");
            profile.setAttributeNS(XMLNS, "xmlns:dpws", Namespaces.DPWS);
            profile.setAttributeNS(Namespaces.WSP, "wsp:Optional", "true");
            policy.appendChild(profile);
            binding.insertBefore(policy, binding.getFirstChild());
        }
    }

    /**
     * The same with events: the port type of their interface is turned round, inputs to outputs and the other way round, and stands
     * beside the service's own or, if it has the same name, inside it (DPWS R2004).
     */
    ServiceWsdl withEvents(ServiceWsdl eventInterface, QName servicePortType, EventInterface events) {
        Document both = at("");
        Document other = eventInterface.at("");
        Element root = both.getDocumentElement();
        Element otherRoot = other.getDocumentElement();
        boolean merged = events.portType().equals(servicePortType);
        root.setAttributeNS(XMLNS, "xmlns:wse", Namespaces.WSE);
        mergeSchemas(onlyChild(root, "types"), onlyChild(otherRoot, "types"));
        Element firstPortType = onlyChild(root, "portType");
        for (Element message : children(otherRoot, WSDL, "message")) {
            if (children(root, WSDL, "message").stream().anyMatch(taken -> sameName(taken, message))) {
                throw taken(events, "message", message);
            }
            root.insertBefore(copy(both, message), firstPortType);
        }
        Element portType = onlyChild(otherRoot, "portType");
        Element binding = onlyChild(otherRoot, "binding");
        for (Element operation : children(portType, WSDL, "operation")) {
            turnRound(operation);
            children(operation, WSDL, "output")
                    .forEach(output -> output.setAttributeNS(
                            WSAM, "wsam:Action", events.actions().get(operation.getAttribute("name"))));
            for (Operation described : events.operations()) {
                if (described.name().equals(operation.getAttribute("name"))) {
                    children(operation, WSDL, "input")
                            .forEach(input -> input.setAttributeNS(WSAM, "wsam:Action", described.inputAction()));
                }
            }
        }
        for (Element operation : children(binding, WSDL, "operation")) {
            turnRound(operation);
        }
        if (merged) {
            mergeOperations(events, firstPortType, portType);
            mergeOperations(events, onlyChild(root, "binding"), binding);
            firstPortType.setAttributeNS(Namespaces.WSE, "wse:EventSource", "true");
        } else {
            Element beside = (Element) root.insertBefore(copy(both, portType), onlyChild(root, "binding"));
            beside.setAttributeNS(Namespaces.WSE, "wse:EventSource", "true");
            root.insertBefore(copy(both, binding), onlyChild(root, "service"));
        }
        return new ServiceWsdl(both);
    }

    private static void mergeOperations(EventInterface events, Element to, Element from) {
        for (Element operation : children(from, WSDL, "operation")) {
            if (children(to, WSDL, "operation").stream().anyMatch(taken -> sameName(taken, operation))) {
                throw taken(events, "operation", operation);
            }
            to.appendChild(copy(to.getOwnerDocument(), operation));
        }
    }

    /** What a one-way operation takes, a notification gives; a request comes first in either direction (WSDL 1.1, 2.4). */
    private static void turnRound(Element operation) {
        List<Element> inputs = children(operation, WSDL, "input");
        List<Element> outputs = children(operation, WSDL, "output");
        inputs.forEach(input -> rename(input, "output"));
        outputs.forEach(output -> rename(output, "input"));
    }

    private static void rename(Element element, String name) {
        String prefix = element.getPrefix();
        element.getOwnerDocument().renameNode(element, WSDL, prefix == null ? name : prefix + ":" + name);
    }

    /** Both interfaces may have schemas of the same namespaces, and share types in them. */
    private static void mergeSchemas(Element types, Element otherTypes) {
        for (Element schema : children(otherTypes, XSD, "schema")) {
            Optional<Element> same = children(types, XSD, "schema").stream()
                    .filter(candidate ->
                            candidate.getAttribute("targetNamespace").equals(schema.getAttribute("targetNamespace")))
                    .findFirst();
            if (same.isEmpty()) {
                types.appendChild(copy(types.getOwnerDocument(), schema));
                continue;
            }
            for (Element declaration : elements(schema)) {
                mergeDeclaration(same.get(), declaration);
            }
        }
    }

    private static void mergeDeclaration(Element schema, Element declaration) {
        String key = declaration.hasAttribute("name") ? "name" : "namespace";
        boolean isImport = key.equals("namespace");
        for (Element known : elements(schema)) {
            if (known.getLocalName().equals(declaration.getLocalName())
                    && known.getAttribute(key).equals(declaration.getAttribute(key))) {
                if (!isImport && !sameMeaning(known, declaration)) {
                    throw new IllegalArgumentException("schema {" + schema.getAttribute("targetNamespace") + "}: "
                            + declaration.getLocalName() + " " + declaration.getAttribute("name")
                            + " is declared by the service and by its events (expected: once, or both the same)");
                }
                return;
            }
        }
        Element copy = copy(schema.getOwnerDocument(), declaration);
        // Imports come first in a schema.
        schema.insertBefore(copy, isImport ? schema.getFirstChild() : null);
    }

    private static boolean sameMeaning(Element a, Element b) {
        // Prefixes are CXF's own and may differ; the same JAXB class gives the same tree otherwise.
        return withoutDeclarations(a).isEqualNode(withoutDeclarations(b));
    }

    private static Element withoutDeclarations(Element element) {
        Element bare = (Element) element.cloneNode(true);
        NamedNodeMap attributes = bare.getAttributes();
        for (int i = attributes.getLength() - 1; i >= 0; i--) {
            if (XMLNS.equals(attributes.item(i).getNamespaceURI())) {
                bare.removeAttributeNode((Attr) attributes.item(i));
            }
        }
        return bare;
    }

    /** A copy for another document, with every prefix declared on it that is in scope of the original: values may use them. */
    private static Element copy(Document to, Element original) {
        Element copy = (Element) to.importNode(original, true);
        for (Node node = original.getParentNode(); node instanceof Element ancestor; node = node.getParentNode()) {
            NamedNodeMap attributes = ancestor.getAttributes();
            for (int i = 0; i < attributes.getLength(); i++) {
                Attr attribute = (Attr) attributes.item(i);
                if (XMLNS.equals(attribute.getNamespaceURI())
                        && !copy.hasAttributeNS(XMLNS, attribute.getLocalName())) {
                    copy.setAttributeNS(XMLNS, attribute.getName(), attribute.getValue());
                }
            }
        }
        return copy;
    }

    private static boolean sameName(Element a, Element b) {
        return a.getAttribute("name").equals(b.getAttribute("name"));
    }

    private static IllegalArgumentException taken(EventInterface events, String what, Element element) {
        return new IllegalArgumentException("event interface " + events.type().getName() + ": " + what + " "
                + element.getAttribute("name") + " is one of the service too (expected: names of its own)");
    }

    private static Element onlyChild(Element parent, String name) {
        List<Element> found = children(parent, WSDL, name);
        if (found.isEmpty()) {
            throw new IllegalStateException("WSDL: no " + name + " (expected: one, since CXF wrote it)");
        }
        return found.get(0);
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

    Document at(String address) {
        Document copy;
        synchronized (template) {
            copy = (Document) template.cloneNode(true);
        }
        for (Element service : children(copy.getDocumentElement(), WSDL, "service")) {
            for (Element port : children(service, WSDL, "port")) {
                children(port, SOAP12, "address").forEach(element -> element.setAttribute("location", address));
            }
        }
        return copy;
    }

    private static List<Element> children(Element parent, String namespace, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element
                    && namespace.equals(element.getNamespaceURI())
                    && name.equals(element.getLocalName())) {
                found.add(element);
            }
        }
        return found;
    }
}
