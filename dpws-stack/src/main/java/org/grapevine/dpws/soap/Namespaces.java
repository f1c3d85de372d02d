package org.grapevine.dpws.soap;

import java.util.Map;
import java.util.Optional;

/** The namespaces of DPWS 1.1 and its parts, and the prefixes under which this stack writes them. */
public final class Namespaces {

    /** SOAP 1.2. */
    public static final String S12 = "http://www.w3.org/2003/05/soap-envelope";

    /** WS-Addressing 1.0. */
    public static final String WSA = "http://www.w3.org/2005/08/addressing";

    /** WS-Discovery 1.1; without a slash at its end. */
    public static final String WSD = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01";

    /** DPWS 1.1. */
    public static final String DPWS = "http://docs.oasis-open.org/ws-dd/ns/dpws/2009/01";

    /** WS-Transfer of September 2004. */
    public static final String WXF = "http://schemas.xmlsoap.org/ws/2004/09/transfer";

    /** WS-MetadataExchange of September 2004. */
    public static final String WSX = "http://schemas.xmlsoap.org/ws/2004/09/mex";

    /** WS-Eventing of August 2004; endpoint references inside are those of WS-Addressing 1.0. */
    public static final String WSE = "http://schemas.xmlsoap.org/ws/2004/08/eventing";

    /** WS-Eventing of March 2011, by the W3C. */
    public static final String WS_EVT = "http://www.w3.org/2011/03/ws-evt";

    /** WS-Policy 1.5. */
    public static final String WSP = "http://www.w3.org/ns/ws-policy";

    /** WSDL 1.1. */
    public static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";

    /** The namespace of {@code xml:lang}, always bound to the prefix {@code xml}. */
    public static final String XML = "http://www.w3.org/XML/1998/namespace";

    private static final Map<String, String> PREFIXES = Map.of(
            S12, "s12", WSA, "wsa", WSD, "wsd", DPWS, "dpws", WXF, "wxf", WSX, "wsx", WSE, "wse", WSP, "wsp", WSDL,
            "wsdl", XML, "xml");

    private Namespaces() {}

    /** The usual prefix of a namespace of this list. */
    static Optional<String> usualPrefix(String namespace) {
        return Optional.ofNullable(PREFIXES.get(namespace));
    }

    /** Whether a namespace of this list has that prefix. */
    static boolean isUsualPrefix(String prefix) {
        return PREFIXES.containsValue(prefix);
    }
}
