package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What is left of a body whose request was refused already: read and dropped, up to a size and a time. A connection closed
 * while its client still writes is reset, and the client may then never see the refusal (RFC 9112, 9.6).
 */
final class UnreadBody {

    /** What a client may have on its way before it can know of the refusal. */
    static final int MAX_BYTES = 1 << 20;

    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Request request;
    private final Runnable then;
    private final AtomicBoolean ended = new AtomicBoolean();
    private int dropped;

    private UnreadBody(Request request, Runnable then) {
        this.request = request;
        this.then = then;
    }

    /** Drops the rest without holding a thread, then runs what follows exactly once. */
    static void drop(Request request, Scheduler scheduler, Runnable then) {
        UnreadBody body = new UnreadBody(request, then);
        if (body.dropAvailable()) {
            body.end();
        } else {
            Scheduler.Task deadline = scheduler.schedule(body::end, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            body.dropMore(deadline);
        }
    }

    private void dropMore(Scheduler.Task deadline) {
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, () -> {
            if (ended.get()) {
                return;
            }
            if (dropAvailable()) {
                deadline.cancel();
                end();
            } else {
                dropMore(deadline);
            }
        }));
    }

    /** Whether nothing more comes or may come. */
    private boolean dropAvailable() {
        while (dropped <= MAX_BYTES) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                return false;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return true;
            }
            dropped += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                return true;
            }
        }
        return true;
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            then.run();
        }
    }
}
