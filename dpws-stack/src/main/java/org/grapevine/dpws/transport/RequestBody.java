package org.grapevine.dpws.transport;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** Reads one request body as it arrives, holding no thread, up to a size and a time. Tells the outcome exactly once. */
final class RequestBody {

    enum Outcome {
        COMPLETE,
        TOO_LARGE,
        TOO_SLOW,
        BROKEN
    }

    @FunctionalInterface
    interface Receiver {
        /** Bytes are empty unless the outcome is COMPLETE. */
        void onBody(Outcome outcome, byte[] bytes);
    }

    private static final byte[] NONE = new byte[0];
    private static final int USUAL_BYTES = 1_024;

    private final Request request;
    private final int limitBytes;
    private final ByteArrayOutputStream collected;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile Scheduler.@Nullable Task deadline;

    RequestBody(Request request, int limitBytes) {
        this.request = request;
        this.limitBytes = limitBytes;
        // A Content-Length is a claim: room grows with what arrives.
        this.collected = new ByteArrayOutputStream(USUAL_BYTES);
    }

    void read(Scheduler scheduler, Duration timeout, Receiver receiver) {
        if (!readAvailable(receiver)) {
            deadline = scheduler.schedule(
                    () -> tell(receiver, Outcome.TOO_SLOW), timeout.toMillis(), TimeUnit.MILLISECONDS);
            demandMore(receiver);
        }
    }

    private void demandMore(Receiver receiver) {
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, () -> {
            if (!told.get() && !readAvailable(receiver)) {
                demandMore(receiver);
            }
        }));
    }

    /** Whether the outcome is known. */
    private boolean readAvailable(Receiver receiver) {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                tell(receiver, Outcome.BROKEN);
                return true;
            }
            boolean fits = chunk.remaining() <= limitBytes - collected.size();
            if (fits && chunk.hasRemaining()) {
                collected.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
            }
            chunk.release();
            if (!fits) {
                tell(receiver, Outcome.TOO_LARGE);
                return true;
            }
            if (chunk.isLast()) {
                tell(receiver, Outcome.COMPLETE);
                return true;
            }
        }
    }

    private void tell(Receiver receiver, Outcome outcome) {
        if (told.compareAndSet(false, true)) {
            Scheduler.Task pending = deadline;
            if (pending != null) {
                pending.cancel();
            }
            receiver.onBody(outcome, outcome == Outcome.COMPLETE ? collected.toByteArray() : NONE);
        }
    }
}
