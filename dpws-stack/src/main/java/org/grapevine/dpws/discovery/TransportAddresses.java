package org.grapevine.dpws.discovery;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which of a device's XAddrs can be tried. */
public final class TransportAddresses {

    /** A device has a few interfaces and IP versions; whoever lists more wants others to try long. */
    public static final int MOST = 8;

    private TransportAddresses() {}

    /**
     * The HTTP and HTTPS addresses in the order in which the device listed them, each once; at most {@link #MOST}. The zone of a
     * link-local address is taken away, for it names an interface of the computer that wrote it.
     */
    public static List<URI> http(List<String> xAddrs) {
        Set<URI> usable = new LinkedHashSet<>();
        for (String xAddr : xAddrs) {
            URI address;
            try {
                address = new URI(withoutZone(xAddr));
            } catch (URISyntaxException e) {
                continue; // One address that is none does not make the others useless.
            }
            String scheme =
                    address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
            boolean http = scheme.equals("http") || scheme.equals("https");
            if (http && address.getHost() != null && address.getUserInfo() == null && usable.size() < MOST) {
                usable.add(address);
            }
        }
        return List.copyOf(usable);
    }

    private static String withoutZone(String xAddr) {
        int open = xAddr.indexOf("://[");
        int close = open < 0 ? -1 : xAddr.indexOf(']', open);
        int zone = close < 0 ? -1 : xAddr.indexOf('%', open);
        return zone < 0 || zone > close ? xAddr : xAddr.substring(0, zone) + xAddr.substring(close);
    }
}
