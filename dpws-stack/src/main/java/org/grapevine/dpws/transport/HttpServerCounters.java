package org.grapevine.dpws.transport;

/**
 * What an {@link HttpServer} did so far.
 *
 * @param requests requests whose header arrived
 * @param answered requests that an endpoint answered
 * @param unknownPaths refused with 404
 * @param wrongMethods refused with 405
 * @param tooSlow refused with 408, or connections cut off within a header or a TLS handshake, see {@link HttpServerOptions#requestTimeout}
 * @param tooLarge refused with 413, or 414 for its URI
 * @param broken bodies that ended early or were not valid HTTP
 * @param failures endpoints that threw: answered with 500
 * @param overload refused with 503
 * @param failedHandshakes connections that ended because TLS could not be agreed on, a certificate was not trusted or missing, or the
 *     client spoke no TLS
 * @param connections open now, of all addresses together
 */
public record HttpServerCounters(
        long requests,
        long answered,
        long unknownPaths,
        long wrongMethods,
        long tooSlow,
        long tooLarge,
        long broken,
        long failures,
        long overload,
        long failedHandshakes,
        int connections) {}
