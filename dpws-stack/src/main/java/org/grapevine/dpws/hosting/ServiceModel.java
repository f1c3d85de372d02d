package org.grapevine.dpws.hosting;

import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.ws.WebServiceException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.apache.cxf.Bus;
import org.apache.cxf.annotations.SchemaValidation.SchemaValidationType;
import org.apache.cxf.databinding.AbstractDataBinding;
import org.apache.cxf.databinding.DataBinding;
import org.apache.cxf.endpoint.Client;
import org.apache.cxf.endpoint.ClientImpl;
import org.apache.cxf.endpoint.PreexistingConduitSelector;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.interceptor.AttachmentInInterceptor;
import org.apache.cxf.interceptor.AttachmentOutInterceptor;
import org.apache.cxf.jaxws.JAXWSMethodInvoker;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.jaxws.support.JaxWsServiceFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.Message;
import org.apache.cxf.service.invoker.Factory;
import org.apache.cxf.service.invoker.MethodDispatcher;
import org.apache.cxf.service.model.BindingMessageInfo;
import org.apache.cxf.service.model.BindingOperationInfo;
import org.apache.cxf.service.model.MessagePartInfo;
import org.apache.cxf.service.model.ServiceInfo;
import org.apache.cxf.transport.Conduit;
import org.grapevine.policy.GossipWsdl;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.WsdlDocument;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/**
 * One service interface on one bus: CXF's server for it, shared by all objects published with that interface. The object
 * travels with each call, so that the thousandth endpoint costs a few references and not a server.
 */
final class ServiceModel {

    private final Class<?> serviceInterface;
    private final Server server;
    private final InMemoryTransport.InMemoryDestination destination;
    private final QName portType;
    private final List<Operation> operations;
    private final Map<Method, BindingOperationInfo> bindingOperations;
    private final ServiceWsdl wsdl;
    private final Optional<PortGossip> ownPolicy;
    private final Bus bus;
    private final Map<Class<?>, ServiceWsdl> wsdlWithEvents = new HashMap<>(); // guarded by itself

    int endpoints; // guarded by the CxfRuntime

    private ServiceModel(Class<?> serviceInterface, Bus bus, Server server) {
        this.serviceInterface = serviceInterface;
        this.server = server;
        this.destination = (InMemoryTransport.InMemoryDestination) server.getDestination();
        ServiceInfo service = server.getEndpoint().getEndpointInfo().getService();
        this.portType = service.getInterface().getName();
        this.bus = bus;
        this.bindingOperations = bindingOperationsOf(server, portType);
        this.operations = operationsOf(bindingOperations, portType);
        this.wsdl = ServiceWsdl.build(bus, List.of(service), operations);
        // CXF keeps what stands in the WSDL that an annotation names.
        this.ownPolicy = Optional.ofNullable(GossipWsdl.read(WsdlDocument.of(wsdl.at(""), serviceInterface.getName()))
                .get(portType));
    }

    static ServiceModel build(Bus bus, Class<?> serviceInterface) {
        SOAPBinding style = serviceInterface.getAnnotation(SOAPBinding.class);
        if (style != null && style.style() == SOAPBinding.Style.RPC) {
            throw new IllegalArgumentException("interface " + serviceInterface.getName()
                    + ": SOAPBinding style RPC (expected: DOCUMENT, the only one with a body element per message)");
        }
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean(new ModelFactory());
        factory.setBus(bus);
        factory.setServiceClass(serviceInterface);
        factory.setAddress("in-memory:" + serviceInterface.getName());
        factory.setBindingId(jakarta.xml.ws.soap.SOAPBinding.SOAP12HTTP_BINDING);
        factory.setDestinationFactory(new InMemoryTransport());
        factory.setInvoker(new JAXWSMethodInvoker(new ObjectOfTheCall()));
        factory.getInInterceptors().add(new EnvelopeGuards.OnlySoap12());
        factory.getInInterceptors().add(new EnvelopeGuards.HeadersOfTheStack());
        factory.getInInterceptors().add(new EnvelopeGuards.OnlyRequestsOfTheService());
        factory.getOutInterceptors().add(new MtomAttachments());
        factory.getOutFaultInterceptors().add(new EnvelopeGuards.DiscreetFaults());
        Map<String, Object> properties = new HashMap<>();
        properties.put(FaultListener.class.getName(), new QuietFaultLog());
        // "Robust" makes CXF run one-way operations in place and tell their failures, where it would otherwise hand
        // them to
        // a pool of its own and log what they throw.
        properties.put(Message.ROBUST_ONEWAY, true);
        properties.put(Message.SCHEMA_VALIDATION_ENABLED, SchemaValidationType.IN);
        properties.put(Message.FAULT_STACKTRACE_ENABLED, false);
        properties.put(Message.EXCEPTION_MESSAGE_CAUSE_ENABLED, false);
        factory.setProperties(properties);
        Server server;
        try {
            server = factory.create();
        } catch (WebServiceException | org.apache.cxf.service.factory.ServiceConstructionException e) {
            throw new IllegalArgumentException(
                    "interface " + serviceInterface.getName() + ": " + e.getMessage()
                            + " (expected: a JAX-WS service endpoint interface)",
                    e);
        }
        // Attachments are written and read outside: CXF is to see neither MIME nor strangers' boundaries.
        server.getEndpoint().getBinding().getOutInterceptors().removeIf(AttachmentOutInterceptor.class::isInstance);
        server.getEndpoint().getBinding().getInInterceptors().removeIf(AttachmentInInterceptor.class::isInstance);
        try {
            return new ServiceModel(serviceInterface, bus, server);
        } catch (RuntimeException e) {
            server.destroy();
            throw e;
        }
    }

    private static Map<Method, BindingOperationInfo> bindingOperationsOf(Server server, QName portType) {
        MethodDispatcher methods =
                (MethodDispatcher) server.getEndpoint().getService().get(MethodDispatcher.class.getName());
        if (methods == null) {
            throw new IllegalStateException("service " + portType + ": no method dispatcher (expected: CXF's own)");
        }
        Map<Method, BindingOperationInfo> operations = new HashMap<>();
        for (BindingOperationInfo info :
                server.getEndpoint().getEndpointInfo().getBinding().getOperations()) {
            Method method = methods.getMethod(info);
            // So that an interface need not be public, as JAX-WS asks: makers keep theirs in a package of their own.
            method.trySetAccessible();
            operations.put(method, info);
        }
        return Map.copyOf(operations);
    }

    private static List<Operation> operationsOf(Map<Method, BindingOperationInfo> infos, QName portType) {
        List<Operation> operations = new ArrayList<>();
        infos.forEach((method, info) -> {
            String name = info.getName().getLocalPart();
            boolean oneWay = info.getOperationInfo().isOneWay();
            operations.add(new Operation(
                    name,
                    oneWay ? Operation.Style.ONE_WAY : Operation.Style.REQUEST_RESPONSE,
                    ActionNames.ofInput(portType, name, method, oneWay),
                    oneWay ? Optional.empty() : Optional.of(ActionNames.ofOutput(portType, name, method)),
                    bodyElement(info.getInput()),
                    bodyElement(info.getOutput()),
                    method));
        });
        operations.sort(Comparator.comparing(Operation::name));
        return List.copyOf(operations);
    }

    private static Optional<QName> bodyElement(@Nullable BindingMessageInfo message) {
        if (message == null) {
            return Optional.empty();
        }
        return message.getMessageParts().stream()
                .filter(MessagePartInfo::isElement)
                .map(MessagePartInfo::getElementQName)
                .findFirst();
    }

    Class<?> serviceInterface() {
        return serviceInterface;
    }

    QName portType() {
        return portType;
    }

    List<Operation> operations() {
        return operations;
    }

    Map<Method, BindingOperationInfo> bindingOperations() {
        return bindingOperations;
    }

    /** A client of the same interface, which sends through a conduit. */
    Client client(Conduit conduit) {
        return new ClientImpl(bus, server.getEndpoint(), new PreexistingConduitSelector(conduit, server.getEndpoint()));
    }

    Optional<PortGossip> ownPolicy() {
        return ownPolicy;
    }

    Document wsdl(String address) {
        return wsdl.at(address);
    }

    /** The WSDL with the events of another model; worked out once for each. */
    Document wsdl(String address, ServiceModel events, EventInterface actions) {
        ServiceWsdl both;
        synchronized (wsdlWithEvents) {
            both = wsdlWithEvents.computeIfAbsent(
                    events.serviceInterface, type -> wsdl.withEvents(events.wsdl, portType, actions));
        }
        return both.at(address);
    }

    InvocationReply invoke(InMemoryTransport.Call call, byte[] envelope) {
        return destination.call(call, envelope);
    }

    void destroy() {
        server.destroy();
    }

    /** Leaves static methods out, and hands its bus to the data binding, which else creates the process's default one. */
    private static final class ModelFactory extends JaxWsServiceFactoryBean {

        /** A static method of an interface is called on the interface: no object of a maker has it, so nobody could answer. */
        @Override
        protected boolean isValidMethod(Method method) {
            return !Modifier.isStatic(method.getModifiers()) && super.isValidMethod(method);
        }

        @Override
        protected DataBinding createDefaultDataBinding() {
            DataBinding binding = super.createDefaultDataBinding();
            if (binding instanceof AbstractDataBinding known) {
                known.setBus(getBus());
            }
            return binding;
        }
    }

    private static final class ObjectOfTheCall implements Factory {

        @Override
        public Object create(Exchange exchange) {
            return InMemoryTransport.Call.of(exchange).service();
        }

        @Override
        public void release(Exchange exchange, Object service) {
            // It belongs to whoever published it.
        }
    }
}
