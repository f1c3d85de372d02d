package org.grapevine.dpws.transport;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over HTTP/1.1 and, with {@link TlsSettings}, HTTPS with kept-alive connections, no redirects and no proxies. So many at once to one peer and
 * in all as {@link HttpSenderOptions} allow; the others wait in a bounded queue for their peer, so that a peer that hangs
 * holds up its own requests only. Safe for any thread; never blocks the caller. Futures complete on the sender's own few
 * threads, which must not be blocked by what is chained to them.
 */
public final class HttpSender implements AutoCloseable {

    private static final int THREADS = 4;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final HttpSenderOptions options;
    private final TransportFaults faults;
    private final ExpectedEndpoints endpoints = new ExpectedEndpoints();
    private final ExecutorService executor;
    private final ScheduledThreadPoolExecutor timeouts;

    private final Object lock = new Object();
    private @Nullable HttpClient client; // guarded by lock; let go at close: the JDK's selector thread ends with it
    private final Map<String, Lane> lanes = new HashMap<>(); // guarded by lock; only those with work
    private final LinkedHashSet<Lane> ready =
            new LinkedHashSet<>(); // guarded by lock; those that may start one, in turn
    private int underWay; // guarded by lock
    private int waiting; // guarded by lock

    private final LongAdder replied = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** The requests of one peer; guarded by the sender's lock. */
    private static final class Lane {
        private final String peer;
        private final LinkedHashSet<Exchange> queue = new LinkedHashSet<>();
        private final LinkedHashSet<Exchange> started = new LinkedHashSet<>();

        Lane(String peer) {
            this.peer = peer;
        }
    }

    /** One request from the call to its end. */
    private static final class Exchange {
        private final Lane lane;
        private final java.net.http.HttpRequest request;
        private final CompletableFuture<HttpReply> reply = new CompletableFuture<>();

        Exchange(Lane lane, java.net.http.HttpRequest request) {
            this.lane = lane;
            this.request = request;
        }
    }

    private HttpSender(HttpSenderOptions options) {
        this.options = options;
        this.faults = options.faults();
        // Its queue is bounded by the requests under way: each has a few steps for it, one at a time.
        this.executor = Executors.newFixedThreadPool(THREADS, Threads.named("http-sender"));
        this.timeouts = new ScheduledThreadPoolExecutor(1, Threads.named("http-sender-timeouts"));
        this.timeouts.setRemoveOnCancelPolicy(true);
        this.timeouts.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(options.connectTimeout())
                .executor(executor);
        options.tls().ifPresent(tls -> {
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(tls.protocols().toArray(String[]::new));
            builder.sslContext(tls.clientContext(endpoints)).sslParameters(parameters);
        });
        this.client = builder.build();
    }

    public static HttpSender open(HttpSenderOptions options) {
        return new HttpSender(options);
    }

    /**
     * Lets whoever is at the host and port of an address prove by TLS to be a certain endpoint: its certificate, trusted as always,
     * may then name the endpoint in a URI among its subject alternative names, where else it has to name the host. Devices come by
     * their addresses by DHCP, but keep their endpoint reference. Counts for connections made from now on; a bounded number is kept.
     *
     * @param endpoint address of an endpoint reference, such as {@code urn:uuid:...}, compared exactly
     */
    public void expectEndpoint(URI address, String endpoint) {
        endpoints.expect(address, endpoint);
    }

    /**
     * Posts a body.
     *
     * @param body not changed by the caller until the future is done
     * @param timeout for the whole: waiting, connecting, sending, receiving
     * @return the reply whatever its status, or a failure: HttpTimeoutException; RejectedExecutionException when too many
     *     wait or the sender is closed; IOException; IllegalArgumentException for an address that is not HTTP. Cancelling
     *     the future gives the request up.
     */
    public CompletableFuture<HttpReply> post(URI to, String contentType, byte[] body, Duration timeout) {
        return send(to, timeout, request -> request.header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    /** Gets what is at an address; otherwise as {@link #post}. */
    public CompletableFuture<HttpReply> get(URI from, Duration timeout) {
        return send(from, timeout, java.net.http.HttpRequest.Builder::GET);
    }

    private CompletableFuture<HttpReply> send(
            URI uri, Duration timeout, UnaryOperator<java.net.http.HttpRequest.Builder> method) {
        java.net.http.HttpRequest request;
        try {
            Arguments.require(timeout.toMillis() >= 1, "timeout: %s (expected: at least a millisecond)", timeout);
            Arguments.require(
                    !"https".equalsIgnoreCase(uri.getScheme()) || options.tls().isPresent(),
                    "address: %s (expected: http, or a sender with TLS settings)",
                    uri);
            request = method.apply(java.net.http.HttpRequest.newBuilder(uri)).build();
        } catch (IllegalArgumentException e) {
            failed.increment();
            return CompletableFuture.failedFuture(e);
        }
        Exchange exchange;
        synchronized (lock) {
            Lane lane = lanes.computeIfAbsent(peerOf(uri), Lane::new);
            Optional<String> refusal = refusalFor(lane);
            if (refusal.isPresent()) {
                forgetIfIdle(lane);
                refused.increment();
                return CompletableFuture.failedFuture(new RejectedExecutionException(refusal.get()));
            }
            exchange = new Exchange(lane, request);
            lane.queue.add(exchange);
            waiting++;
            noteReadiness(lane);
            // Under the lock, so that close() cannot have shut the timer down in between.
            Future<?> deadline = timeouts.schedule(
                    () -> exchange.reply.completeExceptionally(new HttpTimeoutException(
                            "no reply from " + uri + " (expected: within " + timeout.toMillis() + " ms)")),
                    timeout.toMillis(),
                    TimeUnit.MILLISECONDS);
            CompletableFuture<HttpReply> unused = exchange.reply.whenComplete((reply, failure) -> {
                deadline.cancel(false);
                finish(exchange, failure);
            });
        }
        startReady();
        return exchange.reply;
    }

    private static String peerOf(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    private Optional<String> refusalFor(Lane lane) {
        if (client == null) {
            return Optional.of("request to " + lane.peer + ": the sender is closed");
        }
        boolean startsAtOnce = lane.queue.isEmpty()
                && lane.started.size() < options.maxUnderWayPerPeer()
                && underWay < options.maxUnderWay();
        if (startsAtOnce || (lane.queue.size() < options.maxWaitingPerPeer() && waiting < options.maxWaiting())) {
            return Optional.empty();
        }
        return Optional.of("request to " + lane.peer + ": " + lane.queue.size() + " are waiting for this peer, "
                + waiting + " in all (expected: at most " + options.maxWaitingPerPeer() + " and " + options.maxWaiting()
                + ")");
    }

    private void noteReadiness(Lane lane) {
        if (!lane.queue.isEmpty() && lane.started.size() < options.maxUnderWayPerPeer()) {
            ready.add(lane);
        } else {
            ready.remove(lane);
        }
    }

    private void forgetIfIdle(Lane lane) {
        if (lane.queue.isEmpty() && lane.started.isEmpty()) {
            lanes.remove(lane.peer, lane);
        }
    }

    private void startReady() {
        List<Exchange> starting = new ArrayList<>();
        HttpClient used;
        synchronized (lock) {
            used = client;
            while (used != null && underWay < options.maxUnderWay() && !ready.isEmpty()) {
                Lane lane = ready.iterator().next();
                ready.remove(lane); // And to the end of the line when it has more.
                Exchange exchange = lane.queue.iterator().next();
                lane.queue.remove(exchange);
                lane.started.add(exchange);
                waiting--;
                underWay++;
                noteReadiness(lane);
                starting.add(exchange);
            }
        }
        for (Exchange exchange : starting) {
            RequestFate fate = faults == TransportFaults.NONE
                    ? RequestFate.SENT
                    : faults.requesting(AddressText.socketOf(exchange.request.uri()));
            if (fate.isSent()) {
                transfer(used, exchange, 0);
            } else {
                transferAsFated(used, exchange, fate);
            }
        }
    }

    private void transferAsFated(@Nullable HttpClient used, Exchange exchange, RequestFate fate) {
        if (fate.cut()) {
            long patience = options.connectTimeout().toMillis();
            later(
                    exchange,
                    TimeUnit.MILLISECONDS.toMicros(patience),
                    () -> exchange.reply.completeExceptionally(new HttpConnectTimeoutException(
                            "no connection to " + exchange.lane.peer + " (expected: within " + patience + " ms)")));
        } else if (fate.outMicros() == 0) {
            transfer(used, exchange, fate.backMicros());
        } else {
            later(exchange, fate.outMicros(), () -> transfer(used, exchange, fate.backMicros()));
        }
    }

    /** Bounded by the requests under way, for each of which one thing at most is to be done later. */
    private void later(Exchange exchange, long micros, Runnable task) {
        try {
            Future<?> pending = timeouts.schedule(task, micros, TimeUnit.MICROSECONDS);
            CompletableFuture<HttpReply> unused =
                    exchange.reply.whenComplete((reply, failure) -> pending.cancel(false));
        } catch (RejectedExecutionException e) {
            exchange.reply.completeExceptionally(closedWhileAsking(exchange)); // Closed meanwhile.
        }
    }

    private static IOException closedWhileAsking(Exchange exchange) {
        return new IOException("request to " + exchange.lane.peer + ": the sender was closed");
    }

    private void transfer(@Nullable HttpClient used, Exchange exchange, long backMicros) {
        if (used == null || exchange.reply.isDone()) {
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> transfer;
        try {
            transfer = used.sendAsync(exchange.request, head -> new BoundedBody(options.maxReplyBytes()));
        } catch (IllegalArgumentException e) {
            exchange.reply.completeExceptionally(e);
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> unused = transfer.whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.reply.completeExceptionally(unwrapped(failure));
            } else {
                HttpReply reply = new HttpReply(
                        response.statusCode(), response.headers().firstValue("Content-Type"), response.body());
                if (backMicros == 0) {
                    exchange.reply.complete(reply);
                } else {
                    later(exchange, backMicros, () -> exchange.reply.complete(reply));
                }
            }
        });
        CompletableFuture<HttpReply> unusedCancellation = exchange.reply.whenComplete((reply, failure) -> {
            if (failure != null) {
                transfer.cancel(true); // Timed out or given up: frees the connection.
            }
        });
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private void finish(Exchange exchange, @Nullable Throwable failure) {
        if (failure == null) {
            replied.increment();
        } else if (failure instanceof HttpTimeoutException) {
            timedOut.increment();
        } else {
            failed.increment();
        }
        synchronized (lock) {
            Lane lane = exchange.lane;
            if (lane.queue.remove(exchange)) {
                waiting--;
            } else if (lane.started.remove(exchange)) {
                underWay--;
            }
            noteReadiness(lane);
            forgetIfIdle(lane);
        }
        startReady();
    }

    public HttpSenderCounters counters() {
        synchronized (lock) {
            return new HttpSenderCounters(
                    underWay,
                    waiting,
                    replied.sum(),
                    timedOut.sum(),
                    failed.sum(),
                    refused.sum(),
                    endpoints.forgotten());
        }
    }

    /** Fails what waits or is under way, and waits for the sender's threads. Safe to call again. */
    @Override
    public void close() {
        List<Exchange> open = new ArrayList<>();
        synchronized (lock) {
            client = null;
            for (Lane lane : lanes.values()) {
                open.addAll(lane.started);
                open.addAll(lane.queue);
            }
        }
        for (Exchange exchange : open) {
            exchange.reply.completeExceptionally(closedWhileAsking(exchange));
        }
        timeouts.shutdownNow();
        Threads.stop(timeouts, "http-sender-timeouts", STOP_PATIENCE);
        Threads.stop(executor, "http-sender", STOP_PATIENCE);
    }
}
