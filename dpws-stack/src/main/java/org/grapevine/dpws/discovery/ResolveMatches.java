package org.grapevine.dpws.discovery;

import java.util.Optional;

/**
 * The answer to a Resolve (WS-Discovery 1.1, 6.3).
 *
 * @param match empty only in the answer of a proxy
 * @param appSequence always there over UDP
 */
public record ResolveMatches(Optional<DeviceAnnouncement> match, Optional<AppSequence> appSequence)
        implements DiscoveryMessage {

    @Override
    public String action() {
        return WsDiscovery.RESOLVE_MATCHES_ACTION;
    }
}
