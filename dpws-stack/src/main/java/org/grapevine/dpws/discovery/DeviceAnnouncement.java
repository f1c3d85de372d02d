package org.grapevine.dpws.discovery;

import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * What a device tells about itself in Hello, ProbeMatch and ResolveMatch, and in part in Bye.
 *
 * @param epr its stable identity (R0004 to R0006)
 * @param types what it is; empty in a message if the sender left them out
 * @param scopes where it belongs, as URIs; empty if none or left out
 * @param xAddrs transport addresses at which it answers, in the order to try them; empty if a Resolve is needed to learn
 *     them
 * @param metadataVersion grows when types, scopes, transport addresses or metadata change; unsigned 32 bits. 0 in a Bye that
 *     names none, and in a match of a sloppy peer that left it out
 * @param generation version of WS-Discovery that the device speaks; only those of {@link DiscoveryVersion#WSD_2009_01} can be
 *     talked to by this stack
 */
public record DeviceAnnouncement(
        EndpointReference epr,
        List<QName> types,
        List<String> scopes,
        List<String> xAddrs,
        long metadataVersion,
        DiscoveryVersion generation) {

    public DeviceAnnouncement {
        types = List.copyOf(types);
        scopes = requireListItems("scope", scopes);
        xAddrs = requireListItems("XAddr", xAddrs);
        AppSequence.requireUnsignedInt("metadataVersion", metadataVersion);
    }

    /** An announcement of WS-Discovery 1.1. */
    public DeviceAnnouncement(
            EndpointReference epr, List<QName> types, List<String> scopes, List<String> xAddrs, long metadataVersion) {
        this(epr, types, scopes, xAddrs, metadataVersion, DiscoveryVersion.WSD_2009_01);
    }

    /** True if every type is offered, by namespace and local name, and every scope matches some own one. */
    public boolean matches(Probe probe, ScopeRule rule) {
        return types.containsAll(probe.types()) && rule.matches(scopes, probe.scopes());
    }

    /** The same with another version, of unsigned 32 bits. */
    public DeviceAnnouncement withMetadataVersion(long version) {
        return new DeviceAnnouncement(epr, types, scopes, xAddrs, version, generation);
    }

    /** The same at these transport addresses. */
    public DeviceAnnouncement at(List<String> addresses) {
        return new DeviceAnnouncement(epr, types, scopes, addresses, metadataVersion, generation);
    }

    /** White space would make two items of one as soon as the list is written. */
    static List<String> requireListItems(String name, List<String> items) {
        for (String item : items) {
            if (item.isEmpty() || item.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException(
                        name + ": '" + item + "' (expected: a URI, not empty, without white space)");
            }
        }
        return List.copyOf(items);
    }
}
