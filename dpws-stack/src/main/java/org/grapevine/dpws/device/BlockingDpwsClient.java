package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.Envelope;

/**
 * A {@link DpwsClient} for code that waits. Each method does what its namesake there does, and throws what the future would fail
 * with: IOException with the address in its message, a {@link FaultException} if the peer answered with a fault. Any thread but event
 * loops, which must not wait.
 */
public final class BlockingDpwsClient {

    /** Beyond the timeout of a question: the ways to its several addresses, and back from the event loop. */
    private static final int PATIENCE_FACTOR = 10;

    private final DpwsClient client;

    BlockingDpwsClient(DpwsClient client) {
        this.client = client;
    }

    public List<DeviceAnnouncement> discover(Probe probe, Duration window)
            throws IOException, FaultException, InterruptedException {
        return await(client.discover(probe, window), window);
    }

    public Optional<DeviceAnnouncement> resolve(EndpointReference device, Duration window)
            throws IOException, FaultException, InterruptedException {
        return await(client.resolve(device, window), window);
    }

    public RemoteDevice inspect(DeviceAnnouncement device, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.inspect(device, timeout), timeout);
    }

    public RemoteDevice inspect(EndpointReference device, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.inspect(device, timeout), timeout);
    }

    public Metadata get(URI address, EndpointReference device, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.get(address, device, timeout), timeout);
    }

    public Metadata getMetadata(URI address, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.getMetadata(address, timeout), timeout);
    }

    public byte[] wsdl(URI address, Duration timeout) throws IOException, FaultException, InterruptedException {
        return await(client.wsdl(address, timeout), timeout);
    }

    public Envelope call(URI address, byte[] envelope, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.call(address, envelope, timeout), timeout);
    }

    public Envelope call(EndpointReference service, String action, byte[] body, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.call(service, action, body, timeout), timeout);
    }

    /** As there; the timeout is for the answer of the source. */
    public Subscription subscribe(
            URI service, SubscriptionOptions options, Consumer<Notification> listener, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.subscribe(service, options, listener), timeout);
    }

    public void send(URI address, byte[] envelope, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        await(client.send(address, envelope, timeout), timeout);
    }

    private static <T> T await(CompletableFuture<T> future, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        try {
            return future.get(timeout.multipliedBy(PATIENCE_FACTOR).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException failure) {
                throw failure;
            } else if (cause instanceof FaultException fault) {
                throw fault;
            } else if (cause instanceof RuntimeException bug) {
                throw bug;
            }
            throw new IOException(cause == null ? e.toString() : cause.toString(), e);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw new IOException("no answer within " + timeout.multipliedBy(PATIENCE_FACTOR), e);
        }
    }
}
