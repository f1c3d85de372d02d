package org.grapevine.dpws.soap;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A media type with its parameters (RFC 9110, 8.3.1).
 *
 * @param type with its subtype, in lower case
 * @param parameters by name in lower case, values without quotes
 */
record MediaType(String type, Map<String, String> parameters) {

    private static final int MAX_CHARS = 2_048;
    private static final String SPECIAL = "()<>@,;:\\\"/[]?={} \t";

    /**
     * Empty for what is none, for a parameter that stands twice, for control characters and for more than {@value #MAX_CHARS}
     * characters.
     */
    static Optional<MediaType> parse(String text) {
        if (text.length() > MAX_CHARS || text.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            return Optional.empty();
        }
        int typeEnd = text.indexOf(';');
        String type = (typeEnd < 0 ? text : text.substring(0, typeEnd)).strip().toLowerCase(Locale.ROOT);
        int slash = type.indexOf('/');
        if (slash < 1 || !isToken(type.substring(0, slash)) || !isToken(type.substring(slash + 1))) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = typeEnd < 0 ? text.length() : typeEnd;
        while (at < text.length()) {
            at = skipBlanks(text, at + 1); // Behind a semicolon.
            if (at == text.length()) {
                break;
            }
            int equals = text.indexOf('=', at);
            String name = equals < 0 ? "" : text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            if (!isToken(name)) {
                return Optional.empty();
            }
            StringBuilder value = new StringBuilder();
            at = readValue(text, skipBlanks(text, equals + 1), value);
            if (at < 0 || parameters.put(name, value.toString()) != null) {
                return Optional.empty();
            }
            at = skipBlanks(text, at);
            if (at < text.length() && text.charAt(at) != ';') {
                return Optional.empty();
            }
        }
        return Optional.of(new MediaType(type, parameters));
    }

    /** Where the value ends, or -1 for a quote without its end. */
    private static int readValue(String text, int start, StringBuilder value) {
        int at = start;
        if (at < text.length() && text.charAt(at) == '"') {
            for (at++; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    return at + 1;
                }
                if (c == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            return -1;
        }
        while (at < text.length() && text.charAt(at) != ';') {
            at++;
        }
        value.append(text.substring(start, at).strip());
        return at;
    }

    private static int skipBlanks(String text, int start) {
        int at = start;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127 && SPECIAL.indexOf(c) < 0);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
