package org.grapevine.dpws.device;

import java.util.List;
import org.grapevine.dpws.metadata.Hosted;

/** Adds hosted services beside those that a maker gave a device; called for each device when it starts, on the starting thread. */
public interface DeviceExtension {

    /**
     * Looks at a device that is about to be announced and adds to it.
     *
     * @throws IllegalArgumentException if something about the device is impossible; it is then not started
     */
    List<Addition> extend(Device device);

    /**
     * A hosted service of the extension's own, reachable already.
     *
     * @param hosted how the relationship metadata names it
     * @param withdraw ends it when the device stops
     */
    record Addition(Hosted hosted, Runnable withdraw) {}
}
