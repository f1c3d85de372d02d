package org.grapevine.dpws.discovery;

import java.util.Optional;

/**
 * A device is there, or has changed (WS-Discovery 1.1, 4.1).
 *
 * @param appSequence always there in multicasts; a proxy takes Hellos without it
 */
public record Hello(DeviceAnnouncement device, Optional<AppSequence> appSequence) implements DiscoveryMessage {

    @Override
    public String action() {
        return WsDiscovery.HELLO_ACTION;
    }
}
