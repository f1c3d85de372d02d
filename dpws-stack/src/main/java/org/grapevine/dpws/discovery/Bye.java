package org.grapevine.dpws.discovery;

import java.util.Optional;

/**
 * A device leaves (WS-Discovery 1.1, 4.2).
 *
 * @param appSequence always there in multicasts; a proxy takes Byes without it
 */
public record Bye(DeviceAnnouncement device, Optional<AppSequence> appSequence) implements DiscoveryMessage {

    @Override
    public String action() {
        return WsDiscovery.BYE_ACTION;
    }
}
