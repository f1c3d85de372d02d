package org.grapevine.aggregation.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.aggregation.StylesheetFinding;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * The small JVMs of a host. They start with the pool, so that nobody waits for a start; one that ends, is killed or has run often
 * enough is replaced at once. Callers wait in their own threads, at most {@link SandboxLimits#waitMillis} for a free JVM and
 * {@link SandboxLimits#millis} for its answer. Safe for several threads; closing it leaves no process behind.
 */
public final class SmallJvmPool implements AutoCloseable {

    private final SandboxLimits limits;
    private final AggregationLimits aggregation;
    private final SmallJvmCommand command;
    private final StrangerStylesheets answers;
    private final Suspects suspects;
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Deque<SmallJvm> idle = new ArrayDeque<>();
    private final Set<SmallJvm> all = ConcurrentHashMap.newKeySet();
    private final LongAdder runs = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder overLimit = new LongAdder();
    private final LongAdder started = new LongAdder();
    private final LongAdder notStarted = new LongAdder();
    private final LongAdder kills = new LongAdder();
    private final LongAdder deaths = new LongAdder();
    private final LongAdder garbled = new LongAdder();
    private final LongAdder recycled = new LongAdder();
    private final LongAdder suspended = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private boolean closed;

    private SmallJvmPool(SandboxLimits limits, AggregationLimits aggregation, RunLimits run) {
        this.limits = limits;
        this.aggregation = aggregation;
        this.command = new SmallJvmCommand(limits.heapMegabytes(), new Limits(aggregation, run));
        this.answers = new StrangerStylesheets(aggregation, run);
        this.suspects = new Suspects(limits.suspended(), limits.suspendedMillis());
        this.free = new Semaphore(limits.jvms(), true);
    }

    /** One small JVM with default limits. */
    public static SmallJvmPool start() throws AggregationException {
        return start(SandboxLimits.defaults(), AggregationLimits.defaults(), RunLimits.defaults());
    }

    /**
     * Starts the JVMs, and does not wait for them.
     *
     * @throws AggregationException if no process can be started
     */
    public static SmallJvmPool start(SandboxLimits limits, AggregationLimits aggregation, RunLimits run)
            throws AggregationException {
        SmallJvmPool pool = new SmallJvmPool(limits, aggregation, run);
        try {
            for (int i = 0; i < limits.jvms(); i++) {
                pool.idle.add(pool.launch());
            }
            return pool;
        } catch (AggregationException e) {
            pool.close();
            throw e;
        }
    }

    /** Compiles a text in a small JVM; what it refuses, it says as {@link StrangerStylesheets#function} does. */
    void compile(String uri, byte[] stylesheet) throws AggregationException {
        exchange(Request.of(Request.Task.COMPILE, stylesheet, uri));
    }

    /** All that is refused in a text, by lines; see {@link StrangerStylesheets#findings}. */
    List<StylesheetFinding> findings(String uri, byte[] stylesheet) throws AggregationException {
        return FindingLine.read(
                exchange(Request.of(Request.Task.FINDINGS, stylesheet, uri)).text());
    }

    /** Runs a stylesheet, and checks what comes out like any answer of a stranger. */
    Optional<Payload> run(Request request) throws AggregationException {
        requireSizes(request);
        Response response = exchange(request);
        if (response.kind() == Response.Kind.NOTHING) {
            return Optional.empty();
        }
        return Optional.of(new EncodedPayload(response.content()));
    }

    /** What the JVM would refuse for its size is not sent there. */
    private void requireSizes(Request request) throws AggregationException {
        long bytes = 0;
        if (request.own().isPresent()) {
            bytes += requireSize("own answer", request.own().get());
        }
        List<Partial> partials = request.partials();
        if (partials.size() > Request.MAX_PARTIALS) {
            throw new AggregationException(
                    "partials: " + partials.size() + " (expected: at most " + Request.MAX_PARTIALS + ")");
        }
        for (int i = 0; i < partials.size(); i++) {
            String what = "partial " + (i + 1) + " of " + partials.size();
            bytes += requireSize(what, partials.get(i).payload());
        }
        if (bytes > aggregation.inputBytes()) {
            throw new AggregationException("inputs: " + bytes + " bytes (expected: at most " + aggregation.inputBytes()
                    + " for all inputs of a merge)");
        }
    }

    private int requireSize(String what, Payload payload) throws AggregationException {
        int size = SandboxedFunction.bytes(what, payload).length;
        if (size > aggregation.payloadBytes()) {
            throw new AggregationException(
                    what + ": " + size + " bytes (expected: at most " + aggregation.payloadBytes() + ")");
        }
        return size;
    }

    private Response exchange(Request request) throws AggregationException {
        String name = SandboxedFunction.name(request.uri());
        if (suspects.contains(request.uri(), System.nanoTime())) {
            suspended.increment();
            throw new AggregationException(name + ": refused for " + limits.suspendedMillis() / 1000.0
                    + " s since it last ran out of its limits (expected: a stylesheet that ends)");
        }
        acquire(name);
        try {
            return counted(request, answer(request, name));
        } finally {
            free.release();
        }
    }

    private void acquire(String name) throws AggregationException {
        boolean acquired = free.tryAcquire();
        if (!acquired && waiting.incrementAndGet() <= limits.waiting()) {
            try {
                acquired = free.tryAcquire(limits.waitMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiting.decrementAndGet();
            }
        } else if (!acquired) {
            waiting.decrementAndGet();
        }
        if (!acquired) {
            busy.increment();
            throw new AggregationException(name + ": all " + limits.jvms()
                    + " small JVMs are busy (expected: fewer merges at once, or more JVMs)");
        }
    }

    private Response answer(Request request, String name) throws AggregationException {
        SmallJvm jvm = ready(name);
        try {
            Response response = jvm.ask(request, limits.millis());
            requireAnswer(request, response);
            giveBack(jvm);
            return response;
        } catch (SmallJvm.EndedException e) {
            replace(jvm);
            count(e.reason());
            suspects.add(request.uri(), System.nanoTime());
            throw new AggregationException(
                    name + ": its small JVM was ended: " + e.getMessage()
                            + " (expected: a stylesheet that needs less time and memory)",
                    e);
        }
    }

    /** The small JVM has checked this before; if it comes out all the same, somebody else answers in its place. */
    private void requireAnswer(Request request, Response response) throws SmallJvm.EndedException {
        boolean answer = request.task() == Request.Task.MERGE || request.task() == Request.Task.FINISH;
        if (answer && response.kind() == Response.Kind.RESULT) {
            try {
                answers.requireAnswer("output", new EncodedPayload(response.content()));
            } catch (AggregationException e) {
                throw new SmallJvm.EndedException(SmallJvm.EndedException.Reason.GARBLED, e.getMessage(), e);
            }
        }
    }

    private Response counted(Request request, Response response) throws AggregationException {
        runs.increment();
        switch (response.kind()) {
            case REFUSED -> {
                refused.increment();
                throw new AggregationException(response.message());
            }
            case OVER_LIMIT -> {
                refused.increment();
                overLimit.increment();
                suspects.add(request.uri(), System.nanoTime());
                throw new AggregationException(response.message());
            }
            default -> {
                return response;
            }
        }
    }

    /** Takes one that has started; one that cannot start is no fault of the stylesheet. */
    private SmallJvm ready(String name) throws AggregationException {
        SmallJvm jvm = take();
        try {
            jvm.awaitReady(limits.startMillis());
            return jvm;
        } catch (SmallJvm.EndedException e) {
            replace(jvm);
            throw new AggregationException(
                    name + ": the small JVM did not start: " + e.getMessage() + " (expected: within "
                            + limits.startMillis() + " ms)",
                    e);
        }
    }

    private SmallJvm take() throws AggregationException {
        @Nullable SmallJvm waitingOne;
        synchronized (idle) {
            waitingOne = idle.poll();
        }
        if (waitingOne != null && waitingOne.handle().isAlive()) {
            return waitingOne;
        }
        if (waitingOne != null) {
            all.remove(waitingOne);
        }
        return launch();
    }

    private SmallJvm launch() throws AggregationException {
        synchronized (idle) {
            if (closed) {
                throw new AggregationException("small JVMs: closed (expected: open)");
            }
            try {
                SmallJvm jvm = new SmallJvm(command.start(), aggregation.payloadBytes());
                started.increment();
                all.add(jvm);
                return jvm;
            } catch (IOException e) {
                notStarted.increment();
                throw new AggregationException(
                        "small JVM: cannot be started: " + e.getMessage() + " (expected: a JDK's bin/java at "
                                + command.command().get(0) + ")",
                        e);
            }
        }
    }

    private void giveBack(SmallJvm jvm) {
        if (jvm.uses() >= limits.runsPerJvm()) {
            recycled.increment();
            replace(jvm);
            return;
        }
        synchronized (idle) {
            if (!closed) {
                idle.addFirst(jvm);
            }
        }
    }

    /** The next caller should find a JVM that has started already. */
    private void replace(SmallJvm jvm) {
        jvm.kill();
        all.remove(jvm);
        try {
            SmallJvm fresh = launch();
            synchronized (idle) {
                if (!closed) {
                    idle.addLast(fresh);
                }
            }
        } catch (AggregationException e) {
            // Counted there; whoever needs one next tries again, and is told the reason.
            return;
        }
    }

    private void count(SmallJvm.EndedException.Reason reason) {
        switch (reason) {
            case TIME -> kills.increment();
            case DEATH -> deaths.increment();
            case GARBLED -> garbled.increment();
        }
    }

    public SandboxStats stats() {
        return new SandboxStats(
                runs.sum(),
                refused.sum(),
                overLimit.sum(),
                started.sum(),
                notStarted.sum(),
                kills.sum(),
                deaths.sum(),
                garbled.sum(),
                recycled.sum(),
                suspended.sum(),
                busy.sum());
    }

    /** The processes that run now. */
    List<ProcessHandle> processes() {
        return all.stream().map(SmallJvm::handle).toList();
    }

    /** Ends all JVMs, and returns when they have ended; calls under way end with an exception. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.clear();
        }
        all.forEach(SmallJvm::kill);
        all.forEach(SmallJvm::close);
        all.clear();
    }
}
