package org.grapevine.peer;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.policy.Binding;

/**
 * Which peers are wanted. Types and scopes mean what they mean in a Probe (WS-Discovery 1.1, 5.1).
 *
 * @param portType the port type of the shadow
 * @param types device types that a peer must all have; empty for any
 * @param scopes scopes that a peer must all have by the rule; empty for any, but for the rule {@link ScopeRule#NONE}
 * @param matchBy how scopes are compared
 * @param binding how messages must be able to reach it; empty for either
 * @param count how many at the most; at least 1
 * @param exclude who is not wanted
 */
public record PeerSelector(
        QName portType,
        List<QName> types,
        List<String> scopes,
        ScopeRule matchBy,
        Optional<Binding> binding,
        int count,
        Set<PeerAddress> exclude) {

    public PeerSelector {
        types = List.copyOf(types);
        scopes = List.copyOf(scopes);
        exclude = Set.copyOf(exclude);
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
        }
        if (matchBy == ScopeRule.NONE && !scopes.isEmpty()) {
            throw new IllegalArgumentException(
                    "scopes: " + scopes + " (expected: none with the rule " + matchBy.uri() + ")");
        }
    }

    /** Scopes by the default rule, and either binding. */
    public PeerSelector(QName portType, List<QName> types, List<String> scopes, int count, Set<PeerAddress> exclude) {
        this(portType, types, scopes, ScopeRule.RFC3986, Optional.empty(), count, exclude);
    }

    /** Any with a shadow of the port type. */
    public static PeerSelector of(QName portType, int count) {
        return new PeerSelector(portType, List.of(), List.of(), count, Set.of());
    }

    /** The same, but only devices with all of these types. */
    public PeerSelector withTypes(List<QName> wanted) {
        return new PeerSelector(portType, wanted, scopes, matchBy, binding, count, exclude);
    }

    /**
     * The same, but only devices with all of these scopes.
     *
     * @throws IllegalArgumentException if the rule is {@link ScopeRule#NONE} and there are some
     */
    public PeerSelector withScopes(ScopeRule rule, List<String> wanted) {
        return new PeerSelector(portType, types, wanted, rule, binding, count, exclude);
    }

    /** The same, but only devices that can be reached so. */
    public PeerSelector withBinding(Binding wanted) {
        return new PeerSelector(portType, types, scopes, matchBy, Optional.of(wanted), count, exclude);
    }

    /** The same without these. */
    public PeerSelector excluding(Set<PeerAddress> unwanted) {
        return new PeerSelector(portType, types, scopes, matchBy, binding, count, unwanted);
    }

    /**
     * The rule that a {@code MatchBy} names.
     *
     * @throws IllegalArgumentException if nobody knows it
     */
    public static ScopeRule rule(String matchBy) {
        return ScopeRule.of(matchBy)
                .orElseThrow(() -> new IllegalArgumentException(
                        "matchBy: " + matchBy + " (expected: one of " + String.join(" ", ScopeRule.uris()) + ")"));
    }

    /** True if the peer is one of those wanted. */
    public boolean accepts(Peer peer) {
        return acceptsWithoutTypes(peer) && peer.types().containsAll(types);
    }

    /** True if the peer's types alone decide. */
    boolean acceptsWithoutTypes(Peer peer) {
        return peer.portType().equals(portType)
                && !exclude.contains(peer.address())
                && (binding.isEmpty() || binding.get() == Binding.SOAP_UDP || peer.http() != null)
                && matchBy.matches(peer.scopes(), scopes);
    }
}
