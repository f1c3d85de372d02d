package org.grapevine.dpws.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Addresses as strangers may read them: IPv6 in its short form (RFC 5952), and never with a zone, which only this machine knows. */
public final class AddressText {

    private static final int GROUPS = 8;
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4_LITERAL = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private AddressText() {}

    /** The literal address, {@code 192.0.2.1} or {@code fe80::1}. */
    public static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? address.getHostAddress() : shortened(bytes);
    }

    /** Address and port as they stand in a URI, {@code 192.0.2.1:80} or {@code [fe80::1]:80}. */
    public static String authority(InetSocketAddress socket) {
        String literal = of(socket.getAddress());
        return (literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal) + ":" + socket.getPort();
    }

    /** Where a URI with a host leads, unresolved if that is no literal address: nobody is asked. */
    static InetSocketAddress socketOf(URI uri) {
        String host = uri.getHost();
        int standard = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        if (host.startsWith("[") || IPV4_LITERAL.matcher(host).matches()) {
            try {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            } catch (UnknownHostException e) {
                return InetSocketAddress.createUnresolved(host, port); // A zone that this machine does not have.
            }
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static String shortened(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xFF) << 8 | (bytes[2 * i + 1] & 0xFF);
        }
        int gap = -1;
        int gapLength = 1; // A single zero is not worth a gap.
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(groups, i);
            if (length > gapLength) {
                gap = i;
                gapLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }
}
