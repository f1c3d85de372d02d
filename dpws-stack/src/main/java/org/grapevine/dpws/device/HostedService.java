package org.grapevine.dpws.device;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.hosting.CxfRuntime;
import org.grapevine.dpws.hosting.EventInterface;
import org.grapevine.dpws.hosting.HostedEndpoint;
import org.grapevine.dpws.hosting.InvocationReply;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.hosting.ServiceEndpoint;
import org.grapevine.dpws.hosting.WsdlEndpoint;
import org.grapevine.dpws.hosting.WsdlService;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.Attachment;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.WsdlDocument;
import org.w3c.dom.Document;

/** A maker's service on a device: its object, its address, and its description. Any thread. */
public final class HostedService {

    private final String serviceId;
    private final String path;
    private final URI address;
    private final Function<String, List<URI>> httpAddresses;
    private final HostedEndpoint endpoint;
    private final Optional<ServiceEvents> events;
    private volatile Decoration decoration = new Decoration(UnaryOperator.identity(), "");
    private volatile boolean closed;

    private HostedService(
            String serviceId,
            String path,
            Function<String, List<URI>> httpAddresses,
            HostedEndpoint endpoint,
            EventsFactory eventsFactory) {
        this.serviceId = serviceId;
        this.path = path;
        this.address = httpAddresses.apply(path).get(0);
        this.httpAddresses = httpAddresses;
        this.endpoint = endpoint;
        this.events = endpoint.events()
                .map(described ->
                        eventsFactory.make(described, path, to -> addressNamed(httpAddresses.apply(path), to)));
    }

    /** What somebody has added to the WSDL. */
    private record Decoration(UnaryOperator<Document> change, String words) {}

    /** Makes the event source of a service that has events. */
    interface EventsFactory {
        /**
         * Makes it.
         *
         * @param addresses from {@code wsa:To} of a message to the address of the service that its sender can use
         */
        ServiceEvents make(EventInterface described, String path, Function<Optional<String>, URI> addresses);
    }

    /**
     * Publishes a service under a path and a service id that follow from its port type, and are told apart from those of the
     * device's other services by a number.
     *
     * @param others those that the device has already
     * @param httpAddresses the addresses of a path at any time, at least one; the first is the one of the host
     * @param eventsFactory for services with events
     */
    static HostedService publish(
            CxfRuntime cxf,
            Object service,
            String devicePath,
            List<HostedService> others,
            Function<String, List<URI>> httpAddresses,
            EventsFactory eventsFactory) {
        HostedEndpoint endpoint = service instanceof WsdlService described
                ? WsdlEndpoint.publish(described)
                : ServiceEndpoint.publish(cxf, service, devicePath);
        try {
            QName type = endpoint.portType();
            String words = type.getLocalPart().replaceAll("([a-z0-9])([A-Z])", "$1-$2");
            String step = devicePath + "/" + Device.slug(words, "service");
            String path =
                    numbered(step, "-", others.stream().map(HostedService::path).toList());
            String namespace = type.getNamespaceURI();
            String separator = namespace.startsWith("urn:") ? ":" : "/";
            String id = namespace + (namespace.endsWith(separator) ? "" : separator) + type.getLocalPart();
            String serviceId = numbered(
                    id, separator, others.stream().map(HostedService::serviceId).toList());
            HostedService published = new HostedService(serviceId, path, httpAddresses, endpoint, eventsFactory);
            published.hosted(); // Refuses an impossible service id.
            return published;
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    private static String numbered(String name, String separator, List<String> taken) {
        String free = name;
        for (int i = 2; taken.contains(free); i++) {
            free = name + separator + i;
        }
        return free;
    }

    /** An absolute URI, unique in the device and the same after a restart. */
    public String serviceId() {
        return serviceId;
    }

    /** Path of the HTTP address. */
    public String path() {
        return path;
    }

    /** HTTP address on the first link of the host. */
    public URI address() {
        return address;
    }

    /**
     * The address by which somebody knows the service: the one that {@code wsa:To} names, or the first if it names none of ours. A
     * client on a further link may have no way to the first.
     */
    URI addressNamedBy(Optional<String> to) {
        return addressNamed(httpAddresses.apply(path), to);
    }

    private static URI addressNamed(List<URI> own, Optional<String> to) {
        return own.stream()
                .filter(address -> to.filter(address.toString()::equals).isPresent())
                .findFirst()
                .orElse(own.get(0));
    }

    /** The address of the service at our end of a connection. What a client calls us, in the Host header, is not believed. */
    private URI addressAt(InetSocketAddress local) {
        List<URI> own = httpAddresses.apply(path);
        if (local.isUnresolved()) {
            return own.get(0);
        }
        String authority = AddressText.authority(local);
        return own.stream()
                .filter(address -> address.getRawAuthority().equals(authority))
                .findFirst()
                .orElse(own.get(0));
    }

    public QName portType() {
        return endpoint.portType();
    }

    public Class<?> serviceInterface() {
        return endpoint.serviceInterface();
    }

    public List<Operation> operations() {
        return endpoint.operations();
    }

    /** What clients can subscribe to, if the service has {@link org.grapevine.dpws.eventing.EventSource}. */
    public Optional<ServiceEvents> events() {
        return events;
    }

    /** True if an envelope is the message of a subscriber; a service without events has none. */
    public boolean isForEvents(Envelope envelope, Optional<String> httpAction) {
        return eventing(envelope, httpAction).isPresent();
    }

    /**
     * Answers the message of a subscriber, wherever it came in: its subscription is managed at the address of this service.
     *
     * @throws FaultException if the subscriber gets a fault
     * @throws IllegalArgumentException if it is no message of a subscriber
     */
    public EnvelopeHandler.Answer answerSubscriber(Envelope envelope, Optional<String> httpAction)
            throws FaultException {
        EventingDialect.Request request = eventing(envelope, httpAction)
                .orElseThrow(() -> new IllegalArgumentException(
                        "action: " + envelope.action().orElse("") + " (expected: one of a subscriber)"));
        return events.orElseThrow().answer(request, envelope);
    }

    private Optional<EventingDialect.Request> eventing(Envelope envelope, Optional<String> httpAction) {
        if (events.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> action = envelope.action().or(() -> httpAction).filter(text -> !text.isEmpty());
        return action.isPresent()
                ? action.flatMap(EventingDialect.Request::ofAction)
                : envelope.bodyName().flatMap(EventingDialect.Request::ofBody);
    }

    /** The operation that an envelope is for: by its action, or for clients without WS-Addressing by its body. */
    public Optional<Operation> operation(Envelope envelope, Optional<String> httpAction) {
        Optional<String> action = envelope.action().or(() -> httpAction).filter(text -> !text.isEmpty());
        for (Operation operation : operations()) {
            boolean byBody = action.isEmpty() && operation.inputElement().equals(envelope.bodyName());
            if (byBody || action.filter(operation.inputAction()::equals).isPresent()) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }

    private static String shown(Optional<QName> element) {
        return element.map(QName::toString).orElse("empty");
    }

    /** Calls the service, on the calling thread. */
    public InvocationReply invoke(byte[] envelope) {
        return endpoint.invoke(envelope, List.of());
    }

    /**
     * Calls the service and takes its answer out of its envelope.
     *
     * @param replies reads what the service answers
     * @throws FaultException if it answers with a fault, or the Body is not of the operation
     */
    public Optional<EnvelopeHandler.Answer> answer(Envelope envelope, Operation operation, EnvelopeReader replies)
            throws FaultException {
        // What is called goes by the Body: an action that names another operation would have its answer taken for that
        // one's.
        if (!operation.inputElement().equals(envelope.bodyName())) {
            throw new FaultException(SoapFault.sender("Body of " + operation.inputAction() + ": "
                    + shown(envelope.bodyName()) + " (expected: " + shown(operation.inputElement()) + ")"));
        }
        byte[] whole = Arrays.copyOfRange(envelope.bytes(), envelope.offset(), envelope.offset() + envelope.length());
        InvocationReply reply = invokeUnlessClosed(whole, envelope.attachments());
        if (reply.envelope().isEmpty()) {
            return Optional.empty();
        }
        try {
            Envelope answer = replies.readWhole(reply.envelope().get());
            if (reply.isFault()) {
                throw new FaultException(SoapFault.read(answer));
            }
            Optional<byte[]> body =
                    answer.bodyName().isPresent() ? Optional.of(answer.bodyElement()) : Optional.empty();
            return Optional.of(
                    new EnvelopeHandler.Reply(operation.outputAction().orElse(""), body, reply.attachments()));
        } catch (MalformedEnvelopeException e) {
            // The service's answer is within no limit of ours, so it cannot be sent.
            throw new FaultException(SoapFault.receiver("answer of " + operation.name() + ": " + e.getMessage()));
        }
    }

    /** The device may stop while a request is on its way: that is no failure of anybody. */
    private InvocationReply invokeUnlessClosed(byte[] envelope, List<Attachment> attachments) throws FaultException {
        try {
            return endpoint.invoke(envelope, attachments);
        } catch (IllegalStateException e) {
            if (closed) {
                throw new FaultException(SoapFault.destinationUnreachable(address.toString()));
            }
            throw e;
        }
    }

    /** The gossip policy that the service's own WSDL carries, as its maker wrote it. */
    public Optional<PortGossip> ownPolicy() {
        return endpoint.ownPolicy();
    }

    /**
     * Lets somebody add to the WSDL, such as a policy; the last one to say so does.
     *
     * @param words what is added, in a few words that change when it does: the metadata version of the device then rises with its
     *     next Hello
     */
    public void decorateWsdl(UnaryOperator<Document> change, String words) {
        decoration = new Decoration(change, words);
    }

    /** What {@link #decorateWsdl} was told last. */
    String decorationInWords() {
        return decoration.words();
    }

    /** The WSDL as it is published on the first link. */
    public byte[] wsdl() {
        return publishedAt(address);
    }

    /** The WSDL for a client that came in at this end of a connection: with an address that it can reach. */
    byte[] wsdlAt(InetSocketAddress local) {
        return publishedAt(addressAt(local));
    }

    /** The WSDL as it is published, with one of the addresses of the service in it. */
    byte[] publishedAt(URI own) {
        return WsdlDocument.of(decoration.change().apply(endpoint.wsdl(own.toString())), own.toString())
                .toBytes();
    }

    /** The undecorated WSDL with another address in it, for a second service of the same port type. */
    public Document wsdlAt(URI other) {
        return endpoint.wsdl(other.toString());
    }

    Hosted hosted() {
        List<EndpointReference> everywhere = httpAddresses.apply(path).stream()
                .map(uri -> EndpointReference.of(uri.toString()))
                .toList();
        List<QName> types = new ArrayList<>(List.of(portType()));
        endpoint.events()
                .map(EventInterface::portType)
                .filter(type -> !types.contains(type))
                .ifPresent(types::add);
        return new Hosted(everywhere, types, serviceId);
    }

    /** Lets what follows, {@link #close} included, be without a word to subscribers. */
    void crash() {
        events.ifPresent(ServiceEvents::crash);
    }

    void close() {
        closed = true;
        events.ifPresent(subscribed -> {
            // Whoever stops the whole device waits for it; a service that is taken away leaves nothing to wait for.
            CompletableFuture<Void> unused = subscribed.stop();
        });
        endpoint.close();
    }
}
