package org.grapevine.aggregation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.AggregationException;

/**
 * How a policy or a request names a function: {@code top-k?k=5&by=min} by its name, or {@code urn:sha256:<hash>?=k=5&by=min} by
 * its hash, with parameters as the q-component of that URN (RFC 8141, 2.3.2).
 *
 * @param function the name or the hash alone
 * @param parameters at most {@value #MAX_PARAMETERS}, sorted by name; none if there are none
 */
public record FunctionReference(String function, SortedMap<String, String> parameters) {

    static final int MAX_PARAMETERS = 8;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,63}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._,:+-]{1,64}");

    public FunctionReference {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /**
     * Reads a reference.
     *
     * @throws AggregationException if it is none; whether there is such a function, and what parameters it has, is not looked at
     */
    public static FunctionReference parse(String text) throws AggregationException {
        if (text.length() > ReplyTerms.LONGEST_AGGREGATION) {
            throw new AggregationException("function: " + text.length() + " characters (expected: at most "
                    + ReplyTerms.LONGEST_AGGREGATION + ")");
        }
        String mark = mark(text);
        int end = text.indexOf(mark);
        if (end < 0) {
            return new FunctionReference(text, Collections.emptySortedMap());
        }
        String function = text.substring(0, end);
        String[] pairs = text.substring(end + mark.length()).split("&", -1);
        if (pairs.length > MAX_PARAMETERS) {
            throw refused(function, pairs.length + " parameters", "at most " + MAX_PARAMETERS);
        }
        SortedMap<String, String> parameters = new TreeMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw refused(function, "parameter " + pair, "name=value, with & between parameters");
            }
            String name = pair.substring(0, equals);
            String value = pair.substring(equals + 1);
            if (!NAME.matcher(name).matches()) {
                throw refused(
                        function,
                        "parameter " + name,
                        "a letter or _, then letters, digits, '.', '_' and '-'; at most 64 characters");
            }
            if (!VALUE.matcher(value).matches()) {
                throw refused(
                        function,
                        "parameter " + name + ": " + value,
                        "1 to 64 letters, digits, '.', '_', ',', ':', '+' and '-'");
            }
            if (parameters.put(name, value) != null) {
                throw refused(function, "parameter " + name + ": twice", "once");
            }
        }
        return new FunctionReference(function, parameters);
    }

    private static String mark(String text) {
        return text.startsWith(Stylesheet.URI_PREFIX) ? "?=" : "?";
    }

    private static AggregationException refused(String function, String what, String expected) {
        return new AggregationException(
                Texts.shortened(function) + ": " + Texts.shortened(what) + " (expected: " + expected + ")");
    }

    /** The same parameters for a function that is named in another way. */
    FunctionReference of(String otherFunction) {
        return new FunctionReference(otherFunction, parameters);
    }

    /** The text that {@link #parse} reads; the same for the same function and parameters. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(function);
        String separator = mark(function);
        for (var parameter : parameters.entrySet()) {
            text.append(separator).append(parameter.getKey()).append('=').append(parameter.getValue());
            separator = "&";
        }
        return text.toString();
    }
}
