package org.grapevine.dpws.transport;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An answer over HTTP: what an {@link HttpEndpoint} gives, and what an {@link HttpSender} receives.
 *
 * @param status 200..599
 * @param contentType of the body; empty when there is no body
 * @param body handed over, not copied; of length 0 when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // A copy of every body is what handing it over avoids; nobody compares these.
public record HttpReply(int status, Optional<String> contentType, byte[] body) {

    /** Media type of a SOAP 1.2 envelope (SOAP 1.2 Part 2, DPWS 1.1 R0012). */
    public static final String SOAP_CONTENT_TYPE = "application/soap+xml; charset=utf-8";

    public HttpReply {
        Arguments.require(status >= 200 && status <= 599, "status: %s (expected: 200..599)", status);
    }

    /** A SOAP 1.2 envelope. */
    public static HttpReply soap(int status, byte[] envelope) {
        return new HttpReply(status, Optional.of(SOAP_CONTENT_TYPE), envelope);
    }

    /** 202 without a body: the answer to a one-way message (DPWS 1.1 R0030). */
    public static HttpReply accepted() {
        return new HttpReply(202, Optional.empty(), new byte[0]);
    }

    /** A short message for people. */
    public static HttpReply text(int status, String message) {
        return new HttpReply(
                status, Optional.of("text/plain; charset=utf-8"), message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "HttpReply[" + status + ", " + contentType.orElse("no content type") + ", " + body.length + " bytes]";
    }
}
