package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A request that an {@link HttpServer} received whole.
 *
 * @param method GET, POST, ...; as sent
 * @param path as sent, with dot segments resolved, without the query
 * @param query what follows the question mark
 * @param contentType the Content-Type header
 * @param action the action parameter of the content type (SOAP 1.2 Part 2, action feature), else the SOAPAction header,
 *     without quotes
 * @param body handed over, not copied
 * @param remote address and port of the client's end of the connection
 * @param local address and port of the server's end, at which the client reached it
 */
@SuppressWarnings("ArrayRecordComponent") // A copy of every body is what handing it over avoids; nobody compares these.
public record HttpRequest(
        String method,
        String path,
        Optional<String> query,
        Optional<String> contentType,
        Optional<String> action,
        byte[] body,
        InetSocketAddress remote,
        InetSocketAddress local) {

    @Override
    public String toString() {
        return "HttpRequest[" + method + " " + path + ", " + body.length + " bytes from " + remote + "]";
    }
}
