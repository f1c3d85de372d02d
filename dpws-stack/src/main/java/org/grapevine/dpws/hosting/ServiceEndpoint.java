package org.grapevine.dpws.hosting;

import jakarta.jws.WebService;
import jakarta.xml.ws.soap.MTOM;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.policy.PortGossip;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/**
 * One service object, published through CXF's JAX-WS front end (SOAP 1.2, document style, JAXB), but over no network: it
 * is called with the bytes of an envelope and answers with the bytes of an envelope. Which bytes come by HTTP, by datagram
 * or by gossip is not its business. Safe for any thread; the object must be, too, since calls run on their callers'
 * threads.
 *
 * <p>WS-Addressing is dealt with outside: headers of addressing, gossip and discovery pass unread even when
 * mustUnderstand, and replies bear none. Any other mustUnderstand header gives a MustUnderstand fault. Requests are
 * validated against the schema of the interface.
 */
public final class ServiceEndpoint implements HostedEndpoint {

    private final CxfRuntime runtime;
    private final ServiceModel model;
    private final Optional<ServiceModel> eventModel;
    private final Optional<EventInterface> events;
    private final Object service;
    private final String address;
    private final OptionalInt mtom;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private ServiceEndpoint(
            CxfRuntime runtime,
            ServiceModel model,
            Optional<ServiceModel> eventModel,
            Optional<EventInterface> events,
            Object service,
            String address) {
        this.runtime = runtime;
        this.model = model;
        this.eventModel = eventModel;
        this.events = events;
        this.service = service;
        this.address = address;
        this.mtom = mtomOf(service, model.serviceInterface());
    }

    /**
     * Publishes an object by the one interface with {@code @WebService} that it has.
     *
     * @param address what its WSDL says by default; may be relative. Nothing listens there because of this call.
     * @throws IllegalArgumentException when there is no such interface, or more than one
     */
    public static ServiceEndpoint publish(CxfRuntime runtime, Object service, String address) {
        return publish(runtime, service, serviceInterfaceOf(service.getClass()), address);
    }

    /** As {@link #publish(CxfRuntime, Object, String)}, for an object with several interfaces. */
    public static ServiceEndpoint publish(
            CxfRuntime runtime, Object service, Class<?> serviceInterface, String address) {
        if (!serviceInterface.isInterface() || !serviceInterface.isAnnotationPresent(WebService.class)) {
            throw new IllegalArgumentException(
                    "service interface: " + serviceInterface.getName() + " (expected: an interface with @WebService)");
        }
        if (!serviceInterface.isInstance(service)) {
            throw new IllegalArgumentException("service: " + service.getClass().getName() + " (expected: an object of "
                    + serviceInterface.getName() + ")");
        }
        ServiceModel model = runtime.acquire(serviceInterface);
        Optional<ServiceModel> eventModel = Optional.empty();
        try {
            eventModel = eventInterfaceOf(service.getClass(), serviceInterface).map(runtime::acquire);
            Optional<EventInterface> events = eventModel.map(found -> new EventInterface(found, model.portType()));
            ServiceEndpoint endpoint = new ServiceEndpoint(runtime, model, eventModel, events, service, address);
            if (events.isPresent()) {
                Document unused = endpoint.wsdl(address); // Refuses names that clash here, where the maker can see it.
            }
            runtime.inject(service);
            return endpoint;
        } catch (RuntimeException e) {
            eventModel.ifPresent(runtime::release);
            runtime.release(model);
            throw e;
        }
    }

    private static Optional<Class<?>> eventInterfaceOf(Class<?> type, Class<?> serviceInterface) {
        EventSource source = type.getAnnotation(EventSource.class);
        if (source == null) {
            source = serviceInterface.getAnnotation(EventSource.class);
        }
        if (source == null) {
            return Optional.empty();
        }
        Class<?> events = source.value();
        if (!events.isInterface() || !events.isAnnotationPresent(WebService.class)) {
            throw new IllegalArgumentException(
                    "@EventSource: " + events.getName() + " (expected: an interface with @WebService)");
        }
        return Optional.of(events);
    }

    private static Class<?> serviceInterfaceOf(Class<?> type) {
        Set<Class<?>> found = new LinkedHashSet<>();
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            collect(c, found);
        }
        if (found.size() != 1) {
            throw new IllegalArgumentException("service: " + type.getName() + " has "
                    + found.stream().map(Class::getName).toList() + " (expected: one interface with @WebService)");
        }
        return found.iterator().next();
    }

    private static void collect(Class<?> type, Set<Class<?>> found) {
        for (Class<?> candidate : type.getInterfaces()) {
            if (candidate.isAnnotationPresent(WebService.class)) {
                found.add(candidate);
            } else {
                collect(candidate, found);
            }
        }
    }

    /**
     * Calls the service on the calling thread and waits for it, one-way operations too.
     *
     * @param envelope SOAP 1.2 in UTF-8; not changed by the caller meanwhile
     * @return always a reply: what is wrong with the envelope or inside the service is a fault. Receiver faults say nothing
     *     of the inside unless the service chose its words by a declared exception or a SOAPFaultException.
     * @throws IllegalStateException when the endpoint is closed
     */
    public InvocationReply invoke(byte[] envelope) {
        return invoke(envelope, List.of());
    }

    /**
     * As {@link #invoke(byte[])}, with what the envelope includes by MTOM. A service with {@link MTOM} answers with attachments, and so
     * does any service that was called with some.
     */
    @Override
    public InvocationReply invoke(byte[] envelope, List<Attachment> attachments) {
        if (!open.get()) {
            throw new IllegalStateException("endpoint " + address + ": closed (expected: open)");
        }
        return model.invoke(new InMemoryTransport.Call(service, attachments, mtomThreshold(attachments)), envelope);
    }

    private OptionalInt mtomThreshold(List<Attachment> attachments) {
        if (mtom.isPresent()) {
            return mtom;
        }
        return attachments.isEmpty() ? OptionalInt.empty() : OptionalInt.of(0);
    }

    private static OptionalInt mtomOf(Object service, Class<?> serviceInterface) {
        @Nullable MTOM mtom = service.getClass().getAnnotation(MTOM.class);
        if (mtom == null) {
            mtom = serviceInterface.getAnnotation(MTOM.class);
        }
        return mtom == null || !mtom.enabled() ? OptionalInt.empty() : OptionalInt.of(mtom.threshold());
    }

    /** The address given at publishing. */
    public String address() {
        return address;
    }

    @Override
    public Class<?> serviceInterface() {
        return model.serviceInterface();
    }

    /** Name of the port type in the WSDL; the type of a hosted service (DPWS 1.1, Relationship metadata). */
    @Override
    public QName portType() {
        return model.portType();
    }

    /** The operations, by name. */
    @Override
    public List<Operation> operations() {
        return model.operations();
    }

    /** What the service notifies of, if it has {@link EventSource}. */
    @Override
    public Optional<EventInterface> events() {
        return events;
    }

    /**
     * The whole WSDL 1.1 in one document: schemas inline, SOAP 1.2 binding, explicit {@code wsam:Action}.
     *
     * @param at the address in it
     * @return a copy that the caller may change
     */
    @Override
    public Document wsdl(String at) {
        return events.isPresent() ? model.wsdl(at, eventModel.orElseThrow(), events.get()) : model.wsdl(at);
    }

    @Override
    public Optional<PortGossip> ownPolicy() {
        return model.ownPolicy();
    }

    /** Takes no more calls; those that run come to their end. Safe to call again. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            eventModel.ifPresent(runtime::release);
            runtime.release(model);
        }
    }
}
