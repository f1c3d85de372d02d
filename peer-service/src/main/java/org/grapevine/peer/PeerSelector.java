package org.grapevine.peer;

import java.util.List;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;

/**
 * Which peers are wanted.
 *
 * @param portType the port type of the shadow
 * @param types device types that a peer must all have; empty for any
 * @param scopes scopes of which a peer must have at least one, compared character by character; empty for any
 * @param count how many at the most; at least 1
 * @param exclude who is not wanted
 */
public record PeerSelector(
        QName portType, List<QName> types, List<String> scopes, int count, Set<PeerAddress> exclude) {

    public PeerSelector {
        types = List.copyOf(types);
        scopes = List.copyOf(scopes);
        exclude = Set.copyOf(exclude);
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
        }
    }

    boolean accepts(Peer peer) {
        boolean inScope = scopes.isEmpty() || peer.scopes().stream().anyMatch(scopes::contains);
        return peer.portType().equals(portType)
                && peer.types().containsAll(types)
                && inScope
                && !exclude.contains(peer.address());
    }
}
