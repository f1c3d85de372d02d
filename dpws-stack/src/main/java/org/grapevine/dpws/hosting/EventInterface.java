package org.grapevine.dpws.hosting;

import jakarta.xml.ws.Action;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.logging.Logger;
import javax.xml.namespace.QName;
import org.apache.cxf.common.logging.LogUtils;
import org.apache.cxf.endpoint.Client;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.ExchangeImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.service.model.BindingOperationInfo;
import org.apache.cxf.transport.AbstractConduit;
import org.apache.cxf.ws.addressing.EndpointReferenceType;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;

/**
 * The events of a hosted service: an interface of one-way operations, whose calls become the bodies of notifications. JAX-WS knows no
 * notifications; a one-way call the other way round has the same messages. Safe for any thread.
 */
public final class EventInterface {

    private final Class<?> type;
    private final QName portType;
    private final Map<Method, BindingOperationInfo> operations;
    private final Map<Method, String> actions;
    private final Map<String, String> actionsByName;
    private final Client client;
    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES));

    /**
     * Events of a model.
     *
     * @param service name of the service's own port type, whose namespace the events share
     */
    EventInterface(ServiceModel model, QName service) {
        this.type = model.serviceInterface();
        this.portType = model.portType();
        if (!portType.getNamespaceURI().equals(service.getNamespaceURI())) {
            throw new IllegalArgumentException("event interface " + type.getName() + ": target namespace '"
                    + portType.getNamespaceURI() + "' (expected: that of its service, '" + service.getNamespaceURI()
                    + "')");
        }
        this.operations = new LinkedHashMap<>(model.bindingOperations());
        this.actions = new HashMap<>();
        this.actionsByName = new TreeMap<>();
        for (Operation operation : model.operations()) {
            if (operation.style() != Operation.Style.ONE_WAY) {
                throw new IllegalArgumentException("event interface " + type.getName() + ": operation "
                        + operation.name() + " answers (expected: @Oneway, since nobody answers a notification)");
            }
            String action = action(portType, operation);
            actions.put(operation.method(), action);
            if (actionsByName.containsValue(action)) {
                throw new IllegalArgumentException("event interface " + type.getName() + ": two operations have action "
                        + action + " (expected: one each)");
            }
            actionsByName.put(operation.name(), action);
        }
        if (actions.isEmpty()) {
            throw new IllegalArgumentException(
                    "event interface " + type.getName() + ": no operations (expected: one for each kind of event)");
        }
        this.client = model.client(new Capture());
    }

    /** The action of an output: of what the annotations say the output comes first, since that is what it is on the wire. */
    private static String action(QName portType, Operation operation) {
        Method method = operation.method();
        Action action = method.getAnnotation(Action.class);
        if (action != null && !action.output().isEmpty()) {
            return action.output();
        }
        return ActionNames.ofInput(portType, operation.name(), method, true);
    }

    /** The interface. */
    public Class<?> type() {
        return type;
    }

    /** Name of its port type in the WSDL; may be that of the service. */
    public QName portType() {
        return portType;
    }

    /** From the name of each operation to the {@code wsa:Action} of its notifications. */
    public Map<String, String> actions() {
        return Map.copyOf(actionsByName);
    }

    /**
     * An object whose calls become notifications, on the calling thread.
     *
     * @param notify gets the action and the body: one element in UTF-8 that declares what it needs, or nothing for an empty body
     */
    public Object proxy(BiConsumer<String, byte[]> notify) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object[] given = arguments == null ? new Object[0] : arguments;
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == given[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "events " + type.getName();
                };
            }
            String action = actions.get(method);
            BindingOperationInfo operation = operations.get(method);
            if (action == null || operation == null) {
                throw new UnsupportedOperationException(
                        method + ": is no event (expected: one of " + actionsByName.keySet() + ")");
            }
            notify.accept(action, body(operation, given));
            return null;
        };
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private byte[] body(BindingOperationInfo operation, Object[] arguments) {
        Exchange exchange = new ExchangeImpl();
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        exchange.put(ByteArrayOutputStream.class, out);
        exchange.put(InMemoryTransport.Call.class, new InMemoryTransport.Call(this, List.of(), OptionalInt.empty()));
        try {
            Object[] unused = client.invoke(
                    operation.isUnwrappedCapable() ? operation.getUnwrappedOperation() : operation,
                    arguments,
                    new HashMap<>(),
                    exchange);
            Envelope envelope = reader.readWhole(out.toByteArray());
            return envelope.bodyName().isPresent() ? envelope.bodyElement() : new byte[0];
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException(
                    "event " + operation.getName().getLocalPart() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "event " + operation.getName().getLocalPart() + ": cannot be written as XML", e);
        }
    }

    /** Takes what CXF would send. */
    private static final class Capture extends AbstractConduit {

        private static final Logger CXF_LOG = LogUtils.getLogger(EventInterface.class);

        Capture() {
            super(new EndpointReferenceType());
        }

        @Override
        public void prepare(Message message) {
            ByteArrayOutputStream out = message.getExchange().get(ByteArrayOutputStream.class);
            if (out == null) {
                throw new IllegalStateException(
                        "an exchange without a place for its bytes (expected: one of an event)");
            }
            message.setContent(OutputStream.class, out);
        }

        @Override
        public void close(Message message) {
            // The bytes are in memory; there is nothing to release.
        }

        @Override
        protected Logger getLogger() {
            return CXF_LOG;
        }
    }
}
