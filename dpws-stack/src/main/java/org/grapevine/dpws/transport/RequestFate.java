package org.grapevine.dpws.transport;

/**
 * What becomes of one request by HTTP. TCP repeats what is lost, so there is no share of lost ones.
 *
 * @param cut nothing is sent, and the request fails like one to a host that is not there: after the connect timeout, or its own if
 *     that is shorter, with an HttpTimeoutException. It takes its place among those under way to the peer meanwhile
 * @param outMicros how long it is held back before it leaves, µs
 * @param backMicros how long its reply is held back, µs
 */
public record RequestFate(boolean cut, long outMicros, long backMicros) {

    /** It never arrives. */
    public static final RequestFate CUT = new RequestFate(true, 0, 0);

    /** Sent at once, and so is its reply: no fault. */
    public static final RequestFate SENT = new RequestFate(false, 0, 0);

    public RequestFate {
        Arguments.require(outMicros >= 0, "outMicros: %s (expected: >= 0)", outMicros);
        Arguments.require(backMicros >= 0, "backMicros: %s (expected: >= 0)", backMicros);
    }

    boolean isSent() {
        return !cut && outMicros == 0 && backMicros == 0;
    }
}
