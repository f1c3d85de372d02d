package org.grapevine.gossip.ask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.TailoredEvents;
import org.grapevine.dpws.eventing.EndStatus;
import org.grapevine.dpws.eventing.EventingCodec;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.SubscribeRequest;
import org.grapevine.dpws.eventing.SubscriptionManager;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.LoopTimer;
import org.grapevine.gossip.driver.Answer;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.MalformedGossipException;
import org.jspecify.annotations.Nullable;

/**
 * Those who ask all devices through one shadow by subscription. Each ask is a WS-Eventing subscription with a filter of the dialect
 * {@value Ask#DIALECT}. It runs at once, and again every period. A run ends with one notification: its answer with {@code
 * g:Completeness}, or a {@code g:RunEnd} that says why there is none; of a run that collects, each value is a notification before that.
 * Runs of one ask never overlap: one that is due while the one before is under way begins after it, and the period counts from there.
 * After the last run the subscription ends. A subscriber that has gone, or is too slow, ends it too.
 *
 * <p>What is told lives on one event loop; the rest is called by any thread.
 */
public final class Asks {

    /** What a run may take on top of its own budget, ms. */
    private static final long GRACE_MILLIS = 2_000;

    private static final long RETRY_MILLIS = 50;

    /** The shadow that asks the devices. */
    public interface Shadow {

        /**
         * The operation that a request is for.
         *
         * @param action {@code wsa:Action}; empty for that of the body's element
         * @throws FaultException if there is none, or its answers do not come from all devices
         */
        Operation operation(Optional<String> action, Optional<QName> body) throws FaultException;

        /**
         * The message as it would begin to spread now; may take a while.
         *
         * @throws MalformedGossipException if it asks for what makes no sense, or more than the policy allows
         * @throws FaultException if it is too large, among others
         */
        GossipMessage message(Envelope request, Operation operation) throws MalformedGossipException, FaultException;

        /**
         * Starts a request.
         *
         * @param samples gets the values of one that collects, as they come; on any thread, in order, and before the answer
         */
        Run start(GossipMessage message, Consumer<List<Sample>> samples);
    }

    /**
     * A request under way.
     *
     * @param answer completed once, within the time of the request, never exceptionally
     * @param abandon stops waiting for it
     */
    public record Run(CompletableFuture<Answer> answer, Runnable abandon) {}

    private final DeviceHost host;
    private final EventLoop loop;
    private final AskLimits limits;
    private final Shadow shadow;
    private final TailoredEvents events;

    private final Map<String, Open> open = new HashMap<>(); // of the loop
    private volatile int size;

    private final LongAdder refused = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAdder delayed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder abandoned = new LongAdder();
    private final LongAdder results = new LongAdder();
    private final LongAdder samples = new LongAdder();
    private final LongAdder overflowed = new LongAdder();

    /** An ask; of the loop but for what is volatile. */
    private static final class Open {
        private final String identifier;
        private final Ask ask;
        private final Operation operation;
        private int number;
        private long begunAt;
        private long dueAt;
        private boolean running;
        private @Nullable LoopTimer timer;
        private volatile @Nullable Run run;
        private volatile boolean over;

        Open(String identifier, Ask ask, Operation operation) {
            this.identifier = identifier;
            this.ask = ask;
            this.operation = operation;
        }
    }

    /**
     * Nobody asks yet.
     *
     * @param loop of the shadow
     * @param address of the shadow, where asks are managed
     */
    public Asks(
            DeviceHost host, EventLoop loop, Function<Optional<String>, URI> address, AskLimits limits, Shadow shadow) {
        this.host = host;
        this.loop = loop;
        this.limits = limits;
        this.shadow = shadow;
        this.events = new TailoredEvents(host, loop, address, limits.eventing(), this::gone);
    }

    public AskStats stats() {
        return new AskStats(
                size,
                refused.sum(),
                runs.sum(),
                delayed.sum(),
                failed.sum(),
                abandoned.sum(),
                results.sum(),
                samples.sum(),
                overflowed.sum());
    }

    /** The subscriptions behind the asks. */
    public TailoredEvents events() {
        return events;
    }

    // From subscribers

    /** The message of a subscriber that an envelope is; empty if it does not concern asks. Any thread. */
    public Optional<EventingDialect.Request> request(Envelope envelope, Optional<String> httpAction) {
        Optional<EventingDialect.Request> request = envelope.action()
                .or(() -> httpAction)
                .filter(text -> !text.isEmpty())
                .flatMap(EventingDialect.Request::ofAction);
        if (request.isEmpty()) {
            return Optional.empty();
        }
        boolean subscribes = request.get().verb() == EventingDialect.Verb.SUBSCRIBE;
        return request.filter(
                asked -> subscribes ? filter(asked.dialect(), envelope).isPresent() : events.has(envelope));
    }

    private static Optional<SubscribeRequest.Filter> filter(EventingDialect dialect, Envelope envelope) {
        try {
            return EventingCodec.readSubscribe(dialect, envelope).filter().filter(filter -> filter.dialect()
                    .filter(Ask.DIALECT::equals)
                    .isPresent());
        } catch (MalformedEnvelopeException e) {
            return Optional.empty(); // Whoever answers it will say what is wrong.
        }
    }

    /**
     * Answers a message for which {@link #request} gave something. On a worker of the HTTP server, which waits for the loop.
     *
     * @throws FaultException if the subscriber gets a fault
     */
    public EnvelopeHandler.Answer answer(EventingDialect.Request request, Envelope envelope) throws FaultException {
        return request.verb() == EventingDialect.Verb.SUBSCRIBE
                ? subscribe(request.dialect(), envelope)
                : events.answer(request, envelope);
    }

    private EnvelopeHandler.Answer subscribe(EventingDialect dialect, Envelope envelope) throws FaultException {
        try {
            SubscribeRequest request = EventingCodec.readSubscribe(dialect, envelope);
            Ask ask = Ask.read(request.filter()
                    .flatMap(SubscribeRequest.Filter::element)
                    .orElseThrow(() -> new MalformedGossipException(
                            "filter: no single element (expected: g:Ask, as its dialect says)")));
            if (ask.every()
                    .filter(period -> period.compareTo(limits.leastPeriod()) < 0)
                    .isPresent()) {
                throw new MalformedGossipException("g:Ask every: " + ask.every().get() + " (expected: at least "
                        + limits.leastPeriod() + ", by the limits of the shadow)");
            }
            Optional<QName> element = ask.element();
            Operation operation = shadow.operation(ask.action(), element);
            requireBody(operation, element);
            // What would fail in every run is refused now, while somebody listens.
            GossipMessage first = shadow.message(read(ask, operation), operation);
            return events.subscribe(
                    request, envelope.to(), identifier -> begin(new Open(identifier, ask, operation), first));
        } catch (MalformedGossipException | MalformedEnvelopeException e) {
            refused.increment();
            throw new FaultException(SoapFault.sender(String.valueOf(e.getMessage())));
        } catch (FaultException e) {
            refused.increment();
            throw e;
        }
    }

    private Envelope read(Ask ask, Operation operation) throws MalformedEnvelopeException {
        return host.replyReader().readWhole(ask.request(host.messageIds().next(), operation.inputAction()));
    }

    private static void requireBody(Operation operation, Optional<QName> element) throws MalformedGossipException {
        if (!operation.inputElement().equals(element)) {
            throw new MalformedGossipException("g:Ask content: " + shown(element) + " (expected: "
                    + shown(operation.inputElement()) + ", the input of " + operation.name() + ")");
        }
    }

    private static String shown(Optional<QName> element) {
        return element.map(QName::toString).orElse("nothing");
    }

    // Runs, on the loop

    private void begin(Open ask, GossipMessage first) {
        open.put(ask.identifier, ask);
        size = open.size();
        ask.dueAt = loop.nowMillis();
        begin(ask, Optional.of(first));
    }

    private void begin(Open ask, Optional<GossipMessage> made) {
        ask.timer = null;
        ask.number++;
        ask.running = true;
        ask.begunAt = loop.nowMillis();
        runs.increment();
        int number = ask.number;
        try {
            // Not on the loop: it reads and writes a message, and may look at a stylesheet.
            host.applicationCalls().execute(() -> start(ask, number, made));
        } catch (RejectedExecutionException e) {
            over(ask, number, failed("busy: the device begins no more requests now"));
        }
    }

    /** Off the loop. */
    private void start(Open ask, int number, Optional<GossipMessage> made) {
        try {
            GossipMessage message =
                    made.isPresent() ? made.get() : shadow.message(read(ask.ask, ask.operation), ask.operation);
            ReplyTerms terms = message.parameters().replies();
            long budget = terms == null ? 0 : terms.timeoutMillis();
            Run run = shadow.start(message, values -> onLoop(() -> values(ask, number, values)));
            ask.run = run;
            if (ask.over) {
                run.abandon().run();
            }
            CompletableFuture<Void> unused = run.answer()
                    .copy()
                    .orTimeout(budget + GRACE_MILLIS, TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        run.abandon().run();
                        return failed(
                                failure instanceof TimeoutException
                                        ? "no answer within the timeout of " + budget + " ms"
                                        : String.valueOf(failure.getMessage()));
                    })
                    .thenAccept(answer -> onLoop(() -> over(ask, number, answer)));
        } catch (MalformedEnvelopeException | MalformedGossipException | FaultException | RuntimeException e) {
            onLoop(() -> over(ask, number, failed(String.valueOf(e.getMessage()))));
        }
    }

    private static Answer failed(String reason) {
        return new Answer(Optional.empty(), Completeness.EMPTY, Optional.of(reason));
    }

    /** At once if this is the loop, so that values stay before their run's end; else as soon as it has room. */
    private void onLoop(Runnable task) {
        if (loop.isCurrent()) {
            task.run();
        } else if (!loop.offer(task)) {
            // Without room for a timer either, the ask stands still until its subscription expires.
            Optional<LoopTimer> unused = loop.schedule(RETRY_MILLIS, () -> onLoop(task));
        }
    }

    private boolean isCurrent(Open ask, int number) {
        return !ask.over && ask.running && ask.number == number;
    }

    private void values(Open ask, int number, List<Sample> values) {
        for (Sample value : values) {
            if (!isCurrent(ask, number)) {
                return;
            }
            byte[] body = ((EncodedPayload) value.value()).bytes();
            byte[] header = join(
                    RunHeader.write(run(ask)),
                    RunHeader.write(new RunHeader.Taken(value.device(), value.takenMillis())));
            if (tell(ask, ask.operation.outputAction().orElse(""), header, body)) {
                samples.increment();
            }
        }
    }

    private void over(Open ask, int number, Answer answer) {
        if (!isCurrent(ask, number)) {
            return;
        }
        ask.running = false;
        ask.run = null;
        boolean valued = answer.failure().isEmpty() && answer.element().isPresent();
        byte[] header = join(
                RunHeader.write(run(ask)), ControlCodec.completenessBlock(answer.completeness(), answer.partial()));
        byte[] body = valued ? answer.element().orElseThrow() : RunHeader.writeEnd(answer.failure());
        if (answer.failure().isPresent()) {
            failed.increment();
        }
        if (tell(ask, valued ? ask.operation.outputAction().orElse("") : RunHeader.END_ACTION, header, body)) {
            results.increment();
            next(ask);
        }
    }

    private RunHeader.Run run(Open ask) {
        return new RunHeader.Run(ask.number, loop.nowMillis() - ask.begunAt);
    }

    private boolean tell(Open ask, String action, byte[] header, byte[] body) {
        SubscriptionManager.Waiting waiting = events.waiting(ask.identifier);
        long bytes = waiting.bytes() + header.length + body.length;
        int most = limits.eventing().maxQueued();
        if (waiting.notifications() >= most || bytes > limits.maxWaitingBytes()) {
            overflowed.increment();
            events.end(
                    ask.identifier,
                    EndStatus.DELIVERY_FAILURE,
                    waiting.notifications() + " notifications of " + waiting.bytes()
                            + " octets were waiting, and there is room for no more than " + most + " and "
                            + limits.maxWaitingBytes() + " octets.");
            return false;
        }
        return events.tell(ask.identifier, action, header, body);
    }

    private void next(Open ask) {
        boolean last = ask.ask.every().isEmpty() || ask.number >= ask.ask.runs().orElse(Integer.MAX_VALUE);
        if (last) {
            events.finish(ask.identifier, ask.number == 1 ? "The run is over." : "All runs are over.");
            return;
        }
        long now = loop.nowMillis();
        long due = ask.dueAt + ask.ask.every().get().toMillis();
        if (due < now) {
            delayed.increment();
        }
        ask.dueAt = Math.max(due, now);
        Optional<LoopTimer> timer = loop.schedule(ask.dueAt - now, () -> begin(ask, Optional.empty()));
        ask.timer = timer.orElse(null);
        if (timer.isEmpty()) {
            events.end(
                    ask.identifier,
                    EndStatus.SOURCE_CANCELLING,
                    "The event loop has no room for the next run's timer.");
        }
    }

    /** Its subscription is over. */
    private void gone(String identifier) {
        Open ask = open.remove(identifier);
        size = open.size();
        if (ask == null) {
            return;
        }
        ask.over = true;
        LoopTimer timer = ask.timer;
        if (timer != null) {
            boolean unused = timer.cancel();
        }
        Run run = ask.run;
        if (ask.running) {
            abandoned.increment();
        }
        if (run != null) {
            run.abandon().run();
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        return (new String(one, UTF_8) + new String(other, UTF_8)).getBytes(UTF_8);
    }

    /** The shadow is gone without a word: nobody is told anything any more. Any thread. */
    public void crash() {
        events.crash();
    }

    /** The shadow stops: who asks is told; done after 3 s at the latest. Any thread. */
    public CompletableFuture<Void> stop() {
        return size == 0 ? CompletableFuture.completedFuture(null) : events.stop();
    }
}
