package org.grapevine.dpws.device;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ResolveMatches;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.jspecify.annotations.Nullable;

/** Discovery by HTTP: directed Probes, and questions to a Discovery Proxy. Any thread. */
final class UnicastDiscovery {

    private final DpwsClient client;
    private final MessageIds ids;

    UnicastDiscovery(DpwsClient client, MessageIds ids) {
        this.client = client;
        this.ids = ids;
    }

    /**
     * A directed Probe (DPWS R1015). A device that names no address in its answer has the one that was asked.
     *
     * @return those at this address that match, mostly one or none; fails as {@link DpwsClient#call} does
     */
    CompletableFuture<List<DeviceAnnouncement>> probe(URI address, Probe probe, Duration timeout) {
        EndpointReference anyone = EndpointReference.of(WsDiscovery.AD_HOC_ADDRESS);
        return ask(List.of(address), anyone, probe, timeout)
                .thenApply(matches ->
                        matches.size() == 1 && matches.get(0).xAddrs().isEmpty()
                                ? List.of(matches.get(0).at(List.of(address.toString())))
                                : matches);
    }

    /**
     * A Probe or Resolve to whoever answers at one of these addresses.
     *
     * @param timeout for all of them together
     */
    CompletableFuture<List<DeviceAnnouncement>> ask(
            List<URI> addresses, EndpointReference to, DiscoveryMessage message, Duration timeout) {
        String id = ids.next();
        byte[] envelope = DiscoveryCodec.envelope(message).messageId(id).to(to).toBytes();
        return inTurn(addresses, timeout, (address, share) -> client.call(address, envelope, share)
                .thenApply(answer -> matches(address, answer, id, message)));
    }

    /** A Hello or Bye; completed when it was accepted. */
    CompletableFuture<Void> tell(List<URI> addresses, byte[] envelope, Duration timeout) {
        return inTurn(addresses, timeout, (address, share) -> client.send(address, envelope, share));
    }

    /**
     * Tries one address after the other until one gives an answer, a fault included; each has its share of the time that is left.
     */
    static <T extends @Nullable Object> CompletableFuture<T> inTurn(
            List<URI> addresses, Duration timeout, BiFunction<URI, Duration, CompletableFuture<T>> attempt) {
        if (addresses.isEmpty()) {
            return CompletableFuture.failedFuture(new IOException("no HTTP address (expected: at least one)"));
        }
        long started = System.nanoTime();
        Duration share = timeout.dividedBy(addresses.size());
        Duration atLeast = share.toMillis() < 1 ? Duration.ofMillis(1) : share;
        CompletableFuture<T> first = attempt.apply(addresses.get(0), atLeast);
        if (addresses.size() == 1) {
            return first;
        }
        return first.exceptionallyCompose(failure -> {
            boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
            if ((wrapped ? failure.getCause() : failure) instanceof FaultException) {
                return CompletableFuture.failedFuture(failure);
            }
            Duration left = timeout.minusNanos(System.nanoTime() - started);
            return inTurn(addresses.subList(1, addresses.size()), left, attempt);
        });
    }

    private static List<DeviceAnnouncement> matches(
            URI address, Envelope answer, String id, DiscoveryMessage question) {
        Optional<DiscoveryMessage> message;
        try {
            message = DiscoveryCodec.read(answer);
        } catch (MalformedEnvelopeException e) {
            throw failed(address, String.valueOf(e.getMessage()));
        }
        if (answer.relatesTo().filter(related -> !related.equals(id)).isPresent()) {
            throw failed(address, "an answer to another question (expected: wsa:RelatesTo " + id + ")");
        }
        if (question instanceof Probe && message.isPresent() && message.get() instanceof ProbeMatches matches) {
            return List.copyOf(distinct(matches.matches()));
        }
        if (question instanceof Resolve resolve
                && message.isPresent()
                && message.get() instanceof ResolveMatches matches) {
            return matches.match().filter(match -> match.epr().equals(resolve.epr())).stream()
                    .toList();
        }
        throw failed(address, "neither ProbeMatches nor ResolveMatches, as asked for");
    }

    private static Collection<DeviceAnnouncement> distinct(List<DeviceAnnouncement> matches) {
        return new LinkedHashSet<>(matches);
    }

    private static CompletionException failed(URI address, String what) {
        return new CompletionException(new IOException(address + ": " + what));
    }
}
