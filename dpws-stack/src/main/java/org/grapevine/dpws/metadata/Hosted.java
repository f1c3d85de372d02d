package org.grapevine.dpws.metadata;

import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * A service of a device.
 *
 * @param eprs where it answers, at least one; transport addresses (R0042)
 * @param types its port types
 * @param serviceId a URI, unique in the device, the same after every start. Absolute it should be, but other stacks write
 *     relative ones: SDCri, and with it many medical devices
 */
public record Hosted(List<EndpointReference> eprs, List<QName> types, String serviceId) {

    public Hosted {
        FieldLimits.requireUri("ServiceId", serviceId);
        eprs = List.copyOf(eprs);
        types = List.copyOf(types);
        if (eprs.isEmpty()) {
            throw new IllegalArgumentException(
                    "Hosted " + serviceId + ": no endpoint reference (expected: at least one)");
        }
    }
}
