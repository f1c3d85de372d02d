package org.grapevine.dpws.discovery;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a Probe (WS-Discovery 1.1, 5.3).
 *
 * @param matches empty only in answers over HTTP (R1022)
 * @param appSequence always there over UDP
 */
public record ProbeMatches(List<DeviceAnnouncement> matches, Optional<AppSequence> appSequence)
        implements DiscoveryMessage {

    public ProbeMatches {
        matches = List.copyOf(matches);
    }

    @Override
    public String action() {
        return WsDiscovery.PROBE_MATCHES_ACTION;
    }
}
