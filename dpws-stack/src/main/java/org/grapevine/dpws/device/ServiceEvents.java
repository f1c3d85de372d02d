package org.grapevine.dpws.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventingCounters;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.eventing.SubscriptionManager;
import org.grapevine.dpws.hosting.EventInterface;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one hosted service: its subscribers, and the way to notify them. Its subscription manager lives on one event loop of
 * the host; notifications leave by the host's {@link HttpSender}. Any thread.
 */
public final class ServiceEvents {

    /** Questions that may wait for answers at once. */
    private static final int MAX_QUESTIONS = 256;

    private final EventInterface events;
    private final SubscriptionManager subscriptions; // of the loop
    private final EventLoop loop;
    private final EventDeliveries deliveries;
    private final EnvelopeReader answerReader;
    private final Duration deliveryTimeout;
    private final Object proxy;
    private final LongAdder refused = new LongAdder();
    private volatile @Nullable EventOutlet outlet;

    // Of the loop.
    private final Map<Long, OpenQuestion> questions = new HashMap<>();
    private long asked;

    ServiceEvents(
            EventInterface events,
            SubscriptionManager subscriptions,
            EventLoop loop,
            HttpSender sender,
            EnvelopeReader answerReader,
            EventingLimits limits) {
        this.events = events;
        this.subscriptions = subscriptions;
        this.loop = loop;
        this.deliveries = new EventDeliveries(subscriptions, loop, sender, new SubscriberAnswers());
        this.answerReader = answerReader;
        this.deliveryTimeout = limits.deliveryTimeout();
        this.proxy = events.proxy((action, body) -> {
            CompletableFuture<Integer> unused = notify(action, body);
        });
    }

    /** From the name of each kind of event to its action. */
    public Map<String, String> actions() {
        return events.actions();
    }

    /** What the service sends, notifications and questions. */
    public List<Operation> operations() {
        return events.operations();
    }

    /** Name of the port type of the events; may be that of the service. */
    public QName portType() {
        return events.portType();
    }

    /**
     * Lets somebody else have what the service emits, such as a shadow that brings it to the subscribers of many devices; the last one
     * to say so does. What concerns the subscribers here comes back by {@link #notifyHere}.
     *
     * @param newOutlet null for nobody
     */
    public void emitThrough(@Nullable EventOutlet newOutlet) {
        outlet = newOutlet;
    }

    /** The interface that describes the events. */
    public Class<?> type() {
        return events.type();
    }

    /**
     * An object whose calls notify the subscribers, in the order of the calls. A call writes its arguments as XML on the calling
     * thread, and returns before anything is sent; it is dropped and counted if the event loop is full, or the device stops.
     *
     * @throws IllegalArgumentException if the events are not described by that interface
     */
    public <E> E proxy(Class<E> type) {
        if (!type.isInstance(proxy)) {
            throw new IllegalArgumentException("event interface: " + type.getName() + " (expected: "
                    + events.type().getName() + ")");
        }
        return type.cast(proxy);
    }

    /**
     * Notifies the subscribers of an event whose body is XML already.
     *
     * @param action one of {@link #actions}
     * @param body one element in UTF-8 that declares every namespace it needs, not changed afterwards; of length 0 for an empty Body
     * @return for how many subscriptions it was queued, 0 if an {@link #emitThrough outlet} took it; fails with
     *     RejectedExecutionException if the event loop is full or closed, and that is counted, or with IllegalArgumentException if
     *     there is no such event
     */
    public CompletableFuture<Integer> notify(String action, byte[] body) {
        EventOutlet elsewhere = outlet;
        if (elsewhere != null && elsewhere.takes(action)) {
            return elsewhere.emit(action, body).thenApply(emitted -> 0).whenComplete((none, failure) -> {
                if (failure != null) {
                    refused.increment();
                }
            });
        }
        return notifyHere(action, body);
    }

    /** As {@link #notify}, but the subscribers of this service only, whatever outlet there is. */
    public CompletableFuture<Integer> notifyHere(String action, byte[] body) {
        CompletableFuture<Integer> reached = new CompletableFuture<>();
        boolean taken = loop.offer(() -> {
            try {
                reached.complete(subscriptions.notify(loop.nowMillis(), action, body));
            } catch (IllegalArgumentException e) {
                reached.completeExceptionally(e);
            }
            deliveries.perform();
        });
        if (!taken) {
            refused.increment();
            reached.completeExceptionally(new RejectedExecutionException(
                    "notification " + action + ": the event loop is full or closed (expected: room for it)"));
        }
        return reached;
    }

    /**
     * Asks the subscribers by a call of the event interface: {@code events.solicit(MeterEvents.class, meters -> meters.level("all"))}.
     *
     * @param call calls one operation with an answer, once; what it gets from that call means nothing
     * @return what a call would return, as often as somebody answered; else as {@link #solicit(String, byte[])}
     * @throws IllegalArgumentException if the call is of another kind, or its arguments cannot be written as XML
     */
    @SuppressWarnings("unchecked") // The interface says what its method returns, and the call is of that method.
    public <E, R> CompletableFuture<Solicited<R>> solicit(Class<E> type, Function<E, R> call) {
        EventInterface.Question question = events.question(type, call);
        return solicit(question.operation().outputAction().orElseThrow(), question.body())
                .thenApply(solicited -> solicited.read(answer -> (R) read(question, answer)));
    }

    private Object read(EventInterface.Question question, byte[] answer) {
        Object value = events.read(question, answer);
        if (value == null) {
            throw new IllegalArgumentException(
                    "answer to " + question.operation().name() + ": none");
        }
        return value;
    }

    /**
     * Asks the subscribers, by a body that is XML already: each of them, and waits for their answers.
     *
     * @param action one of {@link #actions} that is answered
     * @param body as for {@link #notify}
     * @return all answers that come within the time for one delivery, or through an {@link #emitThrough outlet} one that is merged from
     *     those of many; fails as {@link #notify} does, or with an IOException if the question failed as a whole
     */
    public CompletableFuture<Solicited<byte[]>> solicit(String action, byte[] body) {
        EventOutlet elsewhere = outlet;
        return elsewhere != null && elsewhere.takes(action)
                ? elsewhere.solicit(action, body)
                : solicitHere(action, body, deliveryTimeout);
    }

    /**
     * As {@link #solicit}, but the subscribers of this service only, whatever outlet there is.
     *
     * @param patience how long answers are waited for
     */
    public CompletableFuture<Solicited<byte[]>> solicitHere(String action, byte[] body, Duration patience) {
        boolean known = operations().stream()
                .anyMatch(operation -> operation.style() == Operation.Style.SOLICIT_RESPONSE
                        && operation.outputAction().filter(action::equals).isPresent());
        if (!known) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "question: " + action + " (expected: an event with an answer among " + actions() + ")"));
        }
        CompletableFuture<Solicited<byte[]>> result = new CompletableFuture<>();
        boolean taken = loop.offer(() -> {
            if (questions.size() >= MAX_QUESTIONS) {
                refused.increment();
                result.completeExceptionally(new RejectedExecutionException(
                        "question " + action + ": " + MAX_QUESTIONS + " wait for answers (expected: fewer)"));
                return;
            }
            long number = asked++;
            int many =
                    subscriptions.ask(loop.nowMillis(), number, action, body, loop.nowMillis() + patience.toMillis());
            OpenQuestion question = new OpenQuestion(many, result);
            questions.put(number, question);
            Optional<LoopTimer> deadline = loop.schedule(patience.toMillis(), () -> close(number));
            question.deadline = deadline.orElse(null);
            if (many == 0 || deadline.isEmpty()) {
                close(number);
            }
            deliveries.perform();
        });
        if (!taken) {
            refused.increment();
            result.completeExceptionally(new RejectedExecutionException(
                    "question " + action + ": the event loop is full or closed (expected: room for it)"));
        }
        return result;
    }

    /** One that waits for answers; of the loop. */
    private static final class OpenQuestion {
        private final int asked;
        private final CompletableFuture<Solicited<byte[]>> result;
        private final List<byte[]> answers = new ArrayList<>();
        private int failed;
        private @Nullable LoopTimer deadline;

        OpenQuestion(int asked, CompletableFuture<Solicited<byte[]>> result) {
            this.asked = asked;
            this.result = result;
        }
    }

    private void answered(long number, Optional<byte[]> answer) {
        OpenQuestion question = questions.get(number);
        if (question == null) {
            return; // Too late.
        }
        answer.ifPresentOrElse(question.answers::add, () -> question.failed++);
        if (question.answers.size() + question.failed >= question.asked) {
            close(number);
        }
    }

    private void close(long number) {
        OpenQuestion question = questions.remove(number);
        if (question == null) {
            return;
        }
        if (question.deadline != null) {
            question.deadline.cancel();
        }
        int counted = question.answers.size();
        int silent = question.asked - counted - question.failed;
        question.result.complete(
                new Solicited<>(question.answers, new Solicited.Coverage(counted, question.failed, silent, 0)));
    }

    /** The body of an answer; empty if the subscriber had none, or none that can be read. */
    private Optional<byte[]> answerIn(HttpReply reply) {
        try {
            Envelope envelope = answerReader.readMessage(reply.contentType().orElse(""), reply.body());
            boolean usable = !SoapFault.isFault(envelope) && envelope.bodyName().isPresent();
            return usable ? Optional.of(envelope.bodyElement()) : Optional.empty();
        } catch (MalformedEnvelopeException e) {
            return Optional.empty();
        }
    }

    /** What was done for subscribers so far; fails as {@link #notify} does. */
    public CompletableFuture<EventingCounters> counters() {
        return deliveries.onLoop(subscriptions::counters);
    }

    /** Notifications that found no room on the event loop, or were refused by the outlet. */
    public long refused() {
        return refused.sum();
    }

    /** Ends every subscription for a reason of the maker's own; tells those subscribers who want to know it. */
    public CompletableFuture<Void> cancelSubscriptions(String reason) {
        return deliveries
                .onLoop(() -> {
                    subscriptions.cancelAll(loop.nowMillis(), reason);
                    deliveries.perform();
                    return true;
                })
                .thenAccept(done -> {});
    }

    /** Answers a message of a subscriber; on a worker of the HTTP server, which waits for the loop. */
    EnvelopeHandler.Answer answer(EventingDialect.Request request, Envelope envelope) throws FaultException {
        return deliveries.answer(() -> subscriptions.handle(loop.nowMillis(), request, envelope));
    }

    /**
     * The service stops: what waits goes out, and each subscriber who wants to know is told.
     *
     * @return done when that is so, or after 3 s
     */
    CompletableFuture<Void> stop() {
        return deliveries.stop();
    }

    /** The service is gone without a word: what waits is forgotten, and nothing is sent any more. Any thread. */
    void crash() {
        deliveries.crash();
    }

    /** What becomes of questions. */
    private final class SubscriberAnswers implements EventDeliveries.Owner {
        @Override
        public Optional<byte[]> read(HttpReply reply) {
            return answerIn(reply);
        }

        @Override
        public void answered(long question, Optional<byte[]> body) {
            ServiceEvents.this.answered(question, body);
        }

        @Override
        public void performed() {
            subscriptions.takeUnanswered().forEach(question -> ServiceEvents.this.answered(question, Optional.empty()));
        }
    }
}
