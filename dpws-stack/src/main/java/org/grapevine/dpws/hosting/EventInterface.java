package org.grapevine.dpws.hosting;

import jakarta.xml.ws.Action;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.logging.Logger;
import javax.xml.namespace.QName;
import org.apache.cxf.common.logging.LogUtils;
import org.apache.cxf.endpoint.Client;
import org.apache.cxf.endpoint.ClientCallback;
import org.apache.cxf.message.Exchange;
import org.apache.cxf.message.ExchangeImpl;
import org.apache.cxf.message.Message;
import org.apache.cxf.message.MessageImpl;
import org.apache.cxf.service.model.BindingOperationInfo;
import org.apache.cxf.transport.AbstractConduit;
import org.apache.cxf.transport.MessageObserver;
import org.apache.cxf.ws.addressing.EndpointReferenceType;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;

/**
 * The events of a hosted service: an interface whose calls become the bodies of what the service sends. JAX-WS knows neither
 * notifications nor solicit-response; a one-way call and a request the other way round have the same messages. Safe for any thread.
 */
public final class EventInterface {

    private final Class<?> type;
    private final QName portType;
    private final Map<Method, BindingOperationInfo> bindings;
    private final Map<Method, Operation> byMethod = new HashMap<>();
    private final List<Operation> operations;
    private final Map<String, String> actionsByName;
    private final Client writer;
    private final Client answerReader;
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
        this.bindings = new LinkedHashMap<>(model.bindingOperations());
        this.operations = model.operations().stream().map(this::turnedRound).toList();
        this.actionsByName = new TreeMap<>();
        for (Operation operation : operations) {
            String action = operation.outputAction().orElseThrow();
            byMethod.put(operation.method(), operation);
            if (actionsByName.containsValue(action)) {
                throw new IllegalArgumentException("event interface " + type.getName() + ": two operations have action "
                        + action + " (expected: one each)");
            }
            actionsByName.put(operation.name(), action);
        }
        if (operations.isEmpty()) {
            throw new IllegalArgumentException(
                    "event interface " + type.getName() + ": no operations (expected: one for each kind of event)");
        }
        this.writer = model.client(new Capture());
        this.answerReader = model.client(new Replay());
    }

    /** What the method takes, the service sends; what it returns, subscribers answer. */
    private Operation turnedRound(Operation operation) {
        boolean answered = operation.isAnswered();
        String name = operation.name();
        Method method = operation.method();
        return new Operation(
                name,
                answered ? Operation.Style.SOLICIT_RESPONSE : Operation.Style.NOTIFICATION,
                answered ? ActionNames.ofSolicitResponse(portType, name, method) : "",
                Optional.of(
                        answered
                                ? ActionNames.ofSolicit(portType, name, method)
                                : notificationAction(portType, operation)),
                operation.outputElement(),
                operation.inputElement(),
                method);
    }

    /** The action of an output: of what the annotations say the output comes first, since that is what it is on the wire. */
    private static String notificationAction(QName portType, Operation operation) {
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

    /** From the name of each operation to the {@code wsa:Action} of what the service sends. */
    public Map<String, String> actions() {
        return Map.copyOf(actionsByName);
    }

    /** Its operations, by name; notifications and solicits. */
    public List<Operation> operations() {
        return operations;
    }

    /** The operation whose events have that action. */
    public Optional<Operation> operation(String action) {
        return operations.stream()
                .filter(operation ->
                        operation.outputAction().filter(action::equals).isPresent())
                .findFirst();
    }

    /**
     * What a service asks its subscribers.
     *
     * @param operation a solicit-response
     * @param body one element in UTF-8 that declares what it needs, or nothing for an empty body
     * @param arguments of the call that it stands for
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on to one sender, never compared.
    public record Question(Operation operation, byte[] body, Object[] arguments) {}

    /**
     * Finds out what a call would ask, without asking it.
     *
     * @param call calls one operation with an answer, once; what it gets from that call is nothing
     * @throws IllegalArgumentException if it calls none, several or a notification, or the arguments cannot be written as XML
     */
    public <E> Question question(Class<E> events, Function<E, ?> call) {
        requireType(events);
        List<Question> asked = new ArrayList<>();
        Object proxy = proxyOf((operation, arguments) -> {
            if (operation.style() != Operation.Style.SOLICIT_RESPONSE) {
                throw new IllegalArgumentException("question to subscribers: " + operation.name()
                        + " is a notification (expected: an operation with an answer)");
            }
            asked.add(new Question(operation, body(operation, arguments), arguments));
            return nothing(operation.method().getReturnType());
        });
        Object unused = call.apply(events.cast(proxy));
        if (asked.size() != 1) {
            throw new IllegalArgumentException(
                    "question to subscribers: " + asked.size() + " operations called (expected: one with an answer)");
        }
        return asked.get(0);
    }

    /** The one value of a primitive type that means nothing, for a call whose value nobody looks at. */
    private static @Nullable Object nothing(Class<?> type) {
        return type.isPrimitive() && type != void.class ? Array.get(Array.newInstance(type, 1), 0) : null;
    }

    private void requireType(Class<?> events) {
        if (!events.isAssignableFrom(type)) {
            throw new IllegalArgumentException(
                    "event interface: " + events.getName() + " (expected: " + type.getName() + ")");
        }
    }

    /**
     * Reads an answer.
     *
     * @param answer the body element
     * @return what a call of the method would return
     * @throws IllegalArgumentException if it is no answer to that question, by the schema of the interface
     */
    public @Nullable Object read(Question question, byte[] answer) {
        String action = question.operation().inputAction();
        Exchange exchange = exchange();
        exchange.put(
                Replay.ANSWER, EnvelopeWriter.forAction(action).body(answer).toBytes());
        try {
            Object[] returned = answerReader.invoke(
                    unwrapped(question.operation()), question.arguments(), new HashMap<>(), exchange);
            return returned == null || returned.length == 0 ? null : returned[0];
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "answer to " + question.operation().name() + ": cannot be read (expected: "
                            + question.operation()
                                    .inputElement()
                                    .map(QName::toString)
                                    .orElse("an empty body") + ")",
                    e);
        }
    }

    /**
     * An object whose calls become notifications, on the calling thread.
     *
     * @param notify gets the action and the body: one element in UTF-8 that declares what it needs, or nothing for an empty body
     */
    public Object proxy(BiConsumer<String, byte[]> notify) {
        return proxyOf((operation, arguments) -> {
            if (operation.style() != Operation.Style.NOTIFICATION) {
                throw new UnsupportedOperationException(
                        operation.name() + ": is answered by many (expected: a call through solicit)");
            }
            notify.accept(operation.outputAction().orElseThrow(), body(operation, arguments));
            return null;
        });
    }

    private interface Called {
        @Nullable
        Object call(Operation operation, Object[] arguments);
    }

    private Object proxyOf(Called called) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object[] given = arguments == null ? new Object[0] : arguments;
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == given[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "events " + type.getName();
                };
            }
            Operation operation = byMethod.get(method);
            if (operation == null) {
                throw new UnsupportedOperationException(
                        method + ": is no event (expected: one of " + actionsByName.keySet() + ")");
            }
            return called.call(operation, given);
        };
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }

    private BindingOperationInfo unwrapped(Operation operation) {
        BindingOperationInfo info = bindings.get(operation.method());
        if (info == null) {
            throw new IllegalStateException("operation " + operation.name() + ": not bound (expected: by CXF)");
        }
        return info.isUnwrappedCapable() ? info.getUnwrappedOperation() : info;
    }

    private Exchange exchange() {
        Exchange exchange = new ExchangeImpl();
        exchange.put(InMemoryTransport.Call.class, new InMemoryTransport.Call(this, List.of(), OptionalInt.empty()));
        return exchange;
    }

    private byte[] body(Operation operation, Object[] arguments) {
        Exchange exchange = exchange();
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        exchange.put(ByteArrayOutputStream.class, out);
        try {
            if (operation.isAnswered()) {
                // With a callback CXF does not wait for the answer, which does not come by this way.
                ClientCallback writing = new ClientCallback();
                writer.invoke(writing, unwrapped(operation), arguments, new HashMap<>(), exchange);
                if (writing.isDone()) {
                    Object[] unusedFailure = writing.get(); // Nothing but a failure can have come.
                }
            } else {
                Object[] unused = writer.invoke(unwrapped(operation), arguments, new HashMap<>(), exchange);
            }
            Envelope envelope = reader.readWhole(out.toByteArray());
            return envelope.bodyName().isPresent() ? envelope.bodyElement() : new byte[0];
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException("event " + operation.name() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new IllegalArgumentException("event " + operation.name() + ": cannot be written as XML", e);
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

    /** Gives CXF an answer that is here already. */
    private static final class Replay extends AbstractConduit {

        static final String ANSWER = "org.grapevine.answer";
        private static final Logger CXF_LOG = LogUtils.getLogger(EventInterface.class);

        Replay() {
            super(new EndpointReferenceType());
        }

        @Override
        public void prepare(Message message) {
            message.setContent(OutputStream.class, OutputStream.nullOutputStream());
        }

        @Override
        public void close(Message message) {
            Exchange exchange = message.getExchange();
            byte[] answer = (byte[]) exchange.remove(ANSWER);
            MessageObserver observer = exchange.get(MessageObserver.class);
            if (answer == null || observer == null) {
                return; // Closed for the second time.
            }
            Message in = new MessageImpl();
            in.setExchange(exchange);
            in.setContent(InputStream.class, new ByteArrayInputStream(answer));
            in.put(Message.CONTENT_TYPE, "application/soap+xml; charset=utf-8");
            observer.onMessage(in);
        }

        @Override
        protected Logger getLogger() {
            return CXF_LOG;
        }
    }
}
