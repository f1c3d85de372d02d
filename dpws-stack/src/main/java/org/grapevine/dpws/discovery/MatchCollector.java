package org.grapevine.dpws.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.Wsa;

/**
 * Collects the answers to one Probe or Resolve: those that are related to it, within MATCH_TIMEOUT. Answers to nobody's
 * question are ignored, whoever sends them. One thread at a time.
 */
public final class MatchCollector {

    private final String requestId;
    private final Instant deadline;
    private final int capacity;
    private final Map<EndpointReference, DeviceAnnouncement> matches = new LinkedHashMap<>();
    private long ignored;
    private long overflowed;

    /**
     * A collector without answers.
     *
     * @param requestId id of the Probe or Resolve
     * @param sentAt when that was first sent
     * @param capacity most devices collected, at least 1; later ones are counted only
     */
    public MatchCollector(String requestId, Instant sentAt, DiscoveryTiming timing, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        this.requestId = requestId;
        this.deadline = sentAt.plus(Duration.ofMillis(timing.matchTimeoutMs()));
        this.capacity = capacity;
    }

    /** True if the message answers the request in time; its devices are then among the {@link #matches}. */
    public boolean on(Envelope envelope, DiscoveryMessage message, Instant now) {
        boolean related = envelope.relatesTo().filter(requestId::equals).isPresent()
                && envelope.relationshipType().equals(Wsa.REPLY_RELATION);
        if (!related) {
            ignored++;
            return false;
        }
        return onRelated(message, now);
    }

    /** As {@link #on}, for a message that is known to answer the request. */
    public boolean onRelated(DiscoveryMessage message, Instant now) {
        if (isOver(now)) {
            ignored++;
            return false;
        }
        if (message instanceof ProbeMatches answer) {
            answer.matches().forEach(this::add);
            return true;
        }
        if (message instanceof ResolveMatches answer) {
            answer.match().ifPresent(this::add);
            return true;
        }
        ignored++;
        return false;
    }

    /** The devices so far, in the order in which they first answered. */
    public List<DeviceAnnouncement> matches() {
        return List.copyOf(matches.values());
    }

    public Instant deadline() {
        return deadline;
    }

    public boolean isOver(Instant now) {
        return !now.isBefore(deadline);
    }

    /** Messages that were no answer to this request, or came too late. */
    public long ignored() {
        return ignored;
    }

    /** Devices that found no place. */
    public long overflowed() {
        return overflowed;
    }

    private void add(DeviceAnnouncement match) {
        DeviceAnnouncement known = matches.get(match.epr());
        if (known == null && matches.size() == capacity) {
            overflowed++;
        } else if (known == null || known.metadataVersion() <= match.metadataVersion()) {
            matches.put(match.epr(), match);
        }
    }
}
