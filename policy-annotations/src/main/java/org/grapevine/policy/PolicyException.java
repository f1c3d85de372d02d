package org.grapevine.policy;

import org.jspecify.annotations.Nullable;

/**
 * A policy that cannot be: an impossible value, an assertion that is not understood, a WSDL that is none. It refuses the
 * deployment (or the peer whose WSDL it is), so it is unchecked, like every other mistake in a configuration; who reads a WSDL
 * from the network catches it.
 */
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** No line is known, for a policy that did not come from a text. */
    public static final int UNKNOWN_LINE = 0;

    /** A hostile WSDL does not decide how long a log line gets. */
    private static final int SHOWN_CHARACTERS = 200;

    private final String name;
    private final String value;
    private final String expected;
    private final @Nullable String source;
    private final int line;

    /**
     * @param name what is wrong, such as {@code fanout}
     * @param value what it is
     * @param expected what it may be
     */
    public PolicyException(String name, String value, String expected) {
        this(name, value, expected, null, UNKNOWN_LINE, null);
    }

    PolicyException(String name, String value, String expected, Throwable cause) {
        this(name, value, expected, null, UNKNOWN_LINE, cause);
    }

    private PolicyException(
            String name, String value, String expected, @Nullable String source, int line, @Nullable Throwable cause) {
        super(message(name, value, expected, source, line), cause);
        this.name = name;
        this.value = value;
        this.expected = expected;
        this.source = source;
        this.line = line;
    }

    /** The same finding with the place where it was made; a place that is known already stays. */
    PolicyException at(String document, int lineNumber) {
        if (source != null) {
            return this;
        }
        return new PolicyException(name, value, expected, document, lineNumber, this);
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    /** The allowed range, in words. */
    public String expected() {
        return expected;
    }

    /** Name or URL of the WSDL; null if the policy did not come from one. */
    public @Nullable String source() {
        return source;
    }

    /** Line in the WSDL, from 1, or {@link #UNKNOWN_LINE}. */
    public int line() {
        return line;
    }

    private static String message(String name, String value, String expected, @Nullable String source, int line) {
        String place = source == null ? "" : line == UNKNOWN_LINE ? source + ": " : source + ":" + line + ": ";
        return place + shown(name) + ": " + shown(value) + " (expected: " + expected + ")";
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }
}
