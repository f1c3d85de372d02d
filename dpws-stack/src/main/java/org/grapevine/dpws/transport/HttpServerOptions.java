package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

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
        return new HttpServerOptions(
                bind,
                bytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                maxConnections,
                maxRoutes,
                idleTimeout,
                requestTimeout,
                tls);
    }

    /** Other limits on envelopes with attachments; so many times so many bytes of memory may be needed for them. */
    public HttpServerOptions withMultipart(int bytes, int atOnce) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                bytes,
                atOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                maxConnections,
                maxRoutes,
                idleTimeout,
                requestTimeout,
                tls);
    }

    public HttpServerOptions withWorkers(int threads, int queued) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                threads,
                queued,
                maxConnections,
                maxRoutes,
                idleTimeout,
                requestTimeout,
                tls);
    }

    public HttpServerOptions withMaxConnections(int connections) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                connections,
                maxRoutes,
                idleTimeout,
                requestTimeout,
                tls);
    }

    public HttpServerOptions withMaxRoutes(int routes) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                maxConnections,
                routes,
                idleTimeout,
                requestTimeout,
                tls);
    }

    public HttpServerOptions withTimeouts(Duration idle, Duration request) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                maxConnections,
                maxRoutes,
                idle,
                request,
                tls);
    }

    /** Serves HTTPS instead of HTTP. */
    public HttpServerOptions withTls(TlsSettings settings) {
        return new HttpServerOptions(
                bind,
                maxRequestBytes,
                maxMultipartBytes,
                maxMultipartAtOnce,
                maxHeaderBytes,
                workers,
                queuedRequests,
                maxConnections,
                maxRoutes,
                idleTimeout,
                requestTimeout,
                Optional.of(settings));
    }
}
