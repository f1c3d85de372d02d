package org.grapevine.dpws.discovery;

import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Namespaces;

/** The well-known values of WS-Discovery 1.1 and of DPWS 1.1 about discovery. */
public final class WsDiscovery {

    /** {@code wsa:To} of every multicast discovery message: nobody in particular. */
    public static final String AD_HOC_ADDRESS = "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01";

    /** UDP port of multicast discovery messages. */
    public static final int DISCOVERY_PORT = 3702;

    /** IPv4 multicast group of discovery. */
    public static final String IPV4_GROUP = "239.255.255.250";

    /** IPv6 multicast group of discovery, link-local. */
    public static final String IPV6_GROUP = "FF02::C";

    public static final String HELLO_ACTION = Namespaces.WSD + "/Hello";
    public static final String BYE_ACTION = Namespaces.WSD + "/Bye";
    public static final String PROBE_ACTION = Namespaces.WSD + "/Probe";
    public static final String PROBE_MATCHES_ACTION = Namespaces.WSD + "/ProbeMatches";
    public static final String RESOLVE_ACTION = Namespaces.WSD + "/Resolve";
    public static final String RESOLVE_MATCHES_ACTION = Namespaces.WSD + "/ResolveMatches";

    /** The type that every DPWS device has (R1020). */
    public static final QName DEVICE_TYPE = new QName(Namespaces.DPWS, "Device", "dpws");

    /** The type of a Discovery Proxy. */
    public static final QName DISCOVERY_PROXY_TYPE = new QName(Namespaces.WSD, "DiscoveryProxy", "wsd");

    /** The relation of a proxy's Hello to the multicast Probe or Resolve that it answers. */
    public static final String SUPPRESSION_RELATION = Namespaces.WSD + "/Suppression";

    /** How long a client waits for a Discovery Proxy, in ms (DP_MAX_TIMEOUT). */
    public static final int DP_MAX_TIMEOUT_MS = 5_000;

    /** The header block that orders the messages of one device. */
    public static final QName APP_SEQUENCE = new QName(Namespaces.WSD, "AppSequence", "wsd");

    private WsDiscovery() {}
}
