package org.grapevine.gossip.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import javax.xml.namespace.QName;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.NotificationSink;

/**
 * A {@link GossipClient} for code that waits. Each method does what its namesake there does, and throws what the future would fail
 * with. Every wait is bounded by the timeouts of the questions. Any thread but event loops, which must not wait.
 */
public final class BlockingGossipClient {

    private final GossipClient client;

    BlockingGossipClient(GossipClient client) {
        this.client = client;
    }

    public GossipEntry entry(URI address, Duration timeout) throws IOException, FaultException, InterruptedException {
        return await(client.entry(address, timeout));
    }

    public GossipClient.Found find(QName portType, List<String> scopes, int most, Duration window, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        return await(client.find(portType, scopes, most, window, timeout));
    }

    /** Waits until every entry has answered or run out of time; throws if none of them took the message. */
    public GossipClient.Outcome send(List<GossipEntry> entries, ClientMessage message, Duration timeout)
            throws IOException, FaultException, InterruptedException {
        GossipClient.Sending sending = client.send(entries, message, timeout);
        URI unused = await(sending.accepted());
        return await(sending.outcome());
    }

    public GossipAnswer ask(List<GossipEntry> entries, ClientMessage message)
            throws IOException, FaultException, InterruptedException {
        return await(client.ask(entries, message));
    }

    /** Waits until the last value was given; gives up the rest if the thread is interrupted. */
    public GossipAnswer collect(
            NotificationSink sink, List<GossipEntry> entries, ClientMessage message, Consumer<DeviceSample> samples)
            throws IOException, FaultException, InterruptedException {
        Collecting collecting = client.collect(sink, entries, message, samples);
        try {
            return await(collecting.end());
        } catch (InterruptedException e) {
            collecting.stop().run();
            throw e;
        }
    }

    /** Waits until a shadow has begun. */
    public AskSubscription every(
            NotificationSink sink,
            List<GossipEntry> entries,
            ClientMessage message,
            Repetition repetition,
            AskListener listener)
            throws IOException, FaultException, InterruptedException {
        return await(client.every(sink, entries, message, repetition, listener));
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, FaultException, InterruptedException {
        try {
            return future.get();
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
        }
    }
}
