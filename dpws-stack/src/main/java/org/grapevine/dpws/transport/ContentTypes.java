package org.grapevine.dpws.transport;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what HTTP headers say about a SOAP body. */
final class ContentTypes {

    private ContentTypes() {}

    /** The action of a SOAP request: SOAP 1.2 puts it into the content type, SOAP 1.1 into a header of its own. */
    static Optional<String> action(@Nullable String contentType, @Nullable String soapAction) {
        Optional<String> parameter = contentType == null ? Optional.empty() : parameter(contentType, "action");
        return parameter
                .or(() -> Optional.ofNullable(soapAction).map(ContentTypes::unquoted))
                .filter(action -> !action.isEmpty());
    }

    /** A parameter of a media type (RFC 9110, 5.6.6): names in any case, values plain or quoted. */
    static Optional<String> parameter(String mediaType, String name) {
        int start = endOfPart(mediaType, 0);
        while (start < mediaType.length()) {
            int end = endOfPart(mediaType, start + 1);
            String part = mediaType.substring(start + 1, end);
            int equals = part.indexOf('=');
            if (equals > 0
                    && part.substring(0, equals)
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .equals(name)) {
                return Optional.of(unquoted(part.substring(equals + 1)));
            }
            start = end;
        }
        return Optional.empty();
    }

    /** The next semicolon outside of quotes, else the end. */
    private static int endOfPart(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return text.length();
    }

    private static String unquoted(String value) {
        String text = value.strip();
        if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
            return text;
        }
        return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
    }
}
