package org.grapevine.dpws.discovery;

import java.time.Instant;
import java.util.Optional;

/**
 * A device that a Discovery Proxy knows.
 *
 * @param appSequence order of its last message, if it named one
 * @param heard when it last gave a sign of life, to the proxy or when asked by it
 */
public record ProxyEntry(DeviceAnnouncement device, Optional<AppSequence> appSequence, Instant heard) {}
