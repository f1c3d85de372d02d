package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link HttpSender} is set up. The defaults are guesses that fit a host with some thousand devices.
 *
 * @param connectTimeout for opening a connection
 * @param maxReplyBytes larger reply bodies fail the request
 * @param maxUnderWay requests under way at once, all peers together
 * @param maxUnderWayPerPeer requests under way at once to one host and port; so many connections it may have
 * @param maxWaitingPerPeer requests that wait for one peer; more are refused
 * @param maxWaiting requests that wait, all peers together; more are refused
 * @param tls for addresses that are https; without it they are refused
 * @param faults put into requests; {@link TransportFaults#NONE} outside of tests
 */
public record HttpSenderOptions(
        Duration connectTimeout,
        int maxReplyBytes,
        int maxUnderWay,
        int maxUnderWayPerPeer,
        int maxWaitingPerPeer,
        int maxWaiting,
        Optional<TlsSettings> tls,
        TransportFaults faults) {

    public HttpSenderOptions {
        Arguments.require(
                connectTimeout.toMillis() >= 1,
                "connectTimeout: %s (expected: at least a millisecond)",
                connectTimeout);
        Arguments.require(maxReplyBytes >= 0, "maxReplyBytes: %s (expected: >= 0)", maxReplyBytes);
        Arguments.require(maxUnderWay >= 1, "maxUnderWay: %s (expected: >= 1)", maxUnderWay);
        Arguments.require(maxUnderWayPerPeer >= 1, "maxUnderWayPerPeer: %s (expected: >= 1)", maxUnderWayPerPeer);
        Arguments.require(maxWaitingPerPeer >= 0, "maxWaitingPerPeer: %s (expected: >= 0)", maxWaitingPerPeer);
        Arguments.require(maxWaiting >= 0, "maxWaiting: %s (expected: >= 0)", maxWaiting);
    }

    public static HttpSenderOptions defaults() {
        return new HttpSenderOptions(
                Duration.ofSeconds(2), 4 << 20, 256, 4, 64, 16_384, Optional.empty(), TransportFaults.NONE);
    }

    public HttpSenderOptions withMaxReplyBytes(int bytes) {
        return new HttpSenderOptions(
                connectTimeout, bytes, maxUnderWay, maxUnderWayPerPeer, maxWaitingPerPeer, maxWaiting, tls, faults);
    }

    public HttpSenderOptions withUnderWay(int all, int perPeer) {
        return new HttpSenderOptions(
                connectTimeout, maxReplyBytes, all, perPeer, maxWaitingPerPeer, maxWaiting, tls, faults);
    }

    public HttpSenderOptions withWaiting(int all, int perPeer) {
        return new HttpSenderOptions(
                connectTimeout, maxReplyBytes, maxUnderWay, maxUnderWayPerPeer, perPeer, all, tls, faults);
    }

    /** Speaks HTTPS where an address asks for it. */
    public HttpSenderOptions withTls(TlsSettings settings) {
        return new HttpSenderOptions(
                connectTimeout,
                maxReplyBytes,
                maxUnderWay,
                maxUnderWayPerPeer,
                maxWaitingPerPeer,
                maxWaiting,
                Optional.of(settings),
                faults);
    }

    /** Puts faults into requests. */
    public HttpSenderOptions withFaults(TransportFaults others) {
        return new HttpSenderOptions(
                connectTimeout,
                maxReplyBytes,
                maxUnderWay,
                maxUnderWayPerPeer,
                maxWaitingPerPeer,
                maxWaiting,
                tls,
                others);
    }
}
