package org.grapevine.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * WS-Discovery scopes into which messages go.
 *
 * @param uris the scopes; 1..32 of at most 1,024 characters without white space, for on the wire they are one list
 * @param matchBy URI of the matching rule (WS-Discovery 1.1, section 5.1); null for that section's default
 */
public record Scopes(List<String> uris, @Nullable String matchBy) {

    private static final int MAX_SCOPES = 32;
    private static final int MAX_URI_CHARACTERS = 1024;

    public Scopes {
        uris = List.copyOf(uris);
        if (uris.isEmpty() || uris.size() > MAX_SCOPES) {
            throw new PolicyException("scopes", uris.size() + " scopes", "1.." + MAX_SCOPES);
        }
        uris.forEach(Scopes::requireUri);
        if (matchBy != null) {
            requireUri(matchBy);
        }
    }

    /** The same under another name in what is said about an impossible one. */
    static Scopes named(String setting, List<String> uris, @Nullable String matchBy) {
        try {
            return new Scopes(uris, matchBy);
        } catch (PolicyException e) {
            throw new PolicyException(setting, e.value(), e.expected());
        }
    }

    private static void requireUri(String uri) {
        if (uri.isEmpty()
                || uri.length() > MAX_URI_CHARACTERS
                || !uri.codePoints().allMatch(Scopes::isInsideUri)) {
            throw new PolicyException(
                    "scopes", "'" + uri + "'", "URIs of 1.." + MAX_URI_CHARACTERS + " characters without white space");
        }
    }

    private static boolean isInsideUri(int codePoint) {
        return codePoint > ' '
                && !Character.isWhitespace(codePoint)
                && !Character.isISOControl(codePoint)
                && Character.isDefined(codePoint)
                && Character.getType(codePoint) != Character.SURROGATE;
    }

    /** All in one line, the rule after a semicolon if there is one. */
    String words() {
        return String.join(" ", uris) + (matchBy == null ? "" : "; matched by " + matchBy);
    }
}
