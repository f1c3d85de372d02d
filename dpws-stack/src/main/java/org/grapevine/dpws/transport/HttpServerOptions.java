package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How an {@link HttpServer} is set up. Every field but the address is a bound; the defaults are guesses that fit a host
 * with some thousand devices.
 *
 * @param bind the first address and port; port 0 takes a free one
 * @param maxRequestBytes larger bodies are refused with 413, unread
 * @param maxMultipartBytes as {@code maxRequestBytes}, for bodies of several parts: envelopes with attachments
 * @param maxMultipartAtOnce requests of several parts read or answered at once; more are refused with 503, since each may need so much
 *     memory
 * @param maxHeaderBytes larger request headers are refused with 431
 * @param workers threads that run endpoints
 * @param queuedRequests whole requests that wait for a worker; more are refused with 503
 * @param maxConnections open connections, of all addresses together; beyond them none is accepted until one closes
 * @param maxRoutes paths served at once
 * @param idleTimeout a connection without traffic is closed after this time
 * @param requestTimeout from the first byte of a request to its last, and for a TLS handshake; who is slower is refused with 408 or
 *     cut off
 * @param tls serves HTTPS instead of HTTP, at every address
 */
public record HttpServerOptions(
        InetSocketAddress bind,
        int maxRequestBytes,
        int maxMultipartBytes,
        int maxMultipartAtOnce,
        int maxHeaderBytes,
        int workers,
        int queuedRequests,
        int maxConnections,
        int maxRoutes,
        Duration idleTimeout,
        Duration requestTimeout,
        Optional<TlsSettings> tls) {

    public HttpServerOptions {
        Arguments.require(!bind.isUnresolved(), "bind: %s (expected: an address that resolves)", bind);
        Arguments.require(maxRequestBytes >= 1, "maxRequestBytes: %s (expected: >= 1)", maxRequestBytes);
        Arguments.require(maxMultipartBytes >= 1, "maxMultipartBytes: %s (expected: >= 1)", maxMultipartBytes);
        Arguments.require(maxMultipartAtOnce >= 1, "maxMultipartAtOnce: %s (expected: >= 1)", maxMultipartAtOnce);
        Arguments.require(maxHeaderBytes >= 256, "maxHeaderBytes: %s (expected: >= 256)", maxHeaderBytes);
        Arguments.require(workers >= 1 && workers <= 1024, "workers: %s (expected: 1..1024)", workers);
        Arguments.require(queuedRequests >= 1, "queuedRequests: %s (expected: >= 1)", queuedRequests);
        Arguments.require(maxConnections >= 1, "maxConnections: %s (expected: >= 1)", maxConnections);
        Arguments.require(maxRoutes >= 1, "maxRoutes: %s (expected: >= 1)", maxRoutes);
        Arguments.require(
                idleTimeout.toMillis() >= 1, "idleTimeout: %s (expected: at least a millisecond)", idleTimeout);
        Arguments.require(
                requestTimeout.toMillis() >= 1,
                "requestTimeout: %s (expected: at least a millisecond)",
                requestTimeout);
        tls.ifPresent(TlsSettings::requireFitForServer);
    }

    public static HttpServerOptions on(InetSocketAddress bind) {
        return new HttpServerOptions(
                bind,
                1 << 20,
                4 << 20,
                16,
                8_192,
                16,
                1_024,
                4_096,
                100_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Optional.empty());
    }

    public HttpServerOptions withMaxRequestBytes(int bytes) {
        return with(changed -> changed.maxRequestBytes = bytes);
    }

    /** Other limits on envelopes with attachments; so many times so many bytes of memory may be needed for them. */
    public HttpServerOptions withMultipart(int bytes, int atOnce) {
        return with(changed -> {
            changed.maxMultipartBytes = bytes;
            changed.maxMultipartAtOnce = atOnce;
        });
    }

    public HttpServerOptions withWorkers(int threads, int queued) {
        return with(changed -> {
            changed.workers = threads;
            changed.queuedRequests = queued;
        });
    }

    public HttpServerOptions withMaxConnections(int connections) {
        return with(changed -> changed.maxConnections = connections);
    }

    public HttpServerOptions withMaxRoutes(int routes) {
        return with(changed -> changed.maxRoutes = routes);
    }

    public HttpServerOptions withTimeouts(Duration idle, Duration request) {
        return with(changed -> {
            changed.idleTimeout = idle;
            changed.requestTimeout = request;
        });
    }

    /** Serves HTTPS instead of HTTP. */
    public HttpServerOptions withTls(TlsSettings settings) {
        return with(changed -> changed.tls = Optional.of(settings));
    }

    private HttpServerOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new HttpServerOptions(
                bind,
                draft.maxRequestBytes,
                draft.maxMultipartBytes,
                draft.maxMultipartAtOnce,
                maxHeaderBytes,
                draft.workers,
                draft.queuedRequests,
                draft.maxConnections,
                draft.maxRoutes,
                draft.idleTimeout,
                draft.requestTimeout,
                draft.tls);
    }

    /** A copy in which single fields can be set. */
    private static final class Draft {
        private int maxRequestBytes;
        private int maxMultipartBytes;
        private int maxMultipartAtOnce;
        private int workers;
        private int queuedRequests;
        private int maxConnections;
        private int maxRoutes;
        private Duration idleTimeout;
        private Duration requestTimeout;
        private Optional<TlsSettings> tls;

        private Draft(HttpServerOptions from) {
            this.maxRequestBytes = from.maxRequestBytes;
            this.maxMultipartBytes = from.maxMultipartBytes;
            this.maxMultipartAtOnce = from.maxMultipartAtOnce;
            this.workers = from.workers;
            this.queuedRequests = from.queuedRequests;
            this.maxConnections = from.maxConnections;
            this.maxRoutes = from.maxRoutes;
            this.idleTimeout = from.idleTimeout;
            this.requestTimeout = from.requestTimeout;
            this.tls = from.tls;
        }
    }
}
