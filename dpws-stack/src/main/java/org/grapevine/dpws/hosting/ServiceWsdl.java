package org.grapevine.dpws.hosting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.wsdl.Definition;
import javax.wsdl.WSDLException;
import org.apache.cxf.Bus;
import org.apache.cxf.service.model.ServiceInfo;
import org.apache.cxf.wsdl.WSDLManager;
import org.apache.cxf.wsdl11.ServiceWSDLBuilder;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The WSDL 1.1 of one service interface: built once, handed out as copies with the address filled in. */
final class ServiceWsdl {

    private static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";
    private static final String SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/";
    private static final String WSAM = "http://www.w3.org/2007/05/addressing/metadata";
    private static final String SOAP_OVER_HTTP = "http://schemas.xmlsoap.org/soap/http";
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
