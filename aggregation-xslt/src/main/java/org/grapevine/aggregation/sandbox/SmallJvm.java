package org.grapevine.aggregation.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One process that runs {@link SmallJvmMain}, seen from outside. Nothing of what it says is believed, and it is killed by its handle
 * when its time is over. One caller at a time.
 */
final class SmallJvm {

    /** A process that ended, or was ended, before it answered. */
    static final class EndedException extends Exception {

        private static final long serialVersionUID = 1L;

        enum Reason {
            /** It was killed at the deadline. */
            TIME,
            /** It ended by itself. */
            DEATH,
            /** What it said was not in our form. */
            GARBLED
        }

        private final Reason reason;

        EndedException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        EndedException(Reason reason, String message, Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }
    }

    /** The kernel ends a process within moments; this is for a machine that hangs. */
    private static final int END_MILLIS = 10_000;

    private final Process process;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final int maxResponseBytes;
    private boolean ready;
    private int uses;

    SmallJvm(Process process, int maxResponseBytes) {
        this.process = process;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        this.maxResponseBytes = maxResponseBytes;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    int uses() {
        return uses;
    }

    /** Waits until it has started. */
    void awaitReady(int millis) throws EndedException {
        if (!ready) {
            Response first = before(millis, () -> Response.read(in, maxResponseBytes));
            if (first.kind() != Response.Kind.READY) {
                kill();
                throw new EndedException(
                        EndedException.Reason.GARBLED, "first response: " + first.kind() + " (expected: READY)");
            }
            ready = true;
        }
    }

    Response ask(Request request, int millis) throws EndedException {
        uses++;
        byte[] encoded = request.encoded();
        Response response = before(millis, () -> {
            out.writeInt(encoded.length);
            out.write(encoded);
            out.flush();
            return Response.read(in, maxResponseBytes);
        });
        if (response.kind() == Response.Kind.READY) {
            kill();
            throw new EndedException(EndedException.Reason.GARBLED, "response: READY (expected: a result)");
        }
        return response;
    }

    private interface Exchange {
        Response run() throws IOException;
    }

    /** Whoever waits for a process is woken by its end, so its end is what the clock brings about. */
    private Response before(int millis, Exchange exchange) throws EndedException {
        CompletableFuture<Boolean> clock = new CompletableFuture<>();
        CompletableFuture<Void> kill = clock.completeOnTimeout(true, millis, TimeUnit.MILLISECONDS)
                .thenAccept(late -> {
                    if (late) {
                        kill();
                    }
                });
        try {
            return exchange.run();
        } catch (IOException e) {
            boolean late = !clock.complete(false);
            kill();
            if (late) {
                throw new EndedException(EndedException.Reason.TIME, "no answer within " + millis + " ms", e);
            }
            throw e instanceof StreamCorruptedException
                    ? new EndedException(EndedException.Reason.GARBLED, String.valueOf(e.getMessage()), e)
                    : new EndedException(EndedException.Reason.DEATH, "it ended before it answered", e);
        } finally {
            clock.complete(false);
            kill.join();
        }
    }

    /** Ends the process now, without waiting for its end; doing it again changes nothing. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the process, and waits until it has ended. */
    void close() {
        kill();
        process.onExit().orTimeout(END_MILLIS, TimeUnit.MILLISECONDS).join();
    }
}
