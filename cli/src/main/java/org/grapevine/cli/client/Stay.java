package org.grapevine.cli.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;

/**
 * A command that stays subscribed until something ends it, or Ctrl-C: then the process lives on until the command has said goodbye
 * and closes this.
 *
 * @param <E> how it ended
 */
final class Stay<E> implements AutoCloseable {

    private static final long LONGEST_GOODBYE_SECONDS = 15;

    private final Supplier<E> interruption;
    private final CompletableFuture<E> over = new CompletableFuture<>();
    private final CountDownLatch left = new CountDownLatch(1);

    /**
     * Begins.
     *
     * @param interruption how it ended if the user ended it
     */
    Stay(Supplier<E> interruption) {
        this.interruption = interruption;
    }

    /** Lets Ctrl-C end it, until the hook is closed. */
    OnInterrupt endedByTheUser() {
        return OnInterrupt.run(() -> {
            end(interruption.get());
            try {
                boolean unused = left.await(LONGEST_GOODBYE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Ends it; only the first end counts. */
    void end(E how) {
        over.complete(how);
    }

    /**
     * Waits for the end.
     *
     * @param longest zero for any time
     * @throws TimeoutException if it has not ended by then
     */
    E await(Duration longest) throws TimeoutException {
        try {
            return longest.isZero() ? over.get() : over.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return interruption.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing makes it fail", e);
        }
    }

    /**
     * Refuses a service that could not reach this computer.
     *
     * @param option that gave the address
     * @param what comes from there
     * @throws UsageException if the address is none, or this computer is on loopback only and the service is not
     */
    static void requireReachable(Session session, URI service, String option, String what) {
        String host = service.getHost();
        try {
            boolean literal = host.matches("[0-9.]+") || host.startsWith("[");
            if (literal
                    && !InetAddress.getByName(host).isLoopbackAddress()
                    && session.networkInterface().isLoopbackAddress()) {
                throw UsageException.of(
                        "--interface",
                        session.interfaceWords(),
                        "an interface at which " + host + " reaches this computer, for its " + what);
            }
        } catch (UnknownHostException e) {
            throw new UsageException(option + ": '" + service + "' (expected: http://host:port/path)", e);
        }
    }

    /** The goodbye is said. */
    @Override
    public void close() {
        left.countDown();
    }
}
