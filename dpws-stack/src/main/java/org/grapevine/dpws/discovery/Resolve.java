package org.grapevine.dpws.discovery;

import org.grapevine.dpws.addressing.EndpointReference;

/** At which transport addresses is this device? (WS-Discovery 1.1, 6.2) */
public record Resolve(EndpointReference epr) implements DiscoveryMessage {

    @Override
    public String action() {
        return WsDiscovery.RESOLVE_ACTION;
    }
}
