package org.grapevine.dpws.addressing;

/**
 * A transport address of SOAP-over-UDP 1.1: {@code soap.udp://host:port[/path]}.
 *
 * @param host an IPv4 address, a host name, or an IPv6 address without its brackets; never resolved here
 * @param port 1 to 65,535
 * @param path what follows the port, with its first slash; empty if the address has none
 */
public record SoapUdpAddress(String host, int port, String path) {

    /** The scheme with its separator, in lower case. */
    public static final String PREFIX = "soap.udp://";

    private static final String EXPECTED = " (expected: soap.udp://host:port[/path], port 1..65535)";

    public SoapUdpAddress {
        if (!isHost(host)) {
            throw new IllegalArgumentException(
                    "soap.udp host: '" + host + "' (expected: a name, IPv4 or IPv6 address)");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("soap.udp port: " + port + " (expected: 1..65535)");
        }
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new IllegalArgumentException("soap.udp path: '" + path + "' (expected: empty or /...)");
        }
    }

    public static SoapUdpAddress of(String host, int port) {
        return new SoapUdpAddress(host, port, "");
    }

    /** True if the scheme is that of SOAP-over-UDP; the rest may still be wrong. */
    public static boolean hasScheme(String address) {
        return address.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /**
     * Takes an address apart.
     *
     * @throws IllegalArgumentException naming the address, if it is none of SOAP-over-UDP or has no port
     */
    public static SoapUdpAddress parse(String address) {
        if (!hasScheme(address)) {
            throw refused(address);
        }
        String rest = address.substring(PREFIX.length());
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 ? "" : rest.substring(slash);
        boolean bracketed = authority.startsWith("[");
        int hostEnd = bracketed ? authority.indexOf("]:") : authority.indexOf(':');
        if (hostEnd < 0) {
            throw refused(address);
        }
        String host = bracketed ? authority.substring(1, hostEnd) : authority.substring(0, hostEnd);
        int port = portOf(authority.substring(hostEnd + (bracketed ? 2 : 1)));
        if (port < 1 || !isHost(host) || bracketed != (host.indexOf(':') >= 0)) {
            throw refused(address);
        }
        return new SoapUdpAddress(host, port, path);
    }

    /** The address as it stands in {@code wsa:To}. */
    @Override
    public String toString() {
        boolean ipv6 = host.indexOf(':') >= 0;
        return PREFIX + (ipv6 ? "[" + host + "]" : host) + ":" + port + path;
    }

    /** The port, or 0 for what is none. */
    private static int portOf(String digits) {
        if (digits.isEmpty() || digits.length() > 5) {
            return 0;
        }
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            port = port * 10 + (c - '0');
        }
        return port > 65_535 ? 0 : port;
    }

    private static boolean isHost(String host) {
        boolean ipv6 = host.indexOf(':') >= 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean plain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ".-_".indexOf(c) >= 0;
            // The zone of a link-local address (RFC 6874) follows a percent sign.
            boolean ipv6Only = c == ':' || c == '%';
            if (!plain && !(ipv6 && ipv6Only)) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    private static IllegalArgumentException refused(String address) {
        return new IllegalArgumentException("address: '" + address + "'" + EXPECTED);
    }
}
