package org.grapevine.peer.service;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.peer.PeerSelector;

/**
 * Calls a Peer Service on another device. What it answers is checked like everything that comes from the network. Any thread; futures
 * fail with an IOException whose message names the address and what came, or with the exceptions of {@link DpwsClient#call}.
 */
public final class PeerServiceClient implements PeerSource {

    private final DpwsClient client;
    private final EndpointReference service;
    private final Duration timeout;
    private final LongSupplier nowMillis;

    /**
     * A client of one service.
     *
     * @param service its address is an HTTP URL
     * @param timeout of each call
     * @param nowMillis clock of the host, ms since the epoch: ages of peers become times by it
     */
    public PeerServiceClient(DpwsClient client, EndpointReference service, Duration timeout, LongSupplier nowMillis) {
        this.client = client;
        this.service = service;
        this.timeout = timeout;
        this.nowMillis = nowMillis;
    }

    @Override
    public CompletableFuture<Drawn> draw(PeerSelector selector) {
        return call("GetPeers", GetPeers.of(selector), GetPeersResponse.class, answer -> {
            Drawn drawn = answer.toDrawn(selector.count(), nowMillis.getAsLong());
            drawn.peers().stream()
                    .filter(peer -> !selector.accepts(peer))
                    .findFirst()
                    .ifPresent(other -> {
                        throw Lexical.refused("Peer", other.address().value(), "one of those that were asked for");
                    });
            return drawn;
        });
    }

    /**
     * Offers entries for a view of the other device, and gets some of it: so a device joins that knows one Peer Service and nobody
     * else.
     *
     * @param offered the own entry, and perhaps others; {@value Peers1#MAX_ENTRIES} at the most
     * @return the other device's own entry first
     */
    public CompletableFuture<List<PeerEntry>> exchange(QName portType, Segment segment, List<PeerEntry> offered) {
        return call(
                "ExchangeView",
                ExchangeView.of(portType, segment, offered),
                ExchangeViewResponse.class,
                ExchangeViewResponse::toEntries);
    }

    /**
     * Asks how the views of the other device stand.
     *
     * @param portType of the views wanted; empty for all
     * @param segment of the views wanted; empty for all
     * @param entries of each view at the most, 0..{@value Peers1#MAX_SHOWN}
     */
    public CompletableFuture<StatusReport> status(Optional<QName> portType, Optional<Segment> segment, int entries) {
        return call(
                "GetStatus",
                GetStatus.of(portType, segment, entries),
                GetStatusResponse.class,
                GetStatusResponse::toReport);
    }

    private <A, T> CompletableFuture<T> call(
            String operation, Object request, Class<A> answerType, Function<A, T> reading) {
        return client.call(service, Peers1.action(operation), PeerPayloads.write(request), timeout)
                .thenApply(answer -> {
                    try {
                        return reading.apply(PeerPayloads.read(answer, answerType));
                    } catch (IllegalArgumentException e) {
                        throw new CompletionException(new IOException(
                                service.address() + ": answer to " + operation + ": " + e.getMessage(), e));
                    }
                });
    }
}
