package org.grapevine.peer.service;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.jspecify.annotations.Nullable;

/** Reads text of messages into values; all methods throw IllegalArgumentException that names the value and what was expected. */
final class Lexical {

    private static final Pattern INTEGER = Pattern.compile("\\+?\\d{1,18}");
    private static final int SHOWN_CHARACTERS = 80;

    /** Numbers, not names: whoever answers must not make others ask the DNS. */
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int FIRST_MULTICAST = 224;

    private Lexical() {}

    static <T> T present(String name, @Nullable T value, String expected) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: " + expected + ")");
        }
        return value;
    }

    static long integer(String name, @Nullable String value, long least, long most) {
        String expected = least + ".." + most;
        String text = present(name, value, expected).strip();
        if (!INTEGER.matcher(text).matches()) {
            throw refused(name, text, expected);
        }
        long number = Long.parseLong(text);
        if (number < least || number > most) {
            throw refused(name, text, expected);
        }
        return number;
    }

    static int small(String name, @Nullable String value, int least, int most) {
        return Math.toIntExact(integer(name, value, least, most));
    }

    static boolean flag(String name, @Nullable String value) {
        String text = present(name, value, "true or false").strip();
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw refused(name, text, "true or false");
        };
    }

    /** The elements of a list that may be absent, each checked not to be null. */
    static <T> List<T> list(String name, @Nullable List<@Nullable T> value, int most) {
        if (value == null) {
            return List.of();
        }
        if (value.size() > most) {
            throw refused(name, value.size() + " of them", "at most " + most);
        }
        return value.stream()
                .map(element -> Lexical.<T>present(name, element, "a value"))
                .toList();
    }

    static QName qname(String name, @Nullable QName value) {
        QName present = present(name, value, "a name whose prefix is declared");
        if (present.getLocalPart().isEmpty() || length(present) > Peers1.MAX_ADDRESS_CHARACTERS) {
            throw refused(name, present.toString(), "a name of 1.." + Peers1.MAX_ADDRESS_CHARACTERS + " characters");
        }
        return present;
    }

    private static int length(QName name) {
        return name.getLocalPart().length() + name.getNamespaceURI().length();
    }

    static List<QName> qnames(String name, @Nullable List<@Nullable QName> value) {
        return list(name, value, Peers1.MAX_WORDS).stream()
                .map(each -> qname(name, each))
                .toList();
    }

    /** A word without white space, of a length that an honest address has. */
    static String word(String name, @Nullable String value) {
        String expected = "1.." + Peers1.MAX_ADDRESS_CHARACTERS + " characters without white space";
        String text = present(name, value, expected).strip();
        boolean blank = text.isEmpty() || text.chars().anyMatch(c -> Character.isWhitespace(c) || c < ' ');
        if (blank || text.length() > Peers1.MAX_ADDRESS_CHARACTERS) {
            throw refused(name, text, expected);
        }
        return text;
    }

    static List<String> words(String name, @Nullable List<@Nullable String> value) {
        return list(name, value, Peers1.MAX_WORDS).stream()
                .map(each -> word(name, each))
                .toList();
    }

    /** Any address of a peer; whether a peer could be there is another question. */
    static PeerAddress address(String name, @Nullable String value) {
        String text = word(name, value);
        try {
            return new PeerAddress(SoapUdpAddress.parse(text).toString());
        } catch (IllegalArgumentException e) {
            throw refused(name, text, "soap.udp://host:port[/path], port 1..65535", e);
        }
    }

    /** The address of a peer that messages may be sent to: of one host, by number. */
    static PeerAddress unicast(String name, @Nullable String value) {
        PeerAddress address = address(name, value);
        if (!isUnicast(SoapUdpAddress.parse(address.value()).host())) {
            throw refused(name, address.value(), "the IP address of one host");
        }
        return address;
    }

    static URI http(String name, @Nullable String value) {
        String expected = "http:// or https:// with the IP address of one host";
        String text = word(name, value);
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw refused(name, text, expected, e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (!(scheme.equals("http") || scheme.equals("https")) || host == null || !isUnicast(unbracketed(host))) {
            throw refused(name, text, expected);
        }
        return uri;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isUnicast(String host) {
        boolean ipv6 = IPV6.matcher(host).matches();
        if (!ipv6 && !isIpv4(host)) {
            return false;
        }
        try {
            // Nothing is looked up: it is a literal, and in brackets it can be nothing else. IPv4 inside of IPv6 comes
            // out.
            InetAddress address = InetAddress.getByName(ipv6 ? "[" + host + "]" : host);
            byte[] octets = address.getAddress();
            int first = octets[0] & 0xFF;
            boolean nobodys = octets.length == 4 && (first == 0 || first >= FIRST_MULTICAST);
            return !nobodys && !address.isMulticastAddress() && !address.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false; // The caller says what is expected.
        }
    }

    private static boolean isIpv4(String host) {
        Matcher parts = IPV4.matcher(host);
        return parts.matches()
                && IntStream.rangeClosed(1, 4).allMatch(part -> Integer.parseInt(parts.group(part)) <= 255);
    }

    static IllegalArgumentException refused(String name, String value, String expected) {
        return new IllegalArgumentException(sentence(name, value, expected));
    }

    private static IllegalArgumentException refused(String name, String value, String expected, Exception cause) {
        return new IllegalArgumentException(sentence(name, value, expected), cause);
    }

    private static String sentence(String name, String value, String expected) {
        String shown = value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "...";
        return name + ": " + shown.replaceAll("[\\p{Cntrl}]", "?") + " (expected: " + expected + ")";
    }
}
