package org.grapevine.dpws.transport;

/** What an {@link HttpServer} serves at one path. */
@FunctionalInterface
public interface HttpEndpoint {

    /**
     * Answers one request. Called on a worker of the server, by many at once; may block, and then keeps a worker busy. An
     * exception becomes a 500 that tells the client nothing.
     */
    HttpReply handle(HttpRequest request) throws Exception;
}
