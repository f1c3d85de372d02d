package org.grapevine.dpws.device;

import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.policy.PortGossip;

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
     * Looks again at a device that runs, after services came or went or changed their gossip policy.
     *
     * @param had what the extension has added to the device itself so far
     * @return what it adds from now on: what is not among it any more is withdrawn
     */
    default List<Addition> extendAgain(Device device, List<Addition> had) {
        return had;
    }

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
     * Attaches a gossip policy to a service of a device that runs, changes it or takes it away.
     *
     * @param policy in place of what the service had, from annotations, its WSDL or an earlier call; empty for no gossip
     * @return what the service has of this extension from now on, in place of what it had, which the extension has ended already;
     *     empty if policies are no business of this extension
     * @throws org.grapevine.policy.PolicyException if the policy is impossible for the service; nothing has changed then
     */
    default Optional<List<Addition>> gossip(Device device, HostedService service, Optional<PortGossip> policy) {
        return Optional.empty();
    }

    /** Hears that a device that runs has other types, scopes or words now ({@link Device#change}); its Hello may not be out yet. */
    default void changed(Device device) {}

    /**
     * A hosted service of the extension's own, reachable already; {@link Device#open} makes one of an object.
     *
     * @param hosted how the relationship metadata names it
     * @param withdraw ends it when the device or service does to which it was added
     * @param crash ends it when the device is gone without a word ({@link Device#crash}): nobody is told, and nothing is sent
     */
    record Addition(Hosted hosted, Runnable withdraw, Runnable crash) {

        /** Of one that has nobody to tell, and so ends in the same way always. */
        public Addition(Hosted hosted, Runnable withdraw) {
            this(hosted, withdraw, withdraw);
        }
    }
}
