package org.grapevine.peer.service;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.hosting.ServiceFaultException;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.SegmentView;
import org.grapevine.peer.TokenBucket;

/**
 * Answers for one device: from what its host knows of peers, and from the views of its shadows. Every answer fits the envelope that
 * any peer must be able to take (DPWS 1.1, MAX_ENVELOPE_SIZE). Any thread; a call waits for the event loops, 2 s at the most.
 */
public final class HostedPeers implements PeerPort {

    private static final long PATIENCE_MILLIS = 2_000;

    /** What the envelope around an answer takes, with room to spare. */
    private static final int ENVELOPE_OCTETS = 3_000;

    private static final int MAX_OCTETS = EnvelopeLimits.MAX_ENVELOPE_SIZE - ENVELOPE_OCTETS;

    /** A newcomer offers itself only, and needs more than one entry. */
    private static final int LEAST_EXCHANGED = 8;

    private final PeerService peers;
    private final Supplier<List<SegmentView>> views;
    private final LongSupplier nowMillis;
    private final TokenBucket exchanges = new TokenBucket(20, 40); // guarded by itself
    private final TokenBucket questions = new TokenBucket(200, 400); // guarded by itself
    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unavailable = new LongAdder();

    /**
     * What has become of the requests so far.
     *
     * @param answered as they asked
     * @param refused since something was wrong with them
     * @param unavailable for which there was no time or room, or too many came at once
     */
    public record Served(long answered, long refused, long unavailable) {}

    /**
     * Serves one device.
     *
     * @param peers what the host knows
     * @param views those of the device at any time
     * @param nowMillis the clock of the peers, ms since the epoch
     */
    public HostedPeers(PeerService peers, Supplier<List<SegmentView>> views, LongSupplier nowMillis) {
        this.peers = peers;
        this.views = views;
        this.nowMillis = nowMillis;
    }

    public Served served() {
        return new Served(answered.sum(), refused.sum(), unavailable.sum());
    }

    @Override
    public GetPeersResponse getPeers(GetPeers request) {
        return answering(() -> {
            PeerSelector selector = request.toSelector();
            requireAllowed(questions, "questions");
            CompletableFuture<Integer> size = size(selector);
            List<Peer> drawn = await(peers.peers(selector));
            return GetPeersResponse.of(drawn, await(size), nowMillis.getAsLong(), MAX_OCTETS);
        });
    }

    /** Of the one segment that is asked for, if this device has a view of it. */
    private CompletableFuture<Integer> size(PeerSelector selector) {
        return views.get().stream()
                .filter(view -> view.portType().equals(selector.portType())
                        && selector.scopes().equals(List.of(view.segment().scope())))
                .findFirst()
                .map(view -> view.status().thenApply(status -> status.stats().size()))
                .orElseGet(() -> CompletableFuture.completedFuture(0));
    }

    @Override
    public ExchangeViewResponse exchangeView(ExchangeView request) {
        return answering(() -> {
            List<PeerEntry> offered = request.offered();
            SegmentView view = view(request.portType(), request.segment());
            requireAllowed(exchanges, "exchanges");
            Set<PeerAddress> known = new HashSet<>(Set.of(view.self().address()));
            offered.forEach(entry -> known.add(entry.address()));
            int wanted = Math.max(LEAST_EXCHANGED, offered.size());
            List<PeerEntry> entries = new ArrayList<>(List.of(view.self()));
            entries.addAll(await(view.draw(wanted - 1, known)));
            view.contacts(offered);
            return ExchangeViewResponse.of(entries);
        });
    }

    private void requireAllowed(TokenBucket bucket, String what) {
        synchronized (bucket) {
            if (!bucket.take(nowMillis.getAsLong())) {
                throw new RejectedExecutionException("more " + what + " at once than this device takes");
            }
        }
    }

    private SegmentView view(QName portType, Segment segment) {
        List<SegmentView> all = views.get();
        return all.stream()
                .filter(view ->
                        view.portType().equals(portType) && view.segment().equals(segment))
                .findFirst()
                .orElseThrow(() -> Lexical.refused(
                        "view",
                        portType + " in " + segment,
                        all.isEmpty()
                                ? "none, since this device has no view"
                                : "one of "
                                        + all.stream()
                                                .limit(8)
                                                .map(view -> view.portType() + " in " + view.segment())
                                                .toList()));
    }

    @Override
    public GetStatusResponse getStatus(GetStatus request) {
        return answering(() -> {
            int shown = request.shown();
            requireAllowed(questions, "questions");
            Map<SegmentView, CompletableFuture<SegmentView.Status>> asked = new LinkedHashMap<>();
            for (SegmentView view : views.get()) {
                boolean wanted = request.portType()
                                .filter(name -> !name.equals(view.portType()))
                                .isEmpty()
                        && request.segment()
                                .filter(segment -> !segment.equals(view.segment()))
                                .isEmpty();
                if (wanted) {
                    asked.put(view, view.status());
                }
            }
            await(CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new)));
            List<ViewReport> reports = new ArrayList<>();
            asked.forEach((view, status) ->
                    reports.add(new ViewReport(view.portType(), view.segment(), view.self(), status.join())));
            return GetStatusResponse.of(reports, shown, MAX_OCTETS);
        });
    }

    private interface Answering<T> {
        T answer() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private <T> T answering(Answering<T> operation) {
        try {
            T answer = operation.answer();
            answered.increment();
            return answer;
        } catch (IllegalArgumentException e) {
            refused.increment();
            throw ServiceFaultException.sender(String.valueOf(e.getMessage()), e);
        } catch (RejectedExecutionException e) {
            unavailable.increment();
            throw ServiceFaultException.receiver("Peer Service: " + e.getMessage(), e);
        } catch (ExecutionException | TimeoutException e) {
            unavailable.increment();
            throw ServiceFaultException.receiver(
                    "Peer Service: no answer within " + PATIENCE_MILLIS + " ms, the device is busy", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            unavailable.increment();
            throw ServiceFaultException.receiver("Peer Service: stopped", e);
        }
    }

    private static <T> T await(CompletableFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
