package org.grapevine.dpws.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side of a device host: a few addresses, thousands of paths. A request is read whole without holding a thread, then an
 * endpoint answers it on one of a bounded number of workers. Everything a client can make grow has a limit in
 * {@link HttpServerOptions}, and a counter. Safe for any thread.
 */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final Set<String> POST_ONLY = Set.of("POST");
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    /** Octets of the URI of a request (DPWS 1.1, MAX_URI_SIZE; R0025). */
    public static final int MAX_URI_SIZE = 2_048;

    /** Addresses served at once. */
    public static final int MAX_ADDRESSES = 64;

    private final HttpServerOptions options;
    private final ConcurrentHashMap<String, Route> routes = new ConcurrentHashMap<>();
    private final AtomicInteger routeCount = new AtomicInteger();
    private final ThreadPoolExecutor workers;
    private final Semaphore multiparts;
    private final Server jetty;
    private final SlowRequestGuard slowRequests;
    private final HttpListeners listeners;
    private final InetSocketAddress address;

    private final LongAdder requests = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder unknownPaths = new LongAdder();
    private final LongAdder wrongMethods = new LongAdder();
    private final LongAdder tooSlow = new LongAdder();
    private final LongAdder tooLarge = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder overload = new LongAdder();
    private final LongAdder failedHandshakes = new LongAdder();

    private final Set<String> silent = ConcurrentHashMap.newKeySet(); // at most as many as paths may be served

    private record Route(Set<String> methods, HttpEndpoint endpoint) {}

    private HttpServer(HttpServerOptions options) throws IOException {
        this.options = options;
        this.workers = new ThreadPoolExecutor(
                options.workers(),
                options.workers(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(options.queuedRequests()),
                Threads.named("http-worker"));
        this.multiparts = new Semaphore(options.maxMultipartAtOnce());
        this.workers.allowCoreThreadTimeOut(true);

        QueuedThreadPool ioThreads = HttpListeners.ioThreads();
        // With the pool of Jetty 12.1.14, what is no HTTP made the requests of others vanish or be mixed up
        // (docs/decisions/0015).
        this.jetty = new Server(ioThreads, null, new ByteBufferPool.NonPooling());
        this.slowRequests =
                new SlowRequestGuard(options.requestTimeout(), jetty::getScheduler, tooSlow, failedHandshakes);
        this.listeners = new HttpListeners(options, jetty, ioThreads, slowRequests);
        jetty.setErrorHandler(HttpServer::writeJettyError);
        jetty.setHandler(new Dispatcher());
        jetty.setStopTimeout(STOP_PATIENCE.toMillis());
        jetty.setStopAtShutdown(false);
        this.address = begin();
    }

    private InetSocketAddress begin() throws IOException {
        try {
            jetty.start();
            slowRequests.start();
            return listeners.listen(options.bind());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new IOException("the HTTP server does not start", e);
        }
    }

    /**
     * Binds the port and starts serving; further addresses may follow.
     *
     * @throws IOException when the port is taken or the address is not of this machine; the message names both
     */
    public static HttpServer start(HttpServerOptions options) throws IOException {
        return new HttpServer(options);
    }

    /** Address and port first served. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Serves the same paths at a further address.
     *
     * @param bind address and port; port 0 takes a free one
     * @return the address and port served from now on
     * @throws IOException when the port is taken or the address is not of this machine; the message names both
     * @throws IllegalStateException when {@value #MAX_ADDRESSES} addresses are served, or the server is closed
     */
    public InetSocketAddress listen(InetSocketAddress bind) throws IOException {
        return listeners.listen(bind);
    }

    /**
     * Ends serving at an address; the first one may go too. Requests under way there are given a second to come to their end,
     * then their connections close.
     *
     * @param served as {@link #listen} or {@link #address} gave it
     * @return whether it was served
     */
    public boolean stopListening(InetSocketAddress served) {
        return listeners.stopListening(served);
    }

    /** All addresses served now, in the order in which they were added. */
    public List<InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** Serves POST at a path. */
    public void route(String path, HttpEndpoint endpoint) {
        route(path, POST_ONLY, endpoint);
    }

    /**
     * Serves some methods at a path.
     *
     * @param path as it stands in a request, compared exactly; starts with a slash
     * @throws IllegalArgumentException when the path is served already or is none
     * @throws IllegalStateException when the server has as many paths as it may have
     */
    public void route(String path, Set<String> methods, HttpEndpoint endpoint) {
        Arguments.require(
                path.startsWith("/") && path.indexOf('?') < 0 && path.indexOf('#') < 0,
                "path: \"%s\" (expected: a path that starts with a slash, without query)",
                path);
        Arguments.require(!methods.isEmpty(), "methods of %s: none (expected: at least one)", path);
        if (routeCount.incrementAndGet() > options.maxRoutes()) {
            routeCount.decrementAndGet();
            throw new IllegalStateException(
                    "path: \"" + path + "\" (expected: at most " + options.maxRoutes() + " paths)");
        }
        if (routes.putIfAbsent(path, new Route(Set.copyOf(methods), endpoint)) != null) {
            routeCount.decrementAndGet();
            throw new IllegalArgumentException("path: \"" + path + "\" (expected: a path that is not served yet)");
        }
    }

    /**
     * Ends serving a path; requests already handed to its endpoint are still answered.
     *
     * @return whether the path was served
     */
    public boolean unroute(String path) {
        boolean removed = routes.remove(path) != null;
        if (removed) {
            routeCount.decrementAndGet();
        }
        return removed;
    }

    /**
     * Answers nothing any more at a path and at all those below it, as if nobody were there: a request sees its connection close,
     * even one that is being answered. A path that goes beyond the number that the server may have is not silenced, and answers 404
     * when it is not served.
     *
     * @param path of one segment, such as {@code /meter-17}
     * @return false if there was no room for it
     */
    public boolean silence(String path) {
        return silent.contains(path) || (silent.size() < options.maxRoutes() && silent.add(path));
    }

    /** Ends {@link #silence}. */
    public void unsilence(String path) {
        silent.remove(path);
    }

    private boolean isSilent(String path) {
        if (silent.isEmpty()) {
            return false;
        }
        int second = path.indexOf('/', 1);
        return silent.contains(second < 0 ? path : path.substring(0, second));
    }

    public HttpServerCounters counters() {
        return new HttpServerCounters(
                requests.sum(),
                answered.sum(),
                unknownPaths.sum(),
                wrongMethods.sum(),
                tooSlow.sum(),
                tooLarge.sum(),
                broken.sum(),
                failures.sum(),
                overload.sum(),
                failedHandshakes.sum(),
                listeners.connectionCount());
    }

    /** Closes every address and every connection, and waits for the threads. Safe to call again. */
    @Override
    public void close() {
        listeners.close();
        slowRequests.stop();
        try {
            jetty.stop();
        } catch (Exception e) {
            LOG.warn("stopping the HTTP server failed", e);
        }
        jetty.destroy();
        Threads.stop(workers, "http-worker", STOP_PATIENCE);
    }

    /** Replaces Jetty's page for what it refuses by itself: bad syntax, large headers. */
    private static boolean writeJettyError(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        write(response, callback, HttpReply.text(status >= 400 ? status : 500, "the request was refused\n"));
        return true;
    }

    private static void write(Response response, Callback callback, HttpReply reply) {
        response.setStatus(reply.status());
        reply.contentType().ifPresent(type -> response.getHeaders().put(HttpHeader.CONTENT_TYPE, type));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
        response.write(true, ByteBuffer.wrap(reply.body()), callback);
    }

    private final class Dispatcher extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            requests.increment();
            SlowRequestGuard.Watch watch =
                    slowRequests.requestBegan(request.getConnectionMetaData().getConnection());
            Callback done = Callback.from(callback, watch::requestEnded);
            String path = Request.getPathInContext(request);
            Route route = routes.get(path);
            if (isSilent(path)) {
                vanish(request, done);
            } else if (request.getHttpURI().asString().length() > MAX_URI_SIZE) {
                tooLarge.increment();
                refuse(request, response, done, HttpReply.text(414, "the URI is longer than " + MAX_URI_SIZE + "\n"));
            } else if (route == null) {
                unknownPaths.increment();
                refuse(request, response, done, HttpReply.text(404, "nothing is served at this path\n"));
            } else if (!route.methods().contains(request.getMethod())) {
                wrongMethods.increment();
                response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", new TreeSet<>(route.methods())));
                refuse(request, response, done, HttpReply.text(405, "this method is not served at this path\n"));
            } else if (request.getLength() > limitOf(request)) {
                refuseTooLarge(request, response, done);
            } else if (!isMultipart(request)) {
                readThenServe(route.endpoint(), path, request, response, done, watch);
            } else if (multiparts.tryAcquire()) {
                Callback released = Callback.from(done, () -> multiparts.release());
                readThenServe(route.endpoint(), path, request, response, released, watch);
            } else {
                overload.increment();
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
                refuse(request, response, done, HttpReply.text(503, "too many requests with attachments at once\n"));
            }
            return true;
        }

        private int limitOf(Request request) {
            return isMultipart(request) ? options.maxMultipartBytes() : options.maxRequestBytes();
        }

        private static boolean isMultipart(Request request) {
            String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
            return type != null && type.regionMatches(true, 0, "multipart/", 0, "multipart/".length());
        }

        private void readThenServe(
                HttpEndpoint endpoint,
                String path,
                Request request,
                Response response,
                Callback callback,
                SlowRequestGuard.Watch watch) {
            RequestBody body = new RequestBody(request, limitOf(request));
            body.read(jetty.getScheduler(), options.requestTimeout(), (outcome, bytes) -> {
                switch (outcome) {
                    case COMPLETE -> {
                        watch.requestRead();
                        submit(endpoint, path, request, bytes, response, callback);
                    }
                    case TOO_LARGE -> refuseTooLarge(request, response, callback);
                    case TOO_SLOW -> {
                        tooSlow.increment();
                        refuse(
                                request,
                                response,
                                callback,
                                HttpReply.text(408, "the request took too long to arrive\n"));
                    }
                    case BROKEN -> {
                        broken.increment();
                        refuse(request, response, callback, HttpReply.text(400, "the request ended early\n"));
                    }
                }
            });
        }

        private void submit(
                HttpEndpoint endpoint,
                String path,
                Request request,
                byte[] body,
                Response response,
                Callback callback) {
            HttpRequest received = received(request, path, body);
            try {
                workers.execute(() -> serve(endpoint, received, request, response, callback));
            } catch (RejectedExecutionException e) {
                overload.increment();
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
                write(response, callback, HttpReply.text(503, "too many requests at once\n"));
            }
        }

        private void serve(
                HttpEndpoint endpoint, HttpRequest request, Request from, Response response, Callback callback) {
            HttpReply reply;
            try {
                reply = endpoint.handle(request);
                answered.increment();
            } catch (Throwable e) {
                // Errors too: without an answer the client would wait for its timeout and the connection stay open.
                failures.increment();
                LOG.error("answering {} failed", request, e);
                reply = HttpReply.text(500, "the service failed\n");
            }
            if (isSilent(request.path())) {
                vanish(from, callback);
                return;
            }
            write(response, callback, reply);
        }

        private void vanish(Request request, Callback callback) {
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            callback.failed(new QuietException.Exception("nobody is here any more"));
        }

        private void refuseTooLarge(Request request, Response response, Callback callback) {
            tooLarge.increment();
            refuse(
                    request,
                    response,
                    callback,
                    HttpReply.text(413, "the body is larger than " + limitOf(request) + " bytes\n"));
        }

        /** Says no before the body was read, at once: the connection closes when what is on its way has come in. */
        private void refuse(Request request, Response response, Callback callback, HttpReply reply) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            Callback whenWritten = Callback.from(
                    () -> UnreadBody.drop(request, jetty.getScheduler(), callback::succeeded), callback::failed);
            write(response, whenWritten, reply);
        }
    }

    private static HttpRequest received(Request request, String path, byte[] body) {
        @Nullable String contentType = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        HttpField soapAction = request.getHeaders().getField("SOAPAction");
        return new HttpRequest(
                request.getMethod(),
                path,
                Optional.ofNullable(request.getHttpURI().getQuery()),
                Optional.ofNullable(contentType),
                ContentTypes.action(contentType, soapAction == null ? null : soapAction.getValue()),
                body,
                internet(request.getConnectionMetaData().getRemoteSocketAddress()),
                internet(request.getConnectionMetaData().getLocalSocketAddress()));
    }

    private static InetSocketAddress internet(@Nullable SocketAddress end) {
        return end instanceof InetSocketAddress known ? known : InetSocketAddress.createUnresolved("unknown", 0);
    }

    /** The paths served now, in order. */
    public List<String> paths() {
        return List.copyOf(new TreeSet<>(routes.keySet()));
    }
}
