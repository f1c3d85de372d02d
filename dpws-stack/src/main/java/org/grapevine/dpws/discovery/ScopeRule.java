package org.grapevine.dpws.discovery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.dpws.soap.Namespaces;

/**
 * How the scopes of a Probe are compared with those of a device (WS-Discovery 1.1, 5.1). A scope that is no proper URI of its
 * rule matches nothing and is no error.
 */
public enum ScopeRule {
    /** Scheme and authority without regard to case, then path segment by segment; the default. */
    RFC3986("/rfc3986") {
        @Override
        Optional<String> key(String scope) {
            UriParts uri = UriParts.of(scope);
            List<String> segments = uri.segments();
            if (segments.contains(".") || segments.contains("..")) {
                return Optional.empty();
            }
            return Optional.of(keyOf(uri.server(), segments));
        }
    },
    /** The same UUID, however it is spelt. */
    UUID("/uuid") {
        @Override
        Optional<String> key(String scope) {
            Matcher matcher = UUID_FORM.matcher(scope);
            return matcher.matches()
                    ? Optional.of(keyOf(List.of(matcher.group(1).toLowerCase(Locale.ROOT)), List.of()))
                    : Optional.empty();
        }
    },
    /** The same directory server, and the asked name is an ancestor or the entry itself. */
    LDAP("/ldap") {
        @Override
        Optional<String> key(String scope) {
            UriParts uri = UriParts.of(scope);
            if (!uri.scheme.equals("ldap")) {
                return Optional.empty();
            }
            // A distinguished name is written from the leaf to the root; an ancestor is its end.
            List<String> names = relativeNames(uri.path);
            Collections.reverse(names);
            return Optional.of(keyOf(uri.server(), names));
        }
    },
    /** The same characters. */
    STRCMP0("/strcmp0") {
        @Override
        Optional<String> key(String scope) {
            return Optional.of(keyOf(List.of(scope), List.of()));
        }
    },
    /** Devices without any scope. */
    NONE("/none") {
        @Override
        public boolean matches(List<String> targetScopes, List<String> probeScopes) {
            return targetScopes.isEmpty() && probeScopes.isEmpty();
        }

        @Override
        Optional<String> key(String scope) {
            return Optional.empty();
        }
    };

    /** Ends each part of a key; no character of XML, and none of an octet. */
    static final char END_OF_PART = '\uFFFE';

    private static final Pattern UUID_FORM = Pattern.compile(
            "(?:urn:)?(?:uuid:)?(\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12})", Pattern.CASE_INSENSITIVE);

    private final String uri;

    ScopeRule(String suffix) {
        this.uri = Namespaces.WSD + suffix;
    }

    /** Value of {@code MatchBy}. */
    public String uri() {
        return uri;
    }

    /** The rule of that URI; empty if nobody knows it. */
    public static Optional<ScopeRule> of(String uri) {
        for (ScopeRule rule : values()) {
            if (rule.uri.equals(uri)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** URIs of all rules, the default first. */
    public static List<String> uris() {
        List<String> uris = new ArrayList<>();
        for (ScopeRule rule : values()) {
            uris.add(rule.uri);
        }
        return List.copyOf(uris);
    }

    /** True if every scope of the Probe matches some scope of the target. */
    public boolean matches(List<String> targetScopes, List<String> probeScopes) {
        for (String probe : probeScopes) {
            Optional<String> asked = key(probe);
            if (asked.isEmpty() || targetScopes.stream().noneMatch(target -> matches(target, asked.get()))) {
                return false;
            }
        }
        return true;
    }

    private boolean matches(String target, String askedKey) {
        return key(target).filter(own -> own.startsWith(askedKey)).isPresent();
    }

    /**
     * What the rule compares: a scope of a target matches one of a Probe if its key starts with the key of the other. Empty for
     * scopes that match nothing. So the scopes of any number of targets can be searched without looking at each.
     */
    abstract Optional<String> key(String scope);

    private static String keyOf(List<String> head, List<String> parts) {
        StringBuilder key = new StringBuilder(64);
        head.forEach(part -> key.append(part).append(END_OF_PART));
        parts.forEach(part -> key.append(part).append(END_OF_PART));
        return key.toString();
    }

    /** The parts of a distinguished name, the leaf first; types of attributes have no case (RFC 4512, 2.5). */
    private static List<String> relativeNames(String path) {
        String name = decoded(path.startsWith("/") ? path.substring(1) : path);
        List<String> names = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= name.length(); i++) {
            boolean escaped = i > 0 && i < name.length() && name.charAt(i - 1) == '\\';
            if (i == name.length() || (name.charAt(i) == ',' && !escaped)) {
                String part = name.substring(from, i).strip();
                int equals = part.indexOf('=');
                String type =
                        equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT) + "=";
                String relative = type + part.substring(equals + 1).strip();
                if (!relative.isEmpty()) {
                    names.add(relative);
                }
                from = i + 1;
            }
        }
        return names;
    }

    /** The octets that the text stands for, one per character; a percent sign without two digits stands for itself. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder decoded = new StringBuilder(octets.length);
        int at = 0;
        while (at < octets.length) {
            int high = octets[at] == '%' && at + 2 < octets.length ? Character.digit(octets[at + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(octets[at + 2], 16);
            if (low >= 0) {
                decoded.append((char) (high * 16 + low));
                at += 3;
            } else {
                decoded.append((char) (octets[at] & 0xFF));
                at++;
            }
        }
        return decoded.toString();
    }

    /** A URI taken apart as RFC 3986, appendix B, does; query and fragment are left away. */
    private record UriParts(String scheme, String authority, String path) {

        static UriParts of(String uri) {
            int end = firstOf(uri, "?#", 0);
            int delimiter = firstOf(uri, ":/", 0);
            boolean hasScheme = delimiter > 0 && delimiter < end && uri.charAt(delimiter) == ':';
            String scheme = hasScheme ? uri.substring(0, delimiter) : "";
            int at = hasScheme ? delimiter + 1 : 0;
            String authority = "";
            if (uri.startsWith("//", at)) {
                int authorityEnd = Math.min(end, firstOf(uri, "/", at + 2));
                authority = uri.substring(at + 2, authorityEnd);
                at = authorityEnd;
            }
            return new UriParts(
                    scheme.toLowerCase(Locale.ROOT),
                    authority.toLowerCase(Locale.ROOT),
                    uri.substring(Math.min(at, end), end));
        }

        /** Segments are split first and decoded then, so that an encoded slash separates nothing. */
        List<String> segments() {
            List<String> segments = new ArrayList<>();
            int from = 0;
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
                segments.add(decoded(path.substring(from, slash)));
                from = slash + 1;
            }
            // What follows a slash at the end is no segment; the part before a slash at the beginning is empty.
            if (from < path.length() || segments.isEmpty()) {
                segments.add(decoded(path.substring(from)));
            }
            return segments;
        }

        List<String> server() {
            return List.of(scheme, authority);
        }

        private static int firstOf(String text, String characters, int from) {
            for (int i = from; i < text.length(); i++) {
                if (characters.indexOf(text.charAt(i)) >= 0) {
                    return i;
                }
            }
            return text.length();
        }
    }
}
