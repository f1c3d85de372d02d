package org.grapevine.gossip.shadow;

import org.grapevine.core.message.GossipMessage;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.HostedService;

/** Is told what the shadows of a host hand to their services, for whoever counts or times it. */
@FunctionalInterface
public interface GossipWatch {

    /**
     * A hosted service, or those who subscribe to its events, are about to be called with a message or a request. Once for each that
     * comes to the device; again only if the call was refused for want of room. On the thread that calls the service, right before
     * the call, so what this puts into a ThreadLocal the service finds there. Must neither block nor throw.
     *
     * @param message a request if its parameters have terms for replies; its payload is an {@link
     *     org.grapevine.gossip.header.EnvelopePayload}
     * @param hops copies that it took to come here, as the {@code g:Hop} of the first one says; 0 where it began, and {@link
     *     org.grapevine.gossip.driver.CallWatch#UNKNOWN} if it waited so long for its turn that this is forgotten
     */
    void calling(Device device, HostedService service, GossipMessage message, int hops);
}
