package org.grapevine.dpws.device;

import java.util.List;
import org.grapevine.dpws.metadata.Hosted;

/**
 * Adds hosted services beside those that a maker gave a device. Called on the thread that starts the device, or adds a service to one
 * that runs.
 */
public interface DeviceExtension {

    /**
     * Looks at a device that is about to be announced, whose services answer already, and adds to it.
     *
     * @throws IllegalArgumentException if something about the device is impossible; it is then not started
     */
    List<Addition> extend(Device device);

    /**
     * Looks at a service that is about to be announced and adds to it.
     *
     * @param service one of the maker's on that device; it answers already
     * @throws IllegalArgumentException if something about the device is impossible; the service is then not announced
     */
    default List<Addition> extend(Device device, HostedService service) {
        return List.of();
    }

    /**
     * A hosted service of the extension's own, reachable already.
     *
     * @param hosted how the relationship metadata names it
     * @param withdraw ends it when the device or service does to which it was added
     */
    record Addition(Hosted hosted, Runnable withdraw) {}
}
