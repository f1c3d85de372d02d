package org.grapevine.dpws.discovery;

import java.util.List;
import javax.xml.namespace.QName;

/**
 * Who has all of these types and scopes? (WS-Discovery 1.1, 5.2)
 *
 * @param types empty: any
 * @param scopes empty: any, but for the rule {@link ScopeRule#NONE}
 * @param matchBy URI of the scope rule; may be one that nobody knows
 */
public record Probe(List<QName> types, List<String> scopes, String matchBy) implements DiscoveryMessage {

    public Probe {
        types = List.copyOf(types);
        scopes = DeviceAnnouncement.requireListItems("scope", scopes);
    }

    /** A Probe under the default rule. */
    public static Probe of(List<QName> types, List<String> scopes) {
        return new Probe(types, scopes, ScopeRule.RFC3986.uri());
    }

    @Override
    public String action() {
        return WsDiscovery.PROBE_ACTION;
    }
}
