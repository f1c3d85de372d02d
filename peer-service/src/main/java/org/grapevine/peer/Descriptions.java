package org.grapevine.peer;

import java.util.Map;
import java.util.Optional;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;

/** What shadows told of their devices; those asked for longest ago make room. For one thread. */
final class Descriptions {

    static final int CAPACITY = 4_096;

    /** Nothing tells when a device changes that is known from views only. */
    static final long LIFETIME_MILLIS = 600_000;

    private record Told(Optional<Host> device, long atMillis) {}

    private final Map<PeerAddress, Told> told = new RecentlyUsed<>(CAPACITY);

    /** True if it should be asked, and takes questions. */
    boolean isUnknown(Peer peer, long nowMillis) {
        Told known = told.get(peer.address());
        return peer.http() != null && (known == null || nowMillis - known.atMillis() > LIFETIME_MILLIS);
    }

    /**
     * Keeps an answer, also if there was none, so that the silent are not asked without end.
     *
     * @param metadata of the shadow itself; it counts only if the shadow has the port type that others say it has
     */
    void put(Peer peer, Optional<Metadata> metadata, long nowMillis) {
        Optional<Relationship> relationship = metadata.flatMap(Metadata::relationship)
                .filter(of ->
                        of.hosted().stream().anyMatch(service -> service.types().contains(peer.portType())));
        told.put(peer.address(), new Told(relationship.flatMap(Relationship::host), nowMillis));
    }

    /** The same peer with its device and types, if they are known. */
    Peer describe(Peer peer) {
        Told known = told.get(peer.address());
        if (known == null || known.device().isEmpty()) {
            return peer;
        }
        Host device = known.device().get();
        return new Peer(
                device.epr(),
                device.types(),
                peer.scopes(),
                peer.portType(),
                peer.address(),
                peer.http(),
                peer.metadataVersion(),
                peer.learntAtMillis());
    }
}
