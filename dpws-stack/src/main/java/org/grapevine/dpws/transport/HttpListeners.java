package org.grapevine.dpws.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses at which one {@link HttpServer} listens, which come and go while it runs. Safe for any thread. */
final class HttpListeners {

    private static final Logger LOG = LoggerFactory.getLogger(HttpListeners.class);

    // Some to read and write, none of which ever waits for an endpoint; and a selector for each address.
    private static final int IO_THREADS = 8;

    // At an end, connections kept alive for nothing are not worth Jetty's usual second.
    private static final long SHUTDOWN_IDLE_MILLIS = 100;
    private static final long SHUTDOWN_MILLIS = 1_000;

    private final HttpServerOptions options;
    private final Server jetty;
    private final QueuedThreadPool ioThreads;
    private final SlowRequestGuard slowRequests;
    private final ConnectionLimit connections;
    private final Optional<SslContextFactory.Server> tls;
    private final Map<InetSocketAddress, ServerConnector> connectors = new LinkedHashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    HttpListeners(HttpServerOptions options, Server jetty, QueuedThreadPool ioThreads, SlowRequestGuard slowRequests) {
        this.options = options;
        this.jetty = jetty;
        this.ioThreads = ioThreads;
        this.slowRequests = slowRequests;
        this.connections = new ConnectionLimit(options.maxConnections());
        this.tls = options.tls().map(HttpListeners::tlsFactory);
    }

    static QueuedThreadPool ioThreads() {
        QueuedThreadPool threads = new QueuedThreadPool(IO_THREADS, Math.min(4, IO_THREADS));
        threads.setName("http-io");
        return threads;
    }

    synchronized InetSocketAddress listen(InetSocketAddress bind) throws IOException {
        Arguments.require(!bind.isUnresolved(), "address: %s (expected: an address that resolves)", bind);
        if (closed) {
            throw new IllegalStateException("HTTP server: closed (expected: open)");
        }
        if (connectors.size() >= HttpServer.MAX_ADDRESSES) {
            throw new IllegalStateException(
                    "address: " + bind + " (expected: at most " + HttpServer.MAX_ADDRESSES + " addresses)");
        }
        ioThreads.setMaxThreads(IO_THREADS + connectors.size() + 1);
        ServerConnector connector = connector(bind);
        connections.watch(connector);
        jetty.addConnector(connector);
        try {
            connector.start();
        } catch (Exception e) {
            end(connector);
            BindException named = new BindException(
                    "cannot serve HTTP on " + bind.getAddress().getHostAddress() + " port " + bind.getPort() + ": "
                            + rootMessage(e) + " (expected: a free port of this machine)");
            named.initCause(e);
            throw named;
        }
        connections.started(connector);
        InetSocketAddress address = new InetSocketAddress(bind.getAddress(), connector.getLocalPort());
        connectors.put(address, connector);
        LOG.info("serving {} on {}", tls.isPresent() ? "HTTPS" : "HTTP", address);
        return address;
    }

    private ServerConnector connector(InetSocketAddress bind) {
        // No acceptor of its own: the selector accepts, and at the limit of connections it stops at once.
        HttpConnectionFactory http = new HttpConnectionFactory(httpConfiguration(options));
        ServerConnector connector = tls.<ServerConnector>map(
                        factory -> new ServerConnector(jetty, 0, 1, secured(factory, http), http))
                .orElseGet(() -> new ServerConnector(jetty, 0, 1, http));
        connector.setHost(bind.getAddress().getHostAddress());
        connector.setPort(bind.getPort());
        connector.setIdleTimeout(options.idleTimeout().toMillis());
        connector.setReuseAddress(true);
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
        connector.addBean(slowRequests);
        return connector;
    }

    private static SslConnectionFactory secured(SslContextFactory.Server tls, HttpConnectionFactory http) {
        SslConnectionFactory factory = new SslConnectionFactory(tls, http.getProtocol());
        // It would refuse requests by their Host header; clients have checked already with whom they talk.
        factory.setEnsureSecureRequestCustomizer(false);
        return factory;
    }

    private static SslContextFactory.Server tlsFactory(TlsSettings settings) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(settings.serverContext());
        factory.setIncludeProtocols(settings.protocols().toArray(String[]::new));
        factory.setWantClientAuth(settings.clientAuthentication() == TlsSettings.ClientAuthentication.WANTED);
        factory.setNeedClientAuth(settings.clientAuthentication() == TlsSettings.ClientAuthentication.NEEDED);
        factory.setRenegotiationAllowed(false);
        return factory;
    }

    private static HttpConfiguration httpConfiguration(HttpServerOptions options) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        // Buffers are made anew for each request, for which those on the heap are the cheap ones.
        configuration.setUseInputDirectByteBuffers(false);
        configuration.setUseOutputDirectByteBuffers(false);
        configuration.setRequestHeaderSize(options.maxHeaderBytes());
        // What is left of a refused body is not worth reading: the connection closes instead. One read sees a clean
        // end.
        configuration.setMaxUnconsumedRequestContentReads(1);
        return configuration;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    boolean stopListening(InetSocketAddress address) {
        ServerConnector connector;
        synchronized (this) {
            connector = connectors.remove(address);
        }
        if (connector == null) {
            return false;
        }
        // Without the lock: what is under way may ask for the addresses.
        try {
            connector.shutdown().get(SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("requests were still under way at {}", address, e);
        }
        end(connector);
        LOG.info("no longer serving HTTP on {}", address);
        return true;
    }

    private void end(ServerConnector connector) {
        try {
            connector.stop();
        } catch (Exception e) {
            LOG.warn("stopping {} failed", connector, e);
        }
        jetty.removeConnector(connector);
        connections.forget(connector);
    }

    synchronized List<InetSocketAddress> addresses() {
        return List.copyOf(connectors.keySet());
    }

    int connectionCount() {
        return connections.count();
    }

    /** From here on no address is added. Those there are end with the Jetty server. */
    synchronized void close() {
        closed = true;
    }
}
